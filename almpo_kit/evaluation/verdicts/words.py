"""The verdict in words that cannot be taken for another one."""

from __future__ import annotations

from almpo_kit.evaluation.designs.assignments import ASSIGNMENTS
from almpo_kit.evaluation.protocol.results import Design, Estimate, Heterogeneity, VerdictWord
from almpo_kit.evaluation.refutation.target import targets
from almpo_kit.evaluation.verdicts.reasons import Reason
from almpo_kit.vocabulary.provenance import SYNTHETIC

#: How many reasons stand in the sentence itself; all stand in the table.
_TOLD = 2


def said(
    word: VerdictWord,
    design: Design,
    estimate: Estimate | None,
    heterogeneity: Heterogeneity | None,
    reasons: list[Reason],
) -> str:
    """The sentence of a verdict. One of *not identified* holds no estimate: it would be quoted."""
    gone = [r for r in reasons if r.weighs == "rules it out"]
    doubts = [r for r in reasons if r.weighs == "makes it fragile"]
    if word == "not identified" and {r.rule for r in gone} == {"not_estimated"}:
        return f"Not identified so far. Nothing has been estimated yet, so nothing can be said of {_arms(design)}."
    if word == "not identified":
        return f"Not identified. {_unknown(design)} {_why(gone)}"
    assert estimate is not None
    effect = _plain(estimate.sentence)
    whom = _whom(heterogeneity)
    if word == "fragile":
        return f"Fragile. {effect} There are reasons not to rely on this: {_why(doubts)}{whom}"
    held = sum(r.weighs == "speaks for it" for r in reasons)
    assumes = ASSIGNMENTS[design.plan.assignment].assumes
    return (
        f"Credible. {effect}{_direction(estimate)} Nothing that was checked or tried speaks against it ({held} checks and "
        f"attempts held). It is true only if this is: {assumes}{whom}"
    )


def _plain(sentence: str) -> str:
    return sentence.removeprefix(f"{SYNTHETIC} data. ")


def _unknown(design: Design) -> str:
    return (
        f"These data cannot say what came of {_arms(design)}; do not use any number from them as an effect."
    )


def _arms(design: Design) -> str:
    arms = design.plan.arms
    return f"{' or '.join(arms[1:])} against {arms[0]}" if len(arms) > 1 else "the programme"


def _why(reasons: list[Reason]) -> str:
    told = [_plain(r.sentence) for r in reasons[:_TOLD]]
    more = len(reasons) - len(told)
    return " ".join(told) + (f" And {more} more reason{'' if more == 1 else 's'}." if more > 0 else "")


def _direction(estimate: Estimate) -> str:
    """Credible says that the comparison can be trusted, not that the programme works: said where it could be misread."""
    effects = targets(estimate.fit, estimate.sample)
    unclear = [t for t in effects if t.conclusion == "open"]
    if not unclear:
        return ""
    which = "it" if len(effects) == 1 else " and for ".join(f"{t.contrast}, {t.label}" for t in unclear[:3])
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
    return f" For whom: {_plain(heterogeneity.sentence)}"
