"""A policy: a rule from a person's features to an arm, and how one is learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from almpo_kit.recommendation.caseloads.caseload import Caseload

Array = np.ndarray[Any, np.dtype[Any]]
#: The rule says nothing about this person: it is left to the caseworker.
ABSTAINS = -1


@dataclass(frozen=True, eq=False)
class Policy:
    """A rule from features to arms.

    Parameters
    ----------
    name : str
        Short, for tables: "tree of depth 2".
    arms : tuple of str
    names : tuple of str, length p
        Features that the rule reads, in the order of the columns it is given.
    rule : callable
        Features, shape (m, p) -> probability of each arm, shape (m, k), rows summing to 1; or arm positions, shape (m,),
        with ``ABSTAINS`` where it says nothing.
    words : str
        What it does, in a sentence.
    details : mapping
        E.g. the tree.
    """

    name: str
    arms: tuple[str, ...]
    names: tuple[str, ...]
    rule: Callable[[Array], Array] = field(repr=False)
    words: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class PolicyLearner(Protocol):
    """How a policy is made from people; evaluated out of fold, it never sees those that it is judged on."""

    @property
    def name(self) -> str:
        """Short, for tables."""
        ...

    def learn(self, people: Caseload, *, seed: int = 0) -> Policy:
        """The policy learned from some people."""
        ...
