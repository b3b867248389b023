"""How an outcome varies in each arm, on the scale on which its effect is tested."""

from __future__ import annotations

import math
from dataclasses import dataclass

from almpo_kit.experiments.sizing.kernels.event_information import cox_variance, event_share
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome


@dataclass(frozen=True)
class Spread:
    """Variance within and between groups, without and with the programme, and the effect itself.

    Parameters
    ----------
    shift : float
        Effect on the tested scale: a difference, or a log hazard ratio.
    within, between : (float, float)
        Comparison and programme; after covariates.
    """

    shift: float
    within: tuple[float, float]
    between: tuple[float, float]

    @property
    def total(self) -> tuple[float, float]:
        """Of people drawn one by one."""
        return self.within[0] + self.between[0], self.within[1] + self.between[1]


def spread(
    outcome: TrialOutcome, effect: float, *, kind: str, share: float = 0.5, moved: float = 1.0
) -> Spread:
    """Spread of an outcome under an effect of the offer.

    Parameters
    ----------
    outcome : TrialOutcome
    effect : float
        In the outcome's own scale.
    kind : str
        Of the design: covariates count only where its estimator uses them.
    share : float
        Of the programme among the two arms that are compared; matters to durations only.
    moved : float
        Share of the offered whom the offer moves; a mean varies more where only some have the whole effect.

    Notes
    -----
    A duration's arms are spoken of as log rates: one over the events is the variance, so a person is worth one over his or
    her chance of an event within the time followed.
    """
    if outcome.kind == "duration":
        shift, totals, more = math.log(effect), _of_rates(outcome, effect, share), 0.0
    else:
        shift, more = effect, 0.0
        totals = (outcome.variance, outcome.variance)
        if outcome.kind == "binary":
            totals = (outcome.variance, (outcome.baseline + effect) * (1 - outcome.baseline - effect))
        else:
            more = effect**2 * (1 / moved - 1)
    inside, outside = left_within(outcome, kind), left_between(outcome, kind)
    return Spread(
        shift=shift,
        within=(inside * totals[0], inside * totals[1] + more),
        # Groups' log rates differ as they did before; a share's own variance changes with it.
        between=(outside * totals[0], outside * totals[0 if outcome.kind == "duration" else 1]),
    )


def left_within(outcome: TrialOutcome, kind: str) -> float:
    """Share of the variance within groups that is left, of all variance."""
    return (1 - outcome.icc) * (1 - outcome.explained * uses_covariates(outcome, kind))


def left_between(outcome: TrialOutcome, kind: str) -> float:
    """Share of the variance between groups that is left, of all variance."""
    return outcome.icc * (1 - outcome.explained_between * uses_likeness(outcome, kind))


def uses_covariates(outcome: TrialOutcome, kind: str) -> bool:
    """Whether the design's own estimator adjusts for covariates of people; spill-overs are told without them."""
    return outcome.kind != "duration" and kind != "saturation"


def uses_likeness(outcome: TrialOutcome, kind: str) -> bool:
    """Whether what is known of groups counts: blocks and pairs are made of it, the others adjust for it."""
    if kind in ("matched_pair", "blocked"):
        return True
    return outcome.kind != "duration" and kind in ("individual", "cluster")


def _of_rates(outcome: TrialOutcome, ratio: float, share: float) -> tuple[float, float]:
    rate = math.log(2) / outcome.baseline
    first, second = (1 / event_share(rate * r, outcome.months) for r in (1.0, ratio))
    told = cox_variance(rate, ratio, outcome.months, (1 - share, share))
    # Cox's likelihood knows a little less than the rates themselves would.
    times = told / (first / (1 - share) + second / share)
    return times * first, times * second


def limits(outcome: TrialOutcome, sign: int) -> tuple[float, float]:
    """Between which the effect of the offer can lie, from none to the largest; durations on the log scale."""
    if outcome.kind == "binary":
        room = 1 - outcome.baseline if sign > 0 else outcome.baseline
        return 1e-9, room * (1 - 1e-9)
    return (1e-9, math.log(1000.0)) if outcome.kind == "duration" else (1e-12 * outcome.sd, 1e4 * outcome.sd)


def effect_at(outcome: TrialOutcome, size: float, sign: int) -> float:
    """The effect of a size on the scale of :func:`limits`."""
    return math.exp(sign * size) if outcome.kind == "duration" else sign * size


def size_of(outcome: TrialOutcome, effect: float) -> float:
    """The other way round."""
    return abs(math.log(effect)) if outcome.kind == "duration" else abs(effect)


def sign_of(outcome: TrialOutcome, effect: float | None) -> int:
    """1 for a rise (or leaving faster), −1 for a fall."""
    none = 1.0 if outcome.kind == "duration" else 0.0
    return -1 if effect is not None and effect < none else 1


def diluted(outcome: TrialOutcome, effect: float, moved: float) -> float:
    """Effect of the offer where taking part has an effect and the offer moves a share to take part.

    Notes
    -----
    Exact for differences; hazard ratios are diluted on the log scale, which is exact for small effects only.
    """
    return effect**moved if outcome.kind == "duration" else effect * moved


def undiluted(outcome: TrialOutcome, effect: float, moved: float) -> float:
    """Effect of taking part that gives an effect of the offer."""
    return effect ** (1 / moved) if outcome.kind == "duration" else effect / moved
