"""Ashenfelter's dip: people enter programmes when things have just gone badly for them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.protocol.results import Estimate
from almpo_kit.evaluation.refutation.attempt import Attempt
from almpo_kit.evaluation.refutation.before_entry import values_of, year_of
from almpo_kit.evaluation.refutation.target import Target
from almpo_kit.evaluation.refutation.words import when
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]
KEY = "dip"
#: Standard deviations by which those who entered must have fallen behind for it to be called a dip.
_SMALLEST_DIP = 0.1


def dip(estimate: Estimate, targets: tuple[Target, ...]) -> list[Attempt]:
    """Whether those who entered had fallen behind just before, in what was recorded.

    References
    ----------
    Ashenfelter (1978) Rev. Econ. Stat. 60, 47-57.
    """
    attempts = []
    for t in {t.contrast: t for t in reversed(targets)}.values():
        times = _before(estimate, t)
        attempts.append(_judged(estimate, t, *times) if times else _not_done(t))
    return attempts


def _before(estimate: Estimate, target: Target) -> tuple[Array, Array, str, str] | None:
    """An early and a late value of each person, and what they are called; None where times are not known."""
    sample = estimate.sample
    if sample.panel is not None:
        return None
    m = sample.measures.reset_index(drop=True)
    early = m[(m["months"] < 0) & (m["outcome"] == target.outcome)].sort_values("months")
    if len(early) >= 2:
        first, last = early.index[0], early.index[-1]
        names = [f"{target.label}{when(float(early['months'].iloc[i]))}" for i in (0, -1)]
        return sample.outcome[:, first], sample.outcome[:, last], names[0], names[1]
    return _by_year(estimate)


def _by_year(estimate: Estimate) -> tuple[Array, Array, str, str] | None:
    sample = estimate.sample
    stems: dict[str, list[tuple[int, str]]] = {}
    for column in estimate.design.plan.with_role("history"):
        found = year_of(column)
        if found and column in sample.parts and sample.names[sample.parts[column].start] == column:
            stems.setdefault(found[0], []).append((found[1], column))
    for years in stems.values():
        if len(years) >= 2:
            (_, first), (_, last) = sorted(years)[-2:]
            return values_of(sample, first), values_of(sample, last), f"“{first}”", f"“{last}”"
    return None


def _judged(estimate: Estimate, target: Target, early: Array, late: Array, first: str, last: str) -> Attempt:
    arm, arms = estimate.sample.arm, estimate.sample.arms
    fall = late - early
    sides = [fall[(arm == arms.index(a)) & np.isfinite(fall)] for a in (target.arm, target.comparison)]
    spread = float(np.nanstd(early[arm == arms.index(target.comparison)]))
    if min(len(s) for s in sides) < SMALLEST or not spread > 0:
        return _not_done(target)
    behind = float(sides[0].mean() - sides[1].mean())
    se = math.sqrt(sum(float(s.var(ddof=1)) / len(s) for s in sides))
    known = OUTCOMES.get(target.outcome)
    worse = behind * (-1 if known is not None and known.favourable < 0 else 1) < 0
    found = worse and abs(behind) > 1.96 * se and abs(behind) > _SMALLEST_DIP * spread
    low, high = behind - 1.96 * se, behind + 1.96 * se
    digits = 0 if se >= 20 else 1 if se >= 0.2 else 3
    sentence = (
        f"between {first} and {last}, both before entry, those of “{target.arm}” moved by {number(behind, digits)} (95%: "
        f"{number(low, digits)} to {number(high, digits)}) relative to those of “{target.comparison}”, without any adjustment. "
    )
    return _worded(estimate, target, found, sentence, behind, low, high)


def _worded(
    estimate: Estimate, target: Target, found: bool, sentence: str, value: float, low: float, high: float
) -> Attempt:
    adjusted = estimate.design.plan.assignment in ("matching", "rct")
    if not found:
        sentence += "There is no dip before entry (Ashenfelter’s dip)."
    elif adjusted:
        sentence += (
            "They had just fallen behind (Ashenfelter’s dip): part of any recovery would have come anyway. History is held "
            "constant in the estimate; where the fall went on unrecorded until entry, the estimate is too favourable."
        )
    else:
        sentence += (
            "They had just fallen behind (Ashenfelter’s dip): part of any recovery would have come anyway, and a comparison "
            "of changes counts it as an effect."
        )
    result: Any = "held" if not found else "informs" if adjusted else "broken"
    return target.attempt(KEY, result, "doubts", sentence, value=value, low=low, high=high)


def _not_done(target: Target) -> Attempt:
    sentence = (
        "a dip just before entry (Ashenfelter’s dip) could not be looked for: that needs the outcome, or a history column "
        "named by year, at two known times before entry. It counts as not tried."
    )
    return target.attempt(KEY, "not tried", "informs", sentence)
