"""Where people stand to each other: the axes along which their answers differ most."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.diversity.kernels.groups_test import nearest

Array = np.ndarray[Any, np.dtype[Any]]


def principal_axes(points: Array, n_axes: int = 2) -> tuple[Array, Array, Array]:
    """Scores of people, loadings of statements and the part of all squares that each axis shows.

    An axis points to where most of its loadings, by weight, are positive.

    Parameters
    ----------
    points : array, shape (n_people, n_statements)

    Returns
    -------
    scores : array, shape (n_people, n_axes)
    loadings : array, shape (n_axes, n_statements)
    share : array, shape (n_axes,)
    """
    centred = points - points.mean(axis=0)
    _, size, rows = np.linalg.svd(centred, full_matrices=False)
    p = points.shape[1]
    loadings = np.zeros((n_axes, p))
    loadings[: min(n_axes, len(rows))] = rows[:n_axes]
    turn = np.where((loadings**3).sum(axis=1) < 0, -1.0, 1.0)
    loadings *= turn[:, None]
    total = (size**2).sum()
    share = np.zeros(n_axes)
    share[: min(n_axes, len(size))] = size[:n_axes] ** 2 / total if total > 0 else 0.0
    return centred @ loadings.T, loadings, share


def stays(points: Array, labels: Array, repeats: int, rng: np.random.Generator) -> float:
    """Share of people who come into the same group again when groups are made from a panel drawn again.

    Each time the centres are found again (k-means, from the groups' centres on) in a bootstrap sample, and everybody is
    put to the closest one.

    Parameters
    ----------
    points : array, shape (n_people, n_statements)
    labels : array of int, shape (n_people,)
    repeats : int
    rng : Generator
    """
    n, k = len(points), int(labels.max()) + 1
    start = np.stack([points[labels == j].mean(axis=0) for j in range(k)])
    same = 0.0
    for _ in range(repeats):
        drawn = points[rng.integers(0, n, n)]
        centres = start
        for _ in range(20):
            own = nearest(drawn, centres)
            moved = np.stack(
                [drawn[own == j].mean(axis=0) if (own == j).any() else centres[j] for j in range(k)]
            )
            if np.allclose(moved, centres):
                break
            centres = moved
        same += float((nearest(points, centres) == labels).mean())
    return same / repeats
