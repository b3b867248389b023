"""Quantiles of weighted answers."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def weighted_quantiles(values: Array, weights: Array, at: tuple[float, ...]) -> Array:
    """Averaged inverse of the distribution function.

    With equal weights definition 2 of Hyndman and Fan: a quantile is an answer somebody gave, or lies midway between
    two. It is taken because answers are steps of a scale: interpolation would print steps that do not exist.

    Parameters
    ----------
    values : array, shape (n,)
    weights : array, shape (n,)
        Positive.
    at : tuple of float
        Shares, 0 to 1.

    Returns
    -------
    array, shape (len(at),)

    References
    ----------
    Hyndman & Fan (1996) Am. Stat. 50, 361-365.
    """
    order = np.argsort(values, kind="stable")
    x, cumulated = values[order], np.cumsum(weights[order]) / weights.sum()
    found = []
    for share in at:
        # Sums of weights carry rounding; without a tolerance a median of an even panel would depend on it.
        first = min(int(np.searchsorted(cumulated, share - 1e-10)), len(x) - 1)
        on_jump = abs(cumulated[first] - share) <= 1e-10 and first + 1 < len(x)
        found.append((x[first] + x[first + 1]) / 2 if on_jump else x[first])
    return np.array(found, dtype=float)
