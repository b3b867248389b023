"""Letting people into a group one by one, with the best question about the group always known.

Below a first question "is feature i at most t?" the best second question is sought anew for every t, and there are as many t
as people. But when t moves on by one person, only that person changes sides. For two arms a and b, the best question on
feature j that gives a below and b above is worth

    Σ_b + max over s of Σ_{feature j at most s} (score_a − score_b),

a largest prefix sum; a tree over the values of j whose nodes hold (sum, largest prefix, smallest prefix) of the people inserted
so far takes one person in, and gives the new maximum, in log n steps. So all first questions together cost
O(p² n log n k²) and not O(p² n² k), and the result is exact. That every leaf must hold ``least`` people keeps prefix ends between
the least-th person from below and from above; both ends only move outwards as people come in, so a position once allowed
stays allowed and costs one more insertion.
"""

from __future__ import annotations

import numba
import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.lanes import BLOCK, LANES, NODE, renew, take_in

#: Where a scan over all values at each candidate costs less than so many steps a person, no tree is kept.
_SCAN = 25


@numba.njit(cache=True, nogil=True)
def differences(scores: np.ndarray) -> np.ndarray:
    """Score of one arm less that of another, each pair once.

    Parameters
    ----------
    scores : (c, k) float64

    Returns
    -------
    (groups * c * 8,) float64
        Eight pairs a group; lanes without a pair are 0.
    """
    c, k = scores.shape
    groups = max(1, (k * (k - 1) // 2 + LANES - 1) // LANES)
    out = np.zeros(groups * c * LANES)
    for i in range(c):
        q = 0
        for a in range(k):
            for b in range(a + 1, k):
                out[(q // LANES * c + i) * LANES + q % LANES] = scores[i, a] - scores[i, b]
                q += 1
    return out


@numba.njit(cache=True, nogil=True)
def _better(found: float, of_arm: np.ndarray, tops: np.ndarray) -> float:
    """The larger of ``found`` and the best pair of arms, either way round.

    Parameters
    ----------
    found : float
    of_arm : (k,)
        Sum of scores inside.
    tops : (groups, 24)
        Sum, largest and smallest prefix of eight pairs each.
    """
    q, k = 0, of_arm.shape[0]
    for a in range(k):
        for b in range(a + 1, k):
            g, lane = q // LANES, q % LANES
            x = max(tops[g, LANES + lane], tops[g, lane] - tops[g, 2 * LANES + lane]) + of_arm[b]
            found = x if x > found else found
            q += 1
    return found


@numba.njit(cache=True, nogil=True)
def _scan(
    distinct: int, count: np.ndarray, inside: int, held: np.ndarray, wide: int, least: int, tops: np.ndarray
) -> None:
    """Sum and extreme prefixes over a feature with few values, from the sums at each."""
    tops[:, :LANES] = 0.0
    tops[:, LANES : 2 * LANES] = -np.inf
    tops[:, 2 * LANES :] = np.inf
    below = 0
    for r in range(distinct):
        below += count[r]
        ends = below >= least and inside - below >= least
        for g in range(tops.shape[0]):
            for q in range(LANES):
                s = tops[g, q] + held[g * wide + r * LANES + q]
                tops[g, q] = s
                if ends:
                    tops[g, LANES + q] = max(tops[g, LANES + q], s)
                    tops[g, 2 * LANES + q] = min(tops[g, 2 * LANES + q], s)


@numba.njit(cache=True, nogil=True)
def _ends(count: np.ndarray, distinct: int, inside: int, least: int) -> tuple[int, int, int, int, int]:
    """Between which values a prefix may end, from the numbers of people at each value.

    Returns
    -------
    bottom, below : int
        The lowest value with ``least`` people at or below it (the highest that anybody has, where there are fewer), and how
        many these are.
    top, above, following : int
        The highest value with ``least`` people above it (−1: none), how many these are, and the next value that somebody has.
    """
    bottom, below, r = -1, 0, 0
    while r < distinct and below < min(least, inside):
        if count[r] > 0:
            bottom = r
            below += count[r]
        r += 1
    top, above, following, r = -1, 0, distinct, distinct - 1
    while r >= 0 and above < least:
        if count[r] > 0:
            above += count[r]
            following = r
        r -= 1
    while r >= 0 and count[r] == 0:
        r -= 1
    if above >= least:
        top = r
    else:
        following = distinct
        for v in range(distinct - 1, -1, -1):
            following = v if count[v] > 0 else following
    return bottom, below, top, above, following


@numba.njit(cache=True, nogil=True)
def sweep(
    order: np.ndarray,
    asked: np.ndarray,
    rank: np.ndarray,
    distinct: int,
    scores: np.ndarray,
    pairs: np.ndarray,
    least: int,
    out: np.ndarray,
) -> None:
    """Let people in one by one; after each, the best question on one feature among those inside.

    Parameters
    ----------
    order : (c,) int32
        People in the order of coming in.
    asked : (c + 1,) bool
        After how many people the answer is wanted; people before the first are let in at once.
    rank : (c,) int32
        Of each person's value of the second feature.
    distinct : int
        Number of distinct values of the second feature.
    scores : (c, k)
    pairs : (groups * c * 8,)
    least : int
    out : (c + 1,) float64
        Raised to what the best question gives, where that is more.
    """
    c, start, stop, wanted = order.shape[0], 0, 0, 0
    for n in range(1, c + 1):
        if asked[n]:
            start = n if start == 0 else start
            stop = n
            wanted += 1
    groups, first = pairs.shape[0] // (c * LANES), 1
    while first * BLOCK < distinct:
        first *= 2
    plain = wanted * distinct < _SCAN * (stop - start) + 2 * distinct
    wide, tall = first * BLOCK * LANES, 2 * first * NODE
    held, shut = np.zeros(groups * wide), np.full(first * BLOCK, -np.inf)
    count = np.zeros(first * BLOCK, np.int32)
    tree = np.zeros(1 if plain else groups * tall + LANES)
    # Registers are filled in one go from addresses that are multiples of their size.
    root = -(tree.ctypes.data // 8) % LANES
    tops = np.zeros((groups, NODE))
    of_arm = np.zeros(scores.shape[1])
    # Limits of where a prefix may end: see _ends.
    bottom, below, top, above, following = -1, 0, -1, 0, distinct
    for n in range(1, stop + 1):
        i = int(order[n - 1])
        r = int(rank[i])
        for a in range(of_arm.shape[0]):
            of_arm[a] += scores[i, a]
        for g in range(groups):
            take_in(held, g * wide + r * LANES, pairs, (g * c + i) * LANES)
        count[r] += 1
        if n < start:
            continue
        if plain:
            if asked[n]:
                _scan(distinct, count, n, held, wide, least, tops)
                out[n] = _better(out[n], of_arm, tops)
            continue
        if n == start:
            bottom, below, top, above, following = _ends(count, distinct, n, least)
            for v in range(bottom, top + 1):
                if n >= least and count[v] > 0:
                    shut[v] = 0.0
            for at in range(root, root + (groups * tall), NODE):
                tree[at + LANES : at + 2 * LANES] = -np.inf
                tree[at + 2 * LANES : at + NODE] = np.inf
            for g in range(groups):
                for v in range(0, distinct, BLOCK):
                    renew(tree, root + g * tall, first, v // BLOCK, held, g * wide, shut)
        else:
            if n <= least:
                bottom = max(bottom, r)
            if n <= least or r <= bottom:
                below += 1
            while n >= least and below - count[bottom] >= least:
                below -= count[bottom]
                bottom -= 1
                while count[bottom] == 0:
                    bottom -= 1
            if r > top:
                above += 1
                following = min(following, r)
            while above >= least and following < distinct and above - count[following] >= least:
                above -= count[following]
                top = following
                following += 1
                while following < distinct and count[following] == 0:
                    following += 1
            may = n >= least and bottom <= top
            if may and bottom <= r <= top:
                shut[r] = 0.0
            for g in range(groups):
                renew(tree, root + g * tall, first, r // BLOCK, held, g * wide, shut)
            if may:
                for end in (bottom, top):
                    if shut[end] != 0.0:
                        shut[end] = 0.0
                        for g in range(groups):
                            renew(tree, root + g * tall, first, end // BLOCK, held, g * wide, shut)
        if asked[n]:
            for g in range(groups):
                for q in range(NODE):
                    tops[g, q] = tree[root + g * tall + NODE + q]
            out[n] = _better(out[n], of_arm, tops)


@numba.njit(cache=True, nogil=True)
def best_within(
    way: np.ndarray,
    asked: np.ndarray,
    rank: np.ndarray,
    distinct: np.ndarray,
    scores: np.ndarray,
    pairs: np.ndarray,
    least: int,
) -> np.ndarray:
    """Best value with at most one question of the first m people of an order, for each m that is asked.

    Parameters
    ----------
    way : (c,) int32
    asked : (c + 1,) bool
    rank : (p, c); distinct : (p,)
    scores, pairs, least
        As in :func:`sweep`.

    Returns
    -------
    (c + 1,) float64
        −inf where it is not asked.
    """
    c, k = scores.shape
    out, of_arm = np.full(c + 1, -np.inf), np.zeros(k)
    for n in range(1, c):
        for a in range(k):
            of_arm[a] += scores[way[n - 1], a]
        if asked[n]:
            out[n] = of_arm.max()
    if asked.any():
        for j in range(rank.shape[0]):
            if distinct[j] > 1:
                sweep(way, asked, rank[j], distinct[j], scores, pairs, least, out)
    return out
