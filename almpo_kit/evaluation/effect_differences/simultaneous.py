"""Intervals that hold for all groups of a table at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_DRAWS = 20_000


def critical_value(scores: Array, df: float, seed: int, level: float = 0.95) -> float:
    """How many standard errors wide the intervals of m estimates are, to hold all at once.

    Parameters
    ----------
    scores : Array, shape (g, m)
        What each cluster adds to each estimate's error.
    df : float
        Least degrees of freedom among them.
    seed : int
    level : float

    Returns
    -------
    float
        Quantile of the largest |t|; never below that of a single interval, nor above Bonferroni's.
    """
    from scipy.stats import t

    df = max(df, 1.0)
    single = float(t.ppf((1 + level) / 2, df))
    norm = np.sqrt(np.sum(scores**2, axis=0))
    kept = norm > 0
    m = int(kept.sum())
    if m <= 1:
        return single
    bonferroni = float(t.ppf(1 - (1 - level) / (2 * m), df))
    z = scores[:, kept] / norm[kept]
    values, vectors = np.linalg.eigh(z.T @ z)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    rng = np.random.default_rng(np.random.SeedSequence(seed).spawn(3)[2])
    normal = rng.standard_normal((_DRAWS, m)) @ root.T
    scale = np.sqrt(rng.chisquare(df, _DRAWS) / df) if np.isfinite(df) else np.ones(_DRAWS)
    largest = np.abs(normal).max(axis=1) / scale
    return float(np.clip(np.quantile(largest, level), single, bonferroni))
