"""What local people tell of gains: score differences on context cells and characteristics, with a robust covariance.

The doubly robust score of a programme less that of no programme has the person's gain as its mean. Least squares of these
differences on cells of the labour market and standardised characteristics gives estimates whose covariance, clustered and
joint over programmes (all share the score of no programme), is taken as the data of the hierarchical model.

References
----------
Semenova and Chernozhukov (2021) Econom. J. 24, 264-289 (best linear predictor of doubly robust scores).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_CHUNK = 20_000


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """Estimates in r directions that the design tells apart, for J programmes.

    Parameters
    ----------
    estimate : Array, shape (J * r,)
        Programme by programme.
    covariance : Array, shape (J * r, J * r)
    directions : Array, shape (q, r)
        Orthonormal; the r estimates are ``directions.T @ coefficients``.
    residual : Array, shape (n, J)
    n_clusters : int
    """

    estimate: Array
    covariance: Array
    directions: Array
    residual: Array
    n_clusters: int


def least_squares(x: Array, gap: Array, weight: Array, cluster: Array) -> LeastSquares:
    """Weighted least squares of J score differences on one design, with their joint cluster-robust covariance.

    Parameters
    ----------
    x : Array, shape (n, q)
        Need not have full rank: coefficients that cannot be told apart stay together.
    gap : Array, shape (n, J)
    weight : Array, shape (n,)
    cluster : Array of int, shape (n,)
    """
    weight = weight / weight.sum()
    values, vectors = np.linalg.eigh((x * weight[:, None]).T @ x)
    told = values > 1e-9 * values.max()
    directions, root = vectors[:, told], values[told]
    z = x @ directions
    coefficient = (z * weight[:, None]).T @ gap / root[:, None]
    residual = gap - z @ coefficient
    covariance, g = _clustered(z * (weight[:, None] / root), residual, cluster)
    q = len(root)
    covariance *= g / max(g - 1, 1) * (len(x) - 1) / max(len(x) - q, 1)
    # A covariance of many estimates from few clusters has false correlations: they are shrunk by the ratio of the two.
    shrink = min(1.0, len(covariance) / max(g, 1))
    covariance = (1 - shrink) * covariance + shrink * np.diag(np.diag(covariance))
    return LeastSquares(coefficient.T.ravel(), covariance, directions, residual, g)


def _clustered(influence: Array, residual: Array, cluster: Array) -> tuple[Array, int]:
    """Sum over clusters of the outer products of (residual x influence), in pieces that fit into memory."""
    order = np.argsort(cluster, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cluster[order]) != 0])
    size = residual.shape[1] * influence.shape[1]
    total = np.zeros((size, size))
    ends = np.r_[starts[1:], len(order)]
    first = 0
    while first < len(starts):
        last = max(int(np.searchsorted(ends, starts[first] + _CHUNK, side="right")), first + 1)
        rows = order[starts[first] : ends[last - 1]]
        each = (residual[rows][:, :, None] * influence[rows][:, None, :]).reshape(len(rows), size)
        sums = np.add.reduceat(each, starts[first:last] - starts[first], axis=0)
        total += sums.T @ sums
        first = last
    return total, len(starts)


def unexplained_variance(
    z: Array, residual: Array, weight: Array, cluster: Array, *, neighbours: int = 5
) -> Array:
    """Variance of gains that the straight line misses, one number a programme, shape (J,); never below 0.

    Residuals of people who are next to each other in their characteristics have in common what the line misses and nothing
    else, so the mean of their products estimates its variance.

    Parameters
    ----------
    z : Array, shape (n, p)
        Standardised characteristics.
    neighbours : int
        How many of the nearest are taken; those of the same cluster count nothing.
    """
    from scipy.spatial import KDTree

    n, p = z.shape
    if p == 0 or n < 50:
        return np.zeros(residual.shape[1])
    rows = np.arange(n) if n <= _CHUNK else np.linspace(0, n - 1, _CHUNK).astype(int)
    z, residual, weight, cluster = z[rows], residual[rows], weight[rows], cluster[rows]
    _, near = KDTree(z).query(z, k=neighbours + 1)
    other = cluster[near] != cluster[:, None]
    products = residual[:, None, :] * residual[near]
    pair = weight[:, None] * other
    total = pair.sum()
    if total <= 0:
        return np.zeros(residual.shape[1])
    return np.maximum((pair[:, :, None] * products).sum(axis=(0, 1)) / total, 0.0)
