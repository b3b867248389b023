"""Mahalanobis distance with a covariance shrunk towards equal variances."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ledoit_wolf(z: Array) -> tuple[Array, float]:
    """Covariance shrunk towards a multiple of the identity.

    Parameters
    ----------
    z : array, shape (n, p)

    Returns
    -------
    (array of shape (p, p), float)
        The covariance (divided by n) and the weight of the target, between 0 and 1.

    References
    ----------
    Ledoit and Wolf (2004) J. Multivar. Anal. 88, 365-411.
    """
    n, p = z.shape
    x = z - z.mean(axis=0)
    cov = x.T @ x / n
    middle = np.trace(cov) / p
    # Squared distances, in the norm of the paper (divided by p), of the covariance from the target …
    apart = float(((cov - middle * np.eye(p)) ** 2).sum()) / p
    # … and of single observations from the covariance.
    noise = float((((x**2).T @ (x**2)) / n - cov**2).sum()) / (p * n)
    weight = 0.0 if apart <= 0 else min(noise, apart) / apart
    return (1 - weight) * cov + weight * middle * np.eye(p), weight


def between_all(z: Array, cov: Array) -> Array:
    """Mahalanobis distances between all rows.

    Parameters
    ----------
    z : array, shape (n, p)
    cov : array, shape (p, p)

    Returns
    -------
    array, shape (n, n)
        Symmetric, zero on the diagonal.
    """
    # Whitened rows have plain distances; a triangular factor keeps the result symmetric to the last bit.
    white = np.linalg.solve(np.linalg.cholesky(cov), z.T).T
    gaps = white[:, None, :] - white[None, :, :]
    return np.sqrt((gaps**2).sum(axis=2))


def from_one(z: Array, at: int, cov: Array) -> Array:
    """Mahalanobis distances of every row from row ``at``, shape (n,)."""
    gaps = np.linalg.solve(np.linalg.cholesky(cov), (z - z[at]).T)
    return np.sqrt((gaps**2).sum(axis=0))


def nearest(distance: Array) -> Array:
    """Distance of each row of a distance matrix to its nearest other row, shape (n,)."""
    others = distance.copy()
    np.fill_diagonal(others, np.inf)
    return others.min(axis=1)
