"""Paths through a causal graph along which two things are related. Kernels: they validate nothing."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice, pairwise
from typing import Any

#: Paths looked at before giving up telling one; a separation itself is decided without listing paths.
_MOST_PATHS = 4_000
_LONGEST = 8


def open_path(graph: Any, start: str, ends: Collection[str], held: Collection[str]) -> tuple[str, ...]:
    """The shortest path from ``start`` to any of ``ends`` that is open while ``held`` is held constant; () for none.

    Parameters
    ----------
    graph : networkx.DiGraph
    start : str
    ends : collection of str
    held : collection of str
    """
    import networkx as nx

    reopening = set(held).union(*(nx.ancestors(graph, h) for h in held if h in graph))
    plain = nx.Graph()
    plain.add_edges_from(sorted(graph.edges))
    reached = [e for e in sorted(ends) if e in plain]
    if start not in plain or not reached:
        return ()
    for longest in range(1, _LONGEST + 1):
        for end in reached:
            paths = nx.all_simple_paths(plain, start, end, cutoff=longest)
            for path in islice(paths, _MOST_PATHS):
                if len(path) == longest + 1 and _is_open(graph, path, set(held), reopening):
                    return tuple(path)
    return ()


def colliders_on(graph: Any, path: tuple[str, ...]) -> tuple[str, ...]:
    """The nodes of a path into which both of its arrows run."""
    return tuple(
        b
        for a, b, c in zip(path, path[1:], path[2:], strict=False)
        if graph.has_edge(a, b) and graph.has_edge(c, b)
    )


def drawn(graph: Any, path: tuple[str, ...]) -> str:
    """A path with its arrows: ``treatment ← motivation → earnings``."""
    text = path[0]
    for a, b in pairwise(path):
        text += f" {'→' if graph.has_edge(a, b) else '←'} {b}"
    return text


def _is_open(graph: Any, path: list[str], held: set[str], reopening: set[str]) -> bool:
    for a, b, c in zip(path, path[1:], path[2:], strict=False):
        if graph.has_edge(a, b) and graph.has_edge(c, b):
            # A collider blocks unless it, or something it moves, is held constant.
            if b not in reopening:
                return False
        elif b in held:
            return False
    return True
