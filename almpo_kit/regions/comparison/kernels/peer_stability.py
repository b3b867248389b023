"""How many of the nearest rows stay the nearest when a column goes or the figures are drawn again."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from almpo_kit.regions.comparison.kernels.shrunken_distance import from_one, ledoit_wolf

Array = NDArray[np.float64]
#: Draws for the distance that sampling error alone puts between two equal regions.
_EQUALS = 4000


def closest(distance: Array, at: int, allowed: NDArray[np.bool_], k: int) -> NDArray[np.int_]:
    """The ``k`` nearest allowed rows, nearest first; of equal ones the earlier row."""
    candidates = np.flatnonzero(allowed)
    candidates = candidates[candidates != at]
    return candidates[np.argsort(distance[candidates], kind="stable")[:k]]


def without_each(z: Array, at: int, allowed: NDArray[np.bool_], k: int) -> list[NDArray[np.int_]]:
    """The nearest rows when each column in turn is left out."""
    out = []
    for j in range(z.shape[1]):
        rest = np.delete(z, j, axis=1)
        out.append(closest(from_one(rest, at, ledoit_wolf(rest)[0]), at, allowed, k))
    return out


def drawn_again(
    z: Array,
    at: int,
    allowed: NDArray[np.bool_],
    k: int,
    error: Array,
    draws: int,
    rng: np.random.Generator,
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.bool_]:
    """Which rows are among the nearest when sampling error is added once more.

    Parameters
    ----------
    error : array, shape (p,)
        Standard error of each column.

    Returns
    -------
    bool array, shape (draws, n)
    """
    among = np.zeros((draws, len(z)), dtype=bool)
    for b in range(draws):
        noisy = z + rng.standard_normal(z.shape) * error
        among[b, closest(from_one(noisy, at, ledoit_wolf(noisy)[0]), at, allowed, k)] = True
        if progress is not None:
            progress(b + 1, draws)
    return among


def distance_of_equals(cov: Array, error: Array, rng: np.random.Generator) -> float:
    """The distance that sampling error keeps two equal regions within, in 95 of 100 cases."""
    gaps = rng.standard_normal((_EQUALS, len(error))) * error * np.sqrt(2.0)
    white = np.linalg.solve(np.linalg.cholesky(cov), gaps.T)
    return float(np.quantile(np.sqrt((white**2).sum(axis=0)), 0.95))
