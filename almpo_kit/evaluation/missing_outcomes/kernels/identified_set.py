"""An interval for an effect of which only bounds can be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Ends:
    """Two bounds and what each person moves them by.

    Parameters
    ----------
    low, high : float
    pull_low, pull_high : Array, shape (n,)
        Influence of each row; they add up to zero, and their squares (summed by cluster first) to the variance.
    """

    low: float
    high: float
    pull_low: Array
    pull_high: Array

    def turned(self) -> Ends:
        """The bounds of the same effect seen from the other arm."""
        return Ends(-self.high, -self.low, -self.pull_high, -self.pull_low)


def clustered_error(pull: Array, cluster: Array) -> float:
    """Standard error from influences summed by cluster, with the usual correction for their number."""
    _, codes = np.unique(cluster, return_inverse=True)
    sums = np.bincount(codes, pull)
    g = len(sums)
    return float(np.sqrt((sums**2).sum() * g / (g - 1))) if g > 1 else float("nan")


def imbens_manski(
    low: float, high: float, se_low: float, se_high: float, df: float, level: float = 0.95
) -> tuple[float, float]:
    """An interval that holds the effect, wherever it lies between the bounds, at the level.

    Narrower than one that holds both bounds, because the effect cannot be near both ends at once.

    Parameters
    ----------
    low, high, se_low, se_high : float
    df : float
        Of the t distribution; infinite for the normal one.

    References
    ----------
    Imbens and Manski (2004) Econometrica 72, 1845-1857, with t in the place of the normal distribution for few clusters.
    """
    from scipy.optimize import brentq
    from scipy.stats import t

    widest = max(se_low, se_high)
    if not np.isfinite(widest):
        return float("nan"), float("nan")
    if widest == 0:
        return low, high
    apart = max(high - low, 0.0) / widest
    c = brentq(lambda x: t.cdf(x + apart, df) - t.cdf(-x, df) - level, 0.0, t.ppf(0.5 + level / 2, df) + 1e-9)
    return low - c * se_low, high + c * se_high
