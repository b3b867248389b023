"""Draws of an effect month by month, from what is known of its errors. Pure arrays; nothing is validated."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def correlation_from_sum(se: Array, sum_se: float) -> float:
    """Correlation of neighbouring months at which single errors make the error of the sum.

    Parameters
    ----------
    se : Array, shape (m,)
        Of single months.
    sum_se : float
        Of their sum.

    Returns
    -------
    float
        ρ of errors that correlate by ρ to the power of their distance, from 0 to 1. Beyond either end, the end.
    """

    def made(rho: float) -> float:
        return float(np.sqrt(se @ fading(len(se), rho) @ se))

    low, high = 0.0, 1.0
    if sum_se <= made(low):
        return low
    if sum_se >= made(high):
        return high
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if made(middle) < sum_se else (low, middle)
    return (low + high) / 2


def fading(m: int, rho: float) -> Array:
    """Correlations that fall by ρ with every month between, shape (m, m)."""
    gap = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
    return np.asarray(np.power(float(rho), gap))


def drawn_paths(mean: Array, covariance: Array, df: float, draws: int, rng: np.random.Generator) -> Array:
    """Paths drawn from a multivariate t (normal where ``df`` is infinite).

    Parameters
    ----------
    mean : Array, shape (m,)
    covariance : Array, shape (m, m)
        Of the estimates; may be singular.
    df : float
    draws : int

    Returns
    -------
    Array, shape (draws, m)
        Half of them mirror the other half at the mean, which makes their mean exact.
    """
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = (draws + 1) // 2
    errors = rng.standard_normal((half, len(mean))) @ root.T
    spread = rng.chisquare(df, half) / df if np.isfinite(df) else np.ones(half)
    errors /= np.sqrt(spread)[:, None]
    return np.asarray(mean + np.concatenate([errors, -errors])[:draws])
