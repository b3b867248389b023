"""Closeness to the ideal option (Hwang & Yoon 1981)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def distances(scaled: Array, weights: Array) -> tuple[Array, Array]:
    """Euclidean distance of each option from the best and from the worst values of all criteria.

    Parameters
    ----------
    scaled : Array, shape (..., n, k)
        Larger is better.
    weights : Array, shape (..., k)

    Returns
    -------
    from_best, from_worst : Array, shape (..., n)
    """
    weighted = scaled * weights[..., None, :]
    best = weighted.max(axis=-2, keepdims=True)
    worst = weighted.min(axis=-2, keepdims=True)
    return (
        np.sqrt(((weighted - best) ** 2).sum(axis=-1)),
        np.sqrt(((weighted - worst) ** 2).sum(axis=-1)),
    )


def closeness(scaled: Array, weights: Array) -> Array:
    """Distance from the worst as a share of both distances, shape (..., n); 0.5 where all options are alike."""
    from_best, from_worst = distances(scaled, weights)
    both = from_best + from_worst
    return np.where(both > 0, from_worst / np.where(both > 0, both, 1.0), 0.5)
