"""The best three layers of questions: every first question that could be best, two layers below each exactly.

A first question "is feature i at most t?" is worth V(t) = best(left of t) + best(right of t), best() being two layers. Best
sums are subadditive: what is best for two groups together is at most what is best for each. So for all t between a and b,

    V(t) ≤ best(left of a) + best(right of b) + W(people between a and b),

W as in ``bounds.moved``. Stretches of t are halved, the most promising first, until none can beat the best found. A leaf of a
tree right for t has, left of a, at least (least − people between) people; the left part is bounded with that.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.bounds import cells, moved, two_layers

Array = np.ndarray[Any, np.dtype[Any]]
#: First questions looked into at a time; a fixed number, so that the answer does not depend on the machine.
_BATCH = 8


@dataclass(frozen=True)
class First:
    """The best first question of three layers (``feature`` −1: none beats ``value``), and what none can exceed."""

    value: float
    feature: int
    left: int
    bound: float
    tried: int


@dataclass
class _Way:
    """One feature's cells."""

    ends: Array
    cut: Array
    worth: Array


def places_of(order: Array, rank: Array, least: int) -> Array:
    """Where a first question on a feature may lie: numbers of people on the left."""
    ordered = rank[order]
    at = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return at[(at >= least) & (at <= len(order) - least)].astype(np.int64)


def three_questions(
    order: Array,
    rank: Array,
    scores: Array,
    *,
    least: int,
    slack: float,
    start: float,
    pool: Executor,
    seconds: float = np.inf,
    progress: Callable[[int, int], None] | None = None,
) -> First:
    """The best first question of three layers.

    Parameters
    ----------
    order, rank : Array, shape (p, n)
    scores : Array, shape (n, k)
    least : int
    slack : float
    start : float
        Value to beat.
    pool : Executor
        Threads.
    seconds : float
        After which the best so far is given, with a bound.
    progress : callable, optional
        Called with first questions tried, and tried plus still open.

    Returns
    -------
    First
    """
    search = _Search(order, rank, scores, least, slack, start)
    until = time.monotonic() + seconds
    search.open(pool)
    while search.queue and time.monotonic() < until:
        batch = search.promising()
        for cell, found in zip(batch, pool.map(search.evaluate, batch), strict=True):
            search.take(cell, found)
        if progress:
            progress(search.tried, search.tried + len(search.queue))
    bound = max(search.value, -search.queue[0][0]) if search.queue else search.value
    return First(search.value, search.feature, search.left, bound, search.tried)


class _Search:
    """What has been found, and which stretches are open."""

    def __init__(
        self, order: Array, rank: Array, scores: Array, least: int, slack: float, start: float
    ) -> None:
        self.order, self.rank, self.scores = order, rank, scores
        self.least, self.slack, self.value = least, slack, start
        self.feature, self.left, self.tried = -1, 0, 0
        self.ways: dict[int, _Way] = {}
        # (−bound, feature, cell, bound of the left part at its start, of the right part at its end)
        self.queue: list[tuple[float, int, int, float, float]] = []

    def open(self, pool: Executor) -> None:
        """All of each feature as one stretch."""
        for feature, way in zip(
            range(len(self.order)), pool.map(self._way, range(len(self.order))), strict=True
        ):
            if way is not None:
                self.ways[feature] = way
                self._push(feature, 1, 0.0, 0.0)

    def _way(self, feature: int) -> _Way | None:
        at = places_of(self.order[feature], self.rank[feature], self.least)
        if not at.size:
            return None
        ends, cut = cells(np.concatenate([[0], at, [self.order.shape[1]]]))
        width, worth = np.zeros(len(ends)), np.zeros(len(ends))
        moved(feature, ends, self.order, self.rank, self.scores, width, worth)
        return _Way(ends, cut, worth)

    def _push(self, feature: int, cell: int, left: float, right: float) -> None:
        way = self.ways[feature]
        bound = left + right + way.worth[cell]
        if way.cut[cell] >= 0 and bound > self.value + self.slack:
            heapq.heappush(self.queue, (-bound, feature, cell, left, right))

    def promising(self) -> list[tuple[float, int, int, float, float]]:
        """The stretches that promise most."""
        out: list[tuple[float, int, int, float, float]] = []
        while self.queue and len(out) < _BATCH:
            cell = heapq.heappop(self.queue)
            if -cell[0] > self.value + self.slack:
                out.append(cell)
        return out

    def evaluate(self, cell: tuple[float, int, int, float, float]) -> tuple[float, float, float]:
        """At the middle of a stretch: bounds of the left and the right part, and the value of asking there."""
        _, feature, h, _, _ = cell
        way = self.ways[feature]
        at, (a, b) = way.cut[h], way.ends[h]
        loose = max(1, self.least - int(b - a))
        inside = np.zeros(self.order.shape[1], np.bool_)
        inside[self.order[feature, :at]] = True
        both = [two_layers(self.order, self.rank, self.scores, w, loose, 0.0)[0] for w in (inside, ~inside)]
        value = sum(both)
        if loose < self.least and value > self.value + self.slack:
            value = sum(
                two_layers(self.order, self.rank, self.scores, w, self.least, 0.0)[0]
                for w in (inside, ~inside)
            )
        return both[0], both[1], value

    def take(self, cell: tuple[float, int, int, float, float], found: tuple[float, float, float]) -> None:
        """Keep what has been found, and open the two halves."""
        _, feature, h, left, right = cell
        way, (below, above, value) = self.ways[feature], found
        self.tried += 1
        if value > self.value + self.slack:
            self.value, self.feature, self.left = value, feature, int(way.cut[h])
        self._push(feature, 2 * h, left, above)
        self._push(feature, 2 * h + 1, below, right)
