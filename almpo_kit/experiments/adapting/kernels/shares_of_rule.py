"""From chances of being best to shares of the next batch."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def exploration(chance: Array) -> Array:
    """Shares proportional to p (1 - p), shape (..., n_arms).

    1 - p is added up from the other arms: next to certainty a difference would lose every digit. Where one arm is certain,
    it has half, which is the limit, and the others share the rest.

    References
    ----------
    Kasy, Sautmann (2021) Econometrica 89, 113-132.
    """
    n_arms = chance.shape[-1]
    others = np.stack([np.delete(chance, k, axis=-1).sum(axis=-1) for k in range(n_arms)], axis=-1)
    raw = chance * others
    total = raw.sum(axis=-1, keepdims=True)
    certain = np.where(chance == chance.max(axis=-1, keepdims=True), 0.5, 0.5 / max(n_arms - 1, 1))
    return np.asarray(np.where(total > 1e-250, raw / np.where(total > 1e-250, total, 1.0), certain))


def shares_of_rule(kind: str, chance: Array, open_arms: Array, floor: float, tempering: float) -> Array:
    """Shares of the next batch.

    Parameters
    ----------
    kind : str
        A key of ``ADAPTIVE_KINDS``.
    chance : array, shape (..., n_arms)
        Chance of being the best; closed arms are left out and the rest made to add up to 1.
    open_arms : array of bool, shape (..., n_arms)
    floor, tempering : float

    Returns
    -------
    array, shape (..., n_arms)
    """
    even = open_arms / open_arms.sum(axis=-1, keepdims=True)
    held = np.where(open_arms, chance, 0.0)
    total = held.sum(axis=-1, keepdims=True)
    held = np.where(total > 0, held / np.where(total > 0, total, 1.0), even)
    if kind == "uniform":
        return np.asarray(even)
    if kind == "exploration_sampling":
        held = np.where(open_arms.sum(axis=-1, keepdims=True) > 1, _among_open(held, open_arms), even)
    elif kind == "tempered_thompson":
        held = (1 - tempering) * held + tempering * even
    return with_floor(held, open_arms, floor)


def _among_open(held: Array, open_arms: Array) -> Array:
    raw = np.where(open_arms, exploration(held), 0.0)
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True))


def with_floor(shares: Array, open_arms: Array, floor: float) -> Array:
    """The nearest shares (least squares) of which every open arm has the floor; closed arms have none.

    Projection onto a simplex by sorting: an arm keeps its share less one common amount, or the floor where that is less.

    Parameters
    ----------
    shares : array, shape (..., n_arms)
        Not negative, adding up to 1, 0 for closed arms.
    open_arms : array of bool, shape (..., n_arms)
    floor : float
        Below 1 / number of arms.
    """
    left = 1 - floor * open_arms.sum(axis=-1, keepdims=True)
    above = np.where(open_arms, shares - floor, -np.inf)
    falling = -np.sort(-above, axis=-1)
    finite = np.where(np.isfinite(falling), falling, 0.0)
    counts = np.arange(1, shares.shape[-1] + 1)
    cut = (np.cumsum(finite, axis=-1) - left) / counts
    inside = np.isfinite(falling) & (falling > cut)
    last = np.maximum(inside.sum(axis=-1, keepdims=True) - 1, 0)
    amount = np.take_along_axis(cut, last, axis=-1)
    return np.asarray(
        np.where(open_arms, np.maximum(np.where(open_arms, above, 0.0) - amount, 0) + floor, 0.0)
    )


def in_millionths(shares: Array) -> Array:
    """Shares as whole millionths that add up to 1: what can be published, and drawn from exactly; shape (..., n_arms).

    The rounding error goes to the largest share, which never is near the floor unless all are equal.
    """
    whole = np.floor(shares * 1e6 + 0.5)
    largest = np.argmax(whole, axis=-1)[..., None]
    left = 1e6 - whole.sum(axis=-1, keepdims=True)
    np.put_along_axis(whole, largest, np.take_along_axis(whole, largest, axis=-1) + left, axis=-1)
    return np.asarray(whole / 1e6)
