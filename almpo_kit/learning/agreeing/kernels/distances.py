"""How far two answers are apart: the metric differences of Krippendorff's alpha."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def nominal(values: Sequence[object]) -> Array:
    """0 where alike, 1 otherwise."""
    return 1.0 - np.eye(len(values))


def ordinal(counts: Array) -> Array:
    """Squared count of answers between two ranks; ``counts`` by rank, lowest first (Krippendorff 2011)."""
    upto = np.cumsum(counts)
    between = np.abs(upto[:, None] - upto[None, :]) - (
        np.maximum(counts[:, None], 0) * (upto[:, None] > upto[None, :])
        + counts[None, :] * (upto[None, :] > upto[:, None])
    )
    # Both ends count half.
    return np.where(
        np.eye(len(counts), dtype=bool), 0.0, (between + (counts[:, None] + counts[None, :]) / 2) ** 2
    )


def interval(values: Array) -> Array:
    """Squared difference."""
    return (values[:, None] - values[None, :]) ** 2


def masi(sets: Sequence[frozenset[str]]) -> Array:
    """One less Jaccard's index times how far one set holds the other (Passonneau 2006).

    The factor is 1 for equal sets, 2/3 where one holds the other, 1/3 where they overlap, and 0 where they do not.
    """
    n = len(sets)
    out = np.zeros((n, n))
    for i, a in enumerate(sets):
        for j in range(i):
            b = sets[j]
            joint = len(a & b)
            factor = 2 / 3 if a <= b or b <= a else 1 / 3
            out[i, j] = out[j, i] = 1.0 - (joint / len(a | b)) * factor if joint else 1.0
    return out
