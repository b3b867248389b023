"""Weights from comparisons by least squares of their logarithms.

Of a complete matrix these are the geometric means of its rows (Crawford & Williams 1985, J. Math. Psychol. 29, 387-405);
of one with gaps, the solution of a Laplacian system, which is unique where the comparisons made connect all criteria
(Bozóki, Fülöp & Rónyai 2010, Math. Comput. Model. 52, 318-333).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def logarithmic_least_squares(matrices: Array) -> Array:
    """Weights, summing to 1.

    Parameters
    ----------
    matrices : array, shape (..., n, n)
        Reciprocal; NaN where nothing was compared.

    Returns
    -------
    array, shape (..., n)
    """
    known = np.isfinite(matrices)
    n = matrices.shape[-1]
    logs = np.log(np.where(known, matrices, 1.0))
    links = known & ~np.eye(n, dtype=bool)
    laplacian = np.where(np.eye(n, dtype=bool), links.sum(axis=-1)[..., None], -links.astype(float))
    # The Laplacian has the constant vector as its null space; adding 1/n everywhere fixes the mean of the logs at 0.
    solved = np.linalg.solve(laplacian + 1.0 / n, logs.sum(axis=-1)[..., None])[..., 0]
    raised = np.exp(solved - solved.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


def connected(matrices: Array) -> Array:
    """Whether the comparisons made connect all criteria.

    Parameters
    ----------
    matrices : array, shape (..., n, n)
        NaN where nothing was compared.

    Returns
    -------
    array of bool, shape (...)
    """
    n = matrices.shape[-1]
    reach = (np.isfinite(matrices) | np.eye(n, dtype=bool)).astype(float)
    for _ in range(int(np.ceil(np.log2(max(n, 2))))):
        reach = np.minimum(reach @ reach, 1.0)
    result: Array = (reach > 0).all(axis=(-1, -2))
    return result
