"""Means of cells as a row's level plus an arm's: weighted least squares for many trials at once."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Sweeps of the fit; rows that hold all arms settle in a few.
_SWEEPS = 30


def cell_means(n: Array, total: Array) -> Array:
    """Mean of each cell, 0 where it is empty (its weight is 0)."""
    return np.asarray(np.where(n > 0, total / np.where(n > 0, n, 1.0), 0.0))


def two_way(n: Array, mean: Array) -> tuple[Array, Array]:
    """Fit mean = level of row + gain of arm, weighted by people; gains add up to 0 over people.

    Parameters
    ----------
    n, mean : array, shape (..., n_rows, n_arms)

    Returns
    -------
    level : array, shape (..., n_rows)
    gain : array, shape (..., n_arms)
    """
    rows, arms = n.sum(axis=-1), n.sum(axis=-2)
    by_row, by_arm = np.where(rows > 0, rows, 1.0), np.where(arms > 0, arms, 1.0)
    gain = np.zeros_like(arms, dtype=float)
    level = np.zeros_like(rows, dtype=float)
    whole = np.maximum(arms.sum(axis=-1, keepdims=True), 1.0)
    for _ in range(_SWEEPS):
        level = (n * (mean - gain[..., None, :])).sum(axis=-1) / by_row
        gain = (n * (mean - level[..., None])).sum(axis=-2) / by_arm
        gain = gain - (arms * gain).sum(axis=-1, keepdims=True) / whole
    return level, gain
