"""Cohen's kappa of two experts, plain or weighted, with its large-sample standard error.

Cohen (1960) Educ. Psychol. Meas. 20, 37-46; (1968) Psychol. Bull. 70, 213-220. Fleiss, Cohen & Everitt (1969) Psychol.
Bull. 72, 323-327 for the standard error. Byrt, Bishop & Carlin (1993) J. Clin. Epidemiol. 46, 423-429 for prevalence,
bias and the adjusted kappa (PABAK).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_NAN = float("nan")


@dataclass(frozen=True)
class Kappa:
    """Kappa of one table; NaN where both experts gave one and the same answer throughout."""

    kappa: float
    se: float
    observed: float
    expected: float


def cohen_kappa(table: Array, distances: Array) -> Kappa:
    """Kappa with weights ``1 - distances / max(distances)``.

    Parameters
    ----------
    table : array, shape (n_values, n_values)
        Answers of the first expert by row, of the second by column.
    distances : array, shape (n_values, n_values)
        0 and 1 for the plain kappa.
    """
    n, top = table.sum(), distances.max()
    weights = 1.0 - distances / (top if top > 0 else 1.0)
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((weights * p).sum()), float(rows @ weights @ columns)
    if expected >= 1.0 - 1e-12:
        return Kappa(_NAN, _NAN, observed, expected)
    kappa = (observed - expected) / (1.0 - expected)
    # Mean weights of each answer, by the other expert's margins.
    mean = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    spread = (p * (weights * (1 - expected) - mean * (1 - observed)) ** 2).sum()
    centre = (observed * expected - 2 * expected + observed) ** 2
    variance = (spread - centre) / (n * (1 - expected) ** 4)
    return Kappa(float(kappa), float(np.sqrt(max(variance, 0.0))), observed, expected)


def bootstrap(table: Array, distances: Array, draws: np.random.Generator, repeats: int) -> Array:
    """Kappa of documents drawn with replacement, shape (n_kept,)."""
    n, size = int(table.sum()), table.shape
    top = distances.max()
    weights = 1.0 - distances / (top if top > 0 else 1.0)
    p = draws.multinomial(n, table.ravel() / n, size=repeats).reshape(repeats, *size) / n
    observed = (p * weights).sum(axis=(1, 2))
    expected = np.einsum("bi,ij,bj->b", p.sum(axis=2), weights, p.sum(axis=1), optimize=True)
    good = expected < 1.0 - 1e-12
    result: Array = (observed[good] - expected[good]) / (1.0 - expected[good])
    return result


def two_by_two(table: Array) -> tuple[float, float]:
    """Prevalence and bias index of two answers; NaN for more."""
    if table.shape != (2, 2):
        return _NAN, _NAN
    n = table.sum()
    return float(abs(table[0, 0] - table[1, 1]) / n), float(abs(table[0, 1] - table[1, 0]) / n)


def adjusted(observed: float, n_values: int) -> float:
    """Kappa as if all answers were equally frequent (PABAK; Brennan & Prediger 1981 for more than two)."""
    return (n_values * observed - 1.0) / (n_values - 1.0) if n_values > 1 else _NAN
