"""Least squares with standard errors that allow unequal noise (HC3) or countries that move together (CR2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """One coefficient with its interval; ``df`` are degrees of freedom of its t distribution."""

    estimate: float
    se: float
    df: float
    low: float
    high: float
    p: float


def least_squares(x: Array, y: Array) -> tuple[Array, Array, Array]:
    """Coefficients, residuals and the inverse of X'X (generalised)."""
    bread = np.linalg.pinv(x.T @ x)
    b = bread @ x.T @ y
    return b, y - x @ b, bread


def hc3(x: Array, y: Array, at: int, level: float = 0.95) -> Slope:
    """Coefficient ``at`` with HC3 standard error and n − rank degrees of freedom.

    References
    ----------
    Long and Ervin (2000) Am. Stat. 54, 217-224.
    """
    b, e, bread = least_squares(x, y)
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    # A point that alone determines its own fit has no residual to speak of.
    scaled = np.where(leverage < 1 - 1e-10, e / np.where(leverage < 1 - 1e-10, 1 - leverage, 1.0), 0.0)
    meat = (x * scaled[:, None]).T @ (x * scaled[:, None])
    cov = bread @ meat @ bread
    return _slope(b[at], float(np.sqrt(cov[at, at])), len(y) - np.linalg.matrix_rank(x), level)


def cr2(x: Array, y: Array, cluster: NDArray[np.int_], at: int, level: float = 0.95) -> Slope:
    """Coefficient ``at`` with the bias-reduced cluster-robust standard error and Satterthwaite's df.

    Parameters
    ----------
    x : array, shape (n, p)
    y : array, shape (n,)
    cluster : int array, shape (n,)

    References
    ----------
    Bell and McCaffrey (2002) Surv. Methodol. 28, 169-181; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat.
    36, 672-683.
    """
    b, e, bread = least_squares(x, y)
    pulls = []
    score = 0.0
    for g in np.unique(cluster):
        rows = cluster == g
        xg = x[rows]
        weight = _inverse_root(np.eye(rows.sum()) - xg @ bread @ xg.T) @ xg @ bread[:, at]
        score += float(weight @ e[rows]) ** 2
        # Row g of (I − H)[g] weighted: how this cluster's part of the variance depends on all errors.
        pull = -(x @ (bread @ (xg.T @ weight)))
        pull[rows] += weight
        pulls.append(pull)
    gram = np.array(pulls) @ np.array(pulls).T
    df = float(np.trace(gram) ** 2 / (gram**2).sum())
    return _slope(b[at], float(np.sqrt(score)), df, level)


def _inverse_root(matrix: Array) -> Array:
    """Symmetric inverse square root, generalised where the matrix is singular."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-8
    return (vectors * np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)) @ vectors.T


def _slope(estimate: float, se: float, df: float, level: float) -> Slope:
    from scipy.stats import t

    reach = float(t.ppf(0.5 + level / 2, df)) * se
    p = float(2 * t.sf(abs(estimate) / se, df)) if se > 0 else float("nan")
    return Slope(float(estimate), se, float(df), float(estimate - reach), float(estimate + reach), p)
