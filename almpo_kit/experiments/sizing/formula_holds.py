"""Where a formula can be trusted, and where a trial has to be simulated."""

from __future__ import annotations

import math

from almpo_kit.experiments.sizing.closed_form import Setting
from almpo_kit.experiments.sizing.kernels.event_information import event_share
from almpo_kit.vocabulary.rendering import number

_FEWEST_CASES, _FEWEST_EVENTS, _FEWEST_A_GROUP = 10.0, 20.0, 5.0
_VERY_UNEQUAL, _FEW_GROUPS = 0.8, 20


def why_not(setting: Setting, effect: float) -> str:
    """Why the formula does not hold for this trial; "" where it does.

    Parameters
    ----------
    setting : Setting
    effect : float
        Of the offer.
    """
    design, outcome = setting.design, setting.outcome
    share = min(design.arms.values())
    if design.kind == "saturation":
        share = min(design.saturations.get(0.0, 1.0), sum(s * p for s, p in design.saturations.items()))
    people = design.total * share * (1 - setting.losses.attrition)
    if outcome.kind == "binary":
        ends = (outcome.baseline, outcome.baseline + effect)
        cases = people * min(*ends, *(1 - p for p in ends))
        if cases < _FEWEST_CASES:
            return f"an arm expects {number(cases, 1)} people with the rarer outcome, too few for a normal distribution"
    if outcome.kind == "duration":
        rate = math.log(2) / outcome.baseline * min(effect, 1.0)
        events = people * event_share(rate, outcome.months)
        if events < _FEWEST_EVENTS:
            return f"an arm expects {number(events, 0)} people whose time ends, too few for a normal distribution"
        if design.kind == "matched_pair" and events / (design.clusters / 2) < _FEWEST_A_GROUP:
            return "a group expects too few people whose time ends for a rate of its own"
    if design.of_clusters and design.size_variation > _VERY_UNEQUAL and design.clusters < _FEW_GROUPS:
        return "groups are few and very unequal, so that power depends on which of them is drawn"
    return ""
