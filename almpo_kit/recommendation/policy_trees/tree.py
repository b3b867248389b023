"""A tree of questions, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class ExactTree:
    """A tree as parallel arrays, one entry a node, a node before those below it, the left one first.

    Parameters
    ----------
    feature : Array of int, shape (m,)
        Column asked about; −1 in a leaf.
    threshold : Array, shape (m,)
        At most this: left. NaN in a leaf.
    left, right : Array of int, shape (m,)
        Nodes below; −1 in a leaf.
    arm : Array of int, shape (m,)
        What a leaf offers; −1 elsewhere.
    value : float
        Sum of weighted scores that the tree reaches.
    bound : float
        What no tree of that depth can exceed.
    proven : bool
        True where ``value`` is the optimum (but for rounding).
    tried : int
        First questions that the search of three layers looked into.
    """

    feature: Array
    threshold: Array
    left: Array
    right: Array
    arm: Array
    value: float
    bound: float
    proven: bool
    tried: int = 0

    @property
    def gap(self) -> float:
        """How much a better tree could at most add."""
        return max(0.0, self.bound - self.value)

    def leaves(self, x: Array) -> Array:
        """Node in which each person ends, shape (m,)."""
        at = np.zeros(len(x), np.int64)
        while (inner := self.feature[at] >= 0).any():
            here = at[inner]
            below = x[np.flatnonzero(inner), self.feature[here]] <= self.threshold[here]
            at[inner] = np.where(below, self.left[here], self.right[here])
        return at

    def arms(self, x: Array) -> Array:
        """What each person is offered, shape (m,)."""
        return self.arm[self.leaves(x)]


def between(low: float, high: float) -> float:
    """A number from ``low`` up to, but not, ``high`` with as few digits as possible, near the middle."""
    middle = low + (high - low) / 2
    size = math.floor(math.log10(max(abs(low), abs(high)))) if max(abs(low), abs(high)) > 0 else 0
    for digits in range(-size, 17 - size):
        found = round(middle, digits)
        for number in (found, found - 10.0**-digits, found + 10.0**-digits):
            if low <= round(number, max(digits, 0)) < high:
                return round(number, max(digits, 0)) + 0.0
    return low
