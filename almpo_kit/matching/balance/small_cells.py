"""Small counts of people are not shown, nor those from which they could be subtracted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.frames import check

#: Cells with fewer people (but not none) are kept back.
MINIMUM = 10


def suppress(stocks: pd.DataFrame, *, minimum: int = MINIMUM) -> pd.DataFrame:
    """A ``stocks`` frame that may leave the house: small counts of people emptied and flagged.

    Primary: cells with 1 to ``minimum - 1`` unemployed people. Secondary: while a region, an occupation or the whole
    table has one such cell only, or several that hold fewer than `minimum` people together, its next smallest cell
    goes too, so that totals do not give them away. That guards against subtracting from totals of rows and columns
    (leave out those that :func:`hidden_totals` names), not against every bound that several totals together allow.

    Parameters
    ----------
    stocks : DataFrame
        A ``stocks`` frame.
    minimum : int
        1 keeps everything.

    Returns
    -------
    DataFrame
        ``unemployed`` (also ``hires`` and ``employed``) missing where ``suppressed`` is True.
    """
    held = check(stocks, "stocks")
    limit = whole_minimum(minimum)
    groups = held.groupby("period", sort=False).indices if "period" in held else {"": np.arange(len(held))}
    hidden = np.zeros(len(held), dtype=bool)
    for rows in groups.values():
        hidden[rows] = hidden_cells(held.iloc[rows], limit)
    out = held.copy()
    for column in ("unemployed", "hires", "employed"):
        if column in out:
            out[column] = out[column].mask(hidden)
    out["suppressed"] = hidden
    out.attrs = dict(stocks.attrs)
    return out


def whole_minimum(minimum: int) -> int:
    """The minimum as a whole number.

    Raises
    ------
    ParameterError
    """
    if isinstance(minimum, bool) or not isinstance(minimum, int | np.integer) or minimum < 1:
        raise ParameterError(f"minimum={minimum!r}: give a whole number of people, e.g. minimum=10.")
    return int(minimum)


def refuse_few(people: float, minimum: int) -> None:
    """Refuse to answer for so few people in all: any total or ratio would tell their number.

    Raises
    ------
    DesignError
    """
    if 0 < people < minimum:
        raise DesignError(
            f"fewer than {minimum} unemployed people are counted in all, and any figure would tell how many; choose more "
            "regions or occupations, or minimum=1 for numbers that stay with you."
        )


def hidden_cells(stocks: pd.DataFrame, minimum: int, by: Sequence[str] = ("geo", "occupation")) -> np.ndarray:
    """Which rows of one period are kept back, primarily or secondarily; shape (n_rows,).

    Parameters
    ----------
    stocks : DataFrame
        ``unemployed``, the columns of `by` and, where some came suppressed, ``suppressed``.
    minimum : int
    by : sequence of str
        Columns whose totals are shown.
    """
    people = stocks["unemployed"].to_numpy(dtype=float)
    given = (
        stocks["suppressed"].to_numpy(dtype=bool) if "suppressed" in stocks else np.zeros(len(people), bool)
    )
    hidden = given | np.isnan(people) | ((people > 0) & (people < minimum))
    lines = [rows for c in by for rows in stocks.groupby(c, sort=True).indices.values()]
    # The total of everything is always known.
    lines.append(np.arange(len(people)))
    changed = bool(minimum > 1)
    while changed:
        changed = False
        for rows in lines:
            if (more := _one_more(people[rows], hidden[rows], minimum)) is not None:
                hidden[rows[more]] = changed = True
    return hidden


def hidden_totals(people: np.ndarray, hidden: np.ndarray, codes: np.ndarray, minimum: int) -> np.ndarray:
    """Which totals of lines are kept back, so that no hidden cell is the total less the cells that are shown.

    Parameters
    ----------
    people, hidden : ndarray, shape (n_cells,)
        People in each cell, and whether it is kept back (:func:`hidden_cells`).
    codes : ndarray of int, shape (n_cells,)
        Line of each cell, numbered from zero without gaps.
    minimum : int

    Returns
    -------
    ndarray of bool, shape (n_lines,)
    """
    filled = hidden & (people > 0)
    total, away, n = (np.bincount(codes, x) for x in (people, people * filled, filled.astype(float)))
    small = ((total > 0) & (total < minimum)) | ((n > 0) & ((n < 2) | (away < minimum)))
    if len(total) < 2 or minimum <= 1:
        # One line is the whole, whose own hidden cells protect each other.
        return np.zeros(len(total), dtype=bool)
    while small.any() and (small.sum() < 2 or total[small].sum() < minimum):
        rest = np.flatnonzero(~small & (total > 0))
        if not len(rest):
            break
        small[rest[np.argmin(total[rest])]] = True
    return np.asarray(small)


def _one_more(people: np.ndarray, hidden: np.ndarray, minimum: int) -> int | None:
    """Position of the cell that must be kept back too, None where the hidden ones protect each other."""
    if not hidden.any() or hidden.all():
        return None
    # What was hidden before its number was known protects nothing for sure.
    together = np.nansum(people[hidden])
    if hidden.sum() > 1 and together >= minimum:
        return None
    open_cells = np.flatnonzero(~hidden)
    filled = open_cells[people[open_cells] > 0]
    # Without a filled neighbour the total of the line is the hidden cells' own; nothing can be added.
    return int(filled[np.argmin(people[filled])]) if len(filled) else None
