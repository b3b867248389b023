"""Whether prices prove a matching the cheapest of all: no pair at all may be cheaper than the prices of its two ends."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from almpo_kit.experiments.pairing.kernels.forest import Forest

Array = np.ndarray[Any, np.dtype[Any]]


@numba.njit(cache=True, nogil=True)
def cost_of(rows: Array, scale: float, i: int, j: int) -> int:
    """Whole cost of a pair, a multiple of four; a row beyond the last is nobody, as far from everybody as can be."""
    if i >= len(rows) or j >= len(rows):
        return 4 * 2**38
    squared = 0.0
    for k in range(rows.shape[1]):
        squared += (rows[i, k] - rows[j, k]) ** 2
    return 4 * int(np.rint(scale * np.sqrt(squared)))


@numba.njit(cache=True, nogil=True)
def costs(rows: Array, scale: float, pairs: Array) -> Array:
    found = np.empty(len(pairs), dtype=np.int64)
    for m in range(len(pairs)):
        found[m] = cost_of(rows, scale, pairs[m, 0], pairs[m, 1])
    return found


@numba.njit(cache=True, nogil=True)
def places_in_chains(f: Forest) -> Array:
    """Place of each vertex in its outermost node's chain: the vertices of any node inside stand side by side."""
    place = np.zeros(len(f.mate), dtype=np.int64)
    for v in range(len(f.mate)):
        top = f.top[v]
        if f.head[top] != v:
            continue
        count, w = 0, v
        while w != f.tail[top]:
            w = f.leaf_next[w]
            count += 1
            place[w] = count
    return place


@numba.njit(cache=True, nogil=True)
def _shared(f: Forest, place: Array, i: int, j: int) -> int:
    """Dual value of all circles in which both are."""
    if f.top[i] != f.top[j]:
        return 0
    total, node = 0, f.parent[i]
    while node >= 0:
        if place[f.head[node]] <= place[j] <= place[f.tail[node]]:
            total += f.depth[node]
        node = f.parent[node]
    return total


@numba.njit(cache=True, nogil=True)
def too_cheap(f: Forest, rows: Array, scale: float, most: int) -> Array:
    """Pairs cheaper than their prices allow, for each vertex the worst ``most`` of them; none is the proof. Shape (m, 2)."""
    n = len(f.mate)
    place, slack = places_in_chains(f), np.zeros(n, dtype=np.int64)
    found = [(0, 0)]
    found.clear()
    for i in range(n):
        slack[: i + 1] = 0
        for j in range(i + 1, n):
            slack[j] = cost_of(rows, scale, i, j) - f.price[i] - f.price[j]
            if slack[j] < 0:
                slack[j] += 2 * _shared(f, place, i, j)
        worst = np.flatnonzero(slack < 0)
        if len(worst) > most:
            worst = worst[np.argsort(slack[worst])[:most]]
        for other in worst:
            found.append((i, int(other)))
    out = np.empty((len(found), 2), dtype=np.int64)
    for m in range(len(found)):
        out[m, 0], out[m, 1] = found[m]
    return out


@numba.njit(cache=True, nogil=True)
def least_total(f: Forest) -> int:
    """Dual value: no matching costs less, where no pair is too cheap and no circle's value is negative."""
    place, total = places_in_chains(f), np.int64(0)
    for v in range(len(f.mate)):
        total += f.price[v]
    for node in range(len(f.mate), 2 * len(f.mate)):
        if f.depth[node] != 0:
            total -= f.depth[node] * (place[f.tail[node]] - place[f.head[node]])
    return int(total)
