"""From a menu and a table of gains to programmes that can be compared, and the reasons of those that cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.vocabulary.errors import FrameError, ParameterError

Array = np.ndarray[Any, np.dtype[Any]]
#: Outcome -> what turns its unit in the table into the unit of the computation (share of people, months).
OUTCOMES = {"job": 0.01, "months": 1.0}
_LIMITS = {"job": 100.0, "months": 600.0}


@dataclass(frozen=True, eq=False)
class Candidates:
    """Programmes as rows, the offer of none left out.

    Parameters
    ----------
    table : DataFrame
        ``programme, programme_type, unit_cost_eur, cost_source, capacity, certainty, weight_evidence, weight_local,
        reach, job, job_se, months, months_se, excluded, forced`` (``excluded``: the reason, "" where it may be funded;
        ``job`` as a share of people).
    base : {"job", "months"}
        The outcome in which programmes are compared.
    """

    table: pd.DataFrame
    base: str

    def kept(self) -> pd.DataFrame:
        """Those that may be funded."""
        return self.table[self.table["excluded"] == ""].reset_index(drop=True)


def candidates(
    menu: Menu, gains: pd.DataFrame, forced: Mapping[str, str], level: float, asked: Mapping[str, float]
) -> Candidates:
    """Join menu and gains.

    Raises
    ------
    FrameError
        A gains table that lacks columns, names unknown programmes or one twice, or holds numbers that are none.
    ParameterError
        ``forced`` names no programme, or gives no reason.
    """
    known = _checked_gains(menu, gains)
    _checked_forced(menu, forced)
    rows = menu.table.iloc[1:].reset_index(drop=True).astype({"programme": "object"})
    joined = rows.merge(known, on="programme", how="left")
    for outcome, scale in OUTCOMES.items():
        joined[outcome] = joined[f"{outcome}_gain"] * scale
        joined[f"{outcome}_se"] = _standard_error(joined, outcome, level) * scale
    covers = {o: (joined[o].notna() & joined[f"{o}_se"].notna()) for o in OUTCOMES}
    base = _base(joined, covers, forced, asked)
    joined["forced"] = [forced.get(name, "") for name in joined["programme"]]
    joined["excluded"] = [
        _reason(row, bool(has), base)
        for row, has in zip(joined.to_dict("records"), covers[base], strict=True)
    ]
    return Candidates(joined, base)


def _checked_gains(menu: Menu, gains: Any) -> pd.DataFrame:
    if not isinstance(gains, pd.DataFrame):
        raise FrameError(
            f"gains is a {type(gains).__name__}; give a table, one row a programme, with programme, job_gain and job_se."
        )
    if "programme" not in gains or not {"job_gain", "months_gain"} & set(gains):
        raise FrameError(
            "gains needs the column programme and job_gain (points) or months_gain (months), each with its _se or _low "
            f"and _high; it has {', '.join(map(str, gains.columns)) or 'no columns'}."
        )
    table = gains.reset_index(drop=True).copy()
    table["programme"] = table["programme"].astype("string").str.strip().astype("object")
    table = table[table["programme"] != menu.names[0]].reset_index(drop=True)
    if unknown := [p for p in table["programme"] if p not in menu.names]:
        raise FrameError(
            f"gains names unknown programme(s) {unknown}; the menu has {', '.join(menu.names[1:])}."
        )
    if len(twice := table["programme"][table["programme"].duplicated()]):
        raise FrameError(f"gains has {twice.iloc[0]!r} twice; keep one row a programme.")
    numbers = [f"{o}_{part}" for o in OUTCOMES for part in ("gain", "se", "low", "high")]
    for column in [*numbers, "weight_evidence", "weight_local", "reach"]:
        table[column] = _numbers(table, column)
    _within_reason(table)
    for column, absent in (("abstains", False), ("reason", ""), ("certainty", "")):
        table[column] = table.get(column, absent)
    table["abstains"] = table["abstains"].fillna(True).astype(bool)
    for column in ("reason", "certainty"):
        table[column] = table[column].astype("object").where(table[column].notna(), "").astype(str)
    kept = [*numbers, "weight_evidence", "weight_local", "reach", "abstains", "reason", "certainty"]
    return table[["programme", *kept]]


def _numbers(table: pd.DataFrame, column: str) -> pd.Series:
    if column not in table:
        return pd.Series(np.nan, index=table.index, dtype=float)
    found = pd.to_numeric(table[column], errors="coerce").astype(float)
    wrong = table[column].notna() & ~np.isfinite(found)
    if wrong.any():
        name = table.loc[wrong, "programme"].iloc[0]
        raise FrameError(
            f"gains: {column} of {name!r} is {table.loc[wrong, column].iloc[0]!r}; give a finite number, or leave it empty."
        )
    return found


def _within_reason(table: pd.DataFrame) -> None:
    for outcome, most in _LIMITS.items():
        gain, error = table[f"{outcome}_gain"], table[f"{outcome}_se"]
        large = gain.abs() > most
        if large.any():
            raise FrameError(
                f"gains: {outcome}_gain of {table.loc[large, 'programme'].iloc[0]!r} is {gain[large].iloc[0]:g}; job_gain is in "
                "percentage points (5 for 5 more in 100), months_gain in months."
            )
        if (error < 0).any():
            name = table.loc[error < 0, "programme"].iloc[0]
            raise FrameError(f"gains: {outcome}_se of {name!r} is negative; a standard error is 0 or more.")
        crossed = table[f"{outcome}_low"] > table[f"{outcome}_high"]
        if crossed.any():
            name = table.loc[crossed, "programme"].iloc[0]
            raise FrameError(f"gains: {outcome}_low of {name!r} lies above {outcome}_high; swap them.")
    outside = table["reach"].notna() & ~table["reach"].between(0, 1)
    if outside.any():
        name, reach = table.loc[outside, ["programme", "reach"]].iloc[0]
        raise FrameError(f"gains: reach of {name!r} is {reach:g}; it is a share from 0 to 1.")


def _standard_error(table: pd.DataFrame, outcome: str, level: float) -> pd.Series:
    from scipy.special import ndtri

    from_ends = (table[f"{outcome}_high"] - table[f"{outcome}_low"]) / (2 * ndtri(0.5 + level / 2))
    return table[f"{outcome}_se"].fillna(from_ends)


def _checked_forced(menu: Menu, forced: Mapping[str, str]) -> None:
    for name, reason in forced.items():
        if name not in menu.names[1:]:
            raise ParameterError(
                f"forced: unknown programme {name!r}; there are {', '.join(menu.names[1:])}."
            )
        if not isinstance(reason, str) or len(reason.strip()) < 12:
            raise ParameterError(
                f"forced: {name!r} needs a reason in words (at least 12 characters), which will stand in front of the result, "
                f"e.g. forced={{{name!r}: 'runs anyway under a contract until 2028'}}."
            )


def _base(
    joined: pd.DataFrame,
    covers: Mapping[str, pd.Series],
    forced: Mapping[str, str],
    asked: Mapping[str, float],
) -> str:
    """The outcome to compare in: the one asked for, otherwise the one that more programmes have."""
    open_to_all = ~joined["abstains"].fillna(True).astype(bool) | joined["programme"].isin(list(forced))
    known = {o: int((covers[o] & open_to_all).sum()) for o in OUTCOMES}
    wanted = [o for o, name in (("job", "jobs"), ("months", "months")) if name in asked and known[o]]
    if len(wanted) == 1:
        return wanted[0]
    return "job" if known["job"] >= known["months"] else "months"


def _reason(row: Mapping[Any, Any], has: bool, base: str) -> str:
    """Why a programme cannot be funded; "" where it can."""
    if pd.isna(row["abstains"]):
        return "nothing is known of its gain"
    if row["abstains"] and not row["forced"]:
        return row["reason"] or "too little to say what it gives"
    if not has:
        known = f"{base}_gain"
        if pd.notna(row[known]):
            return "its gain has no standard error or interval"
        return "its gain is not known in the outcome by which programmes are compared"
    if pd.isna(row["unit_cost_eur"]):
        return "nobody gave its cost for a participant"
    if row["unit_cost_eur"] <= 0:
        return "its cost for a participant is 0; give what a place costs"
    return "it has no places" if row["capacity"] <= 0 else ""
