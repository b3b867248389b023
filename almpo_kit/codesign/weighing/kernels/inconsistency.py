"""How far comparisons contradict each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from almpo_kit.codesign.weighing.kernels.random_index import random_index

Array = np.ndarray[Any, np.dtype[Any]]


def ratio(largest: float, n: int, missing: int = 0, table: str = "alonso_lamata") -> float:
    """Consistency ratio: (λ − n)/(n − 1) over the random index (Saaty 1980); 0 where nothing can contradict anything."""
    random = random_index(n, missing, table)
    return max(0.0, (largest - n) / (n - 1)) / random if random > 0 else 0.0


def geometric_index(matrices: Array, weights: Array) -> Array:
    """Geometric consistency index: mean squared log error of the pairs compared.

    Aguarón & Moreno-Jiménez (2003) Eur. J. Oper. Res. 147, 137-145, by whom 0.31, 0.35 and 0.37 go with a consistency ratio
    of 0.1 at 3, 4 and more criteria. Pairs not compared leave both the sum and the degrees of freedom.

    Parameters
    ----------
    matrices : array, shape (..., n, n)
    weights : array, shape (..., n)

    Returns
    -------
    array, shape (...)
    """
    n = matrices.shape[-1]
    upper = np.triu(np.ones((n, n), dtype=bool), 1) & np.isfinite(matrices)
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.log(matrices * weights[..., None, :] / weights[..., :, None])
    free = upper.sum(axis=(-1, -2)) - (n - 1)
    total = np.where(upper, errors**2, 0.0).sum(axis=(-1, -2))
    return np.where(free > 0, total / np.maximum(free, 1), 0.0)


def circular_triads(matrix: Array) -> list[tuple[int, int, int]]:
    """Triples in which a counts more than b, b more than c and c more than a, each once.

    Kendall & Babington Smith (1940) Biometrika 31, 324-345.
    """
    found = []
    for i, j, k in combinations(range(len(matrix)), 3):
        for a, b, c in ((i, j, k), (i, k, j)):
            if matrix[a, b] > 1 and matrix[b, c] > 1 and matrix[c, a] > 1:
                found.append((a, b, c))
    return found
