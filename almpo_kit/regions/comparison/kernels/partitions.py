"""Dividing rows into classes, and how good and how alike two divisions are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int_]


def ward(z: Array, numbers: Sequence[int]) -> dict[int, Labels]:
    """Ward's classes for several numbers of classes, from one tree.

    Parameters
    ----------
    z : array, shape (n, p)

    Returns
    -------
    dict of int to int array of shape (n,)
        Labels from 0. Rows that tie exactly may leave fewer classes than asked for.

    References
    ----------
    Murtagh and Legendre (2014) J. Classif. 31, 274-295 (their Ward2, R's ``ward.D2``).
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(z, "ward")
    return {k: fcluster(tree, k, "maxclust") - 1 for k in numbers}


def k_means(z: Array, k: int, seed: int, starts: int = 20) -> Labels:
    """The best of several k-means divisions (k-means++ starts), labels from 0."""
    from sklearn.cluster import KMeans

    fitted = KMeans(n_clusters=k, n_init=starts, random_state=seed % 2**32).fit(z)
    return np.asarray(fitted.labels_, dtype=int)


def distances(z: Array) -> Array:
    """Euclidean distances between rows, shape (n, n)."""
    from scipy.spatial.distance import pdist, squareform

    return np.asarray(squareform(pdist(z)))


def silhouettes(distance: Array, labels: Labels) -> Array:
    """Silhouette width of each row: from −1 (nearer to another class) to 1; 0 in a class of one.

    References
    ----------
    Rousseeuw (1987) J. Comput. Appl. Math. 20, 53-65.
    """
    member = labels[:, None] == np.unique(labels)[None, :]
    size = member.sum(axis=0)
    total = distance @ member.astype(float)
    own_size = (member * size).sum(axis=1)
    inside = (total * member).sum(axis=1) / np.maximum(own_size - 1, 1)
    outside = np.where(member, np.inf, total / size).min(axis=1)
    largest = np.maximum(inside, outside)
    safe = np.isfinite(outside) & (largest > 0) & (own_size > 1)
    return np.where(safe, (outside - inside) / np.where(safe, largest, 1.0), 0.0)


def adjusted_rand(a: Labels, b: Labels) -> float:
    """Agreement of two divisions of the same rows: 1 is the same, 0 what chance gives.

    References
    ----------
    Hubert and Arabie (1985) J. Classif. 2, 193-218.
    """
    table = crossed(a, b).astype(float)

    def pairs(x: Array) -> float:
        return float((x * (x - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / pairs(np.array([float(len(a))]))
    highest = (rows + columns) / 2
    return 1.0 if highest == expected else (both - expected) / (highest - expected)


def crossed(a: Labels, b: Labels) -> NDArray[np.int_]:
    """Counts of rows by class of ``a`` (rows) and class of ``b`` (columns)."""
    rows, i = np.unique(a, return_inverse=True)
    columns, j = np.unique(b, return_inverse=True)
    table = np.zeros((len(rows), len(columns)), dtype=int)
    np.add.at(table, (i, j), 1)
    return table


def best_jaccard(labels: Labels, again: Labels, classes: int) -> Array:
    """For each class 0 … classes − 1, the largest Jaccard overlap with a class of ``again``.

    NaN for a class without a row among these.

    References
    ----------
    Hennig (2007) Comput. Stat. Data Anal. 52, 258-271.
    """
    out = np.full(classes, np.nan)
    others = [again == c for c in np.unique(again)]
    for c in range(classes):
        own = labels == c
        if own.any():
            out[c] = max((own & o).sum() / (own | o).sum() for o in others)
    return out


def matched(labels: Labels, other: Labels) -> Labels:
    """``other`` renamed so that it agrees with ``labels`` on as many rows as possible."""
    from scipy.optimize import linear_sum_assignment

    table = crossed(labels, other)
    names, others = np.unique(labels), np.unique(other)
    i, j = linear_sum_assignment(-table)
    naming = {others[b]: names[a] for a, b in zip(i, j, strict=True)}
    # Classes beyond the number of `labels` keep a name of their own, so that they agree with nobody.
    spare = int(names.max()) + 1
    return np.array([naming.get(o, spare + int(o)) for o in other], dtype=int)
