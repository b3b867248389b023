"""Several arms against one comparison: effects, their covariance, their degrees of freedom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Contrasts(NamedTuple):
    """Effects of ``k`` arms against one comparison.

    ``effects`` and ``df`` have shape (k,), ``covariance`` (k, k); ``units`` are the groups or pairs each rests on.
    """

    effects: Array
    covariance: Array
    df: Array
    units: Array
    notes: tuple[str, ...] = ()


def from_arms(means: Array, variances: Array, df: Array, units: Array) -> Contrasts:
    """Contrasts of independent arms with the first.

    Parameters
    ----------
    means, variances, df, units : array, shape (k + 1,)
        Variances of the means, degrees of freedom of their estimates.
    """
    covariance = np.diag(variances[1:]) + variances[0]
    found = np.array([welch(variances[[0, a]], df[[0, a]]) for a in range(1, len(means))])
    return Contrasts(means[1:] - means[0], covariance, found, units[1:] + units[0])


def welch(variances: Array, df: Array) -> float:
    """Degrees of freedom of a sum of independent variance estimates (Welch 1947, Satterthwaite 1946)."""
    total = variances.sum()
    if total <= 0:
        return float(df.sum())
    return float(total**2 / np.sum(variances**2 / df))
