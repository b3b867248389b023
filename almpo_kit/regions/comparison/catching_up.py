"""Whether regions that are behind catch up: change a year on the initial value, with speed and half-life."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.regions.comparison.kernels.robust_regression import Slope, cr2, hc3
from almpo_kit.regions.comparison.stretches import Followed

#: Below four degrees of freedom a robust interval is not to be trusted, and none is given (Tipton 2015).
MINIMUM_DF = 4.0
#: Two kinds of slope: among all regions, and among the regions of one country.
ALL, WITHIN = "all regions", "within countries"


def slopes(followed: Followed, error: float) -> pd.DataFrame:
    """β for each stretch, among all regions and within countries.

    Parameters
    ----------
    error : float
        Standard error of a value from sampling, in points; 0 where there is none.

    Returns
    -------
    DataFrame
        ``stretch, kind, first, last, years, n, slope`` (change a year per unit of the initial value), ``se,
        df, low, high, p`` (CR2 by country; missing below four degrees of freedom), ``hc3_se, hc3_low, hc3_high``; ``speed, speed_low,
        speed_high`` (share of the gap closed a year, continuously), ``half_life, half_life_low,
        half_life_high`` in years (missing where the gap does not close); ``from_error`` (the slope that
        sampling error alone would give) and ``without_error`` (the slope with it taken out).
    """
    rows = []
    for years in followed.stretches:
        if len(years) < 2:
            continue
        length = int(years[-1]) - int(years[0])
        start, end = (followed.scaled[y].to_numpy(dtype=float) for y in (years[0], years[-1]))
        change, country = (end - start) / length, followed.countries
        for kind in (ALL, WITHIN):
            x, kept = _design(start, country, within=kind == WITHIN)
            if not kept.any():
                continue
            y, group = change[kept], country[kept]
            robust, plain = cr2(x, y, group, 0), hc3(x, y, 0)
            free = _residual_variance(x)
            row: dict[str, object] = {"stretch": f"{years[0]}–{years[-1]}", "kind": kind}
            row |= {"first": years[0], "last": years[-1]}
            row |= {"years": length, "n": len(y), "countries": len(np.unique(group))}
            rows.append(row | _numbers(robust, plain, length) | _errors(robust.estimate, free, error, length))
    return pd.DataFrame(rows)


def _design(
    start: NDArray[np.float64], country: NDArray[np.int_], *, within: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Initial value first, then a constant or one for each country; countries of one region cannot say."""
    if not within:
        return np.column_stack([start, np.ones(len(start))]), np.ones(len(start), dtype=bool)
    size = np.bincount(country)[country]
    kept = size > 1
    dummies = (country[kept][:, None] == np.unique(country[kept])[None, :]).astype(float)
    return np.column_stack([start[kept], dummies]), kept


def _residual_variance(x: NDArray[np.float64]) -> float:
    """Variance of the initial value that is left after the constants."""
    start, rest = x[:, 0], x[:, 1:]
    left = start - rest @ np.linalg.lstsq(rest, start, rcond=None)[0]
    return float(left @ left / (len(start) - rest.shape[1]))


def _numbers(robust: Slope, plain: Slope, length: int) -> dict[str, float]:
    sure = robust.df >= MINIMUM_DF
    low, high, p = (robust.low, robust.high, robust.p) if sure else (math.nan, math.nan, math.nan)
    found = {"slope": robust.estimate, "se": robust.se, "df": robust.df, "low": low, "high": high, "p": p}
    found |= {"hc3_se": plain.se, "hc3_low": plain.low, "hc3_high": plain.high}
    found |= {"speed": speed(robust.estimate, length)}
    # A lower slope is a higher speed.
    found |= {"speed_low": speed(high, length), "speed_high": speed(low, length)}
    found |= {"half_life": half_life(found["speed"])}
    return found | {
        "half_life_low": half_life(found["speed_high"]),
        "half_life_high": half_life(found["speed_low"]),
    }


def speed(slope: float, years: int) -> float:
    """Share of a gap that closes a year, continuously: −ln(1 + slope · years) / years.

    Infinite where the slope says that the gap has closed or turned over within the span.

    >>> round(speed((math.exp(-0.02 * 10) - 1) / 10, 10), 12)
    0.02
    """
    left = 1 + slope * years
    if math.isnan(left):
        return math.nan
    return -math.log(left) / years if left > 0 else math.inf


def half_life(rate: float) -> float:
    """Years until half a gap is closed; NaN where it does not close.

    >>> round(half_life(0.02), 1)
    34.7
    """
    if math.isinf(rate):
        return 0.0
    return math.log(2) / rate if rate > 0 else math.nan


def _errors(slope: float, variance: float, error: float, years: int) -> dict[str, float]:
    """What sampling error does to the slope.

    The same error stands in the initial value and, with the opposite sign, in the change: with values
    observed as truth + error, slope · variance = true slope · (variance − error²) − error² / years.
    """
    if error == 0:
        return {"from_error": 0.0, "without_error": slope}
    true_variance = variance - error**2
    return {
        "from_error": -(error**2) / (variance * years),
        "without_error": (slope * variance + error**2 / years) / true_variance
        if true_variance > 0
        else math.nan,
    }
