"""The verdict in words that cannot be taken for another one, short enough for a card."""

from __future__ import annotations

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.protocol.results import Design, Estimate, Heterogeneity, VerdictWord
from almpo_kit.evaluation.refutation.target import targets
from almpo_kit.evaluation.verdicts.effect_words import effects_in_short
from almpo_kit.evaluation.verdicts.reason_words import gravest
from almpo_kit.evaluation.verdicts.reasons import Reason


def said(
    word: VerdictWord,
    design: Design,
    estimate: Estimate | None,
    heterogeneity: Heterogeneity | None,
    reasons: list[Reason],
) -> str:
    """The sentence of a verdict: about 90 words at most. One of *not identified* holds no estimate: it would be quoted."""
    gone = [r for r in reasons if r.weighs == "rules it out"]
    doubts = [r for r in reasons if r.weighs == "makes it fragile"]
    if word == "not identified" and {r.rule for r in gone} == {"not_estimated"}:
        return f"Not identified so far. Nothing has been estimated yet, so nothing can be said of {_arms(design)}."
    if word == "not identified":
        return f"Not identified. {_unknown(design)} {gravest(gone)}"
    assert estimate is not None
    effect = effects_in_short(estimate)
    whom = _whom(heterogeneity)
    if word == "fragile":
        return f"Fragile. {effect} Do not rely on it alone: {gravest(doubts)}{whom}"
    assumes = ASSIGNMENTS[design.plan.assignment].assumes
    return f"Credible. {effect}{_direction(estimate)} {held(reasons)} It is true only if this is: {assumes}{whom}"


def held(reasons: list[Reason]) -> str:
    """What a credible result rests on: that nothing failed, or what failed without counting against it."""
    good = sum(r.weighs == "speaks for it" for r in reasons)
    failed = [r for r in reasons if r.status == "failed" and not r.rule and r.step != "heterogeneity"]
    if not failed:
        return f"Nothing that was checked or tried speaks against it ({good} checks and attempts held)."
    which = "one failed that does" if len(failed) == 1 else f"{len(failed)} failed that do"
    return f"{good} checks and attempts held; {which} not count against it by the rules: {gravest(failed)}"


def _unknown(design: Design) -> str:
    return (
        f"These data cannot say what came of {_arms(design)}; do not use any number from them as an effect."
    )


def _arms(design: Design) -> str:
    arms = design.plan.arms
    return f"{' or '.join(arms[1:])} against {arms[0]}" if len(arms) > 1 else "the programme"


def _direction(estimate: Estimate) -> str:
    """Credible says that the comparison can be trusted, not that the programme works: said where it could be misread."""
    effects = targets(estimate.fit, estimate.sample)
    unclear = [t for t in effects if t.conclusion == "open"]
    if not unclear:
        return ""
    which = " and for ".join(f"{t.contrast}, {t.label}" for t in unclear[:2]) + (
        " and others" if len(unclear) > 2 else ""
    )
    whose = "" if len(effects) == 1 else f" (for {which})"
    return (
        f" The interval includes no effect{whose}: credible means that the comparison can be trusted, not that the programme "
        "works."
    )


def _whom(heterogeneity: Heterogeneity | None) -> str:
    if heterogeneity is None:
        return ""
    if not heterogeneity.claimed:
        return " There is no evidence that effects differ between people."
    whose = [c for c, claimed in heterogeneity.claims.items() if claimed]
    of = f" of {' and of '.join(whose)}" if 0 < len(whose) < len(heterogeneity.claims) else ""
    return f" Effects{of} differ between people: see for whom."
