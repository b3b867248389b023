"""Differences within blocks, blocks weighed by their people.

Variance: Neyman's within each block; blocks that have an arm with one person (no spread to be seen) are judged by how much
their differences vary among each other (the hybrid of Pashley & Miratrix 2021, J. Educ. Behav. Stat. 46, 271–296), and
where they are too few for that, by the spread of the same arm in the other blocks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.estimating.kernels.contrasts import Contrasts
from almpo_kit.experiments.estimating.kernels.pairs import weighted_differences

Array = np.ndarray[Any, np.dtype[Any]]
_FEWEST_TO_VARY = 3


def blocked(y: Array, arm: Array, block: Array, n_arms: int) -> Contrasts:
    """Each arm's difference from the comparison within blocks.

    Parameters
    ----------
    y : array, shape (n,)
    arm, block : array of int, shape (n,)
        Codes 0, 1, …; each arm shares a block with the comparison.
    n_arms : int
    """
    n_blocks = int(block.max()) + 1
    cell = block * n_arms + arm
    n = np.bincount(cell, minlength=n_blocks * n_arms).astype(float)
    sums = np.bincount(cell, y, minlength=len(n))
    means = sums / np.maximum(n, 1)
    squares = np.bincount(cell, (y - means[cell]) ** 2, minlength=len(n))
    shape = (n_blocks, n_arms)
    return _joined(n.reshape(shape), means.reshape(shape), squares.reshape(shape))


def _joined(n: Array, means: Array, squares: Array) -> Contrasts:
    n_arms = n.shape[1]
    k = n_arms - 1
    effects, df, covariance = np.zeros(k), np.zeros(k), np.zeros((k, k))
    notes: list[str] = []
    for a in range(k):
        effects[a], covariance[a, a], df[a] = _one(n, means, squares, a + 1, notes)
    shared = _shared(n, squares)
    for a in range(k):
        for b in range(a):
            top = np.sqrt(covariance[a, a] * covariance[b, b])
            covariance[a, b] = covariance[b, a] = min(_overlap(n, shared, a + 1, b + 1), top)
    return Contrasts(effects, covariance, df, np.zeros(k, dtype=int), tuple(dict.fromkeys(notes)))


def _one(n: Array, means: Array, squares: Array, a: int, notes: list[str]) -> tuple[float, float, float]:
    both = (n[:, 0] > 0) & (n[:, a] > 0)
    n, means, squares = n[both], means[both], squares[both]
    people = n.sum(axis=1)
    weight = people / people.sum()
    gaps = means[:, a] - means[:, 0]
    effect = float(weight @ gaps)
    if not both.all():
        gone = int((~both).sum())
        notes.append(
            f"{_blocks(gone)} only one of two arms and {'says' if gone == 1 else 'say'} nothing about it."
        )
    pair = [0, a]
    lone = (n[:, pair] < 2).any(axis=1)
    parts, freedom = _within(n[~lone][:, pair], squares[~lone][:, pair], weight[~lone])
    if lone.any():
        more, more_df, told = _lone(n[:, pair], squares[:, pair], weight, gaps, lone)
        parts, freedom = np.append(parts, more), np.append(freedom, more_df)
        notes.append(told)
    return effect, float(parts.sum()), _df(parts, freedom)


def _within(n: Array, squares: Array, weight: Array) -> tuple[Array, Array]:
    return (weight[:, None] ** 2 * squares / (n - 1) / n).ravel(), (n - 1).ravel()


def _lone(n: Array, squares: Array, weight: Array, gaps: Array, lone: Array) -> tuple[Array, Array, str]:
    some = f"{_blocks(int(lone.sum()))} an arm with one person"
    share = weight[lone] / weight[lone].sum()
    if lone.sum() >= _FEWEST_TO_VARY and share.max() < 0.5:
        _, variance, df = weighted_differences(gaps[lone], weight[lone])
        told = f"{some}; uncertainty there is judged by how much these blocks differ among each other."
        return np.array([weight[lone].sum() ** 2 * variance]), np.array([df]), told
    # Too few to vary: the arm's spread within other blocks stands in, which takes spreads to be alike.
    freedom = np.maximum(n - 1, 0).sum(axis=0)
    freedom = np.where(freedom > 0, freedom, freedom.sum())
    pooled = squares.sum(axis=0)
    pooled = np.where(np.maximum(n - 1, 0).sum(axis=0) > 0, pooled, pooled.sum()) / np.maximum(freedom, 1)
    variances = (weight[lone, None] ** 2 * pooled[None, :] / n[lone]).sum(axis=0)
    told = f"{some}; the spread of people in other blocks stands in for it."
    return variances, np.maximum(freedom, 1.0), told


def _blocks(n: int) -> str:
    return "1 block has" if n == 1 else f"{n} blocks have"


def _df(parts: Array, freedom: Array) -> float:
    total = parts.sum()
    if total <= 0:
        return float(freedom.sum())
    if len(parts) == 1:
        return float(freedom[0])
    # Many small parts: squares of estimated variances are too large on average, by (df + 2) / df; dividing by df + 2
    # and taking 2 off corrects for it (Welch's own refinement); there are never more than all parts have together.
    found = max(total**2 / np.sum(parts**2 / (freedom + 2)) - 2, freedom.min())
    return float(min(found, freedom.sum()))


def _shared(n: Array, squares: Array) -> Array:
    pooled = squares[:, 0].sum() / max(float(np.maximum(n[:, 0] - 1, 0).sum()), 1.0)
    spread = np.where(n[:, 0] > 1, squares[:, 0] / np.maximum(n[:, 0] - 1, 1), pooled)
    return np.asarray(spread / np.maximum(n[:, 0], 1))


def _overlap(n: Array, shared: Array, a: int, b: int) -> float:
    people = n.sum(axis=1)

    def weight(arm: int) -> Array:
        w = people * ((n[:, 0] > 0) & (n[:, arm] > 0))
        return np.asarray(w / w.sum())

    return float(np.sum(weight(a) * weight(b) * shared))
