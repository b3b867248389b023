"""The best two layers of questions, without trying them one by one.

For each feature of the first question people are let in from below and, another time, from above (``sweep.py``); the best
first question is where the two together give most.
"""

from __future__ import annotations

import numba
import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.sweep import best_within, differences


@numba.njit(cache=True, nogil=True)
def one_side(
    feature: int,
    backwards: bool,
    order: np.ndarray,
    rank: np.ndarray,
    distinct: np.ndarray,
    scores: np.ndarray,
    pairs: np.ndarray,
    least: int,
) -> np.ndarray:
    """Best value with one question of the first m people by a feature (of the last m: ``backwards``), for each m.

    Parameters
    ----------
    feature : int
        Of the first question.
    order, rank : (p, c); distinct : (p,)
    scores : (c, k)
    pairs : (groups * c * 8,)
    least : int

    Returns
    -------
    (c + 1,) float64
        −inf where no first question lies there, or a leaf would be too small.
    """
    c = order.shape[1]
    way = order[feature, ::-1].copy() if backwards else order[feature].copy()
    asked = np.zeros(c + 1, np.bool_)
    for n in range(least, c - least + 1):
        asked[n] = 0 < n < c and rank[feature, way[n - 1]] != rank[feature, way[n]]
    return best_within(way, asked, rank, distinct, scores, pairs, least)


@numba.njit(cache=True, nogil=True)
def best_first(ahead: np.ndarray, behind: np.ndarray, value: float, slack: float) -> tuple[float, int]:
    """The best place for the first question: value, and how many people on the left (0: none above ``value``)."""
    c, at = ahead.shape[0] - 1, 0
    for n in range(1, c):
        if ahead[n] + behind[c - n] > value + slack:
            value, at = ahead[n] + behind[c - n], n
    return value, at


@numba.njit(cache=True, nogil=True)
def two_questions(
    order: np.ndarray,
    rank: np.ndarray,
    distinct: np.ndarray,
    scores: np.ndarray,
    least: int,
    slack: float,
    start: float,
) -> tuple[float, int, int]:
    """The best first of two layers of questions.

    Parameters
    ----------
    order, rank, distinct, scores, least, slack
        As in :func:`one_side` and :func:`one_question`.
    start : float
        What must be beaten (the value with one question).

    Returns
    -------
    value : float
    feature : int
        -1 where nothing beats ``start``.
    left : int
    """
    value, feature, at = start, -1, 0
    if scores.shape[0] < 2 * least:
        return value, feature, at
    pairs = differences(scores)
    for i in range(order.shape[0]):
        if distinct[i] < 2:
            continue
        ahead = one_side(i, False, order, rank, distinct, scores, pairs, least)
        behind = one_side(i, True, order, rank, distinct, scores, pairs, least)
        found, left = best_first(ahead, behind, value, slack)
        if left:
            value, feature, at = found, i, left
    return value, feature, at
