"""The best three layers of questions: every first question that could be best, two layers below each exactly.

A first question "is feature i at most t?" is worth V(t) = best(left of t) + best(right of t), best() being two layers. Best
sums are subadditive: what is best for two groups together is at most what is best for each. So for all t between a and b,

    V(t) ≤ best(left of a) + best(right of b) + W(people between a and b),

W as in ``bounds.moved``. Stretches of t are halved, the most promising first, until none can beat the best found. A leaf of a
tree right for t has, left of a, at least (least − people between) people; the left part is bounded with that.

Bounds of a part are kept by feature and stretch of values of its own first question (``bounds.stretches``): between
neighbouring t they change by at most best(people between), so that most of them need not be looked into again.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.bounds import cells, moved, stretches

Array = np.ndarray[Any, np.dtype[Any]]
#: First questions looked into at a time; a fixed number, so that the answer does not depend on the machine.
_BATCH = 8
#: Stretches of each feature's values in the second layer that are bounded apart.
_CUTS = 32


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
    width: Array
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


@dataclass(frozen=True)
class _Cell:
    """A stretch of first questions: what is known of its ends."""

    feature: int
    at: int
    left: Array
    right: Array


@dataclass(frozen=True)
class _Found:
    """At the middle of a stretch: bounds of the left and the right part, and the value of asking there."""

    left: Array
    right: Array
    value: float


class _Search:
    """What has been found, and which stretches are open."""

    def __init__(
        self, order: Array, rank: Array, scores: Array, least: int, slack: float, start: float
    ) -> None:
        self.order, self.rank, self.scores = order, rank, scores
        self.values = rank.max(axis=1).astype(np.int64) + 1
        self.least, self.slack, self.value = least, slack, start
        self.feature, self.left, self.tried = -1, 0, 0
        self.ways: dict[int, _Way] = {}
        self.queue: list[tuple[float, int, int, _Cell]] = []

    def open(self, pool: Executor) -> None:
        """All of each feature as one stretch."""
        nothing = np.zeros((len(self.order), _CUTS))
        features = range(len(self.order))
        for feature, way in zip(features, pool.map(self._way, features), strict=True):
            if way is not None:
                self.ways[feature] = way
                self._push(_Cell(feature, 1, nothing, nothing))

    def _way(self, feature: int) -> _Way | None:
        at = places_of(self.order[feature], self.rank[feature], self.least)
        if not at.size:
            return None
        ends, cut = cells(np.concatenate([[0], at, [self.order.shape[1]]]))
        width, worth = np.zeros(len(ends)), np.zeros(len(ends))
        moved(feature, ends, self.order, self.rank, self.scores, width, worth)
        return _Way(ends, cut, width, worth)

    def _push(self, cell: _Cell) -> None:
        way = self.ways[cell.feature]
        bound = float(cell.left.max() + cell.right.max() + way.worth[cell.at])
        if way.cut[cell.at] >= 0 and bound > self.value + self.slack:
            heapq.heappush(self.queue, (-bound, cell.feature, cell.at, cell))

    def promising(self) -> list[_Cell]:
        """The stretches that promise most."""
        out: list[_Cell] = []
        while self.queue and len(out) < _BATCH:
            bound, _, _, cell = heapq.heappop(self.queue)
            if -bound > self.value + self.slack:
                out.append(cell)
        return out

    def _part(self, inside: Array, least: int, known: Array, need: float) -> Array:
        return stretches(
            self.order, self.rank, self.values, self.scores, inside, least, known, need + self.slack
        )

    def evaluate(self, cell: _Cell) -> _Found:
        """Bounds at the middle of a stretch, only as exact as they must be to close one of its halves."""
        way, h, best = self.ways[cell.feature], cell.at, self.value
        at, (a, b) = way.cut[h], way.ends[h]
        inside = np.zeros(self.order.shape[1], np.bool_)
        inside[self.order[cell.feature, :at]] = True
        loose = max(1, self.least - int(b - a))
        left = self._part(
            inside, loose, cell.left + way.width[2 * h], best - cell.right.max() - way.worth[2 * h + 1]
        )
        beside = max(cell.left.max() + way.worth[2 * h], left.max())
        right = self._part(~inside, loose, cell.right + way.width[2 * h + 1], best - beside)
        value = float(left.max() + right.max())
        if value > best + self.slack and loose < self.least:
            exact = self._part(inside, self.least, left, best - right.max()).max()
            value = float(exact + self._part(~inside, self.least, right, best - exact).max())
        return _Found(left, right, value)

    def take(self, cell: _Cell, found: _Found) -> None:
        """Keep what has been found, and open the two halves."""
        h, way = cell.at, self.ways[cell.feature]
        self.tried += 1
        if found.value > self.value + self.slack:
            self.value, self.feature, self.left = found.value, cell.feature, int(way.cut[h])
        self._push(_Cell(cell.feature, 2 * h, cell.left, found.right))
        self._push(_Cell(cell.feature, 2 * h + 1, found.left, cell.right))
