"""A tree in words: its questions, and the conditions of each leaf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.recommendation.policy_trees.tree import ExactTree
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True)
class Wording:
    """How features are called.

    Parameters
    ----------
    names : tuple of str
        Column names.
    labels : mapping of str to str
        What people call them, e.g. ``{"age": "age in years", "woman": "is a woman"}``.
    yes_no : frozenset of str
        Features that are only 0 or 1.
    """

    names: tuple[str, ...]
    labels: Mapping[str, str]
    yes_no: frozenset[str]

    def label(self, feature: int) -> str:
        """What a feature is called."""
        name = self.names[feature]
        return self.labels.get(name, name.replace("_", " "))

    def question(self, feature: int, cut: float) -> str:
        """A question; yes is at most the cut, or 1 of a feature that is only 0 or 1 (see :meth:`yes_left`)."""
        if self.names[feature] in self.yes_no:
            return f"Is this so: “{self.label(feature)}”?"
        return f"Is {self.label(feature)} at most {plain(cut)}?"

    def yes_left(self, feature: int) -> bool:
        """True where yes goes to the left, low side."""
        return self.names[feature] not in self.yes_no

    def condition(self, feature: int, cut: float, left: bool) -> str:
        """What holds on one side."""
        if self.names[feature] in self.yes_no:
            return f"{'not ' if left else ''}“{self.label(feature)}”"
        return f"{self.label(feature)} {'at most' if left else 'above'} {plain(cut)}"


def wording(features: pd.DataFrame, labels: Mapping[str, str] | None) -> Wording:
    """How the features of a caseload are called."""
    yes_no = frozenset(str(c) for c in features if features[c].isin([0.0, 1.0]).all())
    return Wording(tuple(str(c) for c in features), dict(labels or {}), yes_no)


def plain(value: float) -> str:
    """A number with the digits it has, at most six."""
    digits = next((d for d in range(7) if round(value, d) == value), 6)
    return number(value, digits)


def paths(tree: ExactTree) -> dict[int, list[tuple[int, bool]]]:
    """Leaf -> the questions on the way to it, each with whether it was left by the left."""
    found: dict[int, list[tuple[int, bool]]] = {}

    def walk(node: int, way: list[tuple[int, bool]]) -> None:
        if tree.feature[node] < 0:
            found[node] = way
            return
        walk(int(tree.left[node]), [*way, (node, True)])
        walk(int(tree.right[node]), [*way, (node, False)])

    walk(0, [])
    return found


def conditions(tree: ExactTree, words: Wording, way: list[tuple[int, bool]]) -> list[str]:
    """What holds for the people of a leaf; of two limits on the same side only the tighter one."""
    last = {(int(tree.feature[node]), left): node for node, left in way}
    return [words.condition(f, float(tree.threshold[node]), left) for (f, left), node in last.items()]


def rule(tree: ExactTree, words: Wording, way: list[tuple[int, bool]]) -> str:
    """The conditions of a leaf as one phrase."""
    return " and ".join(conditions(tree, words, way)) or "everybody"


def depths(tree: ExactTree) -> np.ndarray:
    """Layer of each node, 0 at the top."""
    out = np.zeros(len(tree.feature), np.int64)
    for node in range(len(out)):
        for below in (tree.left[node], tree.right[node]):
            if below >= 0:
                out[below] = out[node] + 1
    return out
