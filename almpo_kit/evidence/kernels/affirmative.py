"""A mean corrected for affirmative results being ``ratio`` times as likely to be published as others.

Each estimate that is not affirmative stands for ``ratio`` of its kind, so its weight is multiplied by it.
``favoured`` (k,) marks the affirmative ones; effects are turned so that the favoured side is positive.

References
----------
Mathur and VanderWeele (2020) J. R. Stat. Soc. C 69, 1091-1119. Pustejovsky and Tipton (2018)
J. Bus. Econ. Stat. 36, 672-683.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from almpo_kit.evidence.kernels.blocks import Floats, Ints
from almpo_kit.evidence.kernels.intervals import critical
from almpo_kit.evidence.kernels.reweighted import adjusted

#: Ratios at which the robust limit is looked at before the crossing is narrowed down.
_GRID = np.geomspace(1.0, 1e6, 81)
#: Where :func:`limit` is told apart from its target, relative to the ratio.
_CLOSE = 1e-14


@dataclass(frozen=True)
class Corrected:
    """``mean``, its standard error and degrees of freedom (infinite for the normal). ``model_se``: its
    standard error if the working variances were true."""

    mean: float
    se: float
    df: float
    model_se: float = np.nan

    def low(self, level: float) -> float:
        """Lower end of the interval, the one that bias would bring to nothing."""
        return self.mean - critical(level, self.df) * self.se

    def high(self, level: float) -> float:
        """Upper end of the interval."""
        return self.mean + critical(level, self.df) * self.se


def affirmative(y: Floats, v: Floats, level: float) -> np.ndarray:
    """Which estimates are significant, two-sided at 1 − ``level``, on the favoured side, shape (k,)."""
    return np.asarray((y > 0) & (y / np.sqrt(v) > critical(level)))


def multipliers(favoured: np.ndarray, ratio: float) -> Floats:
    """Weight multipliers (k,); an infinite ratio leaves only what is not affirmative."""
    if np.isinf(ratio):
        return np.where(favoured, 0.0, 1.0)
    return np.where(favoured, 1.0, ratio)


def common(y: Floats, v: Floats, favoured: np.ndarray, ratio: float) -> Corrected:
    """Common-effect corrected mean with its model-based standard error."""
    w = multipliers(favoured, ratio) / v
    total = float(w.sum())
    se = float(np.sqrt(w**2 @ v)) / total
    return Corrected(float(w @ y) / total, se, np.inf, se)


def robust(y: Floats, working: Floats, weight: Floats, sample: Ints) -> Corrected:
    """Weighted mean with a CR2 standard error and Satterthwaite degrees of freedom.

    Parameters
    ----------
    y : ndarray, shape (k,)
    working : ndarray, shape (k,)
        Working variances; estimates are independent in the working model, whatever they are in truth.
    weight : ndarray, shape (k,)
        Any weights, not only inverse variances; estimates of weight zero are left out by the caller.
    sample : ndarray, shape (k,)
        Number of the sample of each estimate.
    """
    order = np.argsort(sample, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(sample[order]) > 0])
    y, d, share = y[order], working[order], (weight / weight.sum())[order]
    mean, reach = float(share @ y), float(share**2 @ d)
    half = adjusted(share, d, starts, reach)
    products = np.stack([half * (y - mean), half, half * d * share, half**2 * d])
    score, b, c, spread = np.add.reduceat(products, starts, axis=1)
    trace = float((spread - 2 * b * c + reach * b**2).sum())
    squares = _squares(b, c, spread, reach)
    df = trace**2 / squares if squares > 0 else 0.0
    return Corrected(mean, float(np.sqrt(score @ score)), df, float(np.sqrt(reach)))


def _squares(b: Floats, c: Floats, d: Floats, q: float) -> float:
    """Sum of the squares of D − bc' − cb' + q bb', which is never formed."""
    rank = -2 * b * c + q * b**2
    bb, cc, bc = float(b @ b), float(c @ c), float(b @ c)
    return float(d @ d + 2 * d @ rank) + 2 * (bb * cc + bc**2) + q**2 * bb**2 - 4 * q * bb * bc


def ratio_for_mean(total: tuple[float, float], sums: tuple[float, float], target: float) -> float:
    """Ratio that brings the corrected mean to ``target``, in closed form.

    ``total`` and ``sums``: weights and weighted effects of the (affirmative, other) estimates. 1 where the
    mean is there already, infinite where no ratio brings it there.
    """
    (mass, others), (pull, pushed) = total, sums
    over, under = pull - target * mass, target * others - pushed
    if over + (pushed - target * others) <= 0:
        return 1.0
    return over / under if under > 0 else np.inf


def ratio_for_limit(limit: Callable[[float], float], target: float) -> float:
    """Smallest ratio at which the lower limit falls to ``target``; 1 where it is there, infinite if never."""
    from scipy.optimize import brentq

    last, before = 1.0, limit(1.0)
    if before <= target:
        return 1.0
    for ratio in _GRID[1:]:
        here = limit(float(ratio))
        if here <= target:
            at = brentq(lambda x: limit(float(np.exp(x))) - target, np.log(last), np.log(ratio), xtol=_CLOSE)
            return float(np.exp(at))
        last = float(ratio)
    return np.inf
