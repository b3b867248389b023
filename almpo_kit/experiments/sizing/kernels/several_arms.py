"""Several programmes against one comparison: limits and power where some are found by luck."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from scipy import special

from almpo_kit.experiments.sizing.kernels.rejection import critical

Array = np.ndarray[Any, np.dtype[Any]]
_NORMAL_FROM = 1e4


@cache
def _nodes(points: int) -> tuple[Array, Array]:
    x, w = np.polynomial.hermite_e.hermegauss(points)
    return x, w / w.sum()


@cache
def _scales(df: float, points: int) -> tuple[Array, Array]:
    """Nodes and weights of the root of chi-square over its degrees of freedom."""
    if df >= _NORMAL_FROM:
        return np.ones(1), np.ones(1)
    u, w = np.polynomial.legendre.leggauss(points)
    return np.sqrt(2 * special.gammaincinv(df / 2, (u + 1) / 2) / df), w / 2


def chance_of_none(limit: float, loadings: Array, df: float) -> float:
    """Chance that no ``|T|`` exceeds the limit where nothing works: one common comparison, one common scale.

    Parameters
    ----------
    loadings : array, shape (n_programmes,)
        Correlation of each contrast with the comparison's mean; the correlation of two contrasts is their product.
    """
    z, w = _nodes(64)
    s, v = _scales(float(df), 64)
    each: Any = 1.0
    for loading, times in zip(*np.unique(loadings, return_counts=True), strict=True):
        own, middle = np.sqrt(1 - loading**2), loading * z
        inside = special.ndtr((limit * s[:, None] - middle) / own) - special.ndtr(
            (-limit * s[:, None] - middle) / own
        )
        each = each * inside**times
    return float(v @ each @ w)


def dunnett_limit(alpha: float, loadings: Array, df: float) -> float:
    """Two-sided limit of Dunnett (1955) with unequal arms, by quadrature over the common comparison."""
    # Searches ask for it again and again with all but the same numbers, on which it hardly depends.
    held = tuple(min(round(float(v), 3), 0.999) for v in loadings)
    return _dunnett_limit(alpha, held, _near(df))


def _near(df: float) -> float:
    return round(df, 1) if df < 100 else 100.0 * round(df / 100) if df < _NORMAL_FROM else np.inf


@lru_cache(maxsize=4096)
def _dunnett_limit(alpha: float, loadings: tuple[float, ...], df: float) -> float:
    held = np.array(loadings)
    low, high = critical(alpha, df), critical(alpha / len(held), df)
    for _ in range(22):
        middle = (low + high) / 2
        low, high = (middle, high) if chance_of_none(middle, held, df) < 1 - alpha else (low, middle)
    return high


@cache
def _draws(dimensions: int, log2: int) -> Array:
    from scipy.stats import qmc

    return np.asarray(special.ndtri(qmc.Sobol(dimensions, seed=0).random_base2(log2)))


@lru_cache(maxsize=64)
def _common_scale(df: float, dimensions: int, log2: int) -> Array:
    """Root of chi-square over its degrees of freedom, by the last of the quasi-random columns."""
    z = _draws(dimensions, log2)
    if df >= _NORMAL_FROM:
        return np.ones(len(z))
    return np.asarray(np.sqrt(2 * special.gammaincinv(df / 2, special.ndtr(z[:, -1])) / df))


def holm_power(shifts: Array, loadings: Array, df: float, alpha: float, log2: int = 13) -> Array:
    """Chance that Holm's procedure rejects each of several contrasts, all of which have their effect.

    Parameters
    ----------
    shifts : array, shape (n_programmes,)
        Effects over standard errors.

    Returns
    -------
    array, shape (n_programmes,)
        By the same quasi-random points for all effects, so that it rises with the effect; good to three decimals.
    """
    n = len(shifts)
    z = _draws(n + 2, log2)
    df = _near(df)
    scale = _common_scale(df, n + 2, log2)
    t = np.abs((loadings * z[:, [n]] + np.sqrt(1 - loadings**2) * z[:, :n] + np.abs(shifts)) / scale[:, None])
    limits = np.array([critical(alpha / (n - j), df) for j in range(n)])
    order = np.argsort(-t, axis=1)
    passed = np.logical_and.accumulate(np.take_along_axis(t, order, axis=1) > limits, axis=1)
    found = np.zeros_like(passed)
    np.put_along_axis(found, order, passed, axis=1)
    return np.asarray(found.mean(axis=0))
