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
    together = left.sum(axis=-1, keepdims=True) / np.maximum(df.sum(axis=-1, keepdims=True), 1)
    return np.asarray((left + _SHRINK * together) / (df + _SHRINK))


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
    spread = np.sqrt(np.maximum(variance, 1e-24)[..., None, :] / (people + 1))
    return Posterior((sums + middle) / (people + 1), spread, False), found
