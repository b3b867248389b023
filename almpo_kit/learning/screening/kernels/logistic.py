"""Weighted ridge logistic regression by a truncated Newton method, warm-started.

Lin, Weng and Keerthi (2008) J. Mach. Learn. Res. 9, 627-650, with a backtracking line search in place of the trust
region. A queue is re-ranked after every few documents; the last coefficients are then close to the next ones, and two or
three short steps do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from almpo_kit.learning.screening.kernels.blocks import Blocks

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """Log odds are ``features @ coefficients + intercept``."""

    coefficients: Array
    intercept: float

    def scores(self, features: Blocks) -> Array:
        """Log odds of documents."""
        return np.asarray(features.times(self.coefficients), dtype=np.float64) + self.intercept


def fit(
    features: Blocks,
    target: Array,
    weights: Array,
    *,
    penalty: float = 1.0,
    start: Linear | None = None,
    tolerance: float = 1e-3,
    most: int = 50,
) -> Linear:
    """Least ``penalty/2 · |coefficients|² + Σ weights · log loss``; the intercept is not shrunk.

    Parameters
    ----------
    features : Blocks, shape (n, width)
        In float64.
    target : ndarray, shape (n,)
        1 relevant, 0 not; shares between them are allowed.
    weights : ndarray, shape (n,)
    penalty : float
        Inverse of scikit-learn's ``C``.
    start : Linear, optional
        Coefficients to set out from.
    tolerance : float
        Ends where the gradient is this much smaller than that of a model that knows only the share of relevant ones.
    """
    wide = features.width
    mean = float(np.clip(np.average(target, weights=weights), 1e-3, 1 - 1e-3))
    flat = np.append(np.zeros(wide), np.log(mean / (1 - mean)))
    # Where nothing tells the classes apart the first gradient is zero, and so is the answer.
    scale = max(float(np.linalg.norm(_gradient(features, target, weights, penalty, flat)[0])), 1e-12)
    at = flat if start is None else np.append(start.coefficients, start.intercept)
    gradient, scores = _gradient(features, target, weights, penalty, at)
    loss = _loss(target, weights, penalty, at, scores)
    for _ in range(most):
        size = np.linalg.norm(gradient)
        if size <= tolerance * scale:
            break
        step = _direction(features, weights, penalty, gradient, scores, min(0.5, np.sqrt(size / scale)))
        along = features.times(step[:-1]) + step[-1]
        length, slope = 1.0, float(gradient @ step)
        while length > 1e-8:
            new = _loss(target, weights, penalty, at + length * step, scores + length * along)
            if new <= loss + 1e-4 * length * slope:
                break
            length /= 2
        else:
            break
        at, loss = at + length * step, new
        gradient, scores = _gradient(features, target, weights, penalty, at)
    return Linear(at[:-1], float(at[-1]))


def _loss(target: Array, weights: Array, penalty: float, at: Array, scores: Array) -> float:
    losses = np.logaddexp(0.0, scores) - target * scores
    return float(weights @ losses + 0.5 * penalty * (at[:-1] @ at[:-1]))


def _gradient(
    features: Blocks, target: Array, weights: Array, penalty: float, at: Array
) -> tuple[Array, Array]:
    scores = features.times(at[:-1]) + at[-1]
    left = weights * (_share(scores) - target)
    out = np.append(features.back(left) + penalty * at[:-1], left.sum())
    return out, scores


def _share(scores: Array) -> Array:
    out: Array = 0.5 * (1.0 + np.tanh(0.5 * scores))
    return out


def _direction(
    features: Blocks, weights: Array, penalty: float, gradient: Array, scores: Array, tolerance: float
) -> Array:
    """Newton's step by conjugate gradients, as exactly as the distance to the end warrants."""
    share = _share(scores)
    curve = weights * share * (1 - share)
    step = np.zeros_like(gradient)
    left = -gradient
    way = left.copy()
    size = float(left @ left)
    goal = tolerance**2 * size
    for _ in range(min(len(gradient), 200)):
        middle = curve * (features.times(way[:-1]) + way[-1])
        bent = np.append(features.back(middle) + penalty * way[:-1], middle.sum() + 1e-9 * way[-1])
        length = size / max(float(way @ bent), 1e-300)
        step += length * way
        left -= length * bent
        new = float(left @ left)
        if new <= goal:
            break
        way = left + (new / size) * way
        size = new
    return step


def balanced(target: Array) -> Array:
    """Weights under which both classes count the same and a document counts one on average."""
    yes = float(target.sum())
    no = len(target) - yes
    if not yes or not no:
        return np.ones(len(target))
    out: Array = np.where(target > 0.5, len(target) / (2 * yes), len(target) / (2 * no))
    return out
