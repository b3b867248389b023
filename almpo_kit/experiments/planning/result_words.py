"""What a trial found, in words, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from almpo_kit.experiments.planning.design_words import effect_words, smallest_in_unit
from almpo_kit.vocabulary.finding import Certainty, Check, Headline
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import interval, number
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

#: Arms that a sentence names; all stand in the table.
_TOLD: Final = 3
#: What the bar of the card shows, by unit; the same for every trial.
_SCALES: Final[Mapping[str, tuple[float, float]]] = {
    "percentage_points": (-30.0, 30.0),
    "log_hazard_ratio": (-1.0, 1.0),
    "eur_per_month": (-1_000.0, 1_000.0),
    "eur_per_year": (-10_000.0, 10_000.0),
    "months": (-12.0, 12.0),
    "days": (-180.0, 180.0),
}
_STEPS: Final[tuple[Certainty, ...]] = ("high", "moderate", "low", "too little to say")


def label(outcome: TrialOutcome) -> str:
    """An outcome inside a sentence."""
    if not outcome.outcome:
        return outcome.name.replace("_", " ")
    said = OUTCOMES[outcome.outcome].label
    bare = ("earnings", "benefits", "days", "weeks", "months", "time", "self")
    return said if said.startswith(bare) else f"the {said}"


def told(row: Mapping[Any, Any], outcome: TrialOutcome, level: float) -> str:
    """``4.2 points (95%: 1.1 to 7.3)``; a duration as how much faster people leave."""
    effect, low, high = (float(row[k]) for k in ("effect", "low", "high"))
    if outcome.kind == "duration":
        ratios = [math.exp(min(max(v, -50.0), 50.0)) for v in (effect, low, high)]
        return interval(ratios[0], ratios[1], ratios[2], "times as fast", level, 2)
    unit = UNITS[row["unit"]][0] if row["unit"] in UNITS else ""
    spread = (high - low) / 2
    digits = 0 if not math.isfinite(spread) or spread >= 10 else 1 if spread >= 0.95 else 2
    return interval(effect, low, high, unit, level, digits)


def verdict_words(row: Mapping[Any, Any], plan: TrialPlan, outcome: TrialOutcome, level: float) -> str:
    """One arm's sentence."""
    low, high = float(row["low"]), float(row["high"])
    matters = smallest_in_unit(plan)
    said, arm = told(row, outcome, level), str(row["arm"])
    what = f"{label(outcome)} {outcome.months:g} months after the draw"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"Nothing can be said yet about {arm} and {what}."
    if low > 0 or high < 0:
        did = "raised" if low > 0 else "lowered"
        if outcome.kind == "duration":
            return f"With {arm}, people left {said} as with {row['comparison']}."
        text = f"{arm[:1].upper()}{arm[1:]} {did} {what} by {_size(row, outcome, level)}, compared with {row['comparison']}."
        return text + _beside_smallest(low, high, matters, plan)
    ruled_out = high < matters if matters > 0 else low > matters
    if ruled_out:
        return (
            f"{arm[:1].upper()}{arm[1:]} has no effect that would matter on {what}: {said}, so "
            f"{effect_words(plan.primary, plan.smallest_effect)} is ruled out."
        )
    return (
        f"It cannot be said whether {arm} changes {what}: {said}. No effect is possible, and so is one that would matter "
        f"({effect_words(plan.primary, plan.smallest_effect)})."
    )


def _size(row: Mapping[Any, Any], outcome: TrialOutcome, level: float) -> str:
    """The size of an effect whose direction the verb says already."""
    if float(row["effect"]) >= 0:
        return told(row, outcome, level)
    return told(
        dict(row) | {"effect": -row["effect"], "low": -row["high"], "high": -row["low"]}, outcome, level
    )


def _beside_smallest(low: float, high: float, matters: float, plan: TrialPlan) -> str:
    smallest = effect_words(plan.primary, plan.smallest_effect)
    if (low >= matters) if matters > 0 else (high <= matters):
        return f" That is more than the smallest effect that would matter ({smallest})."
    if (high < 0 < matters) or (matters < 0 < low):
        return " That is the opposite of what was hoped for."
    if not _reach_open(low, high, matters):
        return f" That is less than the smallest effect that would matter ({smallest})."
    return f" Whether it reaches the smallest effect that would matter ({smallest}) is open."


def _reach_open(low: float, high: float, matters: float) -> bool:
    """Whether the interval holds the smallest effect that would matter, so that smaller ones are possible as well."""
    return low < matters <= high if matters > 0 else low <= matters < high


def sentence(rows: pd.DataFrame, plan: TrialPlan, outcome: TrialOutcome, level: float, planned: bool) -> str:
    """The answer: each arm on the outcome that carries the verdict."""
    parts = [verdict_words(r, plan, outcome, level) for r in rows.head(_TOLD).to_dict("records")]
    if len(rows) > _TOLD:
        parts.append(f"The other {len(rows) - _TOLD} arms stand in the table.")
    if not planned:
        parts.insert(0, "Exploratory, because this is not the outcome that was planned.")
    return " ".join(parts)


def headline(rows: pd.DataFrame, outcome: TrialOutcome, level: float) -> Headline | None:
    """The first arm's effect on the bar."""
    row = rows.iloc[0]
    value, low, high = (float(row[k]) for k in ("effect", "low", "high"))
    unit = str(row["unit"])
    if unit not in _SCALES or not all(map(math.isfinite, (value, low, high))):
        return None
    return Headline(value, low, high, UNITS[unit][0], _SCALES[unit], level)


def certainty(
    rows: pd.DataFrame, plan: TrialPlan, checks: Sequence[Check], *, planned: bool, registered: bool
) -> Certainty:
    """How sure the verdict is.

    High where the plan was registered, nothing serious failed and the interval decides; a step down for each of: no registered
    plan, one failed check, two or more failed checks, fewer than ten groups. Moderate at best where the interval holds the
    smallest effect that would matter: whether it is reached is open. Nothing can be said where it holds no effect as well; an
    outcome that was not planned is low at best.
    """
    row = rows.iloc[0]
    low, high, matters = float(row["low"]), float(row["high"]), smallest_in_unit(plan)
    undecided = low <= 0 <= high and ((high >= matters) if matters > 0 else (low <= matters))
    if undecided or not (math.isfinite(low) and math.isfinite(high)):
        return "too little to say"
    failed = sum(c.status == "failed" for c in checks)
    down = (not registered) + min(failed, 2) + (0 < int(row["groups"]) < 10)
    best = 2 if not planned else 1 if _reach_open(low, high, matters) else 0
    return _STEPS[min(max(down, best), 2)]


def rests_on(rows: pd.DataFrame, plan: TrialPlan) -> str:
    """``412 people in 24 groups, plan 1a2b3c4d5e6f``."""
    people = int(rows["people"].iloc[0]) if len(rows) == 1 else 0
    groups = int(rows["groups"].max())
    who = f"{number(people, 0)} people" if people else f"{len(rows) + 1} arms"
    return f"{who}{f' in {groups} groups' if groups else ''}, one randomised trial, plan {plan.digest[:12]}"
