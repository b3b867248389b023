"""Weights from a best and a worst criterion by Rezaei's first model, with their ranges.

Rezaei (2015) Omega 53, 49-57: the smallest ξ with \\|w_B/w_j − a_Bj\\| ≤ ξ and \\|w_j/w_W − a_jW\\| ≤ ξ for all j. Its solutions are
many where there are more than three criteria; Rezaei (2016) Omega 64, 126-130 takes the middle of each weight's range.

No optimiser is needed. Given r = w_B/w_W, the weight of a middle criterion j exists where r lies between
(a_Bj − ξ)(a_jW − ξ) and (a_Bj + ξ)(a_jW + ξ), and r itself within a_BW ± ξ. All these ranges widen strictly with ξ: the
smallest ξ is where they begin to have a point in common, and there r is that one point.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def least_deviation(best_to_worst: float, best_to: Array, to_worst: Array) -> tuple[float, float]:
    """The smallest ξ, and the ratio of the best to the worst weight there.

    Parameters
    ----------
    best_to_worst : float
        How much more the best criterion counts than the worst.
    best_to, to_worst : array, shape (n_middle,)
        Of the criteria between.
    """

    def ends(deviation: float) -> tuple[float, float]:
        low = np.maximum(best_to - deviation, 0.0) * np.maximum(to_worst - deviation, 0.0)
        high = (best_to + deviation) * (to_worst + deviation)
        return (
            max(best_to_worst - deviation, float(low.max(initial=0.0))),
            min(best_to_worst + deviation, float(high.min(initial=np.inf))),
        )

    low, high = ends(0.0)
    if low <= high:
        return 0.0, best_to_worst
    least, most = 0.0, float(max(best_to_worst, best_to.max(initial=0.0), to_worst.max(initial=0.0)))
    for _ in range(200):
        middle = (least + most) / 2
        low, high = ends(middle)
        least, most = (least, middle) if low <= high else (middle, most)
        if most - least <= 1e-15 * max(1.0, most):
            break
    low, high = ends(most)
    return most, (low + high) / 2


def nonlinear_ranges(best: int, worst: int, best_to: Array, to_worst: Array) -> tuple[Array, Array, float]:
    """Smallest and largest weight of each criterion, and the smallest ξ.

    Parameters
    ----------
    best, worst : int
    best_to, to_worst : array, shape (n,)
        How much more the best counts than each; how much more each counts than the worst.
    """
    n = len(best_to)
    middle = np.array([j for j in range(n) if j not in (best, worst)], dtype=int)
    deviation, r = least_deviation(float(best_to[worst]), best_to[middle], to_worst[middle])
    # Weights over that of the worst.
    low, high = np.ones(n), np.ones(n)
    low[best] = high[best] = r
    floor = np.maximum(best_to[middle] - deviation, 1e-300)
    low[middle] = np.maximum(to_worst[middle] - deviation, r / (best_to[middle] + deviation))
    high[middle] = np.minimum(to_worst[middle] + deviation, r / floor)
    # At the smallest ξ the range of the criterion that decides is a point, up to rounding.
    low[middle], high[middle] = np.minimum(low[middle], high[middle]), np.maximum(low[middle], high[middle])
    least = low / (low + (high.sum() - high))
    most = high / (high + (low.sum() - low))
    return least, most, deviation
