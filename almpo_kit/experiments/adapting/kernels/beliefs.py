"""From people and sums to what is believed about each arm."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.drift import Drift, drift_between, guarded
from almpo_kit.experiments.adapting.kernels.pooling import borrowed
from almpo_kit.experiments.adapting.kernels.posterior_grid import Posterior
from almpo_kit.experiments.adapting.kernels.two_way import cell_means

Array = np.ndarray[Any, np.dtype[Any]]
#: A continuous outcome's variance in an arm borrows from the other arms as if this many people more had been seen.
_SHRINK = 10.0
#: Degrees of freedom within cells below which the variance is that around the mean of all.
_FREE = 5
#: Least relative standard deviation: outcomes that are all alike must not make a grid of no width.
_LEAST_SD = 1e-9


def variances(n: Array, total: Array, squares: Array | None) -> Array:
    """Variance between people in each arm, shape (..., n_arms), from arrays of shape (..., n_batches, n_strata, n_arms).

    Binary outcomes (no sums of squares): p (1 - p), with one more success and failure. Continuous: within batch and stratum,
    drawn towards that of all arms together.
    """
    if squares is None:
        share = (total.sum(axis=(-3, -2)) + 1) / (n.sum(axis=(-3, -2)) + 2)
        return np.asarray(share * (1 - share))
    within = squares - n * cell_means(n, total) ** 2
    df = np.maximum(n - 1, 0).sum(axis=(-3, -2))
    left = np.maximum(within, 0).sum(axis=(-3, -2))
    free = df.sum(axis=-1, keepdims=True)
    together = np.where(
        free >= _FREE, left.sum(axis=-1, keepdims=True) / np.maximum(free, 1), _overall(n, total, squares)
    )
    return np.asarray((left + _SHRINK * together) / (df + _SHRINK))


def _overall(n: Array, total: Array, squares: Array) -> Array:
    """Variance around the mean of all, shape (..., 1): too large where arms differ, and all there is of single people."""
    people, sums, squared = (a.sum(axis=(-3, -2, -1))[..., None] for a in (n, total, squares))
    return np.asarray(
        np.maximum(squared - people * cell_means(people, sums) ** 2, 0) / np.maximum(people - 1, 1)
    )


def drifts(n: Array, total: Array, variance: Array) -> Drift:
    """Drift in each stratum: arrays of shape (..., n_strata) and, of the level, (..., n_strata, n_batches)."""
    return drift_between(np.swapaxes(n, -3, -2), np.swapaxes(total, -3, -2), variance[..., None, :])


def believed(
    n: Array, total: Array, squares: Array | None, *, drift_alpha: float = 0.0, pooled: bool = True
) -> tuple[Posterior, Drift]:
    """What is believed about each arm in each stratum after some batches.

    Binary: Beta, from one success and one failure before the trial. Continuous: normal, from one person's worth at the mean
    of all, with the variance as estimated.

    Parameters
    ----------
    n, total : array, shape (..., n_batches, n_strata, n_arms)
        People with known outcomes, and the sum of outcomes.
    squares : array of that shape, or None for a binary outcome
        Sum of squared outcomes.
    drift_alpha : float
        Level of the drift guard's tests; 0 for no guard.
    pooled : bool
        Whether strata borrow from each other.

    Returns
    -------
    Posterior, with arrays of shape (..., n_strata, n_arms)
    Drift
    """
    variance = variances(n, total, squares)
    found = drifts(n, total, variance)
    seen, summed = np.swapaxes(n, -3, -2), np.swapaxes(total, -3, -2)
    seen, summed = guarded(seen, summed, found, drift_alpha) if drift_alpha > 0 else (seen, summed)
    people, sums = seen.sum(axis=-2), summed.sum(axis=-2)
    if pooled:
        people, sums = borrowed(people, sums, variance)
    if squares is None:
        sums = np.clip(sums, 0, people)
        return Posterior(1 + sums, 1 + people - sums, True), found
    middle = cell_means(people.sum(axis=-1, keepdims=True), sums.sum(axis=-1, keepdims=True))
    spread = np.sqrt(variance[..., None, :] / (people + 1))
    spread = np.maximum(spread, _LEAST_SD * (1 + np.abs(middle)))
    return Posterior((sums + middle) / (people + 1), spread, False), found
