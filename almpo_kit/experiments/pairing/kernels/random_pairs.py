"""How far apart two rows drawn at random are expected to be."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def mean_difference(values: Array) -> Array:
    """Mean absolute difference over all pairs of rows (Gini's mean difference), by column.

    Parameters
    ----------
    values : Array, shape (n, p)
    """
    n = len(values)
    rank = 2 * np.arange(1, n + 1) - n - 1
    found: Array = 2 * (rank[:, None] * np.sort(values, axis=0)).sum(axis=0) / (n * (n - 1))
    return found
