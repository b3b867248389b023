"""Difference of means adjusted for covariates within each arm, HC2.

Lin (2013), Ann. Appl. Stat. 7, 295–318: a regression with covariates, centred over all arms, in each arm of its own. Never
less precise than the plain difference in large trials, whatever the truth is. Degrees of freedom: each arm's residual ones,
joined by Welch's formula.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts, from_arms

Array = np.ndarray[Any, np.dtype[Any]]


def adjusted(y: Array, arm: Array, covariates: Array, n_arms: int) -> Contrasts:
    """Each arm's mean at the trial's mean covariates, minus the comparison's.

    Parameters
    ----------
    y : array, shape (n,)
    arm : array of int, shape (n,)
        Each arm has more people than covariates + 1.
    covariates : array, shape (n, p)
    n_arms : int
    """
    centred = covariates - covariates.mean(axis=0)
    means, variances, df = np.zeros(n_arms), np.zeros(n_arms), np.zeros(n_arms)
    for a in range(n_arms):
        means[a], variances[a], df[a] = _intercept(y[arm == a], centred[arm == a])
    return from_arms(means, variances, df, np.zeros(n_arms, dtype=int))


def _intercept(y: Array, x: Array) -> tuple[float, float, float]:
    design = np.column_stack([np.ones(len(y)), x])
    # The pseudo-inverse: a covariate that is constant within an arm explains nothing there and does no harm.
    left, sizes, right = np.linalg.svd(design, full_matrices=False)
    rank = int(np.sum(sizes > sizes[0] * 1e-10))
    left = left[:, :rank]
    weights = left @ (right[:rank, 0] / sizes[:rank])
    residual = y - left @ (left.T @ y)
    leverage = np.minimum(np.sum(left**2, axis=1), 1 - 1e-12)
    return (
        float(weights @ y),
        float(np.sum(weights**2 * residual**2 / (1 - leverage))),
        float(max(len(y) - rank, 1)),
    )
