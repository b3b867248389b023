"""Weights from a best and a worst criterion by linear programming.

Rezaei (2016) Omega 64, 126-130: the smallest ξ with \\|w_B − a_Bj w_j\\| ≤ ξ and \\|w_j − a_jW w_W\\| ≤ ξ for all j.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def linear_weights(best: int, worst: int, best_to: Array, to_worst: Array) -> tuple[Array, float]:
    """Weights summing to 1, and ξ.

    Parameters
    ----------
    best, worst : int
        Positions of the best and the worst criterion.
    best_to, to_worst : array, shape (n,)
        How much more the best counts than each; how much more each counts than the worst.
    """
    from scipy.optimize import linprog

    rows, limits, whole = constraints(best, worst, best_to, to_worst)
    n = len(best_to)
    cost = np.r_[np.zeros(n), 1.0]
    found = linprog(cost, rows, limits, whole, [1.0], bounds=(0, None), method="highs")
    weights = np.maximum(found.x[:n], 0.0)
    return weights / weights.sum(), float(found.x[n])


def linear_ranges(
    best: int, worst: int, best_to: Array, to_worst: Array, least: float
) -> tuple[Array, Array]:
    """Smallest and largest weight of each criterion among all solutions with the smallest ξ."""
    from scipy.optimize import linprog

    rows, limits, whole = constraints(best, worst, best_to, to_worst)
    n = len(best_to)
    bounds = [(0, None)] * n + [(0, least * (1 + 1e-9) + 1e-12)]
    ends = np.empty((2, n))
    for j in range(n):
        for side, sign in enumerate((1.0, -1.0)):
            cost = np.zeros(n + 1)
            cost[j] = sign
            found = linprog(cost, rows, limits, whole, [1.0], bounds=bounds, method="highs")
            ends[side, j] = sign * found.fun
    return ends[0], ends[1]


def constraints(best: int, worst: int, best_to: Array, to_worst: Array) -> tuple[Array, Array, Array]:
    """Rows of ``A x ≤ b`` with x = (w, ξ), b, and the row of the sum of weights."""
    n = len(best_to)
    lines = []
    pairs = [(best, j, best_to[j]) for j in range(n) if j != best]
    pairs += [(j, worst, to_worst[j]) for j in range(n) if j not in (best, worst)]
    for above, below, times in pairs:
        line = np.zeros(n + 1)
        line[above], line[below] = 1.0, -times
        for sign in (1.0, -1.0):
            signed = sign * line
            signed[n] = -1.0
            lines.append(signed)
    return np.array(lines), np.zeros(len(lines)), np.r_[np.ones(n), 0.0][None, :]
