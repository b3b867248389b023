"""Draws of arms and sizes for a simulated trial."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def shares_to_counts(n: int, shares: Array, rng: np.random.Generator) -> Array:
    """Whole numbers that add up to ``n``, each its share of it on average.

    Parameters
    ----------
    n : int
    shares : array, shape (k,)
        Adding up to 1.
    rng : Generator
    """
    exact = n * shares
    counts = np.floor(exact + 1e-9).astype(int)
    left = n - int(counts.sum())
    if left > 0:
        # Systematic draw of the remainders: each arm's chance of one more is its remainder.
        rest = np.cumsum(np.maximum(exact - counts, 0))
        points = rng.random() + np.arange(left)
        at = np.searchsorted(rest * (left / rest[-1]), points, side="right")
        counts += np.bincount(np.minimum(at, len(shares) - 1), minlength=len(shares))
    return counts


def complete(n: int, shares: Array, rng: np.random.Generator) -> Array:
    """Arms of ``n`` units in fixed numbers, shape (n,)."""
    return np.asarray(rng.permutation(np.repeat(np.arange(len(shares)), shares_to_counts(n, shares, rng))))


def within(block: Array, shares: Array, rng: np.random.Generator) -> Array:
    """Arms in fixed numbers within each block, shape (n,); blocks are codes in ascending order.

    Parameters
    ----------
    block : array of int, shape (n,)
    shares : array, shape (k,) or (n_blocks, k)
    rng : Generator
    """
    sizes = np.bincount(block)
    by_block = np.broadcast_to(shares, (len(sizes), shares.shape[-1]))
    return np.concatenate([complete(int(n), s, rng) for n, s in zip(sizes, by_block, strict=True)])


def group_sizes(n: int, mean: float, variation: float, rng: np.random.Generator) -> Array:
    """Sizes of groups, one or more each, gamma-distributed with a coefficient of variation."""
    exact = (
        np.full(n, float(mean))
        if variation <= 0
        else rng.gamma(1 / variation**2, mean * variation**2, size=n)
    )
    return np.maximum(np.floor(exact + rng.random(n)).astype(int), 1)
