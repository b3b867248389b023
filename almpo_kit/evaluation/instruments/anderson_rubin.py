"""Intervals that hold however weak the instrument is: the effects that the data do not reject."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Interval = tuple[float, float]

#: Angles at which the test is asked before ends are bisected; the tangent reaches to both infinities.
_ANGLES = 4001


def one_instrument(reduced: float, first: float, covariance: Array, critical: float) -> Interval:
    """Effects b with (reduced - b·first)² <= critical · variance: a quadratic inequality.

    Parameters
    ----------
    reduced, first : float
        What the instrument moves the outcome and participation by.
    covariance : Array, shape (2, 2)
        Of (reduced, first).
    critical : float
        Critical value of a squared t statistic.

    Returns
    -------
    (float, float)
        Both infinite where the data reject hardly anything (the set is the whole line, or all but an interval; its
        hull is told). Never empty: the estimate itself is in it.

    References
    ----------
    Anderson and Rubin (1949) Ann. Math. Stat. 20, 46-63; Andrews, Stock and Sun (2019) Annu. Rev. Econ. 11, 727-753.
    """
    a = first**2 - critical * covariance[1, 1]
    b = -2 * (reduced * first - critical * covariance[0, 1])
    c = reduced**2 - critical * covariance[0, 0]
    if a <= 0:
        return -math.inf, math.inf
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def several_instruments(
    reduced: Array, first: Array, covariance: Array, critical: float, centre: float, scale: float
) -> Interval | None:
    """Hull of the effects that a joint test of all instruments does not reject.

    Parameters
    ----------
    reduced, first : Array, shape (m,)
    covariance : Array, shape (2, 2, m, m)
        Blocks of (reduced, first).
    critical : float
        Of the Wald statistic (not divided by m).
    centre, scale : float
        Where to look: angles t of centre + scale · tan t.

    Returns
    -------
    (float, float) or None
        None where every effect is rejected: the instruments contradict each other.
    """

    def accepted(b: float) -> bool:
        gap = reduced - b * first
        cross = covariance[0, 1] + covariance[1, 0]
        spread = covariance[0, 0] - b * cross + b * b * covariance[1, 1]
        return float(gap @ np.linalg.solve(spread, gap)) <= critical

    angles = np.linspace(-math.pi / 2, math.pi / 2, _ANGLES + 2)[1:-1]
    points = centre + scale * np.tan(angles)
    inside = np.array([accepted(float(b)) for b in points])
    if not inside.any():
        return None
    lower, upper = int(np.argmax(inside)), len(inside) - 1 - int(np.argmax(inside[::-1]))
    low = -math.inf if lower == 0 else _end(accepted, points[lower - 1], points[lower])
    high = math.inf if upper == len(inside) - 1 else _end(accepted, points[upper + 1], points[upper])
    return low, high


def _end(accepted: Any, outside: float, inside: float) -> float:
    for _ in range(80):
        middle = (outside + inside) / 2
        if middle in (outside, inside):
            break
        inside, outside = (middle, outside) if accepted(middle) else (inside, middle)
    return float(inside)
