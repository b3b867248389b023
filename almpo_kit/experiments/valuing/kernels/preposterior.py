"""Before a trial: where its result may move beliefs that are normal, and what choosing then is worth more than choosing now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Points of one unknown; sets of points of several, and points of each set, a power of two; rows looked at at once.
_ONE, _SETS, _EACH, _AT_ONCE = 1024, 4, 128, 128


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


def straight(worth: Callable[[Array], Array], mean: Array, covariance: Array, seed: int) -> bool:
    """Whether worth is linear wherever effects are likely to be, so that its mean is worth at their means."""
    k = len(mean)
    z = 2 * np.random.default_rng(np.random.SeedSequence(seed)).standard_normal((20 * (k + 1), k))
    told = worth(mean + z @ root(covariance).T)
    if not np.isfinite(told).all():
        return False
    held = np.column_stack([np.ones(len(z)), z])
    away = told - held @ np.linalg.lstsq(held, told, rcond=None)[0]
    return bool(np.abs(away).max(initial=0.0) <= 1e-9 * max(float(np.abs(told).max(initial=0.0)), 1e-300))


def _around(left: Array, seed: int) -> Array:
    """Points of what is still unknown, each with its mirror image, shape (sets, points, k); sets are independent."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    if len(left) == 1:
        return points(1, _ONE, 0, seed)[None] @ root(left).T
    z = np.stack(
        [
            ndtri(
                np.clip(
                    qmc.Sobol(len(left), rng=np.random.default_rng(stream)).random(_EACH), 1e-12, 1 - 1e-12
                )
            )
            for stream in np.random.SeedSequence(seed).spawn(_SETS)
        ]
    )
    # The first places of such points are the most even, and the last axes of the root the longest.
    found: Array = np.concatenate([z, -z], axis=1) @ root(left)[:, ::-1].T
    return found


def expected_worth(worth: Callable[[Array], Array], means: Array, left: Array, seed: int) -> Array:
    """Worth as expected under normal beliefs where it bends, by each set of points, shape (sets, s, m).

    Parameters
    ----------
    means : Array, shape (s, k)
    left : Array, shape (k, k)
        Covariance of what is still unknown.
    """
    around = _around(left, seed)
    sets, each, k = around.shape
    out = []
    for begin in range(0, len(means), _AT_ONCE):
        part = means[begin : begin + _AT_ONCE]
        every = worth((part[:, None, None, :] + around).reshape(-1, k))
        out.append(every.reshape(len(part), sets, each, -1).mean(axis=2))
    return np.concatenate(out).swapaxes(0, 1)


def gain(worth: Array, then: Array, now: Array) -> tuple[float, float]:
    """Mean over states of choosing then rather than now, and its Monte-Carlo standard error.

    The same states for both, so that what chance does to one it does to the other.
    """
    gains = (worth * then).sum(axis=1) - worth @ now
    return max(float(gains.mean()), 0.0), float(gains.std(ddof=1) / np.sqrt(len(gains)))
