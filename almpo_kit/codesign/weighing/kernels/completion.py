"""Filling the gaps of a matrix of comparisons so that its largest eigenvalue is the smallest possible.

Bozóki, Fülöp & Rónyai (2010) Math. Comput. Model. 52, 318-333: in the logarithms of the gaps the problem is convex, and its
solution unique where the comparisons made connect all criteria.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.kernels.geometric_mean import logarithmic_least_squares

Array = np.ndarray[Any, np.dtype[Any]]


def completed(matrix: Array) -> Array:
    """The matrix without gaps.

    Parameters
    ----------
    matrix : array, shape (n, n)
        Reciprocal, connected; NaN where nothing was compared.

    Returns
    -------
    array, shape (n, n)
    """
    rows, columns = np.nonzero(np.isnan(np.triu(matrix, 1)))
    if not len(rows):
        return np.array(matrix, dtype=float)
    from scipy.optimize import minimize

    start = np.log(logarithmic_least_squares(matrix))

    def value_and_slope(logs: Array) -> tuple[float, Array]:
        return _eigenvalue(_filled(matrix, rows, columns, logs), rows, columns)

    found = minimize(
        value_and_slope, start[rows] - start[columns], jac=True, method="BFGS", options={"gtol": 1e-10}
    )
    return _filled(matrix, rows, columns, found.x)


def _filled(matrix: Array, rows: Array, columns: Array, logs: Array) -> Array:
    full = np.array(matrix, dtype=float)
    full[rows, columns] = np.exp(logs)
    full[columns, rows] = np.exp(-logs)
    return full


def _eigenvalue(full: Array, rows: Array, columns: Array) -> tuple[float, Array]:
    """The principal eigenvalue and its derivatives by the logarithms of some entries."""
    values, right = np.linalg.eig(full)
    at = int(np.argmax(values.real))
    others, left = np.linalg.eig(full.T)
    u, v = np.abs(left[:, int(np.argmax(others.real))]), np.abs(right[:, at])
    scale = float(u @ v)
    slope = (full[rows, columns] * u[rows] * v[columns] - full[columns, rows] * u[columns] * v[rows]) / scale
    return float(values[at].real), slope
