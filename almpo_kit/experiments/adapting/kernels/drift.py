"""Has the world changed between batches? Levels of everybody, and what arms do against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.two_way import cell_means, two_way

Array = np.ndarray[Any, np.dtype[Any]]
#: A batch counts this much of the one after it once effects have been found to change.
FADING = 0.5
#: Smallest cell that is tested: sums of fewer people are too far from normal.
_LEAST = 5
#: How often, at most about, a guard raises a false alarm in a whole trial.
FALSE_ALARMS = 0.1


@dataclass(frozen=True)
class Drift:
    """Tests that batches are alike.

    Parameters
    ----------
    p_level : array, shape (...)
        Of the same change for every arm.
    p_effects : array, shape (...)
        Of arms changing against each other.
    level : array, shape (..., n_batches)
        Level of each batch beside the last one with people, with what arms do taken out.
    """

    p_level: Array
    p_effects: Array
    level: Array


def drift_between(n: Array, total: Array, variance: Array) -> Drift:
    """Tests of the two-way table of batches by arms.

    Levels: a straight trend within arms (one degree of freedom, what a recession looks like) and any pattern of batches
    (chi-squared), the smaller p doubled. Effects: what levels and gains leave unexplained (chi-squared).

    Parameters
    ----------
    n, total : array, shape (..., n_batches, n_arms)
        People, and the sum of their outcomes.
    variance : array, shape (..., n_arms)
        Of the outcome between people.
    """
    from scipy.special import chdtrc

    mean = cell_means(n, total)
    whole_level, _ = two_way(n, mean)
    held_batches = (n > 0).any(axis=-1)
    n = np.where(n >= _LEAST, n, 0.0)
    mean, total = np.where(n > 0, mean, 0.0), np.where(n > 0, total, 0.0)
    level, gain = two_way(n, mean)
    weight = n / np.maximum(variance, 1e-12)[..., None, :]
    by_arm = n.sum(axis=-2)
    pooled = cell_means(by_arm, total.sum(axis=-2))
    everything = (weight * (mean - pooled[..., None, :]) ** 2).sum(axis=(-1, -2))
    left = (weight * (mean - level[..., None] - gain[..., None, :]) ** 2).sum(axis=(-1, -2))
    held = n > 0
    batches, arms = held.any(axis=-1).sum(axis=-1), held.any(axis=-2).sum(axis=-1)
    df_level = np.maximum(batches - 1, 0)
    df_effects = np.maximum(held.sum(axis=(-1, -2)) - batches - arms + 1, 0)
    p_level = np.where(df_level > 0, chdtrc(np.maximum(df_level, 1), np.maximum(everything - left, 0)), 1.0)
    p_effects = np.where(df_effects > 0, chdtrc(np.maximum(df_effects, 1), left), 1.0)
    p_trend = chdtrc(1.0, _trend(weight, mean))
    p_level = np.minimum(2 * np.minimum(p_level, p_trend), 1.0)
    return Drift(p_level, p_effects, whole_level - _of_last(whole_level, held_batches))


def _trend(weight: Array, mean: Array) -> Array:
    """Squared z of a straight trend over batches, the same within each arm, shape (...)."""
    by_arm = np.maximum(weight.sum(axis=-2, keepdims=True), 1e-300)
    time = np.arange(weight.shape[-2])[:, None] * np.ones_like(weight)
    away = time - (weight * time).sum(axis=-2, keepdims=True) / by_arm
    size = (weight * away**2).sum(axis=(-1, -2))
    slope = (weight * away * mean).sum(axis=(-1, -2))
    return np.asarray(np.where(size > 0, slope**2 / np.where(size > 0, size, 1.0), 0.0))


def level_of_look(batches: int, strata: int) -> float:
    """Level of the guard's tests at one look, so that ``FALSE_ALARMS`` holds over a trial."""
    return FALSE_ALARMS / (batches * strata)


def _of_last(level: Array, held: Array) -> Array:
    """Level of the last batch with people, shape (..., 1)."""
    last = held.shape[-1] - 1 - np.argmax(held[..., ::-1], axis=-1)
    return np.asarray(np.take_along_axis(level, last[..., None], axis=-1))


def guarded(n: Array, total: Array, found: Drift, alpha: float) -> tuple[Array, Array]:
    """People and sums that a rule may learn from: levels brought to the last batch's, old batches faded out.

    Parameters
    ----------
    n, total : array, shape (..., n_batches, n_arms)
    found : Drift
    alpha : float
        Below which a test counts.

    Returns
    -------
    n, total : array, shape (..., n_batches, n_arms)
    """
    effects = found.p_effects < alpha
    level = (found.p_level < alpha) | effects
    shifted = np.where(level[..., None, None], total - n * found.level[..., None], total)
    age = np.arange(n.shape[-2])[::-1]
    fade = np.where(effects[..., None], FADING**age, 1.0)[..., None]
    return n * fade, shifted * fade
