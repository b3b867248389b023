"""Weights from a matrix of comparisons as its principal eigenvector (Saaty 1980, The Analytic Hierarchy Process)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def principal(matrices: Array) -> tuple[Array, Array]:
    """Principal right eigenvector, summing to 1, and its eigenvalue.

    Parameters
    ----------
    matrices : array, shape (..., n, n)
        Positive entries.

    Returns
    -------
    weights : array, shape (..., n)
    largest : array, shape (...)
    """
    values, vectors = np.linalg.eig(matrices)
    at = np.argmax(values.real, axis=-1)
    largest = np.take_along_axis(values.real, at[..., None], axis=-1)[..., 0]
    chosen = np.take_along_axis(vectors, at[..., None, None], axis=-1)[..., 0]
    # The principal vector of a positive matrix is real up to its phase, with all entries of one sign.
    sizes = np.abs(chosen)
    return sizes / sizes.sum(axis=-1, keepdims=True), largest
