"""A design, its outcomes and what is expected to be lost, in sentences of a plan."""

from __future__ import annotations

import math
from typing import Final

from almpo_kit.vocabulary.adaptive_rules import ADAPTIVE_KINDS, AdaptiveRule
from almpo_kit.vocabulary.rendering import number
from almpo_kit.vocabulary.trial_designs import DESIGN_KINDS, TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome
from almpo_kit.vocabulary.trial_plans import TrialPlan

_FAMILYWISE: Final = {
    "holm": "Holm’s method",
    "bonferroni": "Bonferroni’s method",
    "dunnett": "Dunnett’s method",
}


def percent(share: float) -> str:
    """A share in per cent without digits that say nothing: 5%, 12.5%, 0.25%."""
    return f"{100 * share:.4g}%"


def effect_words(outcome: TrialOutcome, effect: float) -> str:
    """An effect in the outcome's own scale, as people say it.

    Examples
    --------
    >>> effect_words(TrialOutcome("work", "binary", 0.3), 0.05)
    '5.0 percentage points'
    """
    if outcome.kind == "binary":
        return f"{number(100 * effect)} percentage points"
    if outcome.kind == "duration":
        return f"a ratio of hazards of {number(effect, 2)}"
    digits = 0 if abs(effect) >= 100 else 2
    unit = outcome.unit.replace("eur_", "euros ").replace("_", " ")
    return f"{number(effect, digits)} {unit}".strip()


def smallest_in_unit(plan: TrialPlan) -> float:
    """The smallest effect that would matter, in the unit in which effects are told."""
    if plan.primary.kind == "duration":
        return math.log(plan.smallest_effect)
    return plan.smallest_effect * (100 if plan.primary.kind == "binary" else 1)


def in_numbers(design: TrialDesign) -> str:
    """How many are drawn."""
    if not design.of_clusters:
        return f"{number(design.people, 0)} people" if design.people else "a number of people not yet decided"
    if not design.clusters:
        return "a number of groups not yet decided"
    size = f" of about {number(design.cluster_size, 0)} people" if design.cluster_size else ""
    period = " in each period" if design.kind == "stepped_wedge" and size else ""
    return f"{number(design.clusters, 0)} groups{size}{period}"


def drawn(plan: TrialPlan) -> list[str]:
    """Sentences on who is drawn, how, and in which shares."""
    design = plan.design
    said = [f"Drawn are {DESIGN_KINDS[design.kind]}. In numbers: {in_numbers(design)}."]
    if design.kind == "stepped_wedge":
        said.append(
            f"Groups begin at {design.steps} steps, in an order drawn by lot; there are {design.steps + 1} periods."
        )
    elif design.kind == "saturation":
        parts = ", ".join(
            f"{percent(s)} of people in {percent(p)} of places" for s, p in design.saturations.items()
        )
        said.append(f"The programme is offered to: {parts}.")
    else:
        said.append(
            "Shares of the arms: " + ", ".join(f"{a} {percent(s)}" for a, s in design.arms.items()) + "."
        )
    said.append(f"The arm that others are compared with is {design.comparison}.")
    if plan.blocks:
        said.append(f"The draw is made within blocks of: {', '.join(plan.blocks)}.")
    if plan.cluster:
        said.append(f"Groups are told by the column {plan.cluster}.")
    return said


def rule_words(rule: AdaptiveRule) -> list[str]:
    """Sentences on an adaptive rule."""
    said = [
        f"Shares change after each batch of {number(rule.batch_size, 0)} people, over at most {rule.batches} batches: "
        f"{rule.kind.replace('_', ' ')}, {ADAPTIVE_KINDS[rule.kind]}.",
        f"No arm gets less than {percent(rule.floor)} of a batch; the interval rests on that.",
        f"Outcomes of a batch are known {rule.delay} batch{'es' if rule.delay > 1 else ''} later.",
    ]
    if rule.strata:
        said.append(f"Shares are learned apart for: {', '.join(rule.strata)}.")
    if rule.stop_at < 1:
        said.append(f"It stops once one arm’s chance of being the best is {percent(rule.stop_at)}.")
    if rule.stop_for_harm < 1:
        said.append(
            f"An arm is closed once the chance that it is worse than the comparison is {percent(rule.stop_for_harm)}."
        )
    return said


def several_arms(plan: TrialPlan) -> str:
    """How several arms, or one, share the chance of finding something by luck."""
    arms = len(plan.design.programmes)
    if arms == 1:
        return f"The test is two-sided at {percent(plan.alpha)}."
    if plan.design.familywise == "none":
        return (
            f"Each of {arms} arms is tested at {percent(plan.alpha)} on its own. Nothing guards against finding one of them "
            "by luck."
        )
    return (
        f"The chance of finding any effect by luck in {arms} arms together is kept at {percent(plan.alpha)} by "
        f"{_FAMILYWISE[plan.design.familywise]}."
    )


def losses_words(losses: Losses) -> list[str]:
    """What is expected to be lost."""
    said = [
        f"Outcomes of {percent(losses.attrition)} of people are expected to stay unknown.",
        f"Of those offered, {percent(losses.take_up)} are expected to take part.",
    ]
    if losses.taken_anyway:
        said.append(
            f"Of the comparison, {percent(losses.taken_anyway)} are expected to take part all the same."
        )
    return said
