"""Before a trial: where its result may move beliefs that are normal, and what choosing then is worth more than choosing now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Points for what is still unknown after a trial, each with its mirror image; rows looked at at once.
_INNER, _AT_ONCE = 64, 512


def moves(covariance: Array, seen: Array, error: Array) -> Array:
    """How standard normals move beliefs, shape (k, r): posterior means are ``mean + moves @ z``.

    Parameters
    ----------
    covariance : Array, shape (k, k)
    seen : Array of int, shape (q,)
        Unknowns that the trial measures.
    error : Array, shape (q, q)
        Covariance of its errors.

    References
    ----------
    Raiffa and Schlaifer (1961) Applied Statistical Decision Theory, ch. 5; the conjugate normal in several dimensions.
    """
    size, axes = np.linalg.eigh(covariance[np.ix_(seen, seen)] + error)
    kept = size > 1e-14 * max(float(size.max()), 1e-300)
    spread = covariance[:, seen] @ (axes[:, kept] / np.sqrt(size[kept]))
    # Directions in which nothing moves are left out: one that remains is looked at exactly.
    left, scale, _ = np.linalg.svd(spread, full_matrices=False)
    moving = scale > 1e-9 * max(float(scale.max(initial=0.0)), 1e-300)
    found: Array = left[:, moving] * scale[moving]
    return found


def points(dimensions: int, one: int, many: int, seed: int) -> Array:
    """Standard normal states, shape (s, r): equally likely points of one dimension, a Latin hypercube of several."""
    from scipy.special import ndtri

    if dimensions <= 1:
        z = ndtri((np.arange(one) + 0.5) / one)
        return (z / z.std())[:, None]
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    pieces = np.broadcast_to(np.arange(many)[:, None], (many, dimensions))
    found: Array = ndtri((rng.permuted(pieces, axis=0) + rng.random((many, dimensions))) / many)
    return found


def root(covariance: Array) -> Array:
    """A square root of a covariance that may be singular, shape (k, k)."""
    size, axes = np.linalg.eigh(covariance)
    found: Array = axes * np.sqrt(np.maximum(size, 0.0))
    return found


def expected_worth(
    worth: Callable[[Array], Array],
    expected: Callable[[Array, Array], Array] | None,
    means: Array,
    left: Array,
    seed: int,
) -> Array:
    """Worth as expected under normal beliefs, shape (s, m).

    Parameters
    ----------
    means : Array, shape (s, k)
    left : Array, shape (k, k)
        Covariance of what is still unknown.
    """
    if expected is not None:
        return expected(means, np.sqrt(np.maximum(np.diag(left), 0.0)))
    if not left.any():
        return worth(means)
    z = points(len(left), 2 * _INNER, _INNER, seed)[:_INNER] if len(left) > 1 else points(1, _INNER, 0, seed)
    around = np.concatenate([z, -z]) @ root(left).T
    out = []
    for begin in range(0, len(means), _AT_ONCE):
        part = means[begin : begin + _AT_ONCE]
        every = worth((part[:, None, :] + around).reshape(-1, part.shape[1]))
        out.append(every.reshape(len(part), len(around), -1).mean(axis=1))
    return np.concatenate(out)


def gain(worth: Array, then: Array, now: Array) -> tuple[float, float]:
    """Mean over states of choosing then rather than now, and its Monte-Carlo standard error.

    The same states for both, so that what chance does to one it does to the other.
    """
    gains = (worth * then).sum(axis=1) - worth @ now
    return max(float(gains.mean()), 0.0), float(gains.std(ddof=1) / np.sqrt(len(gains)))
