"""Which comparison to look at again, and what value the others suggest for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.kernels.completion import completed
from almpo_kit.codesign.weighing.kernels.eigenvector import principal

Array = np.ndarray[Any, np.dtype[Any]]


def log_errors(matrix: Array, weights: Array) -> Array:
    """Logarithm of each comparison over the ratio of weights (Saaty 2003, Eur. J. Oper. Res. 145, 85-91)."""
    result: Array = np.log(matrix * weights[None, :] / weights[:, None])
    return result


def induced_bias(matrix: Array) -> Array:
    """A² − nA: zero throughout in consistent comparisons.

    Ergu, Kou, Peng & Shi (2011) Eur. J. Oper. Res. 213, 246-259, who look for the comparison to change in the row and the column
    of the largest entry. Its size grows with the comparisons themselves, so it is shown, and nothing is ordered by it.
    """
    result: Array = matrix @ matrix - len(matrix) * matrix
    return result


def without(matrix: Array, i: int, j: int) -> tuple[float, float]:
    """What the other comparisons say of one, and the largest eigenvalue when it says so too.

    Harker (1987) Math. Model. 9, 353-360: the comparison is taken as not made and completed.
    """
    open_matrix = np.array(matrix, dtype=float)
    open_matrix[i, j] = open_matrix[j, i] = np.nan
    full = completed(open_matrix)
    return float(full[i, j]), float(principal(full)[1])


def worst_pair(matrix: Array) -> tuple[int, int]:
    """The pair (i < j) whose comparison lies farthest from the ratio of weights."""
    errors = np.abs(np.triu(log_errors(matrix, principal(matrix)[0]), 1))
    i, j = np.unravel_index(int(errors.argmax()), errors.shape)
    return int(i), int(j)


def moderated(matrix: Array, weights: Array, share: float) -> Array:
    """Comparisons drawn towards the ratios of weights: a_ij^share (w_i/w_j)^(1 − share).

    Xu & Wei (1999) Eur. J. Oper. Res. 116, 443-449.
    """
    ratios = weights[:, None] / weights[None, :]
    result: Array = matrix**share * ratios ** (1 - share)
    return result
