"""Fixed seasons of a series, shrunk towards none: a kernel.

The classical decomposition: the mean, by season, of how far the values lie from a centred moving average of a year. Few
years make poor factors, so that they are shrunk by how much of their spread sampling alone would give.

References
----------
Miller, D. M. and Williams, D. (2003). Shrinkage estimators of time series seasonal factors and their effect on
forecasting accuracy. International Journal of Forecasting 19, 669-684.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def factors(z: Array, first: int, frequency: int) -> Array:
    """Additive factors of the seasons, with mean zero.

    Parameters
    ----------
    z : array, shape (n,)
        Without gaps, on the scale on which seasons add.
    first : int
        Season of the first value, from 0.
    frequency : int
        Seasons in a year; an even number.

    Returns
    -------
    array, shape (frequency,)
        All zero where a season has been seen fewer than twice beside a whole year.
    """
    half = frequency // 2
    if len(z) < 3 * frequency:
        return np.zeros(frequency)
    weights = np.full(frequency + 1, 1.0 / frequency)
    weights[[0, -1]] /= 2
    apart = z[half : len(z) - half] - np.convolve(z, weights, "valid")
    season = (first + half + np.arange(len(apart))) % frequency
    groups = [apart[season == s] for s in range(frequency)]
    raw = np.array([g.mean() for g in groups])
    raw -= raw.mean()
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups) / max(len(apart) - frequency, 1)
    return raw * (1 - _shrinkage(raw, float(np.mean([within / len(g) for g in groups]))))


def _shrinkage(raw: Array, noise: float) -> float:
    """Share of the factors' spread that sampling error makes, as James and Stein use it."""
    seasons = len(raw)
    total = float((raw**2).sum()) / (seasons - 1)
    return min((seasons - 3) / (seasons - 1) * noise / total, 1.0) if total > 0 else 1.0
