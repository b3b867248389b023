"""Keep back small counts of people in a table, and what would give them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.protection import hidden_cells
from almpo_kit.evaluation.disclosure.smallest import SMALLEST, too_small
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.finding import Check

Array = np.ndarray[Any, np.dtype[Any]]


def suppress(
    table: pd.DataFrame,
    counts: Sequence[str],
    by: Sequence[str] = (),
    *,
    within: Mapping[str, str] | None = None,
    values: Sequence[str] = (),
    smallest: int = SMALLEST,
) -> pd.DataFrame:
    """A table that may be shown: small counts are missing, and so is what they could be computed from.

    Parameters
    ----------
    table : DataFrame, shape (n, ...)
        One row a cell.
    counts : sequence of str
        Columns that count people. 1 to ``smallest - 1`` becomes missing (primary); 0 stays.
    by : sequence of str
        Columns whose totals may be known elsewhere: ``["arm"]`` when the number of all people is told,
        ``["arm", "region"]`` when those of arms and of regions are. Further cells then go, until no total gives a small
        one away (secondary). Leave out what does not add up (months, outcomes).
    within : mapping of str to str, optional
        Part -> whole, both in ``counts``: ``{"kept": "n"}``. The part also goes where 1 to ``smallest - 1`` are left
        out of it, because the whole less the part would tell them.
    values : sequence of str
        Columns computed from these people (shares, means, effects); missing wherever one of the counts is.
    smallest : int

    Returns
    -------
    DataFrame
        A copy; columns in which something was kept back become floats.

    Raises
    ------
    ParameterError
        A column that the table does not have.

    Examples
    --------
    >>> t = pd.DataFrame({"arm": ["a", "b", "c"], "n": [4, 30, 12]})
    >>> suppress(t, ["n"], ["arm"])["n"].tolist()
    [nan, 30.0, nan]
    """
    parts = dict(within or {})
    _columns_exist(table, [*counts, *by, *parts, *parts.values(), *values])
    out = table.copy()
    lines = _lines(table, by)
    away = np.zeros(len(table), dtype=bool)
    for column in counts:
        numbers = table[column].to_numpy(dtype=float, na_value=np.nan)
        vectors = [numbers]
        if column in parts:
            whole = table[parts[column]].to_numpy(dtype=float, na_value=np.nan)
            # What is left of a number that is not known is not known either; it is hidden by the number itself.
            vectors.append(np.where(np.isnan(numbers) | np.isnan(whole), 0.0, whole - numbers))
        small = np.any([too_small(v, smallest) for v in vectors], axis=0)
        hidden = hidden_cells(np.nan_to_num(np.array(vectors)), small, lines, smallest, audit=len(by) > 1)
        if hidden.any():
            out[column] = pd.Series(numbers, index=table.index).mask(hidden)
        away |= hidden
    for column in values:
        if away.any():
            out[column] = out[column].mask(away)
    return out


def told(before: pd.DataFrame, after: pd.DataFrame, counts: Sequence[str]) -> Check | None:
    """What was kept back, in a sentence; None where nothing was."""
    hidden = sum(int((after[c].isna() & before[c].notna()).sum()) for c in counts)
    if not hidden:
        return None
    are = "number is" if hidden == 1 else "numbers are"
    return Check(
        "small_groups",
        "informational",
        f"{hidden} {are} not shown, because fewer than {SMALLEST} people stand behind them or because they would tell "
        "such a number.",
    )


def _columns_exist(table: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [c for c in dict.fromkeys(columns) if c not in table]
    if missing:
        raise ParameterError(
            f"the table has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, table.columns))}."
        )


def _lines(table: pd.DataFrame, by: Sequence[str]) -> list[Array]:
    """Rows that add up to one total: along each column, all others held."""
    lines = []
    for column in by:
        others = [c for c in by if c != column]
        if others:
            lines += list(table.groupby(others, sort=True, dropna=False).indices.values())
        else:
            lines.append(np.arange(len(table)))
    return [np.asarray(line) for line in lines]
