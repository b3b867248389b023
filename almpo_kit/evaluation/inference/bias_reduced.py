"""CR2: what each cluster contributes to the error of linear estimates, so that variances hold with few clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

#: A residual that the fit forces to (nearly) zero says nothing about its variance; its contribution is left out.
_NO_ROOM = 1e-10


def contributions(
    x: Array, residual: Array, cluster: Array, weight: Array, contrast: Array
) -> tuple[Array, Array]:
    """Bias-reduced contributions of clusters to contrasts of coefficients, and their degrees of freedom.

    Summing products of contributions over clusters gives the CR2 covariance, over several outcomes at once. For
    two-stage least squares ``x`` are the regressors as predicted by the instruments and ``residual`` those of the
    actual ones, as in clubSandwich. Cost is linear in rows, also where clusters are large.

    Parameters
    ----------
    x : Array, shape (n, p)
        Regressors of full column rank.
    residual : Array, shape (n, h)
    cluster : Array of int, shape (n,)
        0 … g - 1, each present; g = n for independent rows (then this is HC2).
    weight : Array, shape (n,)
    contrast : Array, shape (q, p)
        Rows are combinations of coefficients.

    Returns
    -------
    (Array, Array)
        Contributions, shape (g, q, h), and Satterthwaite degrees of freedom, shape (q,).

    References
    ----------
    Bell and McCaffrey (2002) Surv. Methodol. 28, 169-181; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36,
    672-683 (independent errors of equal variance as the working model).
    """
    weighted = x * weight[:, None]
    bread = np.linalg.inv(x.T @ weighted)
    square = weighted.T @ weighted
    direction = bread @ contrast.T
    clusters = int(cluster.max(initial=-1)) + 1
    if clusters == len(x):
        order = np.argsort(cluster)
        parts = _single(x[order], residual[order], weight[order], bread, square, direction)
    else:
        parts = _grouped(x, residual, cluster, weight, bread, square, direction, clusters)
    made, own, plain, heavy = parts
    return made, _freedom(own, plain, heavy, bread, square)


def _single(
    x: Array, residual: Array, weight: Array, bread: Array, square: Array, direction: Array
) -> tuple[Array, Array, Array, Array]:
    spread = x @ bread
    leverage = np.einsum("ij,ij->i", spread, x)
    room = 1 - 2 * weight * leverage + np.einsum("ij,jk,ik->i", spread, square, spread)
    factor = np.where(room > _NO_ROOM, 1 / np.sqrt(np.maximum(room, _NO_ROOM)), 0.0)
    a = factor[:, None] * weight[:, None] * (x @ direction)
    made = a[:, :, None] * residual[:, None, :]
    plain = a[:, :, None] * x[:, None, :]
    return made, a**2, plain, plain * weight[:, None, None]


def _grouped(
    x: Array,
    residual: Array,
    cluster: Array,
    weight: Array,
    bread: Array,
    square: Array,
    direction: Array,
    clusters: int,
) -> tuple[Array, Array, Array, Array]:
    q, p, h = direction.shape[1], x.shape[1], residual.shape[1]
    made = np.zeros((clusters, q, h))
    own = np.zeros((clusters, q))
    plain, heavy = np.zeros((clusters, q, p)), np.zeros((clusters, q, p))
    for g, rows in _slices(cluster, clusters):
        xg, wg = x[rows], weight[rows]
        a = _adjusted(xg, wg, bread, square, wg[:, None] * (xg @ direction))
        made[g] = a.T @ residual[rows]
        own[g] = (a**2).sum(axis=0)
        plain[g], heavy[g] = a.T @ xg, (a * wg[:, None]).T @ xg
    return made, own, plain, heavy


def _slices(cluster: Array, clusters: int) -> Iterator[tuple[int, Array]]:
    order = np.argsort(cluster, kind="stable")
    ends = np.cumsum(np.bincount(cluster, minlength=clusters))
    start = 0
    for g, end in enumerate(ends):
        yield g, order[start:end]
        start = end


def _adjusted(x: Array, weight: Array, bread: Array, square: Array, scores: Array) -> Array:
    """B^(-1/2) times scores, with B the block of (I - H)(I - H)'; only a part of low rank differs from the identity."""
    weighted = x * weight[:, None]
    spanned = x if np.ptp(weight) == 0 else np.hstack([x, weighted])
    basis, _ = np.linalg.qr(spanned)
    left, right = basis.T @ x, basis.T @ weighted
    cross = left @ bread @ right.T
    core = left @ bread @ square @ bread @ left.T - cross - cross.T
    values, vectors = np.linalg.eigh((core + core.T) / 2)
    room = 1 + values
    factor = np.where(room > _NO_ROOM, 1 / np.sqrt(np.maximum(room, _NO_ROOM)), 0.0) - 1
    turned = vectors.T @ (basis.T @ scores)
    adjusted: Array = scores + basis @ (vectors @ (factor[:, None] * turned))
    return adjusted


def _freedom(own: Array, plain: Array, heavy: Array, bread: Array, square: Array) -> Array:
    """Satterthwaite: 2 E[V]² / Var[V] under the working model, for each contrast."""
    found = np.full(own.shape[1], np.nan)
    for j in range(own.shape[1]):
        b, d = plain[:, j] @ bread, heavy[:, j]
        # The matrix of p_g'p_g' is diag(own) + L R' of low rank; only its trace and its norm are needed.
        left = np.hstack([-d, -b, b @ square])
        right = np.hstack([b, d, b])
        diagonal = np.einsum("gi,gi->g", left, right)
        trace = own[:, j].sum() + diagonal.sum()
        norm = (own[:, j] ** 2).sum() + 2 * own[:, j] @ diagonal + np.sum((left.T @ left) * (right.T @ right))
        if norm > 0:
            found[j] = trace**2 / norm
    return found
