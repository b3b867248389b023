"""Standard error and degrees of freedom of every comparison that a trial makes, from its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from almpo_kit.experiments.sizing.kernels.arm_variances import (
    df_beside_covariate,
    groups_mean,
    pair_side,
    people_mean,
    price_of_covariate,
    satterthwaite,
    thinned_variation,
)
from almpo_kit.experiments.sizing.kernels.saturation_precision import beside_pure, inside_difference
from almpo_kit.experiments.sizing.kernels.wedge_precision import (
    group_sizes,
    level_covariance,
    wedge_schedule,
    wedge_variance,
)
from almpo_kit.experiments.sizing.spread import Spread, spread, uses_likeness
from almpo_kit.vocabulary.trial_designs import TrialDesign
from almpo_kit.vocabulary.trial_outcomes import Losses, TrialOutcome

#: Degrees of freedom where the statistic is taken as normal.
NORMAL = float("inf")


@dataclass(frozen=True)
class TrialContrast:
    """One comparison.

    Parameters
    ----------
    arm : str
        Programme.
    shift : float
        Effect on the tested scale.
    se : float
    df : float
        Infinite where the test is a normal one.
    loading : float
        Correlation with the comparison's mean, for several programmes.
    """

    arm: str
    shift: float
    se: float
    df: float
    loading: float = 0.0


def trial_contrasts(
    design: TrialDesign, outcome: TrialOutcome, losses: Losses, effect: float, estimand: str = ""
) -> tuple[TrialContrast, ...]:
    """The comparisons of a trial whose programmes all have this effect of the offer.

    Parameters
    ----------
    design : TrialDesign
        With its numbers decided.
    outcome : TrialOutcome
    losses : Losses
    effect : float
        Of the offer, in the outcome's own scale.
    estimand : {"", "total", "spillover", "direct"}
        Saturation design: what is compared; "" is "total".

    Returns
    -------
    tuple of TrialContrast
    """
    kept = 1 - losses.attrition
    if design.kind in _TWO_ARMS:
        told = spread(outcome, effect, kind=design.kind, moved=losses.moved)
        variance, df = _TWO_ARMS[design.kind](design, outcome, told, kept, estimand)
        return (TrialContrast(design.programmes[0], told.shift, float(variance**0.5), df),)
    return tuple(_beside(design, outcome, losses, effect, arm) for arm in design.programmes)


def _beside(
    design: TrialDesign, outcome: TrialOutcome, losses: Losses, effect: float, arm: str
) -> TrialContrast:
    """One programme beside the comparison, where people or groups are drawn to arms."""
    shares, kept = (design.arms[design.comparison], design.arms[arm]), 1 - losses.attrition
    told = spread(outcome, effect, kind=design.kind, share=shares[1] / sum(shares), moved=losses.moved)
    mean = _of_groups if design.kind == "cluster" else _of_people
    first, second = (mean(design, told, kept, i, share) for i, share in enumerate(shares))
    variance = first[0] + second[0]
    if design.kind == "cluster":
        known, dfs = design.clusters, [first[1], second[1]]
        if uses_likeness(outcome, "cluster") and outcome.icc * outcome.explained_between > 0:
            variance *= price_of_covariate(known, len(design.arms))
            own = [known * s for s in shares]
            dfs = [df_beside_covariate(d, own[i], own[1 - i], known) for i, d in enumerate(dfs)]
        # CR2's degrees of freedom are those of people taken as independent and alike.
        df = satterthwaite([1 / shares[0], 1 / shares[1]], dfs)
    else:
        df = NORMAL if outcome.kind == "duration" else satterthwaite(*zip(first, second, strict=True))
    return TrialContrast(arm, told.shift, variance**0.5, df, min(first[0] / variance, 1.0) ** 0.5)


def _of_people(design: TrialDesign, told: Spread, kept: float, i: int, share: float) -> tuple[float, float]:
    return people_mean(told.total[i], design.people * share * kept)


def _of_groups(design: TrialDesign, told: Spread, kept: float, i: int, share: float) -> tuple[float, float]:
    size = design.cluster_size * kept
    variation = thinned_variation(design.size_variation, design.cluster_size, kept)
    return groups_mean(told.within[i], told.between[i], design.clusters * share, size, variation)


# ---- designs of two arms -----------------------------------------------------------------------------


def _pairs(design: TrialDesign, outcome: TrialOutcome, told: Spread, kept: float, _: str) -> _Precision:
    """Mean of the differences within pairs, pairs alike; a pair's groups share what pairing explains."""
    size = design.cluster_size * kept
    variation = thinned_variation(design.size_variation, design.cluster_size, kept)
    each = [pair_side(told.within[i], told.between[i], size, variation) for i in (0, 1)]
    return sum(each) / (design.clusters / 2), design.clusters / 2 - 1


def _wedge(design: TrialDesign, outcome: TrialOutcome, told: Spread, kept: float, _: str) -> _Precision:
    schedule = wedge_schedule(design.steps)
    noise = np.where(schedule > 0, told.within[1], told.within[0])
    level = (told.between[0] + told.between[1]) / 2
    size, variation = design.cluster_size * kept, design.size_variation
    return wedge_variance(
        schedule,
        design.clusters,
        level_covariance(level, outcome.autocorrelation, design.steps + 1),
        noise,
        group_sizes(size, thinned_variation(variation, design.cluster_size, kept)),
    )


def _saturation(
    design: TrialDesign, outcome: TrialOutcome, told: Spread, kept: float, estimand: str
) -> _Precision:
    """Saturations are compared one by one and averaged: the offered (or not offered) of each count alike."""
    size = design.cluster_size * kept
    variation = thinned_variation(design.size_variation, design.cluster_size, kept)
    levels = [(s, p * design.clusters) for s, p in design.saturations.items() if s > 0]
    if estimand in ("spillover", "direct"):
        levels = [(s, k) for s, k in levels if s < 1]
    if estimand == "direct":
        return inside_difference(told.within, size, levels)
    which = 0 if estimand == "spillover" else 1
    return beside_pure(
        (told.within[0], told.within[which]),
        (told.between[0], told.between[which]),
        size,
        variation,
        design.saturations[0.0] * design.clusters,
        [(1 - s if estimand == "spillover" else s, k) for s, k in levels],
    )


_Precision = tuple[float, float]
_TWO_ARMS: dict[str, Callable[[TrialDesign, TrialOutcome, Spread, float, str], _Precision]] = {
    "matched_pair": _pairs,
    "stepped_wedge": _wedge,
    "saturation": _saturation,
}
