"""The best tree of at most three layers of questions, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from almpo_kit.recommendation.policy_trees.kernels.one_question import best_arm, one_question
from almpo_kit.recommendation.policy_trees.kernels.sorted_people import part, sort_people
from almpo_kit.recommendation.policy_trees.kernels.sweep import differences
from almpo_kit.recommendation.policy_trees.kernels.three_questions import three_questions
from almpo_kit.recommendation.policy_trees.kernels.two_questions import best_first, one_side
from almpo_kit.recommendation.policy_trees.tree import ExactTree, between

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]


def exact_tree(
    x: Array,
    scores: Array,
    weight: Array | None = None,
    depth: int = 2,
    min_leaf: int = 1,
    *,
    workers: int = 2,
    whole_seconds: float = math.inf,
    progress: Progress | None = None,
) -> ExactTree:
    """Maximise the sum of the scores of what each person is offered over trees of at most ``depth`` layers of questions.

    Parameters
    ----------
    x : Array, shape (n, p)
    scores : Array, shape (n, k)
    weight : Array, shape (n,), optional
        Not negative.
    depth : {0, 1, 2, 3}
    min_leaf : int
        Fewest people in a leaf.
    workers : int
        Threads; they change nothing about the result.
    whole_seconds : float
        After which the search of three layers gives the best so far, with a bound.
    progress : callable, optional

    Returns
    -------
    ExactTree
        Among trees alike (within rounding): fewest questions, then the first feature, the lowest place, the first arm.

    Notes
    -----
    One layer takes O(n p k) after sorting, two O(p² n log n k²) (``kernels/sweep.py``), three a branch and bound over
    first questions (``kernels/three_questions.py``). The problem is that of Zhou, Athey and Wager (2023) Oper. Res. 71, 148-183.
    """
    own = np.ascontiguousarray(scores if weight is None else scores * weight[:, None], dtype=np.float64)
    slack = 1e-11 * float(np.abs(own).sum()) + 1e-300
    order, rank = sort_people(x)
    pool = ThreadPoolExecutor(max(1, workers))
    try:
        made = _Grower(x, own, order, rank, max(1, min_leaf), slack, pool, whole_seconds, progress)
        made.grow(np.ones(len(x), bool), depth)
    finally:
        # An interrupted search does not begin what it had still before it.
        pool.shutdown(wait=True, cancel_futures=True)
    nodes = made.nodes
    value = math.fsum(own[np.arange(len(x)), made.offered])
    bound = value + made.gap
    return ExactTree(
        feature=np.array([n[0] for n in nodes], np.int64),
        threshold=np.array([n[1] for n in nodes]),
        left=np.array([n[2] for n in nodes], np.int64),
        right=np.array([n[3] for n in nodes], np.int64),
        arm=np.array([n[4] for n in nodes], np.int64),
        value=value,
        bound=bound,
        proven=made.gap <= 10 * slack,
        tried=made.tried,
    )


@dataclass
class _Grower:
    """Grows the best tree from the top; each question is the first of the best tree below it."""

    x: Array
    scores: Array
    order: Array
    rank: Array
    least: int
    slack: float
    pool: ThreadPoolExecutor
    seconds: float
    progress: Progress | None
    nodes: list[list[Any]] = field(default_factory=list)
    gap: float = 0.0
    tried: int = 0

    def __post_init__(self) -> None:
        self.offered = np.zeros(len(self.x), np.int64)

    def grow(self, inside: Array, depth: int) -> int:
        """Add the node of some people and all below; its position."""
        me = len(self.nodes)
        self.nodes.append([-1, math.nan, -1, -1, -1])
        rows, order, rank, distinct = part(self.order, self.rank, inside)
        feature, left = self._first(rows, order, rank, distinct, depth)
        if feature < 0:
            self.nodes[me][4] = best_arm(self.scores[rows])[1]
            self.offered[inside] = self.nodes[me][4]
            return me
        ordered = rows[order[feature]]
        below = np.zeros(len(self.x), bool)
        below[ordered[:left]] = True
        cut = between(*self.x[ordered[left - 1 : left + 1], feature])
        at_left = self.grow(below, depth - 1)
        at_right = self.grow(inside & ~below, depth - 1)
        self.nodes[me] = [feature, cut, at_left, at_right, -1]
        return me

    def _first(self, rows: Array, order: Array, rank: Array, distinct: Array, depth: int) -> tuple[int, int]:
        own = self.scores[rows]
        if depth == 0 or len(rows) < 2 * self.least:
            return -1, 0
        value, feature, left = one_question(order, rank, own, self.least, self.slack)
        if depth == 1:
            return feature, left
        above, second, at = self._two(order, rank, distinct, own, value, depth)
        if second >= 0:
            value, feature, left = above, second, at
        if depth == 2:
            return feature, left
        found = three_questions(
            order,
            rank,
            own,
            least=self.least,
            slack=self.slack,
            start=value,
            pool=self.pool,
            seconds=self.seconds,
            progress=self.progress,
        )
        self.gap += max(0.0, found.bound - found.value)
        self.tried += found.tried
        return (feature, left) if found.feature < 0 else (found.feature, found.left)

    def _two(
        self, order: Array, rank: Array, distinct: Array, own: Array, start: float, depth: int
    ) -> tuple[float, int, int]:
        pairs = differences(own)
        value, feature, left = start, -1, 0
        asked = [j for j in range(len(order)) if distinct[j] > 1]

        def side(task: tuple[int, bool]) -> Array:
            return one_side(*task, order, rank, distinct, own, pairs, self.least)

        sides = self.pool.map(side, [(j, back) for j in asked for back in (False, True)])
        for done, j in enumerate(asked, start=1):
            found, at = best_first(next(sides), next(sides), value, self.slack)
            if at:
                value, feature, left = found, j, at
            if self.progress and depth == 2 and len(self.nodes) == 1:
                self.progress(done, len(asked))
        return value, feature, left
