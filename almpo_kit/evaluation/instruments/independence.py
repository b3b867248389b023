"""Columns that say something new: what earlier columns already span is left out, in their order."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Share of a column's length that must be left after earlier columns (squared).
_NEW = 1e-10


def independent(matrix: Array, weight: Array) -> Array:
    """Positions of columns that are no combination of earlier ones.

    Parameters
    ----------
    matrix : Array, shape (n, p)
    weight : Array, shape (n,)

    Returns
    -------
    Array of int, shape (at most p,)
    """
    gram = matrix.T @ (matrix * weight[:, None])
    length = np.sqrt(np.diag(gram))
    found: list[int] = []
    safe = np.where(length > 0, length, 1.0)
    left = gram / np.outer(safe, safe)
    for j in range(len(left)):
        if length[j] > 0 and left[j, j] > _NEW:
            found.append(j)
            left = left - np.outer(left[:, j], left[j]) / left[j, j]
    return np.asarray(found, dtype=np.int64)
