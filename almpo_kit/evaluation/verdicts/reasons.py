"""Every reason for and against a result, from all steps that were reached, each with the rule that it meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from almpo_kit.evaluation.protocol.results import Estimate, Refutation
from almpo_kit.evaluation.protocol.steps import Override, Step
from almpo_kit.evaluation.verdicts.rules import (
    ABOUT_COMPARISON,
    ADJUSTED_AWAY,
    ANSWERS,
    CHECKED,
    ESSENTIAL,
    NO_ADJUSTMENT,
    RULES,
    WEIGHS,
    Weighs,
)
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import SYNTHETIC

COLUMNS = ("step", "reason", "contrast", "status", "weighs", "rule", "sentence")


@dataclass(frozen=True)
class Reason:
    """One reason.

    Parameters
    ----------
    step : str
        Design, overlap, estimate, heterogeneity, refutation.
    reason : str
        Name of the check or attempt.
    contrast : str
        Empty where it is about all of them.
    status : str
        Of the check, or the result of the attempt; ``"not reached"`` where there is no such step.
    weighs : str
    rule : str
        Key of ``RULES``, empty where none is met.
    sentence : str
    """

    step: str
    reason: str
    contrast: str
    status: str
    weighs: Weighs
    rule: str
    sentence: str


def as_table(reasons: Sequence[Reason]) -> pd.DataFrame:
    """One row a reason; within a step, the gravest first."""
    steps = list(dict.fromkeys(r.step for r in reasons))
    ordered = sorted(reasons, key=lambda r: (steps.index(r.step), WEIGHS.index(r.weighs)))
    return pd.DataFrame([asdict(r) for r in ordered], columns=list(COLUMNS))


def of_step(name: str, step: Step, last: bool, adjusted: bool = False) -> list[Reason]:
    """Checks of design, overlap, estimate or heterogeneity.

    Parameters
    ----------
    last : bool
        True where no later step was reached: then a stop stands.
    adjusted : bool
        True for a trial whose estimate adjusts for covariates.
    """
    # Those that were overridden before stand at the head of every later step; they are told once, by `of_overrides`.
    own = [c for c in step.checks if not c.name.startswith("overridden_")]
    found = [_of_check(name, c, step.stops, last) for c in own]
    return [_adjusted_for(r) if adjusted and r.reason in ADJUSTED_AWAY else r for r in found]


def _adjusted_for(reason: Reason) -> Reason:
    """A difference that chance made in a trial and that the estimate adjusts for is told and not held against it."""
    if reason.rule != "failed":
        return reason
    sentence = f"{reason.sentence} The estimate adjusts for these covariates."
    return replace(reason, weighs="is told", rule="", sentence=sentence)


def _of_check(name: str, check: Check, stops: tuple[str, ...], last: bool) -> Reason:
    weighs: Weighs
    if name == "heterogeneity":
        # For whom effects differ says nothing about whether there is one.
        weighs, rule = "is told", ""
    elif check.name in stops and last:
        weighs, rule = "rules it out", "stopped"
    elif check.status == "failed" and check.name in NO_ADJUSTMENT:
        weighs, rule = "rules it out", "no_adjustment"
    elif check.status == "failed":
        weighs, rule = "makes it fragile", "failed"
    else:
        weighs, rule = ("speaks for it" if check.status == "passed" else "is told"), ""
    return Reason(name, check.name, "", check.status, weighs, rule, check.sentence)


def of_numbers(estimate: Estimate) -> list[Reason]:
    """That nothing was estimated with an interval, where nothing was."""
    if estimate.table[["effect", "low", "high"]].notna().all(axis=1).any():
        return []
    words = RULES["no_number"].words
    return [Reason("estimate", "no_number", "", "failed", "rules it out", "no_number", words)]


def of_overrides(overrides: Sequence[Override]) -> list[Reason]:
    """Stops that the person went past."""
    found = []
    for o in overrides:
        rule = "overridden" if o.step in ABOUT_COMPARISON else "overridden_late"
        weighs: Weighs = "rules it out" if RULES[rule].at_best == "not identified" else "makes it fragile"
        check = o.as_check()
        found.append(Reason(o.step, check.name, "", "failed", weighs, rule, check.sentence))
    return found


def of_unchecked(estimate: Estimate) -> list[Reason]:
    """Checks that this way of assignment has to pass and that the data did not allow, by contrast."""
    made = {"overlap": estimate.overlap.checks, "estimate": estimate.checks}
    named = _contrasts(estimate)
    found = []
    for key in CHECKED[estimate.design.plan.assignment]:
        mine = [
            c for checks in made.values() for c in checks if c.name == key or c.name.startswith(f"{key}_")
        ]
        about_all = [c for c in mine if not any(_is_about(c, n) for n in named)]
        for contrast in named:
            if not about_all and not any(_is_about(c, contrast) for c in mine):
                found.append(_unchecked(key, contrast))
    return found


def _is_about(check: Check, contrast: str) -> bool:
    said = check.sentence.removeprefix(f"{SYNTHETIC} data. ").lower()
    return said.startswith(f"{contrast.lower()}:")


def _unchecked(key: str, contrast: str) -> Reason:
    sentence = (
        f"{contrast[:1].upper()}{contrast[1:]}: the check “{key.replace('_', ' ')}” has to be made before a result that is not from a "
        "trial can be called credible, and these data did not allow it."
    )
    return Reason("estimate", key, contrast, "not tried", "makes it fragile", "untested", sentence)


def of_refutation(refutation: Refutation) -> list[Reason]:
    """Attempts to break the result, and those that had to be made and gave no answer."""
    chosen = refutation.estimate.design.plan.assignment
    table = refutation.table
    found = [_of_attempt(row) for row in table.to_dict("records")]
    for contrast in _contrasts(refutation.estimate):
        mine = table[(table["contrast"] == contrast) & table["result"].isin(ANSWERS)]
        for attempt in ESSENTIAL[chosen]:
            if attempt not in set(mine["attempt"]):
                found.append(_untested(attempt, contrast))
    return found


def _of_attempt(row: Mapping[Any, Any]) -> Reason:
    weighs: Weighs = "is told"
    rule = ""
    if row["result"] == "broken":
        gone = row["weighs"] == "breaks"
        weighs, rule = ("rules it out", "broken") if gone else ("makes it fragile", "doubted")
    elif row["result"] == "held":
        weighs = "speaks for it"
    attempt, contrast, result = (str(row[c]) for c in ("attempt", "contrast", "result"))
    return Reason("refutation", attempt, contrast, result, weighs, rule, str(row["sentence"]))


def _untested(attempt: str, contrast: str) -> Reason:
    words = attempt.replace("_", " ")
    sentence = (
        f"{contrast[:1].upper()}{contrast[1:]}: the attempt “{words}” has to give an answer before a result that is not from a "
        "trial can be called credible, and it gave none."
    )
    return Reason("refutation", attempt, contrast, "not tried", "makes it fragile", "untested", sentence)


def _contrasts(estimate: Estimate) -> list[str]:
    return [f"{a} against {b}" for a, b in estimate.fit.contrasts]


def not_reached(name: str, estimated: bool, assignment: str) -> Reason:
    """A step that there is not."""
    weighs: Weighs = "is told"
    rule, why = "", "This step was not taken."
    if name == "estimate":
        weighs, rule, why = "rules it out", "not_estimated", RULES["not_estimated"].words
    elif name == "refutation" and estimated and ESSENTIAL[assignment]:
        weighs, rule, why = "makes it fragile", "not_refuted", RULES["not_refuted"].words
    return Reason(name, "not_reached", "", "not reached", weighs, rule, why)
