"""A good division of points into two groups, of many sets of points at once."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Divisions tried: along the first principal axes, and around pairs of points drawn by lot.
_AXES, _PAIRS, _STEPS = 3, 6, 40
_TINY: Final = 1e-12


def two_means(points: Array, least: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Divide into two groups of at least ``least`` so that squares within groups are small (2-means).

    The best of divisions begun in several ways; where points have no groups a slightly better one may exist.

    Parameters
    ----------
    points : array, shape (n_sets, n_points, n_dimensions)
    least : int
        Divisions with a smaller group do not count.
    rng : Generator

    Returns
    -------
    labels : array of bool, shape (n_sets, n_points)
    index : array, shape (n_sets,)
        Along the line between the two centres, squares within groups as a part of all; 1 where no division counts. On a
        line alone it is the cluster index of Liu et al. (2008); across it, chance would hide what parts the groups.

    References
    ----------
    Liu, Hayes, Nobel & Marron (2008) Statistical significance of clustering for high-dimension, low-sample-size data.
    JASA 103, 1281-1293.
    """
    centred = points - points.mean(axis=1, keepdims=True)
    labels = _starts(centred, rng)
    for _ in range(_STEPS):
        moved = _closest(centred, labels)
        if (moved == labels).all():
            break
        labels = moved
    between = _between(centred, labels)
    size = labels.sum(axis=2)
    allowed = np.minimum(size, points.shape[1] - size) >= max(least, 1)
    between = np.where(allowed, between, 0.0)
    best = between.argmax(axis=1)
    rows = np.arange(len(points))
    labels = labels[rows, best]
    index = np.where(between[rows, best] > _TINY, _along_the_line(centred, labels), 1.0)
    return labels, index


def _along_the_line(centred: Array, labels: Array) -> Array:
    zero, one = _means(centred, labels[:, None])
    line = (one - zero)[:, 0]
    along = np.einsum("bnp,bp->bn", centred, line)
    size = labels.sum(axis=1)
    n = centred.shape[1]
    between = size * (n - size) / n * (line**2).sum(axis=1) ** 2
    result: Array = 1 - between / np.maximum((along**2).sum(axis=1), _TINY)
    return result


def _starts(centred: Array, rng: np.random.Generator) -> Array:
    """Divisions to begin with, shape (n_sets, n_starts, n_points)."""
    sets, n, _ = centred.shape
    axes = np.linalg.eigh(np.einsum("bnp,bnq->bpq", centred, centred))[1][:, :, ::-1][:, :, :_AXES]
    scores = np.einsum("bnp,bpa->ban", centred, axes)
    pairs = np.stack([rng.permutation(n)[:2] for _ in range(sets * _PAIRS)]).reshape(sets, _PAIRS, 2)
    rows = np.arange(sets)[:, None]
    one, other = centred[rows, pairs[:, :, 0]], centred[rows, pairs[:, :, 1]]
    drawn = _side(centred, one, other)
    # Where all points lie at one value of an axis rounding must not decide.
    return np.concatenate([scores > _TINY, drawn], axis=1)


def _side(points: Array, one: Array, other: Array) -> Array:
    """Which points lie closer to the second of two centres; shape (n_sets, n_starts, n_points)."""
    reach = ((other**2).sum(axis=2) - (one**2).sum(axis=2)) / 2
    result: Array = np.einsum("bsp,bnp->bsn", other - one, points) > reach[:, :, None] + _TINY
    return result


def _means(centred: Array, labels: Array) -> tuple[Array, Array]:
    inside = labels.astype(float)
    sums = np.einsum("bsn,bnp->bsp", inside, centred)
    size = inside.sum(axis=2)[:, :, None]
    n = centred.shape[1]
    # Points are centred, so the other group's sum is the negative.
    return -sums / np.maximum(n - size, 1), sums / np.maximum(size, 1)


def _closest(centred: Array, labels: Array) -> Array:
    return _side(centred, *_means(centred, labels))


def _between(centred: Array, labels: Array) -> Array:
    """Squares between groups."""
    zero, one = _means(centred, labels)
    size = labels.sum(axis=2)
    n = centred.shape[1]
    result: Array = (n - size) * (zero**2).sum(axis=2) + size * (one**2).sum(axis=2)
    return result
