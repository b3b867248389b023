"""What balance, support and weights allow to be said: the checks of common support, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.disclosure.smallest import SMALLEST
from almpo_kit.evaluation.protocol.results import Design
from almpo_kit.evaluation.support.balance_table import DIFFERS, FAR_APART
from almpo_kit.evaluation.support.carrying import FEWEST, THIN
from almpo_kit.evaluation.support.staying import Staying
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: Share of the people in question without counterpart: above the first a caution, above the second a stop.
SOME_OUTSIDE, MANY_OUTSIDE = 0.05, 0.20
#: Share of pairs in which covariates tell who took part: above the first a caution, above the second a stop.
EASILY_TOLD, ALWAYS_TOLD = 0.90, 0.999
#: Variances that differ by more than a factor of two (Rubin 2001).
_SPREAD = 2.0


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is judged: tables with raw numbers, as the modules of this room make them."""

    design: Design
    stay: Staying
    balance: pd.DataFrame
    effective: pd.DataFrame
    apart: pd.DataFrame
    changes: pd.DataFrame
    compared: tuple[int, ...]

    @property
    def attended(self) -> bool:
        """True when the effect is about participants."""
        return self.design.plan.estimand == "att"


@dataclass(frozen=True)
class Judged:
    """Checks and the names of those that stop."""

    checks: tuple[Check, ...]
    stops: tuple[str, ...]


def judge(evidence: Evidence) -> Judged:
    """All checks of common support; those that stop are named."""
    made = (
        _support(evidence),
        _carried(evidence),
        _balance(evidence),
        _spread(evidence),
        _apart(evidence),
        _changed(evidence),
    )
    checks = [check for check, _ in made]
    checks.append(
        Check(
            "unobserved",
            "informational",
            "Balance is shown for what was observed. It says nothing about what was not.",
        )
    )
    return Judged(tuple(checks), tuple(check.name for check, stops in made if stops))


def people(count: float) -> str:
    """``95 people``; ``fewer than 10 people``."""
    return f"fewer than {SMALLEST} people" if count < SMALLEST else f"{number(count, 0)} people"


def _support(e: Evidence) -> tuple[Check, bool]:
    arms = e.design.plan.arms
    who = range(1, len(arms)) if e.attended else range(len(arms))
    worst = max(float(e.stay.outside[j]) for j in who)
    lost = [arms[j] for j in range(1, len(arms)) if j not in e.compared]
    said = ", ".join(f"{arms[j]} {e.stay.share_in_words(j)}" for j in who)
    sentence = f"Without counterpart in the other group: {said}."
    stops = worst > MANY_OUTSIDE or bool(lost)
    if lost:
        sentence += f" Nobody is left to compare in {', '.join(lost)}."
    if stops:
        sentence += (
            " So many cannot be compared with anybody that an estimate would be about other people than those asked "
            "about. Leave the arm out, narrow the question to people whom both groups hold, or find another "
            "comparison group."
        )
    elif worst > SOME_OUTSIDE:
        sentence += " Nothing can be said about them."
    failed = stops or worst > SOME_OUTSIDE
    return Check("common_support", "failed" if failed else "passed", sentence), stops


def _carried(e: Evidence) -> tuple[Check, bool]:
    if not len(e.effective):
        return Check("effective_size", "failed", "There is no weighted group to measure."), True
    worst = _least(e.effective, "effective_n")
    thin = _least(e.effective, "of_smaller")
    stops = bool(worst["effective_n"] < FEWEST)
    row = worst if stops else thin
    sentence = (
        f"Once weighted, the group “{row['group']}” ({row['contrast']}) counts for as much as "
        f"{people(row['effective_n'])}; half of its weight is carried by {people(row['half_carried_by'])}."
    )
    failed = stops or bool(thin["of_smaller"] < THIN)
    if stops:
        sentence += f" Below {FEWEST} a mean has no interval that can be trusted: a few people would decide the answer."
    elif failed:
        sentence += (
            " A few people weigh heavily; intervals are wide, and other weights would give another answer."
        )
    return Check("effective_size", "failed" if failed else "passed", sentence), stops


def _least(table: pd.DataFrame, column: str) -> pd.Series:
    return table.iloc[int(np.argmin(table[column].to_numpy(dtype=float)))]


def _most(table: pd.DataFrame, size: Any) -> pd.Series:
    return table.iloc[int(np.argmax(np.asarray(size, dtype=float)))]


