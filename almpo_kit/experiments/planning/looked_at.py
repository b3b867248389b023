"""An interval that allows for looks at the outcome on the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from almpo_kit.experiments.estimating.contrast_fit import ContrastFit
from almpo_kit.experiments.inferring.kernels.mean_sequence import t_mixture_radius, tuned_mixture
from almpo_kit.vocabulary.trial_plans import TrialPlan

_TOLD = "Outcomes were looked at on the way, so the interval is that of a confidence sequence, which holds at every look."


def always_valid(fit: ContrastFit, plan: TrialPlan, alpha: float, arms: int) -> ContrastFit:
    """The same estimate with the interval of a confidence sequence and its p-value.

    The mixture is narrowest at the number of people (or groups) that were planned, never at what the data turned out to be.

    Parameters
    ----------
    fit : ContrastFit
    plan : TrialPlan
    alpha : float
        All arms together; each gets its part.
    arms : int
        But the comparison.
    """
    units = float(fit.clusters or fit.n + fit.n_comparison)
    planned = float((plan.design.clusters if fit.clusters else plan.design.total) or units)
    each = alpha / arms if plan.design.familywise != "none" else alpha
    mixture = tuned_mixture(planned, each)

    def half(level: float) -> float:
        # A mean of n whose standard error is that of the contrast.
        return float(t_mixture_radius(np.array(units), np.array(units * fit.se**2), mixture, level))

    p = _level_at_which(half, abs(fit.effect)) * (arms if plan.design.familywise != "none" else 1)
    return replace(
        fit,
        low=fit.effect - half(each),
        high=fit.effect + half(each),
        p_value=min(1.0, p),
        notes=(*fit.notes, _TOLD),
    )


def wider_by_looks(plan: TrialPlan, units: int) -> tuple[float, float]:
    """How many times as wide looks make the interval, and how many times as large an effect must be to be found as surely.

    Parameters
    ----------
    plan : TrialPlan
    units : int
        People, or groups where groups are drawn.
    """
    from scipy.stats import norm

    arms = len(plan.design.programmes) if plan.design.familywise != "none" else 1
    each, n = plan.alpha / arms, float(units)
    with_looks = float(t_mixture_radius(np.array(n), np.array(n), tuned_mixture(n, each), each))
    without, surely = float(norm.ppf(1 - each / 2)), float(norm.ppf(0.8))
    return with_looks / without, (with_looks + surely) / (without + surely)


def _level_at_which(half: Callable[[float], float], distance: float) -> float:
    """The level at which an interval of half that width begins to hold no effect."""
    low, high = math.log(1e-12), 0.0
    for _ in range(60):
        middle = (low + high) / 2
        if half(math.exp(middle)) > distance:
            low = middle
        else:
            high = middle
    return math.exp(high)
