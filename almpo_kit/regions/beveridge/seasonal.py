"""Taking the seasons out of a short series with one fixed factor for each quarter (or month).

Classical decomposition on logarithms: the trend is the centred moving average over a year, the factors are
the mean distance from it by quarter, scaled to multiply to one. It keeps every quarter of a short series,
but it assumes that the seasons stay the same; with seven years nothing better can be estimated.

References
----------
Persons (1919) Rev. Econ. Stat. 1, 5-107; R's ``decompose`` is the same on logarithms.
"""

from __future__ import annotations

import numpy as np

from almpo_kit.regions.beveridge.hac import Array

#: Distances from the trend that each quarter's factor must rest on.
LEAST = 2


def trend(log_values: Array, frequency: int) -> Array:
    """Centred moving average over one year, half weights at its ends; NaN where a value is missing."""
    kernel = np.r_[0.5, np.ones(frequency - 1), 0.5] / frequency
    out = np.full(len(log_values), np.nan)
    half = frequency // 2
    for t in range(half, len(log_values) - half):
        out[t] = kernel @ log_values[t - half : t + half + 1]
    return out


def factors(log_values: Array, frequency: int, first: int) -> Array | None:
    """Logarithm of each season's factor, season 0 first; they sum to zero.

    Parameters
    ----------
    log_values : array, shape (n_periods,)
        NaN where missing.
    first : int
        Season of the first period, from 0.

    Returns
    -------
    array, shape (frequency,), or None
        None where some season has fewer than two distances from the trend.
    """
    distance = log_values - trend(log_values, frequency)
    season = (np.arange(len(log_values)) + first) % frequency
    own = [distance[(season == s) & np.isfinite(distance)] for s in range(frequency)]
    if min(len(d) for d in own) < LEAST:
        return None
    means = np.array([d.mean() for d in own])
    return np.asarray(means - means.mean())


def yearly_mean(log_values: Array, frequency: int) -> Array:
    """Mean of a period and the ``frequency − 1`` before it; NaN where one of them is missing."""
    out = np.full(len(log_values), np.nan)
    for t in range(frequency - 1, len(log_values)):
        out[t] = log_values[t - frequency + 1 : t + 1].mean()
    return out
