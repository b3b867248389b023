"""Ridge scores of many values at once, and what each document scores when its study is left out, in closed form."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: Variance of the intercept beside that of a weight: large, so that it is hardly shrunk.
_INTERCEPT: Final = 10.0


class RidgeScores(NamedTuple):
    """``weights`` (n_terms, n_values), ``bias`` (n_values,), ``left_out`` (n_documents, n_values)."""

    weights: Array
    bias: Array
    left_out: Array


def study_out_ridge(x: Any, y: Array, groups: Array, penalty: float = 1.0) -> RidgeScores:
    """Least squares with a ridge for every column of ``y``, and predictions without the own study.

    With H the hat matrix, what a study's documents score when all of them are left out is
    y_g − (I − H_gg)⁻¹ (y_g − f_g), without fitting again.

    Parameters
    ----------
    x : Array or sparse array, shape (n_documents, n_terms)
    y : Array, shape (n_documents, n_values)
        1 where the value holds, else 0: scores are on the scale of a share.
    groups : Array of int, shape (n_documents,)
    penalty : float
        Of rows of length one, 1 is as much as one document.

    References
    ----------
    Rifkin and Lippert (2007) Notes on regularized least squares, MIT CSAIL TR-2007-025.
    """
    import scipy.linalg as la

    n, d = x.shape
    if n <= d + 1:
        kernel = _dense(x @ x.T) + _INTERCEPT
        inverse = la.inv(kernel + penalty * np.eye(n))
        dual = inverse @ y
        hat = kernel @ inverse
        return RidgeScores(
            np.asarray(x.T @ dual), _INTERCEPT * dual.sum(axis=0), _left_out(hat @ y, y, groups, hat)
        )
    ones = np.full((n, 1), np.sqrt(_INTERCEPT))
    z = np.hstack([_dense(x), ones])
    inverse = la.inv(z.T @ z + penalty * np.eye(d + 1))
    found = inverse @ (z.T @ y)
    scores = z @ found
    left = np.empty_like(scores)
    for rows in _members(groups):
        hat = z[rows] @ inverse @ z[rows].T
        left[rows] = _without(scores[rows], y[rows], hat)
    return RidgeScores(found[:-1], np.sqrt(_INTERCEPT) * found[-1], left)


def _left_out(scores: Array, y: Array, groups: Array, hat: Array) -> Array:
    left = np.empty_like(scores)
    for rows in _members(groups):
        left[rows] = _without(scores[rows], y[rows], hat[np.ix_(rows, rows)])
    return left


def _without(scores: Array, y: Array, hat: Array) -> Array:
    result: Array = y - np.linalg.solve(np.eye(len(y)) - hat, y - scores)
    return result


def _members(groups: Array) -> list[Array]:
    order = np.argsort(groups, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(groups[order])) + 1)


def _dense(x: Any) -> Array:
    return np.asarray(x.toarray() if hasattr(x, "toarray") else x, dtype=float)
