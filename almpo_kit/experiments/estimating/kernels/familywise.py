"""Several arms against one comparison: p-values and widths of intervals that hold for all together.

Holm (1979), Scand. J. Stat. 6, 65–70; Dunnett (1955), J. Am. Stat. Assoc. 50, 1096–1121, for a covariance that need not be
equal: the arms share the comparison, so one integral over its error and one over the standard deviation are enough.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_NODES = 64


def adjusted_p(t: Array, df: Array, covariance: Array, method: str) -> tuple[Array, Array]:
    """Two-sided p-values of each arm alone and of all together.

    Parameters
    ----------
    t, df : array, shape (k,)
    covariance : array, shape (k, k)
    method : {"holm", "bonferroni", "dunnett", "none"}

    Returns
    -------
    (alone, together) : arrays, shape (k,)
    """
    from scipy import stats

    alone = 2 * stats.t.sf(np.abs(t), df)
    k = len(t)
    if k == 1 or method == "none":
        return alone, alone
    if method == "bonferroni":
        return alone, np.minimum(k * alone, 1)
    if method == "dunnett":
        return alone, np.array([1 - _inside(abs(v), covariance, float(df.min())) for v in t])
    order = np.argsort(alone)
    stepped = np.maximum.accumulate(alone[order] * np.arange(k, 0, -1))
    together = np.empty(k)
    together[order] = np.minimum(stepped, 1)
    return alone, together


def critical(df: Array, covariance: Array, alpha: float, method: str) -> Array:
    """Half-widths of the intervals, in standard errors, shape (k,).

    Holm's steps have no simple intervals of their own: Bonferroni's, which are wider, are given with them.
    """
    from scipy import stats
    from scipy.optimize import brentq

    k = len(df)
    if k == 1 or method == "none":
        return np.asarray(stats.t.isf(alpha / 2, df))
    wide = np.asarray(stats.t.isf(alpha / 2 / k, df))
    if method != "dunnett":
        return wide
    least = float(df.min())
    low, high = float(stats.t.isf(alpha / 2, least)), float(stats.t.isf(alpha / 2 / k, least))
    found = brentq(lambda c: _inside(c, covariance, least) - (1 - alpha), low * 0.99, high * 1.01)
    return np.full(k, found)


def _inside(c: float, covariance: Array, df: float) -> float:
    """Chance that all |t| are below ``c``."""
    k = len(covariance)
    spread = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    correlation = covariance / np.outer(spread, spread)
    shared = max(float((covariance.sum() - np.trace(covariance)) / (k * (k - 1))), 0.0)
    load = np.minimum(np.sqrt(shared) / spread, 1 - 1e-9)
    off = np.abs(np.outer(load, load) - correlation)[~np.eye(k, dtype=bool)]
    if off.max() > 0.03:
        return _any_shape(c, correlation, df)
    return _one_factor(c, load, df)


def _one_factor(c: float, load: Array, df: float) -> float:
    from scipy.special import ndtr

    z, z_weight, s, s_weight = _grid(df)
    rest = np.sqrt(1 - load**2)
    reach = c * s[:, None, None]
    middle = load[None, None, :] * z[None, :, None]
    inside = ndtr((reach - middle) / rest) - ndtr((-reach - middle) / rest)
    return float(s_weight @ np.prod(inside, axis=2) @ z_weight)


@lru_cache(maxsize=64)
def _grid(df: float) -> tuple[Array, Array, Array, Array]:
    from scipy.stats import chi2

    z, z_weight = np.polynomial.hermite_e.hermegauss(_NODES)
    if not np.isfinite(df):
        return z, z_weight / z_weight.sum(), np.ones(1), np.ones(1)
    low, high = np.sqrt(chi2.ppf([1e-13, 1 - 1e-13], df) / df)
    u, u_weight = np.polynomial.legendre.leggauss(_NODES)
    s = low + (u + 1) / 2 * (high - low)
    s_weight = u_weight * chi2.pdf(df * s**2, df) * s
    return z, z_weight / z_weight.sum(), s, s_weight / s_weight.sum()


def _any_shape(c: float, correlation: Array, df: float) -> float:
    from scipy.stats import multivariate_normal, multivariate_t

    k = len(correlation)
    high, low, seed = np.full(k, c), np.full(k, -c), np.random.default_rng(0)
    if not np.isfinite(df):
        return float(multivariate_normal.cdf(high, cov=correlation, lower_limit=low, allow_singular=True))
    law = multivariate_t(shape=correlation, df=df, allow_singular=True)
    return float(law.cdf(high, lower_limit=low, random_state=seed))
