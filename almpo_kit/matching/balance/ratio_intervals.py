"""Exact inference for the ratio of two counts. Kernels: arrays in, arrays out, nothing is checked.

Given their sum, one of two Poisson counts is binomial; an exact interval for its probability gives one for the
ratio of the means (Przyborowski and Wilenski 1940, Biometrika 31, 313-323), as R's ``poisson.test`` does.
"""

from __future__ import annotations

import numpy as np


def ratio_interval(
    above: np.ndarray, below: np.ndarray, level: float = 0.95
) -> tuple[np.ndarray, np.ndarray]:
    """Clopper–Pearson interval for the ratio of means of two Poisson counts.

    Parameters
    ----------
    above, below : (n,) arrays
        Counts; the ratio is `above` / `below`.

    Returns
    -------
    (low, high) : two (n,) arrays
        0 below where nothing is counted above, infinite above where nothing is counted below.
    """
    from scipy.special import betaincinv

    a = np.asarray(above, dtype=float)
    b = np.asarray(below, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(a > 0, betaincinv(np.maximum(a, 1e-300), b + 1, tail), 0.0)
        q = np.where(b > 0, betaincinv(a + 1, np.maximum(b, 1e-300), 1 - tail), 1.0)
        low, high = p / (1 - p), np.where(q < 1, q / (1 - q), np.inf)
    return low, high


def equality_p(above: np.ndarray, below: np.ndarray, ratio: float = 1.0) -> np.ndarray:
    """Exact two-sided p of "the ratio of means is `ratio`": twice the smaller tail, at most 1; shape (n,)."""
    from scipy.stats import binom

    n = above + below
    p = ratio / (1 + ratio)
    up, down = binom.sf(above - 1, n, p), binom.cdf(above, n, p)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(up, down)))


def against_the_rest_p(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Exact two-sided p of "this cell has the ratio of all the other cells": twice the smaller hypergeometric tail.

    Parameters
    ----------
    above, below : (n,) arrays of whole counts
        All cells; each is compared with the sum of the others, given all totals (Fisher).
    """
    from scipy.stats import hypergeom

    total_above, total = above.sum(), (above + below).sum()
    size = above + below
    up = hypergeom.sf(above - 1, total, total_above, size)
    down = hypergeom.cdf(above, total, total_above, size)
    return np.asarray(np.clip(2 * np.minimum(up, down), 0.0, 1.0))


def discoveries(p: np.ndarray, rate: float) -> np.ndarray:
    """Benjamini–Hochberg: which tests are discoveries when at most `rate` of these may be false on average."""
    if not len(p):
        return np.zeros(0, dtype=bool)
    order = np.argsort(p, kind="stable")
    passed = p[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    last = np.flatnonzero(passed)
    found = np.zeros(len(p), dtype=bool)
    if len(last):
        found[order[: last[-1] + 1]] = True
    return found
