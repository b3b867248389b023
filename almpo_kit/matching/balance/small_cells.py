"""Small counts of people are not shown, nor those from which they could be subtracted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check

#: Cells with fewer people (but not none) are kept back.
MINIMUM = 10


def suppress(stocks: pd.DataFrame, *, minimum: int = MINIMUM) -> pd.DataFrame:
    """A ``stocks`` frame that may leave the house: small counts of people emptied and flagged.

    Primary: cells with 1 to ``minimum - 1`` unemployed people. Secondary: while a region or an occupation has one
    such cell only, or several that hold fewer than `minimum` people together, its next smallest cell goes too,
    so that totals do not give them away. That guards against subtracting from totals of rows and columns, not
    against every bound that several totals together allow.

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


def hidden_cells(stocks: pd.DataFrame, minimum: int) -> np.ndarray:
    """Which rows of one period are kept back, primarily or secondarily; shape (n_rows,)."""
    people = stocks["unemployed"].to_numpy(dtype=float)
    given = (
        stocks["suppressed"].to_numpy(dtype=bool) if "suppressed" in stocks else np.zeros(len(people), bool)
    )
    hidden = given | np.isnan(people) | ((people > 0) & (people < minimum))
    lines = [rows for c in ("geo", "occupation") for rows in stocks.groupby(c, sort=True).indices.values()]
    changed = bool(minimum > 1)
    while changed:
        changed = False
        for rows in lines:
            if (more := _one_more(people[rows], hidden[rows], minimum)) is not None:
                hidden[rows[more]] = changed = True
    return hidden


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
