"""A difference of two weighted means of scores with its standard error and degrees of freedom."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def weighted_contrast(
    scores: Array, weights: Array, other_scores: Array, other_weights: Array
) -> tuple[Array, Array, Array]:
    """Mean of ``scores`` minus mean of ``other_scores``.

    Parameters
    ----------
    scores, weights, other_scores, other_weights : arrays, shape (..., n)
        Weights of 0 leave a person out.

    Returns
    -------
    estimate, se, df : arrays, shape (...)
        The variance adds up the squares of what each person contributes. Few people of a rare arm contribute most of it;
        ``df`` is their effective number, (Σ c²)² / Σ c⁴ for contributions c, less one: a normal quantile covers 86 to 94%
        where there are few, a t quantile with these degrees 93 to 96% (tests/experiments/COVERAGE.md).
    """
    total, other_total = weights.sum(axis=-1), other_weights.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (weights * scores).sum(axis=-1) / total
        other = (other_weights * other_scores).sum(axis=-1) / other_total
        own = weights * (scores - mean[..., None]) / total[..., None]
        part = own - other_weights * (other_scores - other[..., None]) / other_total[..., None]
        squares = part**2
        variance = squares.sum(axis=-1)
        effective = variance**2 / (squares**2).sum(axis=-1)
    return mean - other, np.sqrt(variance), np.maximum(effective - 1, 1.0)


def weighted_mean(scores: Array, weights: Array) -> tuple[Array, Array, Array]:
    """One weighted mean, as :func:`weighted_contrast` with nothing to compare."""
    nothing = np.zeros(scores.shape)
    return weighted_contrast(scores, weights, nothing, np.ones(scores.shape))
