"""Values as they might be in truth: the estimate and its standard error."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def draw_values(
    values: Array, se: Array, draws: int, rng: np.random.Generator, within: float, between: float
) -> Array:
    """Normal draws of a table of estimates.

    Parameters
    ----------
    values, se : Array, shape (n, k)
    within : float
        Correlation of the errors of two criteria of one option, 0 to 1; 1 where both are read off one estimate.
    between : float
        Correlation of the errors of two options by one criterion, 0 to 1.

    Returns
    -------
    Array, shape (draws, n, k)
        The correlation of any two errors is the product of the two.
    """
    n, k = values.shape
    z = rng.standard_normal((draws, n, k))
    if between:
        z = np.einsum("ij,djk->dik", _root(n, between), z)
    if within:
        z = z @ _root(k, within).T
    return values + se * z


def _root(size: int, correlation: float) -> Array:
    """A matrix whose product with its transpose has ones on the diagonal and the correlation beside it."""
    if correlation == 1:
        # One error for all: the matrix has rank one, which Cholesky refuses; this is its limit.
        return np.eye(size)[:1].repeat(size, axis=0)
    return np.linalg.cholesky(np.full((size, size), correlation) + (1 - correlation) * np.eye(size))
