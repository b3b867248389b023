"""What a rule is worth to people from whom it was not learned."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array


class Mean(NamedTuple):
    """A weighted mean with its interval; NaN where there are fewer than two clusters."""

    value: float
    low: float
    high: float
    se: float


def clustered_mean(values: Array, weight: Array, cluster: Array, confidence: float) -> Mean:
    """Weighted mean, its variance from sums over clusters (g/(g − 1) of them), a t interval on g − 1.

    Parameters
    ----------
    values, weight, cluster : Array, shape (m,)
    confidence : float
    """
    from scipy.stats import t

    _, own = np.unique(cluster, return_inverse=True)
    groups = int(own.max()) + 1 if own.size else 0
    if groups < 2 or not weight.sum() > 0:
        return Mean(np.nan, np.nan, np.nan, np.nan)
    mean = float(values @ weight / weight.sum())
    sums = np.bincount(own, weights=weight * (values - mean))
    se = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()) / weight.sum())
    half = float(t.ppf(0.5 + confidence / 2, groups - 1)) * se
    return Mean(mean, mean - half, mean + half, se)
