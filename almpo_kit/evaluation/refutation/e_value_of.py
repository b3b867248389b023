"""E-values: how strongly, on the scale of risk ratios, a hidden cause would have to act.

Pure functions on numbers; they validate nothing.

References
----------
VanderWeele and Ding (2017) Ann. Intern. Med. 167, 268-274; Mathur et al. (2018) Epidemiology 29, e45-e47.
"""

from __future__ import annotations

import math


def e_value(ratio: float) -> float:
    """E-value of a risk ratio, either side of 1.

    >>> round(e_value(3.9), 2)
    7.26
    """
    if not (math.isfinite(ratio) and ratio > 0):
        return math.nan
    r = 1 / ratio if ratio < 1 else ratio
    return r + math.sqrt(r * (r - 1))


def e_value_of_limit(ratio: float, low: float, high: float) -> float:
    """E-value of the limit nearest to 1; 1 where the interval holds 1.

    >>> round(e_value_of_limit(3.9, 1.8, 8.7), 2)
    3.0
    """
    if low <= 1 <= high:
        return 1.0
    return e_value(low if ratio > 1 else high)


def ratio_of_difference(difference: float, base: float) -> float:
    """Risk ratio of a difference in points from a base in points.

    Parameters
    ----------
    difference, base : float
        Percentage points.
    """
    if not base > 0:
        return math.nan
    ratio = (base + difference) / base
    return ratio if ratio > 0 else math.nan


def ratio_of_standardised(d: float, se: float = 0.0) -> tuple[float, float, float]:
    """Approximate risk ratio of a difference in standard deviations, with its limits.

    Parameters
    ----------
    d, se : float
        Difference and standard error, both divided by the standard deviation of the outcome.

    Returns
    -------
    (float, float, float)
        Ratio, low, high.
    """
    return math.exp(0.91 * d), math.exp(0.91 * d - 1.78 * se), math.exp(0.91 * d + 1.78 * se)


def ratio_of_odds(odds_ratio: float) -> float:
    """Approximate risk ratio of an odds ratio where the outcome is not rare."""
    return math.sqrt(odds_ratio)


def ratio_of_hazards(hazard_ratio: float) -> float:
    """Approximate risk ratio of a hazard ratio where the outcome is not rare."""
    return (1 - 0.5 ** math.sqrt(hazard_ratio)) / (1 - 0.5 ** math.sqrt(1 / hazard_ratio))
