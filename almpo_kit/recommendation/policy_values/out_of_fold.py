"""Policies learned from some people and applied to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.chances import chances
from almpo_kit.recommendation.policies.policy import Policy, PolicyLearner

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Offers:
    """What a policy offers to people it was not learned from.

    Parameters
    ----------
    offered : Array, shape (n, k)
        Chances; 0 where the policy says nothing.
    left : Array of bool, shape (n,)
        Left to the caseworker.
    policies : tuple of Policy
        One a fold.
    """

    offered: Array
    left: Array
    policies: tuple[Policy, ...]

    def happens(self, received: Array) -> Array:
        """Chances with what people got where they are left to the caseworker, shape (n, k)."""
        own = received[:, None] == np.arange(self.offered.shape[1])
        return np.where(self.left[:, None], own, self.offered)


def out_of_fold(
    learner: PolicyLearner,
    people: Caseload,
    fold: Array,
    *,
    seed: int = 0,
    step: Callable[[], None] = lambda: None,
) -> Offers:
    """Learn without each fold, and offer to it.

    Parameters
    ----------
    learner : PolicyLearner
    people : Caseload
    fold : Array of int, shape (n,)
    seed : int
    step : callable
        Called after each fold.
    """
    offered, left = np.zeros_like(people.scores), np.zeros(len(people), dtype=bool)
    policies = []
    for f in range(int(fold.max()) + 1):
        policy = learner.learn(people.rows(fold != f), seed=seed)
        offered[fold == f], left[fold == f] = chances(policy, people.rows(fold == f))
        policies.append(policy)
        step()
    return Offers(offered, left, tuple(policies))


def as_it_is(policy: Policy, people: Caseload) -> Offers:
    """A ready-made policy applied to everybody."""
    offered, left = chances(policy, people)
    return Offers(offered, left, (policy,))
