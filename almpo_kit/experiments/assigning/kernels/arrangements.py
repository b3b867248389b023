"""All ways in which labels can be dealt out within strata."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import numpy as np

Whole = np.ndarray[Any, np.dtype[np.intp]]


def how_many(labels: Whole, stratum: Whole) -> int:
    """Number of different ways to deal the labels of each stratum out again.

    Parameters
    ----------
    labels, stratum : array of int, shape (m,)
    """
    counts = np.zeros((stratum.max() + 1, labels.max() + 1), dtype=int)
    np.add.at(counts, (stratum, labels), 1)
    found = 1
    for row in counts.tolist():
        left = sum(row)
        for count in row:
            found *= math.comb(left, count)
            left -= count
    return found


def arrangements(labels: Whole, stratum: Whole) -> Iterator[Whole]:
    """Each way once, the labels of all strata together, shape (m,)."""
    places = [np.flatnonzero(stratum == s) for s in range(stratum.max() + 1)]
    each = [list(_orders(tuple(labels[p].tolist()))) for p in places]
    for chosen in product(*each):
        found = np.empty_like(labels)
        for place, order in zip(places, chosen, strict=True):
            found[place] = order
        yield found


def _orders(labels: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Different orders of labels, some of them alike."""
    if len(set(labels)) <= 1:
        yield labels
        return
    first = min(labels)
    rest = tuple(v for v in labels if v != first)
    for taken in combinations(range(len(labels)), len(labels) - len(rest)):
        held = set(taken)
        for order in _orders(rest):
            others = iter(order)
            yield tuple(first if i in held else next(others) for i in range(len(labels)))
