"""Deferred acceptance and blocking pairs, on arrays."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def propose(
    start: np.ndarray,
    choice: np.ndarray,
    standing: np.ndarray,
    capacity: np.ndarray,
    slot: np.ndarray,
    matched: np.ndarray,
) -> int:
    """Everybody proposes down the own list; vacancies keep the best so far.

    Parameters
    ----------
    start : (n + 1,) int64
        Where each person's list starts in ``choice``.
    choice : (n_pairs,) int32
        Vacancies, most wanted first.
    standing : (n_pairs,) int32
        Rank that the vacancy gives the person of that pair, 0 best; no two alike at one vacancy.
    capacity : (m,) int64
    slot : (m + 1,) int64
        Where each vacancy's places start.
    matched : (n,) int64
        Filled: position in ``choice`` of what each person holds, -1 nothing.

    Returns
    -------
    int
        Number of proposals.
    """
    n, m = start.shape[0] - 1, capacity.shape[0]
    holder = np.full(slot[m], -1, np.int32)
    worst = np.full(slot[m], -1, np.int32)
    taken = np.zeros(m, np.int64)
    following = start[:-1].copy()
    stack, height, proposals = np.arange(n)[::-1].copy(), n, 0
    matched[:] = -1
    while height:
        i = stack[height - 1]
        if following[i] == start[i + 1]:
            height -= 1
            continue
        k = following[i]
        following[i] += 1
        j = choice[k]
        proposals += 1
        if capacity[j] == 0:
            continue
        # Places of a vacancy are a max-heap of ranks: the worst kept is on top.
        a = slot[j]
        if taken[j] < capacity[j]:
            at = taken[j]
            taken[j] += 1
            worst[a + at], holder[a + at] = standing[k], i
            while at and worst[a + (at - 1) // 2] < worst[a + at]:
                up = (at - 1) // 2
                worst[a + at], worst[a + up] = worst[a + up], worst[a + at]
                holder[a + at], holder[a + up] = holder[a + up], holder[a + at]
                at = up
            matched[i] = k
            height -= 1
        elif standing[k] < worst[a]:
            out = holder[a]
            worst[a], holder[a], at = standing[k], i, 0
            while True:
                low, child = at, 2 * at + 1
                for c in (child, child + 1):
                    if c < taken[j] and worst[a + c] > worst[a + low]:
                        low = c
                if low == at:
                    break
                worst[a + at], worst[a + low] = worst[a + low], worst[a + at]
                holder[a + at], holder[a + low] = holder[a + low], holder[a + at]
                at = low
            matched[i], matched[out] = k, -1
            stack[height - 1] = out
    return proposals


def blocking(
    start: np.ndarray, choice: np.ndarray, standing: np.ndarray, capacity: np.ndarray, matched: np.ndarray
) -> int:
    """Number of pairs that would both rather have each other: 0 where the matching is stable.

    Parameters
    ----------
    start, choice, standing, capacity, matched
        As :func:`propose`.
    """
    person = np.repeat(np.arange(start.size - 1), np.diff(start))
    held = np.where(matched >= 0, matched, start[1:])
    rather = np.arange(choice.size) < held[person]
    kept = matched[matched >= 0]
    taken = np.bincount(choice[kept], minlength=capacity.size)
    worst = np.full(capacity.size, -1, np.int64)
    np.maximum.at(worst, choice[kept], standing[kept])
    open_ = (taken < capacity)[choice]
    return int((rather & (capacity[choice] > 0) & (open_ | (standing < worst[choice]))).sum())