def _balance(e: Evidence) -> tuple[Check, bool]:
    table = e.balance
    if not len(table):
        return Check("balance", "failed", "No covariate was named: balance cannot be shown."), False
    size = table["difference_after"].abs()
    beyond = size > _by_chance(len(table)) * table["chance_after"]
    stops = bool((np.isinf(size) | ((size > FAR_APART) & beyond)).any())
    off = int((size > DIFFERS).sum())
    row = _most(table, size)
    where = f"{row['column']}, {row['contrast']}"
    large = (
        "not told, because fewer than 10 people stand behind it" if row["small"] else number(size.max(), 2)
    )
    sentence = (
        f"After weighting, {off} of {len(table)} comparisons of covariates differ by more than {DIFFERS} standard "
        f"deviations; the largest difference ({where}) is {large}."
        if off
        else f"After weighting, no covariate differs by more than {DIFFERS} standard deviations ({where}: {large})."
    )
    if stops:
        sentence += f" More than {FAR_APART}, and more than chance explains: weighting does not make the groups alike."
    return Check("balance", "failed" if off else "passed", sentence), stops


def _by_chance(comparisons: int) -> float:
    """Standard errors that the largest of so many differences exceeds by chance once in twenty."""
    from scipy.stats import norm

    return float(norm.isf(0.025 / max(comparisons, 1)))


def _spread(e: Evidence) -> tuple[Check, bool]:
    held = e.balance[~e.balance["small"].to_numpy(dtype=bool)] if len(e.balance) else e.balance
    ratio = held["variance_ratio_after"].dropna() if len(held) else pd.Series(dtype=float)
    off = ratio[(ratio > _SPREAD) | (ratio < 1 / _SPREAD)]
    if not len(off):
        return Check("spread", "passed", "After weighting, covariates are spread alike in the groups."), False
    worst = _most(held.loc[off.index], np.abs(np.log(off.clip(1e-9, 1e9))))
    times = worst["variance_ratio_after"]
    return (
        Check(
            "spread",
            "failed",
            f"After weighting, {worst['column']} is spread otherwise ({worst['contrast']}: its variance is "
            f"{number(times, 2)} times that of the comparison): means are alike, people are not.",
        ),
        False,
    )


def _apart(e: Evidence) -> tuple[Check, bool]:
    worst = _most(e.apart, e.apart["area"])
    area = float(worst["area"])
    sentence = (
        f"Of a participant and a comparison person, covariates tell who is who in {number(100 * area, 0)} of 100 pairs "
        f"({worst['contrast']}; 50 is chance)."
    )
    stops = area > ALWAYS_TOLD
    if stops:
        sentence += (
            " Treatment is predicted perfectly, so nobody in one group is like anybody in the other. Look for a "
            "covariate that is the rule of assignment itself; then the design is a cut-off (assignment='rd')."
        )
    elif area > EASILY_TOLD:
        sentence += (
            " Most comparison people are not like participants; the estimate rests on those few who are."
        )
    return Check("told_apart", "failed" if area > EASILY_TOLD else "passed", sentence), stops


def _changed(e: Evidence) -> tuple[Check, bool]:
    if bool(e.stay.kept.all()):
        sentence = "Nobody was left out."
        if e.stay.held_in:
            sentence += " Fewer than ten people of an arm have no counterpart; they stay, as leaving them out would tell on them."
        return Check("trimming", "passed", sentence), False
    arms = e.design.plan.arms
    asked = e.changes[e.changes["arm"] != arms[0]] if e.attended else e.changes
    asked = asked[np.isfinite(asked["difference"].to_numpy(dtype=float))]
    base = f"People outside were left out (rule: {e.stay.rule})."
    if not len(asked):
        return (
            Check("trimming", "passed", f"{base} All participants whom the question is about stay."),
            False,
        )
    row = _most(asked, asked["difference"].abs())
    far = abs(row["difference"]) > DIFFERS
    sentence = (
        f"{base} Those who stay differ from all in {row['arm']} by up to {number(abs(row['difference']), 2)} standard "
        f"deviations ({row['column']}); effects are about those who stay."
    )
    return Check("trimming", "failed" if far else "informational", sentence), False


def summary(judged: Judged, e: Evidence) -> str:
    """The answer in a sentence or two."""
    arms = e.design.plan.arms
    against = f"{', '.join(arms[1:])} against {arms[0]}"
    if judged.stops:
        why = {
            "common_support": "too many people have no counterpart in the other group",
            "effective_size": "once weighted, too few people carry the comparison",
            "balance": "weighting does not make the groups alike",
            "told_apart": "covariates tell the groups apart without error",
        }
        said = "; ".join(why[s] for s in judged.stops)
        return f"The groups cannot be compared as they are ({against}): {said}."
    size = e.balance["difference_after"].abs()
    row = _most(e.balance, size) if len(e.balance) else None
    largest = (
        ""
        if row is None or row["small"]
        else f" (largest difference {number(size.max(), 2)} standard deviations)"
    )
    counts = people(float(e.effective["effective_n"].min()))
    failed = [c for c in judged.checks if c.status == "failed"]
    verdict = "can be compared with caution" if failed else "can be compared"
    return f"The groups {verdict} ({against}): after weighting{largest} the smallest of them counts for {counts}."
