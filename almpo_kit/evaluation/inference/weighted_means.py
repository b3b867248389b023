"""Sums and differences of weighted means, with CR2-adjusted cluster scores: what weights and scores come down to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from almpo_kit.evaluation.inference.cluster_robust import Robust

Array = np.ndarray[Any, np.dtype[Any]]


class Mean(NamedTuple):
    """One weighted mean of a sum of means.

    Parameters
    ----------
    rows : Array of int, shape (m,), or slice
        Its rows.
    values : Array, shape (m,)
        NaN where missing.
    weight : Array, shape (m,)
        Of any total.
    sign : float
        How the mean enters the sum.
    """

    rows: Any
    values: Array
    weight: Array
    sign: float = 1.0


def sum_of_means(means: Sequence[Mean], cluster: Array, groups: int) -> tuple[float, Array, float]:
    """A signed sum of weighted means.

    A doubly robust estimate is one: the mean difference of the predictions, plus the weighted mean residual of one arm,
    minus that of the other. Taking each mean's own leverage keeps the adjustment right where few clusters are treated.

    Parameters
    ----------
    means : sequence of Mean
        They may share rows and clusters.
    cluster : Array of int, shape (n,)
    groups : int
        Number of clusters.

    Returns
    -------
    (float, Array of shape (groups,), float)
        NaN where one of the means has nobody. The sum; the score of each cluster, whose squares add up to the variance; degrees of freedom by Satterthwaite
        for independent rows of equal variance within each mean (between means of their own).
    """
    total, score = 0.0, np.zeros(groups)
    pieces: list[tuple[float, Array]] = []
    for mean in means:
        here = cluster[mean.rows]
        held = ~np.isnan(mean.values) & (mean.weight > 0)
        value, weight = mean.values, mean.weight
        if not held.all():
            here, value, weight = here[held], value[held], weight[held]
        if not len(value):
            return np.nan, np.full(groups, np.nan), np.nan
        weight = weight / weight.sum()
        middle = float(weight @ value)
        total += mean.sign * middle
        rest = value - middle
        share = np.bincount(here, weight, groups)
        score += mean.sign * np.bincount(here, weight * rest, groups) * _inverse_root(share)
        spread = float(weight @ rest**2)
        squares = np.bincount(here, weight**2, groups)
        pieces.append((spread * squares.sum(), squares / squares.sum()))
    return total, score, _satterthwaite(pieces)


def mean_of(mean: Mean) -> float:
    """A weighted mean of what is known, without its sign; NaN where nothing is."""
    known = ~np.isnan(mean.values)
    total = float(mean.weight[known].sum())
    return float(mean.weight[known] @ mean.values[known]) / total if total > 0 else np.nan


def mean_of_scores(scores: Array, cluster: Array, weight: Array | None = None) -> Robust:
    """Weighted means of several scores.

    Parameters
    ----------
    scores : Array, shape (n, h)
        NaN where missing.
    cluster : Array of int, shape (n,)
        0 … g - 1.
    weight : Array, shape (n,) or None

    Returns
    -------
    Robust
        With one contrast: shapes (1, h), (1, h, h), (1, h).
    """
    scores = scores[:, None] if scores.ndim == 1 else scores
    w = np.ones(len(scores)) if weight is None else weight
    groups = int(cluster.max(initial=-1)) + 1
    told = [
        sum_of_means([Mean(slice(None), scores[:, j].astype(float), w)], cluster, groups)
        for j in range(scores.shape[1])
    ]
    z = np.column_stack([t[1] for t in told])
    return Robust(np.array([[t[0] for t in told]]), (z.T @ z)[None], np.array([[t[2] for t in told]]))


def _inverse_root(share: Array) -> Array:
    rest = 1 - share
    return np.where(rest > 1e-9, 1 / np.sqrt(np.maximum(rest, 1e-9)), 0.0)


def _satterthwaite(pieces: Sequence[tuple[float, Array]]) -> float:
    """Of P = Σ κ [diag(q / (1 − q)) − v v'], v = q / √(1 − q), over the means; κ their variances, q shares of clusters."""
    first, diagonal, own = 0.0, np.zeros_like(pieces[0][1]), np.zeros_like(pieces[0][1])
    roots = []
    for kappa, q in pieces:
        rest = np.where(q < 1 - 1e-9, 1 - q, np.inf)
        v = np.sqrt(kappa) * q / np.sqrt(rest)
        diagonal += kappa * q / rest
        own += v * v
        roots.append(v)
    first = float((diagonal - own).sum())
    cross = np.array([[float(a @ b) for b in roots] for a in roots])
    second = float((diagonal * diagonal - 2 * diagonal * own).sum() + (cross * cross).sum())
    return first * first / second if second > 0 else 0.0
