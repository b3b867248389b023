"""What differs between two tables of estimates, row by row and cell by cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Numbers that agree to this are one number, written by two programs.
_SAME = 1e-12
COLUMNS = ("change", "estimate_id", "study_id", "citation", "column", "before", "after")


def row_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Estimates added, removed and changed.

    Parameters
    ----------
    before, after : DataFrame, shape (k, ...)
        With ``estimate_id``, each once. Columns that only one of them has are not compared.

    Returns
    -------
    DataFrame, shape (n_changes, 7)
        ``change`` ("added", "removed", "changed"), ``estimate_id, study_id, citation``, and for changed
        ones a row for each cell: ``column``, ``before``, ``after`` as text, "" where blank.
    """
    first, second = (f.set_index(f["estimate_id"].astype(str)) for f in (before, after))
    added = second.loc[~second.index.isin(first.index)]
    removed = first.loc[~first.index.isin(second.index)]
    both = second.index[second.index.isin(first.index)]
    parts = [_whole(added, "added"), _whole(removed, "removed"), _cells(first.loc[both], second.loc[both])]
    return pd.concat(parts, ignore_index=True)


def _whole(rows: pd.DataFrame, change: str) -> pd.DataFrame:
    blank = [""] * len(rows)
    cells = {"column": blank, "before": blank, "after": blank}
    return pd.DataFrame(_who(rows) | {"change": change} | cells, columns=list(COLUMNS), dtype=object)


def _who(rows: pd.DataFrame) -> dict[str, list[str]]:
    named = ("study_id", "citation")
    held = {c: _words(rows[c]).tolist() if c in rows else [""] * len(rows) for c in named}
    return {"estimate_id": rows.index.tolist(), **held}


def _cells(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """A row for each cell that differs; both have the same index."""
    found = [pd.DataFrame(columns=list(COLUMNS), dtype=object)]
    for column in (c for c in second if c in first and c != "estimate_id"):
        differs = _differs(first[column], second[column])
        if not differs.any():
            continue
        rows = second[differs]
        cells = {"column": column, "before": _words(first[column][differs]).tolist()}
        cells |= {"after": _words(rows[column]).tolist(), "change": "changed"}
        found.append(pd.DataFrame(_who(rows) | cells, columns=list(COLUMNS), dtype=object))
    return pd.concat(found, ignore_index=True)


def _differs(a: pd.Series, b: pd.Series) -> np.ndarray:
    x, y = _numbers(a), _numbers(b)
    if x is not None and y is not None:
        same = np.isclose(x, y, rtol=_SAME, atol=0, equal_nan=True)
        return np.asarray(~same, bool)
    return np.asarray(_words(a).to_numpy() != _words(b).to_numpy(), bool)


def _numbers(column: pd.Series) -> np.ndarray | None:
    """The column as numbers, or None where it holds words; text of a number is that number."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_datetime64_any_dtype(column):
        return None
    filled = column.astype(object).where(_words(column).ne("").to_numpy(), np.nan)
    numbers = pd.to_numeric(filled, errors="coerce").astype(float)
    return numbers.to_numpy() if bool((numbers.notna() | filled.isna()).all()) else None


def _words(column: pd.Series) -> pd.Series:
    """Each cell as text: "" where blank, 12 digits of a number."""
    said = ["" if _missing(x) else _word(x) for x in column.astype(object).tolist()]
    return pd.Series(said, index=column.index, dtype=object)


def _word(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float | np.floating) else str(value).strip()


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and value != value)
