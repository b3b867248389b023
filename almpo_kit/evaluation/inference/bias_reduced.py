"""CR2 where residuals are not those of the regressors: what each cluster contributes to the error of estimates."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.inference.adjustment import adjusted

Array = np.ndarray[Any, np.dtype[Any]]


def contributions(
    x: Array, residual: Array, cluster: Array, weight: Array, contrast: Array
) -> tuple[Array, Array]:
    """Bias-reduced contributions of clusters to contrasts of coefficients, and their degrees of freedom.

    Sums of products of contributions over clusters are the CR2 covariance, over several outcomes at once. For
    two-stage least squares ``x`` are the regressors as predicted by the instruments and ``residual`` those of the
    actual ones, as in clubSandwich; the working model is that of ``cluster_robust``.

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
        Contributions, shape (g, q, h), and Satterthwaite degrees of freedom, shape (q,); NaN where nothing varies.

    References
    ----------
    Bell and McCaffrey (2002) Surv. Methodol. 28, 169-181; Pustejovsky and Tipton (2018) J. Bus. Econ. Stat. 36,
    672-683.
    """
    order = np.argsort(cluster, kind="stable")
    sizes = np.bincount(cluster, minlength=int(cluster.max(initial=-1)) + 1)
    root_weight = np.sqrt(weight[order])[:, None]
    scaled = x[order] * root_weight
    # In these coordinates the columns are orthonormal, which keeps the adjustment of each cluster small.
    basis, upper = np.linalg.qr(scaled)
    lean = np.linalg.solve(upper.T, contrast.T).T
    a = adjusted(basis, lean, sizes)
    rest = residual[order] * root_weight
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    made = np.stack([np.add.reduceat(a[:, [j]] * rest, starts) for j in range(a.shape[1])], axis=1)
    return made, _freedom(a, basis, starts)


def _freedom(a: Array, basis: Array, starts: Array) -> Array:
    """(tr P)² / tr P² with P_gh = a_g'(I − H)_gh a_h, for each contrast."""
    found = np.full(a.shape[1], np.nan)
    for j in range(a.shape[1]):
        d = np.add.reduceat(a[:, j] ** 2, starts)
        u = np.add.reduceat(a[:, [j]] * basis, starts)
        own = np.einsum("gr,gr->g", u, u)
        cross = u.T @ u
        second = float((d * d - 2 * d * own).sum() + (cross * cross).sum())
        if second > 0:
            found[j] = float((d - own).sum()) ** 2 / second
    return found
