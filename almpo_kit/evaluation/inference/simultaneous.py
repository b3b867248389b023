"""How wide intervals must be to hold for all months of a path at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_DRAWS = 20_000


def pointwise(df: Array, level: float = 0.95) -> Array:
    """Half-widths in standard errors of t intervals, the shape of ``df``; NaN where there are no degrees of freedom."""
    from scipy.stats import norm, t

    found: Array = np.full(np.shape(df), np.nan)
    some = np.asarray(df) > 0
    finite = some & np.isfinite(df)
    found[some] = norm.ppf((1 + level) / 2)
    found[finite] = t.ppf((1 + level) / 2, np.asarray(df)[finite])
    return found


def simultaneous(covariance: Array, df: Array, *, level: float = 0.95, seed: int = 0) -> float:
    """Half-width in standard errors that holds for all of h estimates at once.

    Parameters
    ----------
    covariance : Array, shape (h, h)
        NaN off the diagonal where not known; then Bonferroni.
    df : Array, shape (h,)
        The smallest counts.
    level : float
    seed : int
        Of the draws from the multivariate t distribution of the estimates.

    Returns
    -------
    float
        At least the pointwise half-width; NaN where no estimate has a standard error.

    References
    ----------
    Montiel Olea and Plagborg-Møller (2019) J. Appl. Econom. 34, 1-17.
    """
    spread = np.sqrt(np.diag(covariance))
    held = np.isfinite(spread) & (spread > 0) & (np.asarray(df) > 0)
    if not held.any():
        return float("nan")
    least = float(np.min(np.asarray(df)[held]))
    single = float(pointwise(np.array([least]), level)[0])
    count = int(held.sum())
    if count == 1:
        return single
    correlation = covariance[np.ix_(held, held)] / np.outer(spread[held], spread[held])
    if not np.isfinite(correlation).all():
        return float(pointwise(np.array([least]), 1 - (1 - level) / count)[0])
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    values, vectors = np.linalg.eigh(correlation)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    largest = np.abs(rng.standard_normal((_DRAWS, count)) @ root.T).max(axis=1)
    if np.isfinite(least):
        largest = largest / np.sqrt(rng.chisquare(least, _DRAWS) / least)
    return max(single, float(np.quantile(largest, level)))
