"""Complete and sparse graphs, and what a proof says of them, checked without the code that is tested."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.pairing.kernels.forest import Forest, forest
from almpo_kit.experiments.pairing.kernels.optimal_pairs import _edges

Array = np.ndarray[Any, np.dtype[Any]]


def forest_of(n: int, pairs: Array, cost: Array) -> Forest:
    """A graph with nothing matched yet."""
    return forest(*_edges(pairs, cost, n))


def circles(f: Forest) -> list[tuple[list[int], int]]:
    """Vertices and dual value of every circle with one, from the parents alone."""
    n = len(f.mate)
    held: dict[int, list[int]] = {}
    for v in range(n):
        node = int(f.parent[v])
        while node >= 0:
            held.setdefault(node, []).append(v)
            node = int(f.parent[node])
    return [(members, int(f.depth[c])) for c, members in held.items() if f.depth[c] != 0]


def proof(f: Forest, cost: Array) -> tuple[int, int]:
    """Least reduced cost of all pairs, and the dual value, for a dense matrix of whole costs; written as the textbook has it.

    max Σ y_v + Σ z_B where y_u + y_v + Σ z_B over circles with just one of u, v is at most the cost, z_B ≥ 0.
    """
    n = len(f.mate)
    y = f.price.astype(object).copy()
    crossing = np.zeros((n, n), dtype=np.int64)
    total = 0
    for members, z in circles(f):
        assert z > 0 and len(members) % 2 == 1
        y[members] -= z
        total += z
        inside = np.zeros(n, dtype=bool)
        inside[members] = True
        crossing += z * (inside[:, None] != inside[None, :])
    whole = y.astype(np.int64)
    reduced = cost - whole[:, None] - whole[None, :] - crossing
    np.fill_diagonal(reduced, 0)
    return int(reduced.min()), total + int(sum(y))
