"""Declare a trial before it is run: what is true, who is drawn, how it is analysed, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almpo_kit.experiments.declaring.declaration import Declaration
from almpo_kit.experiments.declaring.feasible import ANALYSES, feasible
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.plain_values import is_number
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome


def declare(
    design: TrialDesign,
    outcome: TrialOutcome,
    *,
    effect: float | Mapping[str, float],
    losses: Losses | None = None,
    estimator: str = "",
    alpha: float = 0.05,
    of_taking_part: bool = False,
    effect_spread: float = 0.0,
    spillover: float = 0.0,
    blocks: int = 0,
    population_size: int = 0,
    cost_fixed: float = 0.0,
    cost_per_group: float = 0.0,
    cost_per_person: float = 0.0,
    synthetic: bool = False,
) -> Declaration:
    """Declare a trial, to be diagnosed, swept and compared before anybody is drawn.

    Parameters
    ----------
    design : TrialDesign
        With its numbers of people, or of groups and people in a group.
    outcome : TrialOutcome
    effect : float or mapping of str to float
        What is taken to be true, of all programmes or by arm; in the outcome's own scale (0.05 is five points; a ratio of
        hazards of 1.2). 0 (1 for a duration) asks how often nothing is taken for something.
    losses : Losses, optional
    estimator : str
        "" takes the design's own: "adjusted" where people are drawn and covariates explain something, otherwise the one named
        after the design.
    alpha : float
        Two-sided.
    of_taking_part : bool
        Whether ``effect`` is that of taking part; otherwise it is the effect of the offer.
    effect_spread : float
        Standard deviation of the effect between groups (where groups are drawn) or people; of a duration on the log scale;
        not for a yes or no of people drawn one by one, whose spread follows from the shares.
    spillover : float
        Saturation design: effect on those not offered in a place where all others are, falling in step with the share.
    blocks : int
        Blocked design: how many; about 20 people each when left out.
    population_size : int
        People about whom the trial is to speak; 0 where they are very many.
    cost_fixed, cost_per_group, cost_per_person : float
        In one currency; a person of a stepped wedge costs it in each period.
    synthetic : bool
        Its numbers are invented; said wherever it is shown.

    Returns
    -------
    Declaration
        ``.world(rng)`` runs it once, ``.fit(data)`` analyses it.

    Raises
    ------
    ParameterError
        A number outside its range, an effect that cannot be, an unknown estimator.
    DesignError
        Numbers that are not decided or too few, an outcome that the design cannot measure.

    Notes
    -----
    The world: a share ``icc`` of the variance lies between groups (normal for a mean; beta-distributed chances for a yes or
    no, which keeps the correlation exact; log-normal hazards for durations, with an exponential time). Covariates of people are
    known that explain ``explained`` of what lies within groups, but in saturation designs, and of durations none. Blocks and
    pairs take away ``explained_between`` of what lies between; where groups are drawn to arms a covariate of groups explains it,
    in other designs nothing does. Outcomes are lost at random. After DeclareDesign: Blair, Cooper, Coppock & Humphreys (2019), Am. Polit. Sci. Rev. 113,
    838–859.
    """
    losses = Losses() if losses is None else losses
    made = Declaration(
        design=design,
        outcome=outcome,
        effects=_effects(design, outcome, effect, losses.moved if of_taking_part else 1.0),
        losses=losses,
        estimator=estimator or _estimator(design, outcome),
        alpha=alpha,
        effect_spread=effect_spread,
        spillover=spillover,
        blocks=blocks,
        population_size=population_size,
        cost_fixed=cost_fixed,
        cost_per_group=cost_per_group,
        cost_per_person=cost_per_person,
        synthetic=synthetic,
    )
    feasible(made)
    return made


def _effects(design: TrialDesign, outcome: TrialOutcome, given: Any, moved: float) -> dict[str, float]:
    if isinstance(given, Mapping):
        if set(given) != set(design.programmes):
            raise ParameterError(
                f"declare: effect names {sorted(map(str, given))}; name each arm but the comparison: "
                f"{list(design.programmes)}."
            )
        effects = {arm: given[arm] for arm in design.programmes}
    else:
        effects = dict.fromkeys(design.programmes, given)
    for arm, effect in effects.items():
        if not is_number(effect):
            raise ParameterError(f"declare: the effect of {arm!r} is {effect!r}; give a number, e.g. 0.05.")
    if outcome.kind == "duration":
        # A ratio that cannot be is refused with the rest of the declaration.
        return {a: float(e) ** moved if e > 0 else float(e) for a, e in effects.items()}
    return {a: float(e) * moved for a, e in effects.items()}


def _estimator(design: TrialDesign, outcome: TrialOutcome) -> str:
    helped = outcome.kind != "duration" and (
        outcome.explained > 0 or outcome.icc * outcome.explained_between > 0
    )
    return "adjusted" if design.kind == "individual" and helped else ANALYSES[design.kind][0]
