"""Confidence and prediction intervals around a pooled mean, and how much of the spread is real.

References
----------
Hartung and Knapp (2001) Stat. Med. 20, 3875-3889. Sidik and Jonkman (2002) Stat. Med. 21, 3153-3159.
Röver, Knapp and Friede (2015) BMC Med. Res. Methodol. 15, 99 (the modification that never undercuts
Wald). Higgins and Thompson (2002) Stat. Med. 21, 1539-1558. Viechtbauer (2007) Stat. Med. 26, 37-52
(the Q-profile interval).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc, chdtri, ndtri, stdtrit

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


@dataclass(frozen=True)
class Range:
    """From ``low`` to ``high``; both NaN where no value at all is compatible with the data."""

    low: float
    high: float


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


def heterogeneity(y: Floats, v: Floats, tau2: float | None) -> Heterogeneity:
    """How much the estimates differ beyond sampling error, ``tau2`` being the variance between them.

    With None (one common effect) ``i2`` and ``h2`` are read from ``q`` itself.
    """
    q, df, typical = excess(y, v, 0.0), len(y) - 1, typical_variance(v)
    if tau2 is None:
        h2 = q / df
        return Heterogeneity(q, df, float(chdtrc(df, q)), 100 * max(0.0, 1 - 1 / h2) if h2 else 0.0, h2)
    return Heterogeneity(q, df, float(chdtrc(df, q)), i2_of(tau2, typical), 1 + tau2 / typical)


def i2_of(tau2: float, typical: float) -> float:
    """I² in per cent of a variance between studies, beside that of a typical estimate."""
    return 100 * tau2 / (tau2 + typical)


def q_profile(y: Floats, v: Floats, level: float) -> Range:
    """Interval of the variance between studies: every value at which generalised Q is unremarkable.

    Q at the true variance is chi-squared with k − 1 degrees of freedom, whatever estimator was used. It
    falls as the variance grows, so each end is one equation; ``low`` is zero where zero itself is
    unremarkable. Estimates that agree more closely than chance allows at any variance give no interval.
    """
    df, tail = len(y) - 1, (1 - level) / 2
    upper, lower = float(chdtri(df, tail)), float(chdtri(df, 1 - tail))
    if excess(y, v, 0.0) < lower:
        return Range(np.nan, np.nan)
    return Range(_variance_at(y, v, upper), _variance_at(y, v, lower))


def _variance_at(y: Floats, v: Floats, target: float) -> float:
    """Where generalised Q falls to ``target``; zero where it never was above.

    Q is convex, so Newton's steps from the left never overshoot; far out they double the variance.
    """
    tau2 = 0.0
    for _ in range(500):
        w = 1.0 / (v + tau2)
        residual = y - weighted_mean(y, w)
        gap = float(w @ residual**2) - target
        if gap <= 1e-13 * target:
            break
        tau2 += gap / float(w**2 @ residual**2)
    return tau2
