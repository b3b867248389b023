"""Effect in a stepped wedge, groups and periods held constant, as a linear function of group-period means."""

from __future__ import annotations

from typing import Any

import numpy as np

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


def held_constant(group: Whole, period: Whole) -> Real:
    """Orthonormal columns that span the levels of groups and periods.

    Parameters
    ----------
    group, period : array of int, shape (cells,)

    Returns
    -------
    array, shape (cells, rank)
    """
    levels = np.concatenate([np.eye(group.max() + 1)[group], np.eye(period.max() + 1)[period][:, 1:]], axis=1)
    left, size, _ = np.linalg.svd(levels, full_matrices=False)
    made: Real = left[:, size > 1e-9 * size[0]]
    return made


def without(levels: Real, values: Real) -> Real:
    """What levels of groups and periods leave of values, shape (cells, k)."""
    made: Real = values - levels @ (levels.T @ values)
    return made


def effects(levels: Real, treated: Real, left: Real) -> Real:
    """Least-squares coefficients of treatment on variables from which levels are taken out.

    Parameters
    ----------
    levels : array, shape (cells, rank)
    treated : array, shape (cells,)
    left : array, shape (cells, k)
        See :func:`without`.

    Returns
    -------
    array, shape (k,)
    """
    residual = without(levels, treated[:, None])[:, 0]
    made: Real = (residual @ left) / (residual @ residual)
    return made
