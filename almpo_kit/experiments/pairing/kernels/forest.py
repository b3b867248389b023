"""What the search for a cheapest perfect matching keeps: prices, trees of alternating edges, shrunken odd circles.

Written from the primal-dual method of Edmonds with one clock for all trees: while it runs, the price of a vertex in an outer
node of a tree rises with it and that in an inner node falls, so nothing is updated until a label changes, and what happens
next lies in one heap.
"""

from __future__ import annotations

from heapq import heappush
from typing import Any, NamedTuple

import numba
import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Labels of nodes: in no tree, an even number of edges from the root of one, an odd number.
FREE, OUTER, INNER = 0, 1, 2


class Forest(NamedTuple):
    """n vertices, nodes 0 to 2n − 1: vertices, then shrunken circles ("blossoms"); h directed edges, each way once.

    ``start (n + 1)``, ``source, near, cost (h)``: edges by vertex. ``mate, top, price, since, leaf_next (n)``: partner,
    outermost node, price as it stood at time ``since``, next vertex in its node's chain. By node: ``parent, base, first, label,
    mark, head, tail``; ``ahead, behind`` neighbours in the circle it is part of, over the edge from ``leaving`` (in it) to
    ``entering`` (in ``ahead``); ``via (2n, 2)`` edge by which an inner node was reached; ``depth, depth_since`` dual value of a
    circle. ``spare``: unused names of circles. ``clock (3)``: time, number of spares, number of marks.
    """

    start: Array
    source: Array
    near: Array
    cost: Array
    mate: Array
    top: Array
    price: Array
    since: Array
    leaf_next: Array
    parent: Array
    base: Array
    first: Array
    label: Array
    mark: Array
    head: Array
    tail: Array
    ahead: Array
    behind: Array
    leaving: Array
    entering: Array
    via: Array
    depth: Array
    depth_since: Array
    spare: Array
    clock: Array


def forest(start: Array, near: Array, cost: Array) -> Forest:
    """Nothing matched, prices half of the cheapest edge: no edge is cheaper than the prices of its ends.

    Parameters
    ----------
    start : Array of int64, shape (n + 1,)
    near : Array of int64, shape (h,)
    cost : Array of int64, shape (h,)
        Multiples of four, so that every price stays whole.
    """
    n = len(start) - 1
    one, two = np.arange(n), np.arange(2 * n)
    cheapest = np.minimum.reduceat(cost, start[:-1])
    source = np.repeat(one, np.diff(start))
    none, zero = np.full(2 * n, -1), np.zeros(2 * n, dtype=np.int64)
    return Forest(
        *(start, source, near, cost),
        *(np.full(n, -1), one.copy(), cheapest // 2, np.zeros(n, dtype=np.int64), np.full(n, -1)),
        *(none.copy(), two.copy(), none.copy(), zero.copy(), zero.copy(), two.copy(), two.copy()),
        *(none.copy(), none.copy(), none.copy(), none.copy(), np.full((2 * n, 2), -1)),
        *(zero.copy(), zero.copy(), two[n:][::-1].copy(), np.array([0, n, 0])),
    )


@numba.njit(cache=True, nogil=True)
def price_now(f: Forest, v: int) -> int:
    label = f.label[f.top[v]]
    gone = f.clock[0] - f.since[v]
    if label == OUTER:
        return f.price[v] + gone
    return f.price[v] - gone if label == INNER else f.price[v]


@numba.njit(cache=True, nogil=True)
def slack_now(f: Forest, edge: int) -> int:
    """How much dearer an edge between two nodes is than the prices of its ends."""
    return f.cost[edge] - price_now(f, f.source[edge]) - price_now(f, f.near[edge])


@numba.njit(cache=True, nogil=True)
def depth_now(f: Forest, node: int) -> int:
    label = f.label[node]
    gone = f.clock[0] - f.depth_since[node]
    if label == OUTER:
        return f.depth[node] + gone
    return f.depth[node] - gone if label == INNER else f.depth[node]


@numba.njit(cache=True, nogil=True)
def settle(f: Forest, node: int) -> None:
    """Write down what the clock has done to an outermost node; to be called before its label changes."""
    v = f.head[node]
    while True:
        f.price[v] = price_now(f, v)
        f.since[v] = f.clock[0]
        if v == f.tail[node]:
            break
        v = f.leaf_next[v]
    if node >= len(f.mate):
        f.depth[node] = depth_now(f, node)
        f.depth_since[node] = f.clock[0]


@numba.njit(cache=True, nogil=True)
def look_out(f: Forest, events: list[tuple[int, int]], node: int) -> None:
    """Note when the edges of an outer (or newly free) node's vertices will become tight."""
    v = f.head[node]
    while True:
        own = f.top[v]
        for edge in range(f.start[v], f.start[v + 1]):
            other = f.top[f.near[edge]]
            if other != own:
                _note(f, events, edge, f.label[own], f.label[other])
        if v == f.tail[node]:
            break
        v = f.leaf_next[v]


@numba.njit(cache=True, nogil=True)
def _note(f: Forest, events: list[tuple[int, int]], edge: int, own: int, other: int) -> None:
    if own == OUTER and other == OUTER:
        heappush(events, (f.clock[0] + slack_now(f, edge) // 2, edge))
    elif own + other == OUTER:
        heappush(events, (f.clock[0] + slack_now(f, edge), edge))


@numba.njit(cache=True, nogil=True)
def make_outer(f: Forest, events: list[tuple[int, int]], node: int) -> None:
    settle(f, node)
    f.label[node] = OUTER
    look_out(f, events, node)


@numba.njit(cache=True, nogil=True)
def make_inner(f: Forest, events: list[tuple[int, int]], node: int, u: int, v: int) -> None:
    """Reached from ``u`` in an outer node over the tight edge to ``v`` in this one."""
    settle(f, node)
    f.label[node] = INNER
    f.via[node, 0], f.via[node, 1] = u, v
    if node >= len(f.mate):
        # A circle whose value runs out is opened again; it is noted as a negative number.
        heappush(events, (f.clock[0] + f.depth[node], -node))
