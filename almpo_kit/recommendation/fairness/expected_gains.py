"""The gain that the auditor expects of each person: her own model, out of fold, that reads the groups too."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Beyond so many features their products are left out.
_PAIRED = 10
_PENALTIES = 10.0 ** np.arange(-1, 6)


def basis(features: Array, groups: Array) -> Array:
    """Columns of the model: features, their squares, halves and products, and group membership.

    Parameters
    ----------
    features : Array, shape (n, p)
    groups : Array, shape (n, g)
        0/1 columns of the groups audited by.

    Returns
    -------
    Array, shape (n, q)
        Standardised; columns without variation are gone.
    """
    z = _standard(features)
    parts = [z, z**2, (z > 0).astype(float)]
    if 1 < z.shape[1] <= _PAIRED:
        i, j = np.triu_indices(z.shape[1], 1)
        parts.append(z[:, i] * z[:, j])
    return _standard(np.hstack([*parts, groups]))


def _standard(x: Array) -> Array:
    spread = x.std(axis=0)
    kept = spread > 1e-9 * (1 + np.abs(x).max(axis=0, initial=0.0))
    found: Array = (x[:, kept] - x[:, kept].mean(axis=0)) / spread[kept]
    return found


def out_of_fold(x: Array, y: Array, weight: Array, fold: Array) -> Array:
    """Ridge predictions for people whom the model has not seen; the penalty by generalised cross-validation.

    Parameters
    ----------
    x : Array, shape (n, q)
    y : Array, shape (n, m)
    weight : Array, shape (n,)
    fold : Array of int, shape (n,)

    Returns
    -------
    Array, shape (n, m)

    References
    ----------
    Golub, Heath and Wahba (1979) Technometrics 21, 215-223.
    """
    found = np.empty_like(y, dtype=float)
    for f in np.unique(fold):
        out = fold == f
        fit = ~out if (~out).any() else out
        level, slopes = _fitted(x[fit], y[fit], weight[fit])
        found[out] = level + x[out] @ slopes
    return found


def _fitted(x: Array, y: Array, weight: Array) -> tuple[Array, Array]:
    """Intercepts, shape (m,), and slopes, shape (q, m), of a ridge regression."""
    root = np.sqrt(weight / weight.mean())[:, None]
    centre, level = np.average(x, axis=0, weights=weight), np.average(y, axis=0, weights=weight)
    a, b = root * (x - centre), root * (y - level)
    values, vectors = np.linalg.eigh(a.T @ a)
    values = np.maximum(values, 0.0)
    inner, total = vectors.T @ (a.T @ b), (b**2).sum(axis=0)
    best, slopes = np.full(y.shape[1], np.inf), np.zeros_like(inner)
    for penalty in (*_PENALTIES, np.inf):
        shrunk = 1.0 / (values + penalty + 1e-9)
        degrees = 1.0 + float((values * shrunk).sum())
        left = total - (inner**2 * (2 * shrunk - values * shrunk**2)[:, None]).sum(axis=0)
        score = left / max(len(x) - degrees, 1.0) ** 2
        better = score < best
        best = np.where(better, score, best)
        slopes[:, better] = (inner * shrunk[:, None])[:, better]
    found: Array = vectors @ slopes
    return level - centre @ found, found
