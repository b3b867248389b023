"""Whether a declared trial can be run at all, refused in words that name the way out."""

from __future__ import annotations

import math
from typing import Final

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.plain_values import real_number, whole_number
from almpo_kit.vocabulary.trial_designs import TrialDesign

#: Kind of design -> estimators that can be declared, the first by default. "difference" of groups is wrong, and shown to be.
ANALYSES: Final = {
    "individual": ("difference", "adjusted"),
    "blocked": ("blocked", "difference", "adjusted"),
    "cluster": ("cluster", "difference", "adjusted"),
    "matched_pair": ("pairs", "cluster", "difference", "adjusted"),
    "stepped_wedge": ("stepped_wedge", "difference", "adjusted"),
    "saturation": ("saturation", "difference"),
}
_MOST_PEOPLE = 5_000_000


def feasible(declared: Declaration) -> None:
    """Refuse a trial whose numbers are open or too few, or whose effect cannot be.

    Parameters
    ----------
    declared : Declaration

    Raises
    ------
    ParameterError, DesignError
    """
    _numbers(declared)
    _analysis(declared)
    _decided(declared)
    _enough(declared.design)
    _effects_can_be(declared)
    if declared.design.kind == "stepped_wedge" and declared.outcome.kind == "duration":
        raise DesignError(
            "declare: a stepped wedge compares periods, and a duration runs through several; measure a share or a mean in "
            "each period instead."
        )
    if declared.spillover and declared.design.kind != "saturation":
        raise DesignError(
            "declare: spillover needs kind='saturation'; with other designs it cannot be told from the effect."
        )
    if 0 < declared.population_size < declared.design.total:
        raise DesignError(
            f"declare: the trial has {declared.design.total} people and the population {declared.population_size}; leave "
            "population_size out, or take fewer people."
        )


def _numbers(declared: Declaration) -> None:
    real_number("declare: alpha", declared.alpha, 0, 0.5, open_low=True, open_high=True)
    real_number("declare: effect_spread", declared.effect_spread, 0, 1e12)
    real_number("declare: spillover", declared.spillover, -1e12, 1e12)
    whole_number("declare: population_size", declared.population_size, 0, 10_000_000_000)
    whole_number("declare: blocks", declared.blocks, 0, 1_000_000)
    for name in ("cost_fixed", "cost_per_group", "cost_per_person"):
        real_number(f"declare: {name}", getattr(declared, name), 0, 1e15)


def _analysis(declared: Declaration) -> None:
    kind, outcome = declared.design.kind, declared.outcome
    allowed = ANALYSES[kind]
    if declared.estimator not in allowed:
        raise ParameterError(
            f"declare: estimator {declared.estimator!r} does not belong to {kind}; choose one of {', '.join(allowed)}."
        )
    if declared.blocks and kind != "blocked":
        raise ParameterError(f"declare: blocks belong to kind='blocked', not to {kind}.")
    if declared.estimator != "adjusted":
        return
    if outcome.kind == "duration":
        raise DesignError("declare: covariates of durations are not simulated; leave estimator out.")
    if outcome.explained == 0 and outcome.icc * outcome.explained_between == 0:
        raise DesignError(
            "declare: estimator 'adjusted' uses covariates, and explained=0 says that there are none; set "
            "outcome.explained, e.g. 0.2, or choose another estimator."
        )


def _decided(declared: Declaration) -> None:
    design = declared.design
    if design.of_clusters and (design.clusters < 1 or design.cluster_size < 1):
        raise DesignError(
            "declare: say how many groups there are and how many people each, e.g. clusters=12, cluster_size=40; "
            "experiments.power tells which numbers are needed."
        )
    if not design.of_clusters and design.people < 1:
        raise DesignError(
            "declare: say how many people there are, e.g. people=800; experiments.power tells which number is needed."
        )
    most = design.people // len(design.arms)
    if design.kind == "blocked" and declared.blocks_made > most:
        raise DesignError(
            f"declare: {design.people} people in {declared.blocks_made} blocks leave some with fewer people than arms; make "
            f"at most {most} blocks."
        )
    if declared.people > _MOST_PEOPLE:
        raise DesignError(
            f"declare: {declared.people} people are more than can be simulated a thousand times; experiments.power answers by "
            "formula."
        )


def _enough(design: TrialDesign) -> None:
    if design.kind in ("matched_pair", "stepped_wedge"):
        least = 4 if design.kind == "matched_pair" else max(design.steps, 3)
        if design.clusters < least:
            raise DesignError(
                f"declare: {design.clusters} groups are too few for {design.kind}; it needs {least} at least."
            )
        return
    shares = dict(design.saturations) if design.kind == "saturation" else dict(design.arms)
    n = design.clusters if design.of_clusters else design.people
    what = "groups" if design.of_clusters else "people"
    for name, share in shares.items():
        if n * share < 2 - 1e-9:
            raise DesignError(
                f"declare: {n} {what} leave fewer than two for {name!r} (a share of {share:.3g}), and nothing tells the "
                f"programme from luck; take at least {math.ceil(2 / share - 1e-9)} {what}, or fewer arms."
            )


def _effects_can_be(declared: Declaration) -> None:
    outcome = declared.outcome
    for arm, effect in declared.effects.items():
        if outcome.kind == "duration" and effect <= 0:
            raise ParameterError(
                f"declare: the effect of {arm!r} on a duration is a ratio of hazards above 0, e.g. 1.2; it is {effect:g}."
            )
    if outcome.kind != "binary":
        return
    for arm, effect in declared.effects.items():
        if not 0 <= outcome.baseline + effect <= 1:
            raise ParameterError(
                f"declare: {100 * outcome.baseline:.4g}% without and an effect of {100 * effect:.4g} points make "
                f"{100 * (outcome.baseline + effect):.4g}% in arm {arm!r}; effects are said as 0.05 for five points."
            )
    if declared.effect_spread and not declared.design.of_clusters:
        raise DesignError(
            "declare: of a yes or no of people drawn one by one, effects that differ leave no other trace than their mean; "
            "leave effect_spread out, or draw groups."
        )
