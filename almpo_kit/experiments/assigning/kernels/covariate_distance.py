"""How far apart arms are in all covariates together."""

from __future__ import annotations

from typing import Any

import numpy as np

Real = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.intp]]


def whitened(covariates: Real, block: Whole) -> Real:
    """Covariates less the mean of the block, scaled so that sums over arms have unit variance under the draw.

    Parameters
    ----------
    covariates : array, shape (n, p)
    block : array of int, shape (n,)

    Returns
    -------
    array, shape (n, rank)
        Columns that say nothing beyond the others are left out.
    """
    counts = np.bincount(block).astype(float)
    sums = np.stack([np.bincount(block, x, len(counts)) for x in covariates.T], axis=1)
    centred = covariates - (sums / np.maximum(counts, 1)[:, None])[block]
    spread = np.sqrt((centred**2).mean(axis=0))
    # A covariate that is constant but for rounding would otherwise become the most important one.
    real = spread > 1e-9 * np.maximum(np.abs(covariates).max(axis=0, initial=0.0), 1e-300)
    centred = centred[:, real] / spread[real]
    # Without replacement within blocks: the covariance of a sum has n/(n − 1) of each block.
    grown = centred * np.sqrt(counts / np.maximum(counts - 1, 1))[block][:, None]
    if not grown.shape[1]:
        return np.zeros((len(block), 0))
    values, vectors = np.linalg.eigh(grown.T @ grown)
    kept = values > 1e-9 * values.max(initial=0.0)
    made: Real = centred @ (vectors[:, kept] / np.sqrt(values[kept]))
    return made


def distance(white: Real, arm: Whole, shares: Real) -> float:
    """Mahalanobis distance between arms, chi-square with ``rank × (arms − 1)`` degrees of freedom in large lists.

    ``Σ_a D_a' D_a / share_a`` with ``D_a`` the sum of whitened covariates of arm ``a``; with two arms in one block it is
    Morgan and Rubin's (2012) ``M``.

    Parameters
    ----------
    white : array, shape (n, rank)
    arm : array of int, shape (n,)
    shares : array, shape (n_arms,)
    """
    if not white.shape[1]:
        return 0.0
    sums = np.stack([np.bincount(arm, x, len(shares)) for x in white.T], axis=1)
    return float(((sums**2).sum(axis=1) / shares).sum())
