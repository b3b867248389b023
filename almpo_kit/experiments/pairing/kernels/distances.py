"""Covariates turned so that the straight distance between two rows is their (weighted, rank) Mahalanobis distance."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Below this share of the largest variance, what is left of a direction is rounding.
_NOTHING = 1e-10


def turned(values: Array, weights: Array, ranked: bool) -> tuple[Array, int]:
    """Rows whose Euclidean distance is the Mahalanobis distance, and the rank of the covariates.

    Parameters
    ----------
    values : Array, shape (n, p)
        No column is constant.
    weights : Array, shape (p,)
        Of squared differences.
    ranked : bool
        Ranks instead of values, each as if it had no ties: a rare yes does not count more than a frequent one, nor a far
        value more than its rank.

    Returns
    -------
    (Array, shape (n, p); int)

    References
    ----------
    Rosenbaum (2010) Design of Observational Studies, ch. 8.3 (ranks). Greevy, Lu, Silber and Rosenbaum (2004) Biostatistics 5,
    263-275 (pairs before a draw).
    """
    n = len(values)
    spread = values.std(axis=0, ddof=1)
    if ranked:
        from scipy.stats import rankdata

        values = rankdata(values, axis=0)
        spread = np.full(values.shape[1], np.sqrt(n * (n + 1) / 12))
    x = (values - values.mean(axis=0)) / spread
    together = np.atleast_2d(np.corrcoef(values, rowvar=False))
    size, axes = np.linalg.eigh(together)
    kept = size > _NOTHING * size.max()
    root = (axes[:, kept] / np.sqrt(size[kept])) @ axes[:, kept].T
    return np.ascontiguousarray((x * np.sqrt(weights)) @ root), int(kept.sum())


def greedy_partner(rows: Array) -> Array:
    """Closest two first, then the closest two of those left, and so on; −1 for the one left over of an odd number.

    Two rows that are each other's nearest are matched in any case, so all such pairs of a round are taken at once.
    """
    from scipy.spatial import cKDTree

    partner, left = np.full(len(rows), -1), np.arange(len(rows))
    while len(left) > 1:
        found = cKDTree(rows[left]).query(rows[left], 2)[1]
        own = np.arange(len(left))
        # A twin may come before the row itself.
        near = np.where(found[:, 0] == own, found[:, 1], found[:, 0])
        one = own[(near[near] == own) & (own < near)]
        one = one if len(one) else own[:1]
        a, b = left[one], left[near[one]]
        partner[a], partner[b] = b, a
        left = np.delete(left, np.concatenate([one, near[one]]))
    return partner


def nearest(rows: Array, number: int) -> Array:
    """Pairs of each row with its nearest ones, shape (m, 2)."""
    from scipy.spatial import cKDTree

    number = min(number, len(rows) - 1)
    near = cKDTree(rows).query(rows, number + 1)[1]
    pairs = np.column_stack([np.repeat(np.arange(len(rows)), number + 1), near.ravel()])
    return pairs[pairs[:, 0] != pairs[:, 1]]


def lengths(rows: Array, one: Array, other: Array) -> Array:
    """Distances of pairs of rows."""
    found: Array = np.sqrt(((rows[one] - rows[other]) ** 2).sum(axis=1))
    return found


def mean_length(rows: Array) -> float:
    """Mean distance of all pairs: what pairs made at random are expected to be apart."""
    total = sum(float(lengths(rows, np.array([i]), np.arange(i)).sum()) for i in range(1, len(rows)))
    return total / (len(rows) * (len(rows) - 1) / 2)
