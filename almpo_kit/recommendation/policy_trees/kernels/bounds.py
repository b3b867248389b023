"""How much moving a few people from one side of a question to the other can change, at most."""

from __future__ import annotations

import numba
import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.one_question import one_question
from almpo_kit.recommendation.policy_trees.kernels.sorted_people import part
from almpo_kit.recommendation.policy_trees.kernels.two_questions import two_questions

#: Groups so small are bounded by what would be best for each person.
_FEW = 6


@numba.njit(cache=True, nogil=True)
def two_layers(
    order: np.ndarray, rank: np.ndarray, scores: np.ndarray, inside: np.ndarray, least: int, slack: float
) -> tuple[float, int, int]:
    """The best of one arm for all, one layer of questions and two, among the people inside.

    Parameters
    ----------
    order, rank : (p, n) int32
        Of everybody.
    scores : (n, k) float64
    inside : (n,) bool
    least : int
    slack : float

    Returns
    -------
    value : float
    feature, left : int
        The first question where two layers are better than one; else −1, 0.
    """
    rows, o, r, distinct = part(order, rank, inside)
    own = scores[rows]
    value = one_question(o, r, own, least, slack)[0]
    return two_questions(o, r, distinct, own, least, slack, value)


@numba.njit(cache=True, nogil=True)
def moved(
    feature: int,
    ends: np.ndarray,
    order: np.ndarray,
    rank: np.ndarray,
    scores: np.ndarray,
    width: np.ndarray,
    worth: np.ndarray,
) -> None:
    """Largest sum that the people between two places of a first question can add, however it cuts them in two.

    Cells lie in a binary tree: cell 1 from the first place to the last, cell h cut at its middle place into 2h and 2h + 1.
    With best(M) the most that two layers of questions give the people of M, and W(M) the most that best(A) + best(B) can be
    over all cuts A | B of M, W(M) ≤ max(W(A) + best(B), best(A) + W(B)) at the middle cut.

    Parameters
    ----------
    feature : int
    ends : (cells, 2) int64
        First and last place (number of people on the left) of each cell; (−1, −1) where there is no such cell.
    order, rank : (p, n); scores : (n, k)
    width : (cells,) float64
        Filled: best(M).
    worth : (cells,) float64
        Filled: W(M).
    """
    inside = np.zeros(order.shape[1], np.bool_)
    for h in range(ends.shape[0] - 1, 0, -1):
        a, b = ends[h]
        if a < 0:
            continue
        if b - a <= _FEW:
            width[h] = 0.0
            for s in range(a, b):
                width[h] += scores[order[feature, s]].max()
        else:
            inside[:] = False
            for s in range(a, b):
                inside[order[feature, s]] = True
            width[h] = two_layers(order, rank, scores, inside, 1, 0.0)[0]
        worth[h] = width[h]
        if 2 * h + 1 < ends.shape[0] and ends[2 * h, 0] >= 0:
            x, y = 2 * h, 2 * h + 1
            worth[h] = max(worth[x] + width[y], width[x] + worth[y])


@numba.njit(cache=True, nogil=True)
def cells(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cells between places, halved until two neighbours are left.

    Parameters
    ----------
    places : (m,) int64
        Ascending, at least two.

    Returns
    -------
    ends : (cells, 2) int64
    cut : (cells,) int64
        The place at which each is cut; −1 where it is not.
    """
    depth = 1
    while 2 ** (depth - 1) < places.shape[0] - 1:
        depth += 1
    ends, cut = np.full((2**depth, 2), -1, np.int64), np.full(2**depth, -1, np.int64)
    span = np.full((2**depth, 2), -1, np.int64)
    span[1] = 0, places.shape[0] - 1
    for h in range(1, 2**depth):
        a, b = span[h]
        if a < 0:
            continue
        ends[h] = places[a], places[b]
        if b - a > 1:
            m = (a + b) // 2
            cut[h] = places[m]
            span[2 * h], span[2 * h + 1] = (a, m), (m, b)
    return ends, cut
