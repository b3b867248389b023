"""Regression on arms and covariates with CR2 standard errors of groups.

Bell & McCaffrey (2002), Surv. Methodol. 28, 169–181; Pustejovsky & Tipton (2018), J. Bus. Econ. Stat. 36, 672–683. Working
model: independence, as clubSandwich takes it for a linear model. One matrix of the size of the coefficients a group: a
group's hat matrix has low rank, so that its root is never formed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts

Array = np.ndarray[Any, np.dtype[Any]]


def cluster_regression(y: Array, arm: Array, group: Array, covariates: Array, n_arms: int) -> Contrasts:
    """Each arm's coefficient beside the comparison.

    Parameters
    ----------
    y : array, shape (n,)
    arm, group : array of int, shape (n,)
        Codes 0, 1, …
    covariates : array, shape (n, p)
    n_arms : int
    """
    centred = covariates - covariates.mean(axis=0)
    spread = centred.std(axis=0)
    centred = centred[:, spread > 1e-12] / spread[spread > 1e-12]
    x = np.column_stack([np.ones(len(y)), arm[:, None] == np.arange(1, n_arms), centred])
    left, sizes, right = np.linalg.svd(x, full_matrices=False)
    rank = sizes > sizes[0] * 1e-10
    left, back = left[:, rank], right[rank].T / sizes[rank]
    coefficients = back @ (left.T @ y)
    residual = y - left @ (left.T @ y)
    # What a group adds to each arm's coefficient, and the same as weights of independent errors.
    arms_of = back[1:n_arms]
    added, own, seen = _by_group(left, residual, group, arms_of)
    covariance = added.T @ added
    df = np.array([_df(own[:, a], seen[:, a]) for a in range(n_arms - 1)])
    groups = np.array(
        [len(np.unique(group[arm == 0])) + len(np.unique(group[arm == a])) for a in range(1, n_arms)]
    )
    return Contrasts(coefficients[1:n_arms], covariance, df, groups)


def _by_group(left: Array, residual: Array, group: Array, arms_of: Array) -> tuple[Array, Array, Array]:
    order = np.argsort(group, kind="stable")
    edges = np.flatnonzero(np.diff(group[order])) + 1
    k = len(arms_of)
    added, own, seen = [], [], []
    for rows in np.split(order, edges):
        part = left[rows]
        values, vectors = np.linalg.eigh(part.T @ part)
        # (I − QQ')^(-1/2) Q = Q V diag((1 − λ)^(-1/2)) V'; where a direction lies wholly within the group it says nothing.
        root = np.where(values < 1 - 1e-9, 1 / np.sqrt(np.maximum(1 - values, 1e-12)), 0.0)
        weights = part @ (vectors * root) @ (vectors.T @ arms_of.T)
        added.append(weights.T @ residual[rows])
        own.append(np.sum(weights**2, axis=0))
        seen.append(part.T @ weights)
    return np.array(added).reshape(-1, k), np.array(own).reshape(-1, k), np.moveaxis(np.array(seen), 2, 1)


def _df(own: Array, seen: Array) -> float:
    # Products of the groups' weight vectors after the hat matrix is taken off: δ own − seen' seen.
    form = np.diag(own) - seen @ seen.T
    return float(np.trace(form) ** 2 / np.sum(form**2))
