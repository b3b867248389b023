"""Price of an additional job (or month in work): a ratio whose divisor may be zero, so its limits are Fieller's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class CostPerJob:
    """Euro per additional unit; arrays of one shape.

    Parameters
    ----------
    value : Array
        Cost over effect; NaN where the effect is not above zero, for then no additional unit was bought.
    low, high : Array
        Limits; ``high`` is infinite where the interval of the effect includes zero. Both NaN where even the upper end of
        the effect is not above zero.
    bounded : Array of bool
        True where there are two finite limits.
    """

    value: Array
    low: Array
    high: Array
    bounded: Array


def cost_per_job(
    effect: Any, se: Any, cost: Any, *, cost_se: Any = 0.0, covariance: Any = 0.0, critical: float = 1.959964
) -> CostPerJob:
    """Cost over effect with Fieller's limits.

    The limits are those prices r for which ``cost - r * effect`` is not told from zero. They take in large prices, then
    minus infinity, as soon as the effect is not told from zero: then there is a least price and no largest one.

    Parameters
    ----------
    effect, se : array_like
        Additional units a participant (jobs: 0.05 for five in a hundred) and standard error.
    cost, cost_se : array_like
        Euro a participant, not negative, and standard error.
    covariance : array_like
        Of the two estimates.
    critical : float
        Quantile for the level, 1.96 for 95%.

    Returns
    -------
    CostPerJob

    References
    ----------
    Fieller (1954) Journal of the Royal Statistical Society B 16, 175-185.
    """
    e, s, c, cs, ec = np.broadcast_arrays(
        *(np.asarray(x, dtype=float) for x in (effect, se, cost, cost_se, covariance))
    )
    z2 = critical**2
    a, b, d = e**2 - z2 * s**2, e * c - z2 * ec, c**2 - z2 * cs**2
    top = e + critical * s
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = np.where(e > 0, c / e, np.nan)
        root = np.sqrt(np.maximum(b**2 - a * d, 0.0))
        lower, upper = (b - root) / a, (b + root) / a
        # Where the divisor is not told from zero, a is negative and the larger root is the least price.
        least = np.where(a == 0, d / (2 * b), lower)
        least = np.where((a < 0) & (b**2 - a * d < 0), 0.0, least)
        # A cost that may be zero with a divisor that may be zero leaves no price out.
        least = np.where((a <= 0) & (d <= 0), 0.0, least)
    bounded = (a > 0) & (e > 0)
    known = np.isfinite(e) & np.isfinite(s) & np.isfinite(c)
    some = known & (top > 0)
    low = np.where(some, np.where(bounded, lower, least), np.nan)
    high = np.where(some, np.where(bounded, upper, np.inf), np.nan)
    return CostPerJob(value, np.maximum(low, 0.0), high, bounded & known)
