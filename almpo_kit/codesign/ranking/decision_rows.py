"""Rows of a decision table, from either form, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

_LONG: Final = {"option", "criterion", "value"}
_SILENT: Final = "too little to say"
_WORDS: Final = ("direction", "unit", "reason", "certainty", "source")
COLUMNS: Final = (
    *("option", "criterion", "value", "se", "unit", "direction"),
    *("abstains", "reason", "certainty", "source"),
)


def long_rows(values: Any, se: pd.DataFrame | None, source: str) -> pd.DataFrame:
    """Rows from either form.

    Raises
    ------
    FrameError
    """
    if not isinstance(values, pd.DataFrame) or values.empty:
        raise FrameError(
            "decision_table() needs a table with rows; give option, criterion and value, or options by criteria."
        )
    if set(values) >= _LONG:
        if se is not None:
            raise FrameError(
                "decision_table(): put standard errors in a column se of the rows, not beside them."
            )
        rows = values.reset_index(drop=True).copy()
    else:
        rows = _unfolded(values, se)
    if "source" not in rows:
        rows["source"] = source
    rows["source"] = rows["source"].fillna("").astype(str).replace("", source)
    return rows


def _unfolded(values: pd.DataFrame, se: pd.DataFrame | None) -> pd.DataFrame:
    wide = _by_option(values)
    rows = wide.reset_index(names="option").melt("option", var_name="criterion", value_name="value")
    if se is None:
        return rows
    errors = _by_option(se)
    extra = [*(set(errors.index) - set(wide.index)), *(set(errors.columns) - set(wide.columns))]
    if extra:
        raise FrameError(f"decision_table(): se has {extra[0]!r}, which values has not.")
    beside = errors.reset_index(names="option").melt("option", var_name="criterion", value_name="se")
    return rows.merge(beside, on=["option", "criterion"], how="left")


def _by_option(wide: pd.DataFrame) -> pd.DataFrame:
    out = wide.drop(columns="source", errors="ignore")
    out = out.set_index("option") if "option" in out else out
    if out.index.has_duplicates or out.columns.has_duplicates:
        raise FrameError(
            "decision_table(): an option or a criterion comes twice; give each a name of its own."
        )
    return out


def checked_rows(rows: pd.DataFrame, directions: Mapping[str, str], units: Mapping[str, str]) -> pd.DataFrame:
    """Rows with all columns, each checked.

    Raises
    ------
    FrameError, DesignError, ParameterError
    """
    out = rows.copy()
    for column in ("option", "criterion"):
        out[column] = out[column].astype(str).str.strip()
        if (out[column] == "").any() or rows[column].isna().any():
            raise FrameError(f"decision_table(): a row has no {column}.")
    if (twice := out.duplicated(["option", "criterion"])).any():
        r = out[twice].iloc[0]
        raise FrameError(f"decision_table(): {r['option']} by {r['criterion']} comes twice; keep one row.")
    _only_named(directions, units, set(out["criterion"]))
    for column in ("value", "se"):
        out[column] = _numbers(out, column)
    if (out["se"] < 0).any():
        r = out[out["se"] < 0].iloc[0]
        raise FrameError(
            f"decision_table(): the standard error of {r['option']} by {r['criterion']} is below 0."
        )
    for column in _WORDS:
        out[column] = out[column].fillna("").astype(str) if column in out else ""
    for column, given, usual in (("direction", directions, "more"), ("unit", units, "")):
        told = zip(out["criterion"], out[column], strict=True)
        out[column] = [given.get(c, "") or x or usual for c, x in told]
    _one_each(out)
    silent = out["certainty"] == _SILENT
    out["abstains"] = silent | (_flags(out["abstains"]) if "abstains" in out else False)
    return out[list(COLUMNS)]


def _flags(column: pd.Series) -> pd.Series:
    known = column.dropna()
    if not known.map(lambda x: isinstance(x, bool | np.bool_)).all():
        raise FrameError("decision_table(): abstains must be True or False.")
    return column.eq(True)


def _numbers(rows: pd.DataFrame, column: str) -> pd.Series:
    if column not in rows:
        return pd.Series(np.nan, index=rows.index)
    try:
        found = pd.to_numeric(rows[column]).astype(float)
    except (TypeError, ValueError):
        raise FrameError(f"decision_table(): {column} holds something that is no number.") from None
    if np.isinf(found).any():
        raise FrameError(
            f"decision_table(): {column} holds an endless number; leave it empty where it is not known."
        )
    return found


def _only_named(directions: Mapping[str, str], units: Mapping[str, str], there: set[str]) -> None:
    for name, given in (("directions", directions), ("units", units)):
        if unknown := set(given) - there:
            raise ParameterError(
                f"{name}: there is no criterion {min(unknown)!r}; there are {', '.join(sorted(there))}."
            )


def _one_each(rows: pd.DataFrame) -> None:
    """One direction and one unit a criterion: what is measured differently is never compared."""
    if len(odd := rows[~rows["direction"].isin(["more", "less"])]):
        raise ParameterError(
            f"the direction of {odd['criterion'].iloc[0]} is {odd['direction'].iloc[0]!r}; say 'more' or 'less', whichever is better."
        )
    for column in ("direction", "unit"):
        counts = rows.groupby("criterion")[column].nunique()
        if (counts > 1).any():
            name = str(counts.idxmax())
            told = ", ".join(repr(x) for x in dict.fromkeys(rows.loc[rows["criterion"] == name, column]))
            raise DesignError(
                f"decision_table(): {name} has more than one {column} ({told}); bring its values to one first, or make them criteria of their own."
            )
