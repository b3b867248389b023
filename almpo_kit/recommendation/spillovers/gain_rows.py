"""Gains by programme from whatever holds them: a table, a Finding with such a table, or one row of gains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.gains.gains import Gains
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance

#: Other names under which a gain may stand.
_NAMES = ("gain", "effect", "mean", "value")


def gain_rows(given: Any, of: Provenance | None = None) -> tuple[pd.DataFrame, Provenance]:
    """One row a programme, and what they come from.

    Parameters
    ----------
    given : DataFrame, Finding or Gains
        A table (or a Finding's table) with ``programme``, ``gain`` (or ``effect``, ``mean``, ``value``), ``low`` and ``high``;
        optional ``programme_type, unit_cost_eur, cost_source, abstains, reason``. A row that says "too little to say" (``says`` or
        ``certainty``) or has a ``refusal`` is never used. Of gains, one row that is about no single
        person.
    of : Provenance, optional
        What gains come from; a table and a Finding carry it themselves.

    Returns
    -------
    (DataFrame, Provenance)
        ``programme, programme_type, gain, low, high, unit_cost_eur, cost_source, abstains, reason``.

    Raises
    ------
    FrameError
        Columns or numbers that are none, a programme twice.
    DesignError
        Gains of several rows: average them first.
    """
    if isinstance(given, Gains):
        return _from_gains(given), of or Provenance()
    if isinstance(given, Finding):
        return _from_table(given.table), of or given.provenance
    if not isinstance(given, pd.DataFrame):
        raise FrameError(
            f"gains are a {type(given).__name__}; give a table with programme, gain, low and high, one row a programme."
        )
    return _from_table(given), of or provenance(given, method="")


def _from_gains(gains: Gains) -> pd.DataFrame:
    if len(gains) != 1:
        raise DesignError(
            f"these are gains of {len(gains)} rows; net figures are about programmes. Give one row, e.g. that of a context, or "
            "a table of averages with programme, gain, low and high."
        )
    arms = slice(1, None)
    frame = pd.DataFrame(
        {
            "programme": gains.arms[1:],
            "gain": gains.mean[0, arms],
            "low": gains.low[0, arms],
            "high": gains.high[0, arms],
            "abstains": gains.abstains[0, arms],
            "reason": [str(r) for r in gains.reasons[0, arms]],
        }
    )
    return _from_table(frame)


def _from_table(table: pd.DataFrame) -> pd.DataFrame:
    name = next((n for n in _NAMES if n in table), None)
    missing = [c for c in ("programme", "low", "high") if c not in table] + ([] if name else ["gain"])
    if missing:
        raise FrameError(f"gains lack the column(s) {', '.join(missing)}; one row a programme.")
    rows = pd.DataFrame({"programme": table["programme"].astype(str).to_numpy()})
    for column, source in (
        ("gain", name),
        ("low", "low"),
        ("high", "high"),
        ("unit_cost_eur", "unit_cost_eur"),
    ):
        rows[column] = (
            pd.to_numeric(table[source], errors="coerce").to_numpy(float) if source in table else np.nan
        )
    for column in ("programme_type", "cost_source", "reason"):
        rows[column] = table[column].fillna("").astype(str).to_numpy() if column in table else ""
    rows["abstains"] = (
        table["abstains"].fillna(True).astype(bool).to_numpy() if "abstains" in table else False
    )
    rows["abstains"] |= _refused(table)
    rows["abstains"] |= ~np.isfinite(rows[["gain", "low", "high"]].to_numpy()).all(axis=1)
    _refuse(rows)
    unsaid = rows["abstains"] & (rows["reason"] == "")
    rows.loc[unsaid, "reason"] = "no estimate that may be used"
    rows.loc[rows["abstains"], ["gain", "low", "high"]] = np.nan
    order = [
        "programme",
        "programme_type",
        "gain",
        "low",
        "high",
        "unit_cost_eur",
        "cost_source",
        "abstains",
        "reason",
    ]
    return rows[order]


def _refused(table: pd.DataFrame) -> np.ndarray:
    """Rows that say themselves that they must not be used, however they say it."""
    out = np.zeros(len(table), dtype=bool)
    for column in ("says", "certainty"):
        if column in table:
            out |= table[column].astype("string").eq("too little to say").fillna(False).to_numpy(dtype=bool)
    if "refusal" in table:
        out |= table["refusal"].astype("string").fillna("").ne("").to_numpy(dtype=bool)
    return out


def _refuse(rows: pd.DataFrame) -> None:
    if rows.empty:
        raise FrameError("there is no programme in these gains; give at least one row.")
    twice = rows.loc[rows["programme"].duplicated(), "programme"]
    if len(twice):
        raise FrameError(
            f"the programme {twice.iloc[0]!r} stands twice; one row a programme, or one context at a time."
        )
    kept = rows[~rows["abstains"]]
    wrong = kept[(kept["low"] > kept["gain"]) | (kept["gain"] > kept["high"])]
    if len(wrong):
        raise FrameError(
            f"{wrong.iloc[0]['programme']}: the gain does not lie between low and high; correct the row."
        )
    if (rows["unit_cost_eur"] < 0).any():
        raise FrameError("unit_cost_eur is negative; give euro a participant, 0 or more.")
