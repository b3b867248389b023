"""A number with what each person contributes to its error, and what follows for several such numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Estimated:
    """An estimate.

    Parameters
    ----------
    value : float
    influence : Array, shape (n,)
        The estimate less the truth is about the sum of it.
    """

    value: float
    influence: Array


def covariance(estimates: Sequence[Estimated], cluster: Array) -> Array:
    """Cluster-robust covariance of several estimates from the same people, shape (m, m).

    Parameters
    ----------
    estimates : sequence of Estimated, length m
    cluster : Array of int, shape (n,)

    Notes
    -----
    Sums of influences by cluster, with g / (g - 1) for g clusters.
    """
    _, code = np.unique(cluster, return_inverse=True)
    many = int(code.max()) + 1
    sums = np.column_stack([np.bincount(code, e.influence, many) for e in estimates])
    return np.asarray(sums.T @ sums * many / max(many - 1, 1))


def simultaneous_quantile(cov: Array, level: float, df: int, seed: int) -> float:
    """Half-width, in standard errors, of intervals that hold for all of several numbers at once.

    Parameters
    ----------
    cov : Array, shape (m, m)
    level : float
    df : int
        Degrees of freedom: clusters less one.
    seed : int

    Returns
    -------
    float
        The quantile of the largest absolute t; that of one t where there is one number.

    References
    ----------
    Hothorn, Bretz & Westfall (2008) Biometrical J. 50, 346-363.
    """
    from scipy.stats import t

    se = np.sqrt(np.diag(cov))
    kept = se > 1e-12 * max(float(se.max(initial=0.0)), 1e-300)
    alone = float(t.ppf(0.5 + level / 2, df))
    if kept.sum() < 2:
        return alone
    correlation = cov[np.ix_(kept, kept)] / np.outer(se[kept], se[kept])
    rng = np.random.default_rng(np.random.SeedSequence([seed, 8087]))
    size, axes = np.linalg.eigh(correlation)
    normal = rng.standard_normal((20_000, int(kept.sum()))) * np.sqrt(np.clip(size, 0, None)) @ axes.T
    common = np.sqrt(df / rng.chisquare(df, 20_000))
    return max(float(np.quantile(np.abs(normal).max(axis=1) * common, level)), alone)
