"""Least squares with absorbed cell effects, and cluster-robust inference with few clusters.

Columns are first freed of their cell means (weighted, where there are weights). Cells lie inside clusters, so absorbing them
changes neither the cluster-robust variance CR2 nor its Satterthwaite degrees of freedom (Pustejovsky and Tipton 2018,
J. Bus. Econ. Stat. 36, 672-683, theorem 2); effects of periods cross clusters and stay in the regression. Every cluster
enters through its k × k matrix of cross-products alone, so clusters of a hundred thousand rows cost what small ones do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Eigenvalues of a cluster's leverage this close to one mean that it alone determines a direction.
_WHOLE = 1e-9


@dataclass(frozen=True)
class Fit:
    """Coefficients and what inference needs.

    Parameters
    ----------
    beta : ndarray, shape (k,)
    root : ndarray, shape (k, k)
        C with C' G C = I for the cross-products G = R'R.
    grams : ndarray, shape (n_clusters, k, k)
        C' R_g'R_g C of each cluster.
    scores : ndarray, shape (n_clusters, k)
        C' R_g'e_g.
    residuals : ndarray, shape (n,)
    """

    beta: Array
    root: Array
    grams: Array
    scores: Array
    residuals: Array

    @property
    def n_clusters(self) -> int:
        """Number of clusters."""
        return len(self.grams)


def cell_means(x: Array, cell: Array, weights: Array | None = None) -> Array:
    """Mean of every column in each cell, spread back over the rows."""
    columns = x.reshape(len(x), -1)
    w = np.ones(len(x)) if weights is None else weights
    total = np.bincount(cell, w)
    means = np.column_stack([np.bincount(cell, w * c) / total for c in columns.T])
    return means[cell].reshape(x.shape)


def period_columns(period: Array, n_periods: int) -> Array:
    """Indicators of all periods but the first."""
    return (period[:, None] == np.arange(1, n_periods)).astype(float)


def fit(
    y: Array, x: Array, cell: Array, period: Array | None, cluster: Array, weights: Array | None = None
) -> Fit:
    """Regress ``y`` on ``x``, on cell effects and, where given, on effects of periods.

    Parameters
    ----------
    y : ndarray, shape (n,)
    x : ndarray, shape (n, p)
        Their coefficients come first, then those of periods after the first.
    cell, cluster : ndarray of int, shape (n,)
        Numbered from zero without gaps; each cell lies in one cluster.
    period : ndarray of int or None, shape (n,)
    weights : ndarray, optional
    """
    columns = [x] if period is None else [x, period_columns(period, int(period.max()) + 1)]
    r = np.column_stack(columns)
    r = r - cell_means(r, cell, weights)
    free = y - cell_means(y, cell, weights)
    if weights is not None:
        r, free = r * np.sqrt(weights)[:, None], free * np.sqrt(weights)
    gram = r.T @ r
    # Columns are scaled before the inverse: indicators and logarithms differ by orders of magnitude.
    scale = np.sqrt(np.diag(gram))
    values, vectors = np.linalg.eigh(gram / np.outer(scale, scale))
    root = vectors / np.sqrt(values) / scale[:, None]
    beta = root @ (root.T @ (r.T @ free))
    residuals = free - r @ beta
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    grams, scores = [], []
    for rows in np.split(order, starts[1:]):
        part = r[rows] @ root
        grams.append(part.T @ part)
        scores.append(part.T @ residuals[rows])
    return Fit(beta, root, np.array(grams), np.array(scores), residuals)


def rank_ok(y_columns: Array, cell: Array) -> bool:
    """True where the columns vary independently inside cells."""
    free = y_columns - cell_means(y_columns, cell)
    scale = np.sqrt((free**2).sum(axis=0))
    if not (scale > 1e-8 * np.sqrt(len(free))).all():
        return False
    return bool(np.linalg.matrix_rank(free / scale, tol=1e-7) == free.shape[1])


def _half_inverse(grams: Array) -> Array:
    """(I − K)^(−1/2) of every cluster; directions that a cluster alone determines are left out, as clubSandwich does."""
    values, vectors = np.linalg.eigh(grams)
    left = 1 - values
    inverse = np.where(left > _WHOLE, 1 / np.sqrt(np.maximum(left, _WHOLE)), 0.0)
    return np.einsum("gij,gj,gkj->gik", vectors, inverse, vectors)


def cr2(found: Fit, contrast: Array) -> tuple[float, float]:
    """CR2 standard error of a contrast of coefficients, and its Satterthwaite degrees of freedom.

    Returns
    -------
    (float, float)
    """
    gamma = found.root.T @ contrast
    delta = np.einsum("gij,j->gi", _half_inverse(found.grams), gamma)
    se = float(np.sqrt((np.einsum("gi,gi->g", found.scores, delta) ** 2).sum()))
    own = np.einsum("gi,gij,gj->g", delta, found.grams, delta)
    q = np.einsum("gij,gj->gi", found.grams, delta)
    cross = np.diag(own) - q @ q.T
    df = float(np.trace(cross) ** 2 / (cross**2).sum())
    return se, df


def cr1(found: Fit, contrast: Array) -> tuple[float, float]:
    """CR1 standard error, √(G/(G−1)) times the plain sandwich, with G − 1 degrees of freedom."""
    gamma = found.root.T @ contrast
    g = found.n_clusters
    se = np.sqrt(((found.scores @ gamma) ** 2).sum() * g / (g - 1))
    return float(se), float(g - 1)
