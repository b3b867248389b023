"""Confidence and prediction intervals around a pooled mean, and how much of the spread is real.

References
----------
Hartung and Knapp (2001) Stat. Med. 20, 3875-3889. Sidik and Jonkman (2002) Stat. Med. 21, 3153-3159.
Röver, Knapp and Friede (2015) BMC Med. Res. Methodol. 15, 99 (the modification that never undercuts
Wald). Higgins and Thompson (2002) Stat. Med. 21, 1539-1558.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc, ndtri, stdtrit

from almpo_kit.evidence.kernels.blocks import Floats
from almpo_kit.evidence.kernels.tau2 import excess, weighted_mean

Interval = Literal["hksj", "hksj_modified", "wald"]
INTERVALS: tuple[str, ...] = get_args(Interval)


@dataclass(frozen=True)
class Average:
    """A mean with its standard error, degrees of freedom (infinite for Wald) and both intervals."""

    mean: float
    se: float
    df: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float


@dataclass(frozen=True)
class Heterogeneity:
    """``q`` with ``df`` and ``p`` of the test that all true effects are one; ``i2`` in per cent; ``h2``."""

    q: float
    df: int
    p: float
    i2: float
    h2: float


def critical(level: float, df: float = np.inf) -> float:
    """Two-sided critical value of t, or of the normal where ``df`` is infinite."""
    tail = 0.5 + level / 2
    return float(ndtri(tail) if np.isinf(df) else stdtrit(df, tail))


def around(mean: float, se: float, df: float, spread: float, level: float) -> Average:
    """Intervals for a mean, and for the true effect of a new study at variance ``spread``."""
    reach = critical(level, df)
    far = reach * float(np.hypot(se, np.sqrt(spread)))
    return Average(mean, se, df, mean - reach * se, mean + reach * se, mean - far, mean + far)


def average(y: Floats, v: Floats, tau2: float, interval: str, level: float) -> Average:
    """Random-effects mean of ``y`` (k,) with sampling variances ``v`` (k,) at a given ``tau2``.

    ``wald`` uses the normal; ``hksj`` rescales the variance by the observed spread and uses t with k − 1
    degrees of freedom; ``hksj_modified`` does so but never makes the variance smaller than Wald's.
    """
    w = 1.0 / (v + tau2)
    mean, variance = weighted_mean(y, w), float(1.0 / w.sum())
    if interval == "wald":
        return around(mean, float(np.sqrt(variance)), np.inf, tau2, level)
    factor = excess(y, v, tau2) / (len(y) - 1)
    if interval == "hksj_modified":
        factor = max(1.0, factor)
    return around(mean, float(np.sqrt(factor * variance)), len(y) - 1.0, tau2, level)


def typical_variance(v: Floats) -> float:
    """Sampling variance of a typical estimate (Higgins and Thompson), from variances (k,)."""
    w = 1.0 / v
    return float((len(v) - 1) / (w.sum() - (w**2).sum() / w.sum()))


def heterogeneity(y: Floats, v: Floats, tau2: float) -> Heterogeneity:
    """How much the estimates differ beyond sampling error, ``tau2`` being the variance between them."""
    q, df, typical = excess(y, v, 0.0), len(y) - 1, typical_variance(v)
    return Heterogeneity(q, df, float(chdtrc(df, q)), 100 * tau2 / (tau2 + typical), 1 + tau2 / typical)
