"""How an exact tree is learned from a caseload."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Array, Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.policy import Policy
from almpo_kit.recommendation.policy_trees.asking import prices_of, splitting
from almpo_kit.recommendation.policy_trees.tree import ExactTree
from almpo_kit.recommendation.policy_trees.tree_limits import use_of


@dataclass(frozen=True)
class TreeLearner:
    """Learns the best tree of a few questions.

    Parameters
    ----------
    depth : {0, 1, 2, 3}
        Layers of questions.
    min_leaf : int
        Fewest people in a leaf.
    prices : mapping of str to float
        Programme -> what a place costs, in the unit of the scores; the tree maximises scores less prices.
    barred : sequence of str
        Features that no question may be about.
    limits : Limits
        Shares of people or euro that may be used (see :func:`limited_tree`).
    whole_seconds : float
        After which a search of three layers takes the best so far.
    workers : int
        Threads.
    """

    depth: int = 2
    min_leaf: int = 100
    prices: Mapping[str, float] = field(default_factory=dict)
    barred: Sequence[str] = ()
    limits: Limits = field(default_factory=Limits)
    whole_seconds: float = math.inf
    workers: int = 2
    progress: Callable[[int, int], None] | None = None

    @property
    def name(self) -> str:
        """Short, for tables."""
        return f"tree of depth {self.depth}"

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The best tree for some people; nothing is drawn, ``seed`` changes nothing.

        ``details`` holds ``tree`` (:class:`ExactTree`, features as columns of ``people.features``).
        """
        return as_policy(self.grow(people), people, self.name)

    def watched(self, progress: Callable[[int, int], None] | None) -> TreeLearner:
        """The same learner, telling how far it is."""
        return replace(self, progress=progress)

    def grow(self, people: Caseload) -> ExactTree:
        """The tree itself, with its features counted among all columns of ``people.features``."""
        # Compiled loops: loaded when a tree is first grown.
        from almpo_kit.recommendation.policy_trees.kernels.exact_tree import exact_tree

        columns, net = splitting(people, self.barred), people.scores - prices_of(people, self.prices)
        x, weight = people.features.to_numpy(dtype=float)[:, columns], people.weight
        best = partial(
            exact_tree,
            x,
            weight=weight,
            depth=self.depth,
            min_leaf=self.min_leaf,
            workers=self.workers,
            whole_seconds=self.whole_seconds,
            progress=self.progress,
        )
        if self.limits.any:
            from almpo_kit.recommendation.policy_trees.kernels.limited_tree import limited_tree

            use = use_of(people, self.limits)
            tree = limited_tree(best, x, net, weight, use, self.depth, self.min_leaf)
        else:
            tree = best(net)
        asked = tree.feature >= 0
        tree.feature[asked] = columns[tree.feature[asked]]
        return tree


def as_policy(tree: ExactTree, people: Caseload, name: str) -> Policy:
    """A tree as a policy; its rule takes all features of ``people``, in their order."""

    def rule(x: Array) -> Array:
        return tree.arms(np.asarray(x, dtype=float))

    questions = int((tree.feature >= 0).sum())
    offered = sorted({people.arms[a] for a in tree.arm if a >= 0})
    words = f"Asks up to {questions} question(s) and offers {', '.join(offered)}."
    return Policy(
        name=name, arms=people.arms, names=people.names, rule=rule, words=words, details={"tree": tree}
    )
