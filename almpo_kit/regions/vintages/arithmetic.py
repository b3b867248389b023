"""The sums: counts add up by share, rates are means weighted by what went over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add(values: Floats, shares: Floats, target: Ints, n: int) -> Floats:
    """Counts of the new regions.

    Parameters
    ----------
    values, shares : ndarray, shape (n_parts,)
        Count of the old region, and the share of it that went to the new one.
    target : ndarray of int, shape (n_parts,)
        Number of the new region, 0 to n - 1.

    Returns
    -------
    ndarray, shape (n,)
        ``sum(share * value)``. A whole region is added as it is, so that sums of whole numbers are exact.
    """
    return np.bincount(target, np.where(shares == 1.0, values, values * shares), minlength=n)


def mean(values: Floats, weights: Floats, target: Ints, n: int) -> Floats:
    """Rates of the new regions: ``sum(weight * value) / sum(weight)``, never outside the parts' range.

    Parameters
    ----------
    values, weights : ndarray, shape (n_parts,)
        Rate of the old region, and its denominator times the share that went over.
    target : ndarray of int, shape (n_parts,)

    Returns
    -------
    ndarray, shape (n,)
        NaN where nothing went over.
    """
    total = np.bincount(target, weights, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = np.bincount(target, weights * values, minlength=n) / total
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(low, target, values)
    np.maximum.at(high, target, values)
    # Rounding in the last digit must not make a mean of equal rates differ from them.
    return np.where(np.isfinite(average), np.clip(average, low, high), np.nan)
