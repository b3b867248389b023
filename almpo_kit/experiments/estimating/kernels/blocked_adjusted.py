"""Differences within blocks net of covariates, and what it costs that their slopes are estimated."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.blocked import blocked
from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.within_cells import within_cells

Array = np.ndarray[Any, np.dtype[Any]]


def blocked_adjusted(y: Array, covariates: Array, arm: Array, block: Array, n_arms: int) -> Contrasts:
    """Each arm's difference from the comparison within blocks, slopes from within arms of blocks.

    Parameters
    ----------
    y : array, shape (n,)
    covariates : array, shape (n, p)
    arm, block : array of int, shape (n,)
        Codes 0, 1, …

    Notes
    -----
    With slopes b of variance s² (X'X)⁻¹ and chance differences d of the covariates between arms, b is wrong by d' Var(b) d,
    and spreads about fitted slopes are too small by the slopes' degrees of freedom.
    """
    cell = np.unique(block * n_arms + arm, return_inverse=True)[1].ravel()
    inner = within_cells(np.column_stack([covariates, y]), cell)
    x, left = inner[:, :-1], len(y) - int(cell.max()) - 1
    slopes, _, rank, _ = np.linalg.lstsq(x, inner[:, -1], rcond=1e-10)
    spare = left - int(rank)
    rest = float(np.sum((inner[:, -1] - x @ slopes) ** 2)) / spare
    found = blocked(y - (covariates - covariates.mean(axis=0)) @ slopes, arm, block, n_arms)
    apart = np.column_stack([blocked(c, arm, block, n_arms).effects for c in covariates.T])
    more = rest * apart @ np.linalg.pinv(x.T @ x, rcond=1e-12, hermitian=True) @ apart.T
    return found._replace(
        covariance=found.covariance * left / spare + more,
        df=np.maximum(found.df * spare / left, 1.0),
    )
