"""Odd circles of alternating edges: shrunk to one node, opened again, and turned so that another vertex is left over."""

from __future__ import annotations

import numba

from almpo_kit.experiments.pairing.kernels.forest import (
    FREE,
    INNER,
    OUTER,
    Forest,
    look_out,
    make_inner,
    make_outer,
    settle,
)


@numba.njit(cache=True, nogil=True)
def up(f: Forest, node: int) -> int:
    """The next outer node towards the root; −1 at the root."""
    partner = f.mate[f.base[node]]
    return -1 if partner < 0 else f.top[f.via[f.top[partner], 0]]


@numba.njit(cache=True, nogil=True)
def meeting(f: Forest, a: int, b: int) -> int:
    """First outer node that lies above both; −1 where they are in different trees."""
    f.clock[2] += 1
    stamp = f.clock[2]
    while a >= 0 or b >= 0:
        if a >= 0:
            if f.mark[a] == stamp:
                return a
            f.mark[a] = stamp
            a = up(f, a)
        a, b = b, a
    return -1


@numba.njit(cache=True, nogil=True)
def _link(f: Forest, node: int, leaving: int, entering: int, following: int) -> None:
    f.ahead[node], f.behind[following] = following, node
    f.leaving[node], f.entering[node] = leaving, entering


@numba.njit(cache=True, nogil=True)
def shrink(f: Forest, events: list[tuple[int, int]], u: int, v: int, root: int) -> None:
    """Make one outer node of the circle that a tight edge between two outer nodes closes."""
    left, right = f.top[u], f.top[v]
    _link(f, left, u, v, right)
    while left != root:
        base = f.base[left]
        inner = f.top[f.mate[base]]
        _link(f, inner, f.mate[base], base, left)
        left = f.top[f.via[inner, 0]]
        _link(f, left, f.via[inner, 0], f.via[inner, 1], inner)
    while right != root:
        base = f.base[right]
        inner = f.top[f.mate[base]]
        _link(f, right, base, f.mate[base], inner)
        right = f.top[f.via[inner, 0]]
        _link(f, inner, f.via[inner, 1], f.via[inner, 0], right)
    _name(f, events, root)


@numba.njit(cache=True, nogil=True)
def _name(f: Forest, events: list[tuple[int, int]], root: int) -> None:
    f.clock[1] -= 1
    circle = f.spare[f.clock[1]]
    f.parent[circle], f.first[circle], f.base[circle] = -1, root, f.base[root]
    f.depth[circle], f.depth_since[circle], f.label[circle] = 0, f.clock[0], OUTER
    f.head[circle] = f.head[root]
    node = root
    while True:
        settle(f, node)
        f.parent[node] = circle
        f.tail[circle] = f.tail[node]
        node = f.ahead[node]
        if node == root:
            break
        f.leaf_next[f.tail[circle]] = f.head[node]
    _raise_to(f, circle, circle)
    while True:
        if f.label[node] == INNER:
            look_out(f, events, node)
        f.label[node] = FREE
        node = f.ahead[node]
        if node == root:
            break


@numba.njit(cache=True, nogil=True)
def _raise_to(f: Forest, node: int, top: int) -> None:
    v = f.head[node]
    while True:
        f.top[v] = top
        if v == f.tail[node]:
            break
        v = f.leaf_next[v]


@numba.njit(cache=True, nogil=True)
def _forward(f: Forest, node: int, goal: int) -> bool:
    """Whether the way ahead to the goal has an even number of edges; the way back has one otherwise."""
    even = True
    while node != goal:
        node = f.ahead[node]
        even = not even
    return even


@numba.njit(cache=True, nogil=True)
def open_circle(f: Forest, events: list[tuple[int, int]], circle: int) -> None:
    """An inner node falls into its parts: those on the even way from where it was reached to its base stay in the tree."""
    settle(f, circle)
    u, v, goal = f.via[circle, 0], f.via[circle, 1], f.first[circle]
    node = goal
    while True:
        f.parent[node], f.label[node] = -1, FREE
        _raise_to(f, node, node)
        # Its value stood still while it was inside.
        f.depth_since[node] = f.clock[0]
        node = f.ahead[node]
        if node == goal:
            break
    f.label[circle], f.spare[f.clock[1]] = FREE, circle
    f.clock[1] += 1
    _keep_way(f, events, u, v, goal)
    while True:
        if f.label[node] == FREE:
            look_out(f, events, node)
        node = f.ahead[node]
        if node == goal:
            break


@numba.njit(cache=True, nogil=True)
def _keep_way(f: Forest, events: list[tuple[int, int]], u: int, v: int, goal: int) -> None:
    node = f.top[v]
    ahead = _forward(f, node, goal)
    make_inner(f, events, node, u, v)
    while node != goal:
        if ahead:
            outer = f.ahead[node]
            node = f.ahead[outer]
            make_inner(f, events, node, f.leaving[outer], f.entering[outer])
        else:
            outer = f.behind[node]
            node = f.behind[outer]
            make_inner(f, events, node, f.entering[node], f.leaving[node])
        make_outer(f, events, outer)


@numba.njit(cache=True, nogil=True)
def turn(f: Forest, node: int, v: int) -> None:
    """Match the vertices of a node among themselves so that ``v`` is the one left over."""
    waiting = [(node, v)]
    while len(waiting) > 0:
        node, v = waiting.pop()
        if node >= len(f.mate):
            _turn_one(f, node, v, waiting)


@numba.njit(cache=True, nogil=True)
def _turn_one(f: Forest, circle: int, v: int, waiting: list[tuple[int, int]]) -> None:
    part = v
    while f.parent[part] != circle:
        part = f.parent[part]
    node, goal = part, f.first[circle]
    ahead = _forward(f, node, goal)
    while node != goal:
        one = f.ahead[node] if ahead else f.behind[node]
        node = f.ahead[one] if ahead else f.behind[one]
        p = f.leaving[one] if ahead else f.entering[node]
        q = f.entering[one] if ahead else f.leaving[node]
        f.mate[p], f.mate[q] = q, p
        waiting.append((one, p))
        waiting.append((node, q))
    waiting.append((part, v))
    f.first[circle], f.base[circle] = part, v
