"""Moran's I of a whole map: the statistic, its moments and its permutation test.

References
----------
Moran (1950) Biometrika 37, 17-23. Cliff and Ord (1981) Spatial Processes, chapter 2 (moments under normality and
under randomisation).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.regions.space.draws import first_places

#: Values closer than this share of the largest possible are ties: the same neighbours summed in another order.
TIE = 1e-10


@dataclass(frozen=True)
class GlobalMoran:
    """Moran's I with both analytical variances; p-values are two-sided."""

    i: float
    expected: float
    var_normal: float
    var_random: float
    p_normal: float
    p_random: float

    @property
    def z_random(self) -> float:
        """Standard score under randomisation."""
        return float((self.i - self.expected) / np.sqrt(self.var_random))

    @property
    def z_normal(self) -> float:
        """Standard score under normality."""
        return float((self.i - self.expected) / np.sqrt(self.var_normal))


def moran(values: np.ndarray, matrix: Any) -> GlobalMoran:
    """Moran's I and its moments.

    Parameters
    ----------
    values : array, shape (n,)
        Not constant, n at least 4.
    matrix : csr_array, shape (n, n)
        Weights as used; no empty row.
    """
    from scipy.stats import norm

    n = len(values)
    z = values - values.mean()
    s0 = float(matrix.sum())
    both = matrix + matrix.T
    s1 = float(both.multiply(both).sum()) / 2
    s2 = float(np.sum((np.asarray(matrix.sum(axis=1)).ravel() + np.asarray(matrix.sum(axis=0)).ravel()) ** 2))
    i = n / s0 * float(z @ (matrix @ z)) / float(z @ z)
    expected = -1 / (n - 1)
    square = s0 * s0
    var_normal = (n * n * s1 - n * s2 + 3 * square) / (square * (n * n - 1)) - expected**2
    kurtosis = float(np.mean(z**4) / np.mean(z**2) ** 2)
    upper = n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * square)
    lower = kurtosis * ((n * n - n) * s1 - 2 * n * s2 + 6 * square)
    var_random = (upper - lower) / ((n - 1) * (n - 2) * (n - 3) * square) - expected**2
    tails = [2 * float(norm.sf(abs(i - expected) / np.sqrt(v))) for v in (var_normal, var_random)]
    return GlobalMoran(i, expected, var_normal, var_random, *tails)


def permuted_moran(values: np.ndarray, matrix: Any, permutations: int, seed: int) -> np.ndarray:
    """Moran's I of randomly relabelled maps, shape (permutations,)."""
    z = values - values.mean()
    scale = len(z) / float(matrix.sum()) / float(z @ z)
    found = []
    for block in first_places(len(z), len(z), permutations, seed):
        shuffled = z[block]
        found.append(scale * np.einsum("np,np->p", shuffled, matrix @ shuffled))
    return np.concatenate(found)


def two_sided(at_least: np.ndarray, at_most: np.ndarray, permutations: int) -> np.ndarray:
    """Permutation p-value from the number of draws in each tail, ties and the data themselves counted.

    Twice the smaller tail, at most 1 (Davison and Hinkley 1997, chapter 4).
    """
    smaller = np.minimum(at_least, at_most)
    p: np.ndarray = np.minimum(1.0, 2 * (smaller + 1) / (permutations + 1))
    return p


def permutation_p(observed: float, drawn: np.ndarray) -> float:
    """Two-sided permutation p-value of a global statistic."""
    tie = TIE * max(1.0, float(np.abs(drawn).max()))
    at_least, at_most = np.array((drawn >= observed - tie).sum()), np.array((drawn <= observed + tie).sum())
    return float(two_sided(at_least, at_most, len(drawn)))
