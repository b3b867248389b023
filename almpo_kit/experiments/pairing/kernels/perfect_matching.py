"""Cheapest perfect matching of a sparse graph, with the prices that prove it."""

from __future__ import annotations

from heapq import heappop

import numba

from almpo_kit.experiments.pairing.kernels.circles import meeting, open_circle, shrink, turn
from almpo_kit.experiments.pairing.kernels.forest import (
    FREE,
    INNER,
    OUTER,
    Forest,
    depth_now,
    make_inner,
    make_outer,
    settle,
    slack_now,
)


@numba.njit(cache=True, nogil=True)
def match_all(f: Forest) -> bool:
    """Match every vertex; False where the graph allows no perfect matching.

    Each stage grows trees from all unmatched vertices at once until two of them meet, and matches one pair more. About
    n · h · log h steps at worst, far fewer where most pairs are found before the first tree is grown.

    References
    ----------
    Edmonds (1965) J. Res. Natl. Bur. Stand. B 69, 125-130. Galil, Micali and Gabow (1986) SIAM J. Comput. 15, 120-130 (heaps of
    events). Cook and Rohe (1999) INFORMS J. Comput. 11, 138-148 (sparse graph, then all edges by their prices).
    """
    left = len(f.mate) - 2 * _begin(f)
    while left > 0:
        if not _stage(f):
            return False
        left -= 2
    return True


@numba.njit(cache=True, nogil=True)
def _begin(f: Forest) -> int:
    """Raise each price as far as it goes, match along edges that become tight; number of pairs."""
    pairs = 0
    for v in range(len(f.mate)):
        if f.mate[v] >= 0:
            continue
        least, partner = -1, -1
        for edge in range(f.start[v], f.start[v + 1]):
            slack = slack_now(f, edge)
            better = slack == least and partner < 0 and f.mate[f.near[edge]] < 0
            if least < 0 or slack < least or better:
                least, partner = slack, f.near[edge] if f.mate[f.near[edge]] < 0 else -1
        f.price[v] += least
        if partner >= 0:
            f.mate[v], f.mate[partner] = partner, v
            pairs += 1
    return pairs


@numba.njit(cache=True, nogil=True)
def _stage(f: Forest) -> bool:
    events = [(0, 0)]
    events.clear()
    for v in range(len(f.mate)):
        if f.mate[v] < 0:
            make_outer(f, events, f.top[v])
    found = False
    while len(events) > 0 and not found:
        f.clock[0], edge = heappop(events)
        if edge < 0:
            _run_out(f, events, -edge)
        else:
            found = _tight(f, events, edge)
    _end(f)
    return found


@numba.njit(cache=True, nogil=True)
def _run_out(f: Forest, events: list[tuple[int, int]], circle: int) -> None:
    # The event may be stale: the circle was taken into another one, or opened and its name used again.
    if f.parent[circle] < 0 and f.label[circle] == INNER and depth_now(f, circle) == 0:
        open_circle(f, events, circle)


@numba.njit(cache=True, nogil=True)
def _tight(f: Forest, events: list[tuple[int, int]], edge: int) -> bool:
    """An edge is as dear as the prices of its ends: grow, shrink, or match; True where a pair was won."""
    u, v = f.source[edge], f.near[edge]
    if f.label[f.top[u]] != OUTER:
        u, v = v, u
    a, b = f.top[u], f.top[v]
    if a == b or f.label[a] != OUTER or f.label[b] == INNER or slack_now(f, edge) != 0:
        return False
    if f.label[b] == FREE:
        make_inner(f, events, b, u, v)
        make_outer(f, events, f.top[f.mate[f.base[b]]])
        return False
    root = meeting(f, a, b)
    if root >= 0:
        shrink(f, events, u, v, root)
        return False
    _swap(f, u, v)
    _swap(f, v, u)
    return True


@numba.njit(cache=True, nogil=True)
def _swap(f: Forest, u: int, partner: int) -> None:
    """Match ``u`` with its new partner and exchange matched and unmatched edges up to the root."""
    while True:
        node = f.top[u]
        old = f.mate[f.base[node]]
        turn(f, node, u)
        f.mate[u] = partner
        if old < 0:
            return
        inner = f.top[old]
        u, partner = f.via[inner, 0], f.via[inner, 1]
        turn(f, inner, partner)
        f.mate[partner] = u


@numba.njit(cache=True, nogil=True)
def _end(f: Forest) -> None:
    for v in range(len(f.mate)):
        top = f.top[v]
        if f.label[top] != FREE:
            settle(f, top)
            f.label[top] = FREE
