"""Rows of an estimate as rows of the evidence base."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import too_small
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, unit_fit

#: Months after entry that are published of a path, beside its last.
USUAL = (6.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0, 84.0, 96.0, 108.0, 120.0)
#: Paths with as few months are published whole.
_SHORT = 4
#: What an outcome is called once it is added up over the months.
_ADDED_UP = {"employment_probability": "months_employed", "unemployment_probability": "unemployment_duration"}


def published_rows(effects: Estimate, months: tuple[float, ...] | None, cumulative: bool) -> pd.DataFrame:
    """The rows of an estimate that are published, in the order of its table.

    Parameters
    ----------
    effects : Estimate
    months : tuple of float or None
        Asked for; otherwise the usual ones and the last.
    cumulative : bool
        Also the sum over the months up to the last.

    Returns
    -------
    DataFrame
        ``arm, comparison, outcome, unit, months, effect, se, low, high, n_arm, n_comparison, estimand, summed``.

    Raises
    ------
    DesignError
        Nothing is left to publish.
    ParameterError
        Months that were not measured.
    """
    table = effects.table
    known = table[np.isfinite(table["effect"].astype(float))]
    fine = known[~(too_small(known["n_arm"]) | too_small(known["n_comparison"]))]
    after = fine[~(fine["months"] < 0)]
    if not len(after):
        raise DesignError(
            "no effect after entry rests on ten people or more in each arm; there is nothing that may be published."
        )
    parts = [
        part[_chosen(part["months"], months)]
        for _, part in after.groupby(["contrast", "outcome", "unit"], sort=False)
    ]
    rows = pd.concat(parts).sort_index()
    if not len(rows):
        there = sorted({float(m) for m in after["months"] if m == m})
        raise ParameterError(
            f"months={months!r} were not measured; there are {', '.join(f'{m:g}' for m in there)}."
        )
    rows = rows.assign(summed=False)
    if cumulative and len(effects.cumulative):
        rows = pd.concat([rows, _summed(effects.cumulative, after)], ignore_index=True)
    return rows.reset_index(drop=True)


def _chosen(months: pd.Series, asked: tuple[float, ...] | None) -> pd.Series:
    if asked is not None:
        return months.isin(asked)
    if len(months) <= _SHORT:
        return pd.Series(True, index=months.index)
    return months.isin(USUAL) | (months == months.max())


def _summed(cumulative: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Effects added up to the last month, where the evidence base has a name for the sum."""
    last = cumulative.loc[cumulative.groupby(["contrast", "outcome"], sort=False)["months"].idxmax()].copy()
    key = ["contrast", "outcome"]
    people = table.drop_duplicates(key)[[*key, "n_arm", "n_comparison", "estimand"]]
    last = last.merge(people, on=key, how="left")
    last["outcome"] = [
        _ADDED_UP.get(o, o) if u in ("days", "weeks", "months") else o
        for o, u in zip(last["outcome"], last["unit"], strict=True)
    ]
    fits = [
        o in OUTCOMES and unit_fit(o, u) == "usual"
        for o, u in zip(last["outcome"], last["unit"], strict=True)
    ]
    kept = last[np.array(fits, dtype=bool) & last["n_arm"].notna().to_numpy()]
    return kept.assign(summed=True)


def significance(
    outcome: str, effect: float, low: float, high: float
) -> Literal["positive", "negative", "none"] | None:
    """Whether an effect is significant and helps the person; None where neither direction does.

    >>> significance("unemployment_duration", -2.0, -3.0, -1.0)
    'positive'
    """
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    if low <= 0 <= high:
        return "none"
    direction = OUTCOMES[outcome].favourable
    if direction == 0:
        return None
    return "positive" if effect * direction > 0 else "negative"


def people_used(effects: Estimate, row: Mapping[Any, Any]) -> float:
    """People (or units) behind a row; where one person stands in several moments she counts once."""
    if effects.design.plan.rows != "moments":
        return float(row["n_arm"] + row["n_comparison"])
    sample = effects.sample
    arms = [sample.arms.index(a) for a in (row["arm"], row["comparison"])]
    return float(len(np.unique(sample.cluster[np.isin(sample.arm, arms)])))


def take_up(effects: Estimate, arm: str, estimand: Any) -> float:
    """Share of those offered ``arm`` who took part; NaN where it is not known, does not matter or would tell of few."""
    sample = effects.sample
    if sample.took_part is None or estimand not in ("itt", "late") or arm not in sample.arms:
        return float("nan")
    inside = sample.arm == sample.arms.index(arm)
    taken = sample.took_part[inside]
    if not len(taken) or too_small([(taken > 0).sum(), (taken < 1).sum()]).any():
        return float("nan")
    return float(np.average(taken, weights=sample.weight[inside]))
