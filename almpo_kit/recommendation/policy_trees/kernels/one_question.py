"""The best single question about a group of people: one pass over each feature."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def best_arm(scores: np.ndarray) -> tuple[float, int]:
    """Sum of the arm that gives most, and which; the first of those alike.

    Parameters
    ----------
    scores : (c, k) float64
    """
    k = scores.shape[1]
    total = np.zeros(k)
    for i in range(scores.shape[0]):
        for a in range(k):
            total[a] += scores[i, a]
    best = 0
    for a in range(1, k):
        if total[a] > total[best]:
            best = a
    return total[best], best


@numba.njit(cache=True, nogil=True)
def one_question(
    order: np.ndarray, rank: np.ndarray, scores: np.ndarray, least: int, slack: float
) -> tuple[float, int, int]:
    """The best question "is feature j at most x?", or none where none helps.

    Parameters
    ----------
    order, rank : (p, c) int32
        Of the people of the node.
    scores : (c, k) float64
    least : int
        Fewest people in a leaf.
    slack : float
        How much better a question must be than an earlier one, so that rounding decides nothing.

    Returns
    -------
    value : float
        Sum of scores.
    feature : int
        -1 where no question is better than one arm for all.
    left : int
        How many people lie on the left.
    """
    p, c = order.shape
    k = scores.shape[1]
    value = best_arm(scores)[0]
    feature, at = -1, 0
    total = np.zeros(k)
    for i in range(c):
        for a in range(k):
            total[a] += scores[i, a]
    left = np.empty(k)
    for j in range(p):
        left[:] = 0.0
        for s in range(c - least):
            i = order[j, s]
            for a in range(k):
                left[a] += scores[i, a]
            if s + 1 < least or rank[j, i] == rank[j, order[j, s + 1]]:
                continue
            low, high = left[0], total[0] - left[0]
            for a in range(1, k):
                low = max(low, left[a])
                high = max(high, total[a] - left[a])
            if low + high > value + slack:
                value, feature, at = low + high, j, s + 1
    return value, feature, at
