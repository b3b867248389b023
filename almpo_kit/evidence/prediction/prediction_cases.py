"""The estimates behind a prediction: which can be used, how far each lies from the context, and whether the
context lies among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.evidence.comparability import bands_of, estimand_label
from almpo_kit.evidence.eligibility import OTHER_ESTIMAND, by_estimand, reasons
from almpo_kit.evidence.listing import listing
from almpo_kit.evidence.prediction.asked import Asked, differs, distances
from almpo_kit.evidence.prediction.contexts import RATE, rates_of
from almpo_kit.evidence.prediction.prediction_words import NOT_IN_MODEL
from almpo_kit.evidence.regression.moderator_words import level_words
from almpo_kit.evidence.selection import select

#: At most one of the five characteristics may be new (0.2), and the unemployment rate half its studied
#: range away (0.1).
FURTHEST = 0.3
#: Rounding: at the edge of what was studied the leverage is one, up to this.
SLACK = 1e-9


@dataclass(frozen=True)
class Case:
    """A question with its estimates: as ``given``, as ``listed`` nearest first with ``why`` each is not
    usable, and those that are."""

    asked: Asked
    given: pd.DataFrame
    listed: pd.DataFrame
    why: pd.Series
    away: pd.Series
    usable: pd.DataFrame
    estimand: str
    outcome: str
    unit: str
    furthest: float
    level: float

    @property
    def distance(self) -> float:
        """To the nearest usable estimate; NaN without one."""
        return float(self.away[self.usable.index].min()) if len(self.usable) else np.nan


def case_of(
    effects: pd.DataFrame, asked: Asked, outcome: str, unit: str, furthest: float, level: float
) -> Case:
    listed = select(effects, outcome=outcome, unit=unit, comparator=None).reset_index(drop=True)
    listed.attrs = {}
    band = bands_of(listed)
    if band is not None:
        listed["band"] = band
    if RATE in listed:
        listed[RATE] = rates_of(listed, "predict")
    estimand, why = _one_estimand(asked, listed, reasons(listed))
    usable = listed[why == ""]
    # The studied range of unemployment is that of what can be used.
    away = pd.Series(distances(asked, listed), index=listed.index)
    return Case(asked, effects, listed, why, away, usable, estimand, outcome, unit, furthest, level)


def _one_estimand(asked: Asked, listed: pd.DataFrame, why: pd.Series) -> tuple[str, pd.Series]:
    """The estimand with the most samples of what was asked for, and ``why`` with the others out."""
    usable = listed[why == ""]
    same = usable["programme_type"].eq(asked.programme_type)
    both = same & usable["band"].eq(asked.band) if asked.band is not None and "band" in usable else same
    nearest = next((usable[keep] for keep in (both, same) if keep.any()), usable)
    (chosen, _), *_others = by_estimand(nearest) or [("", usable)]
    for key, part in by_estimand(usable):
        if key != chosen:
            why[part.index] = f"{OTHER_ESTIMAND} ({estimand_label(key)})"
    return chosen, why


def outside(case: Case) -> str:
    """Why the context lies outside what was studied; "" when it does not."""
    usable, asked = case.usable, case.asked
    if usable.empty:
        return "no estimate of this outcome can enter a prediction"
    for column, value in asked.categories.items():
        if column not in usable or not usable[column].eq(value).any():
            named = {"programme_type": "programme type", "target_group": "group", "band": "horizon"}[column]
            return f"nobody studied this {named} ({level_words(column, value)}) with an estimate that can be used"
    if asked.band is None and "band" in usable and usable["band"].nunique() > 1:
        return "the estimates have several horizons, which answer different questions; ask for one"
    words = _rate_outside(case)
    if words:
        return words
    if case.distance > case.furthest + SLACK:
        return f"the nearest studied context is {case.distance:.2f} away, and {case.furthest:g} is the furthest allowed"
    return ""


def _rate_outside(case: Case) -> str:
    rate = case.asked.unemployment_rate
    if rate is None:
        return ""
    known = case.usable[RATE].dropna() if RATE in case.usable else pd.Series(dtype=float)
    if known.empty:
        return (
            "no usable estimate has a known unemployment rate; leave the rate open to ask across all of them"
        )
    if not known.min() <= rate <= known.max():
        return (
            f"an unemployment rate of {rate:.1f}% lies outside what was studied "
            f"({known.min():.1f}% to {known.max():.1f}%)"
        )
    return ""


def table_of(case: Case, used: pd.Index, weight: np.ndarray | None) -> pd.DataFrame:
    why = case.why.where(case.why != "", NOT_IN_MODEL)
    why[used] = ""
    rows = listing(case.listed, level=case.level, weight=weight, why_not=why)
    rows["used"] = rows.index.isin(used)
    if RATE in case.listed:
        rows[RATE] = case.listed[RATE]
    rows["distance"] = case.away
    # An empty frame gives apply() no shape to return.
    rows["differs"] = [differs(case.asked, row) for row in case.listed.to_dict("records")]
    order = pd.DataFrame({"away": case.away.round(9), "out": case.why != ""}).sort_values(
        ["away", "out"], kind="stable"
    )
    return rows.loc[order.index].reset_index(drop=True)
