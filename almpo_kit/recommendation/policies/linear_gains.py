"""Gains as straight lines in features, shrunk towards the same for all, with what sampling does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Penalties tried, in units of the sum of weights; the last leaves nothing but the mean.
PENALTIES = 10.0 ** np.arange(-4.0, 5.0)


@dataclass(frozen=True, eq=False, repr=False)
class LinearGains:
    """Coefficients of k arms on q features that vary.

    Parameters
    ----------
    kept : Array of bool, shape (p,)
        Features that vary at all.
    centre, scale : Array, shape (q,)
    coefficients : Array, shape (1 + q, k)
        Of a constant and standardised features.
    penalty : Array, shape (k,)
        Chosen by generalised cross-validation.
    influence : Array, shape (g, 1 + q, k)
        What each cluster contributes to each coefficient's error.
    """

    kept: Array
    centre: Array
    scale: Array
    coefficients: Array
    penalty: Array
    influence: Array

    def design(self, x: Array) -> Array:
        """Constant and standardised features, shape (m, 1 + q)."""
        return np.column_stack([np.ones(len(x)), (x[:, self.kept] - self.centre) / self.scale])

    def predict(self, x: Array) -> Array:
        """Gain of each arm, shape (m, k)."""
        return self.design(x) @ self.coefficients

    def error_of_difference(self, x: Array, a: int, b: int) -> Array:
        """Standard error of the gain of ``a`` over ``b``, shape (m,); of the variance alone, not of the shrinkage."""
        parts = self.influence[:, :, a] - self.influence[:, :, b]
        spread = parts.T @ parts * len(parts) / max(len(parts) - 1, 1)
        design = self.design(x)
        return np.sqrt(np.maximum(((design @ spread) * design).sum(axis=1), 0.0))


def linear_gains(
    x: Array, gains: Array, weight: Array, cluster: Array, *, penalties: Array = PENALTIES
) -> LinearGains:
    """Ridge regressions of each arm's gain on standardised features; the penalty by generalised cross-validation.

    Parameters
    ----------
    x : Array, shape (n, p)
    gains : Array, shape (n, k)
        E.g. scores less the score of the offer of none.
    weight : Array, shape (n,)
    cluster : Array of int, shape (n,)
    penalties : Array
        What is tried, in units of the sum of weights.

    Returns
    -------
    LinearGains

    References
    ----------
    Golub, Heath & Wahba (1979) Technometrics 21, 215-223.
    """
    _, cluster = np.unique(cluster, return_inverse=True)
    total = weight.sum()
    centre = weight @ x / total
    scale = np.sqrt(weight @ np.square(x - centre) / total)
    kept = scale > 1e-9 * (np.abs(centre) + 1e-300)
    z = (x[:, kept] - centre[kept]) / scale[kept]
    root = np.sqrt(weight)
    mean = weight @ gains / total
    left, size, right = np.linalg.svd(root[:, None] * z, full_matrices=False)
    aim = root[:, None] * (gains - mean)
    rotated = left.T @ aim
    penalty = _penalty(aim, rotated, size, len(x), total * penalties)
    factor = size[:, None] / (np.square(size)[:, None] + penalty)
    slope = right.T @ (factor * rotated)
    residual = gains - mean - z @ slope
    influence = np.empty((int(cluster.max()) + 1, 1 + z.shape[1], gains.shape[1]))
    for a in range(gains.shape[1]):
        pull = (left * factor[:, a]) @ right * (root * residual[:, a])[:, None]
        own = np.column_stack([weight * residual[:, a] / total, pull])
        for j in range(own.shape[1]):
            influence[:, j, a] = np.bincount(cluster, own[:, j], len(influence))
    return LinearGains(kept, centre[kept], scale[kept], np.vstack([mean, slope]), penalty, influence)


def _penalty(aim: Array, rotated: Array, size: Array, n: int, penalties: Array) -> Array:
    whole = np.square(aim).sum(axis=0)
    criteria = []
    for penalty in penalties:
        kept = np.square(size) / (np.square(size) + penalty)
        left = whole - ((2 * kept - np.square(kept))[:, None] * np.square(rotated)).sum(axis=0)
        criteria.append(left / np.square(max(n - 1 - kept.sum(), 1e-9)))
    return np.asarray(penalties[np.argmin(np.array(criteria), axis=0)])
