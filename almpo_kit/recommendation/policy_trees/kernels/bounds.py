"""How much moving a few people from one side of a question to the other can change, at most."""

from __future__ import annotations

import numba
import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.one_question import one_question
from almpo_kit.recommendation.policy_trees.kernels.sorted_people import part
from almpo_kit.recommendation.policy_trees.kernels.sweep import best_within, differences
from almpo_kit.recommendation.policy_trees.kernels.two_questions import two_questions

#: Groups so small are bounded by what would be best for each person.
_FEW = 10
#: Groups so large are bounded by the sum of their halves: a stretch so wide is cut anyway.
_MANY = 320


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
def stretches(
    order: np.ndarray,
    rank: np.ndarray,
    values: np.ndarray,
    scores: np.ndarray,
    inside: np.ndarray,
    least: int,
    known: np.ndarray,
    need: float,
) -> np.ndarray:
    """What two layers give the people inside at most, by where their first question lies.

    Each feature's values are cut into stretches. Where ``known``, a bound, does not exceed ``need``, it is not looked into and
    stands; elsewhere the answer is exact. An answer above ``need`` is therefore always exact.

    Parameters
    ----------
    order, rank : (p, n) int32
        Of everybody.
    values : (p,) int64
        Number of distinct values of each feature among everybody.
    scores : (n, k) float64
    inside : (n,) bool
    least : int
    known : (p, stretches) float64
    need : float

    Returns
    -------
    (p, stretches) float64
    """
    out, cuts = known.copy(), known.shape[1]
    rows, o, r, distinct = part(order, rank, inside)
    c = rows.shape[0]
    if c == 0:
        return np.zeros_like(known)
    own = scores[rows]
    # Without a question in this layer: what a question outside the people's values comes to.
    base = one_question(o, r, own, least, 0.0)[0]
    pairs = differences(own)
    for j in range(order.shape[0]):
        low, high = cuts, -1
        for s in range(cuts):
            if known[j, s] > need:
                low, high = min(low, s), s
                out[j, s] = min(known[j, s], base)
        if high < 0:
            continue
        for s in range(low, high + 1):
            out[j, s] = min(known[j, s], base)
        asked, back = np.zeros(c + 1, np.bool_), np.zeros(c + 1, np.bool_)
        span = np.empty((c + 1, 2), np.int64)
        way = o[j]
        for n in range(max(1, least), min(c - 1, c - least) + 1):
            u, v = int(rank[j, rows[way[n - 1]]]), int(rank[j, rows[way[n]]])
            # A question "at most value u" up to "at most the value before v" cuts these people in the same way.
            span[n] = u * cuts // values[j], (v - 1) * cuts // values[j]
            asked[n] = u != v and span[n, 0] <= high and span[n, 1] >= low
            back[c - n] = asked[n]
        ahead = best_within(way, asked, r, distinct, own, pairs, least)
        behind = best_within(way[::-1].copy(), back, r, distinct, own, pairs, least)
        found = np.full(cuts, base)
        for n in range(1, c):
            if asked[n]:
                for s in range(span[n, 0], span[n, 1] + 1):
                    found[s] = max(found[s], ahead[n] + behind[c - n])
        for s in range(low, high + 1):
            out[j, s] = min(known[j, s], found[s])
    return out


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
        Filled: best(M), or a bound of it.
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
        elif b - a > _MANY and 2 * h + 1 < ends.shape[0] and ends[2 * h, 0] >= 0:
            width[h] = width[2 * h] + width[2 * h + 1]
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
