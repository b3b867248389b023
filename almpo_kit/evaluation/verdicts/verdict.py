"""Say how far a result may be believed, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.protocol.continuing import continued, overridden_first
from almpo_kit.evaluation.protocol.results import (
    Design,
    Estimate,
    Heterogeneity,
    Overlap,
    Refutation,
    Verdict,
    VerdictWord,
)
from almpo_kit.evaluation.protocol.steps import Step
from almpo_kit.evaluation.verdicts import reasons as found_in
from almpo_kit.evaluation.verdicts.reasons import Reason
from almpo_kit.evaluation.verdicts.rules import worst
from almpo_kit.evaluation.verdicts.words import held, said
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Certainty, Check

#: One study by itself is never of high certainty.
_CERTAINTY: dict[VerdictWord, Certainty] = {
    "credible": "moderate",
    "fragile": "low",
    "not identified": "too little to say",
}


@dataclass(frozen=True)
class _Walk:
    """The steps that were reached."""

    design: Design
    overlap: Overlap | None = None
    estimate: Estimate | None = None
    heterogeneity: Heterogeneity | None = None
    refutation: Refutation | None = None

    def steps(self) -> dict[str, Step | None]:
        return {
            "design": self.design,
            "overlap": self.overlap,
            "estimate": self.estimate,
            "heterogeneity": self.heterogeneity,
            "refutation": self.refutation,
        }


def verdict(step: Step, *, heterogeneity: Heterogeneity | None = None) -> Verdict:
    """Say whether a result is credible, fragile or not identified.

    The verdict is the worst that any of the rules in ``verdicts/rules.py`` allows: a stop that stands, or one of design
    or overlap that was overridden, leaves *not identified*; a failed check, or an attempt to break the result that
    succeeded in part, leaves *fragile*; without a trial, a result is *credible* only when the attempts to break it that
    have to be made were made and failed, and the checks that its design asks for could be made.

    Parameters
    ----------
    step : Design, Overlap, Estimate, Heterogeneity or Refutation
        The last step that was reached; a step that said stop is told with what it said.
    heterogeneity : Heterogeneity, optional
        For whom effects differ; it does not change the verdict.

    Returns
    -------
    Verdict
        ``table`` has one row a reason: ``step, reason, contrast, status, weighs, rule, sentence``. A verdict of *not
        identified* says stop: what comes after it refuses without an override.

    Raises
    ------
    ParameterError
        Not a step of an evaluation.
    DesignError
        ``heterogeneity`` belongs to another estimate.
    """
    walk = _walked(step, heterogeneity)
    reasons = _reasons(walk, step)
    word = worst([r.rule for r in reasons if r.rule])
    own = _own_check(word, reasons)
    overrides = step.overrides
    return Verdict(
        question=f"How far can it be believed? {walk.design.question}",
        sentence=said(word, walk.design, walk.estimate, walk.heterogeneity, reasons),
        table=found_in.as_table(reasons),
        checks=overridden_first(overrides, (own, *_checks(reasons))),
        stops=("not_identified",) if word == "not identified" else (),
        overrides=overrides,
        provenance=continued(step, method="evaluation.verdict", overrides=overrides),
        figure="verdict",
        certainty=_CERTAINTY[word],
        rests_on=ASSIGNMENTS[walk.design.plan.assignment].label,
        verdict=word,
        design=walk.design,
        estimate=walk.estimate,
        heterogeneity=walk.heterogeneity,
        refutation=walk.refutation,
    )


def _walked(step: Any, heterogeneity: Any) -> _Walk:
    if heterogeneity is not None and not isinstance(heterogeneity, Heterogeneity):
        raise ParameterError(
            f"heterogeneity={type(heterogeneity).__name__} is not what evaluation.heterogeneity(effects) gives."
        )
    if isinstance(step, Heterogeneity):
        step, heterogeneity = step.estimate, heterogeneity or step
    if isinstance(step, Refutation):
        walk = _Walk(step.estimate.design, step.estimate.overlap, step.estimate, heterogeneity, step)
    elif isinstance(step, Estimate):
        walk = _Walk(step.design, step.overlap, step, heterogeneity)
    elif isinstance(step, Overlap):
        walk = _Walk(step.design, step, heterogeneity=heterogeneity)
    elif isinstance(step, Design):
        walk = _Walk(step, heterogeneity=heterogeneity)
    else:
        raise ParameterError(
            f"verdict() takes a step of an evaluation, not {type(step).__name__}; write e.g. "
            "evaluation.verdict(evaluation.refute(effects))."
        )
    if heterogeneity is not None and not _same(walk.estimate, heterogeneity.estimate):
        raise DesignError(
            "heterogeneity belongs to another estimate than the one judged; compute both from the same, e.g. "
            "verdict(refute(effects), heterogeneity=heterogeneity(effects))."
        )
    return walk


def _same(one: Estimate | None, other: Estimate) -> bool:
    if one is None or one is other:
        return one is other
    return one.design.plan.digest == other.design.plan.digest and one.table.equals(other.table)


def _reasons(walk: _Walk, last: Step) -> list[Reason]:
    assignment = walk.design.plan.assignment
    main = walk.estimate if isinstance(last, Heterogeneity) else last
    adjusted = assignment == "rct" and walk.estimate is not None and walk.estimate.method == "adjusted"
    found: list[Reason] = []
    for name, step in walk.steps().items():
        found += [r for r in found_in.of_overrides(last.overrides) if r.step == name]
        if step is None:
            found.append(found_in.not_reached(name, walk.estimate is not None, assignment))
        elif isinstance(step, Refutation):
            found += found_in.of_refutation(step)
        else:
            found += found_in.of_step(name, step, step is main, adjusted and name == "overlap")
            if isinstance(step, Estimate):
                found += [*found_in.of_numbers(step), *found_in.of_unchecked(step)]
    return found


def _own_check(word: VerdictWord, reasons: list[Reason]) -> Check:
    against = [r for r in reasons if r.weighs in ("rules it out", "makes it fragile")]
    if word == "not identified":
        text = "Not identified: no number from here may be used or passed on as an effect."
        return Check("not_identified", "failed", text)
    if word == "fragile":
        text = f"Fragile: {len(against)} reason{'' if len(against) == 1 else 's'} to doubt the result; do not rely on it alone."
        return Check("fragile", "failed", text)
    return Check("credible", "passed", held(reasons))


def _checks(reasons: list[Reason]) -> tuple[Check, ...]:
    """The reasons as checks, those against it first; overrides stand before them already."""
    kept = [r for r in reasons if not r.reason.startswith("overridden_") and r.status != "not reached"]
    against = [Check(r.reason, "failed", r.sentence) for r in kept if r.rule]
    status: dict[str, Any] = {"speaks for it": "passed", "is told": "informational"}
    rest = [Check(r.reason, status[r.weighs], r.sentence) for r in kept if not r.rule]
    return tuple(dict.fromkeys([*against, *rest]))
