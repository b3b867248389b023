"""What the comparison of belief and evidence says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from almpo_kit.codesign.beliefs.belief_words import worth_of
from almpo_kit.codesign.beliefs.evidence_given import FEWEST_STUDIES, EvidenceGiven
from almpo_kit.codesign.beliefs.horizons_beside import apart_words, same_horizon
from almpo_kit.codesign.beliefs.kernels.trial_size import COIN, people_an_arm
from almpo_kit.codesign.beliefs.quantities import unit_words
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

THIN_EVIDENCE = "evidence too thin to contradict"
THIN_PANEL = "panel too small to say"
ABOVE, BELOW = "experts above the evidence", "experts below the evidence"
ABOVE_AVERAGE = "experts above the average, within what places differ by"
BELOW_AVERAGE = "experts below the average, within what places differ by"
ABOVE_ONLY_AVERAGE = "experts above the average of studies"
BELOW_ONLY_AVERAGE = "experts below the average of studies"
AGREE = "agree within the margin"
NONE_SHOWN = "no conflict shown"
#: All verdicts.
VERDICTS = (
    *(THIN_EVIDENCE, THIN_PANEL, ABOVE, BELOW, ABOVE_AVERAGE, BELOW_AVERAGE),
    *(ABOVE_ONLY_AVERAGE, BELOW_ONLY_AVERAGE, AGREE, NONE_SHOWN),
)
#: Differences in points below which a trial of practical size tells nothing.
_MOST_AN_ARM = 50_000


def verdict(fields: Mapping[str, Any], evidence: EvidenceGiven, thin_panel: bool) -> str:
    """One of ``VERDICTS``, by rules that are fixed: thin first, then places, then the average."""
    if evidence.thin:
        return THIN_EVIDENCE
    if thin_panel:
        return THIN_PANEL
    above, alpha = fields["difference"] > 0, fields["alpha"]
    if evidence.place is not None and fields["conflict_place"] < alpha:
        return ABOVE if above else BELOW
    if fields["conflict_average"] < alpha:
        if evidence.place is None:
            return ABOVE_ONLY_AVERAGE if above else BELOW_ONLY_AVERAGE
        return ABOVE_AVERAGE if above else BELOW_AVERAGE
    margin = fields["margin"]
    if margin is not None and -margin <= fields["difference_low"] and fields["difference_high"] <= margin:
        return AGREE
    return NONE_SHOWN


def sentence(fields: Mapping[str, Any], belief: Any, evidence: EvidenceGiven) -> str:
    """The answer, with both numbers and neither called the truth."""
    unit = unit_words(belief.unit)
    panel = f"The panel expects {number(belief.median)} {unit} (80%: {number(belief.low)} to {number(belief.high)})"
    if fields["verdict"] == THIN_PANEL:
        return f"Only {belief.n} participants answered{worth_of(belief.n, belief.effective, belief.least)}: too few to set what they expect against the evidence."
    if fields["verdict"] == THIN_EVIDENCE:
        held = _held(evidence)
        if belief.thin:
            return f"Neither side can be heard: {held}, and only {belief.n} participants answered{worth_of(belief.n, belief.effective, belief.least)}."
        few = 0 < evidence.n_studies < FEWEST_STUDIES
        held += f", fewer than the {FEWEST_STUDIES} that an average needs" if few else ""
        return f"{panel}; {held}. The evidence is too thin to contradict the panel, or to back it."
    found = f"{evidence.n_studies} studies found {number(evidence.estimate)} on average ({evidence.level:.0%}: {number(evidence.low)} to {number(evidence.high)})"
    return f"{panel}; {found}. {_what_follows(fields, unit)}{apart_words(_asked(belief), evidence.horizons)}"


def _asked(belief: Any) -> float:
    return float(belief.quantity["horizon_months"])


def _held(evidence: EvidenceGiven) -> str:
    """How many studies there are; enough of them may still have no average."""
    n = evidence.n_studies
    if not n:
        return "no pooled estimate was given, and no study that could be averaged"
    said = f"{n} independent {'study' if n == 1 else 'studies'} measured this"
    return said if n < FEWEST_STUDIES else f"{said}, but no average of them can be given"


def _what_follows(fields: Mapping[str, Any], unit: str) -> str:
    apart = f"{number(abs(fields['difference']))} {unit}"
    side = "above" if fields["difference"] > 0 else "below"
    says = fields["verdict"]
    if says in (ABOVE, BELOW):
        return f"The two part: the panel lies {apart} {side}, further than studies of different places differ. Either may be wrong; the reasons for both are listed."
    if says in (ABOVE_AVERAGE, BELOW_AVERAGE):
        return f"The panel lies {apart} {side} the average, but no further than places differ: this place may be one of those."
    if says in (ABOVE_ONLY_AVERAGE, BELOW_ONLY_AVERAGE):
        return f"The panel lies {apart} {side} the average; how far places differ is not known, so this may be such a place."
    if says == AGREE:
        return f"They agree to within {number(fields['margin'])} {unit}."
    wider = "what the panel believes" if fields["belief_wider"] else "what studies leave open"
    return f"No conflict is shown, which is not the same as agreement: {wider} is wide."


def checks(fields: Mapping[str, Any], belief: Any, evidence: EvidenceGiven) -> tuple[Check, ...]:
    """What was checked, and what would settle it."""
    found = [
        Check(
            "enough studies",
            "failed" if evidence.thin else "passed",
            f"{evidence.n_studies} independent studies{', but no average of them' if evidence.average is None and evidence.n_studies else ''}; "
            f"at least {FEWEST_STUDIES} and their average are needed before they contradict anybody.",
        ),
        Check(
            "enough answers",
            "failed" if belief.thin else "passed",
            f"{belief.n} complete answers (effective number {number(belief.effective)}); the rules of the consultation ask for {belief.least}.",
        ),
    ]
    if evidence.horizons:
        found.append(same_horizon(_asked(belief), evidence.horizons))
    if evidence.average is not None:
        found += [_places(fields, evidence), _meaning(fields), _one_by_one(fields, belief)]
    found.append(_settling(fields, belief))
    if fields["combined"] is not None:
        found.append(_combined(fields, belief))
    else:
        found.append(
            Check(
                "kept apart",
                "passed",
                "Belief and evidence stand side by side; neither was averaged into the other.",
            )
        )
    return tuple(found)


def _places(fields: Mapping[str, Any], evidence: EvidenceGiven) -> Check:
    if evidence.place is None:
        return Check(
            "places differ",
            "failed",
            "No prediction interval was given: the panel speaks of its place, the average of all places, and how far places differ is not known.",
        )
    return Check(
        "places differ",
        "passed",
        "The panel speaks of its place; it is compared with what one more place may find, not only with the average of all.",
    )


def _meaning(fields: Mapping[str, Any]) -> Check:
    said = f"Conflict with the average: {_p(fields['conflict_average'])}"
    if math.isfinite(fields["conflict_place"]):
        said += f"; with one more place: {_p(fields['conflict_place'])}"
    return Check(
        "conflict score",
        "informational",
        f"{said}. It is how often two views that both told their doubt honestly would lie so far apart by chance; below "
        f"{fields['alpha']:g} it is called a conflict. Panels that are too sure of themselves are called so more often.",
    )


def _one_by_one(fields: Mapping[str, Any], belief: Any) -> Check:
    return Check(
        "one by one",
        "informational",
        f"Taken one by one, {fields['people_above']} of {belief.n} participants lie above the evidence and {fields['people_below']} "
        "below, further than their own doubt and that of the evidence explain.",
    )


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else number(value, 3)


def _settling(fields: Mapping[str, Any], belief: Any) -> Check:
    size = fields["people_an_arm"]
    if fields["verdict"] in (THIN_EVIDENCE, THIN_PANEL) and not math.isfinite(size):
        told = "What would settle it: a trial, or a study of registers, of this programme in this place, counted as the question counts."
    elif math.isnan(size):
        told = "What would settle it: a trial in this place. Its size needs the spread of the outcome between people (outcome_sd)."
    elif size > _MOST_AN_ARM:
        told = "The two views are so close that no trial of a practical size would part them."
    else:
        told = (
            f"What would settle it: a trial in this place with about {number(size, 0)} people in each arm tells the two views apart "
            "(a test at 5% with 80% power; people drawn one by one; more where whole offices or towns are drawn)."
        )
    return Check("what would settle it", "informational", told)


def _combined(fields: Mapping[str, Any], belief: Any) -> Check:
    made, unit = fields["combined"], unit_words(belief.unit)
    clash = fields["verdict"] in (ABOVE, BELOW, ABOVE_ONLY_AVERAGE, BELOW_ONLY_AVERAGE)
    warning = " The two conflict, and one number hides it." if clash else ""
    return Check(
        "combined on request",
        "failed" if clash else "informational",
        f"Combined as asked, {made['belief']:.0%} belief and {made['evidence']:.0%} evidence: {number(made['median'])} {unit} "
        f"(80%: {number(made['low'])} to {number(made['high'])}). The weights are a choice, not a result.{warning}",
    )


def size_of_trial(difference: float, unit: str, outcome_sd: float | None) -> float:
    """People an arm; NaN where the spread of the outcome is not known."""
    if unit == "percentage_points":
        # 100 x 0.5: as wide as a yes or no can be.
        return people_an_arm(difference, 100 * COIN)
    return people_an_arm(difference, outcome_sd) if outcome_sd else math.nan
