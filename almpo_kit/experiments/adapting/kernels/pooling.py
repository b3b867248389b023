"""Strata that borrow from each other: how much a person of another stratum counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.adapting.kernels.two_way import cell_means, two_way

Array = np.ndarray[Any, np.dtype[Any]]


def borrowed(n: Array, total: Array, variance: Array) -> tuple[Array, Array]:
    """People and sums of each stratum, with those of the others added at less than full weight.

    Strata may differ in level, and in what arms do. The variance of the latter between strata, as a multiple r of the variance
    between people, comes from what a level and an arm's gain leave unexplained (method of moments, arms together). N people
    elsewhere tell as much about an arm here as N / (1 + r N) people from here; they enter at this stratum's level.

    Parameters
    ----------
    n, total : array, shape (..., n_strata, n_arms)
    variance : array, shape (..., n_arms)

    Returns
    -------
    n, total : array, shape (..., n_strata, n_arms)
    """
    if n.shape[-2] == 1:
        return n, total
    mean = cell_means(n, total)
    level, gain = two_way(n, mean)
    left = n * (mean - level[..., None] - gain[..., None, :]) ** 2 / np.maximum(variance, 1e-12)[..., None, :]
    held = n > 0
    df = held.sum(axis=(-1, -2)) - held.any(axis=-1).sum(axis=-1) - held.any(axis=-2).sum(axis=-1) + 1
    # Of equal cells the residual sum has mean df (1 + r n); cells are near enough to equal for a weight.
    typical = n.sum(axis=(-1, -2)) / np.maximum(held.sum(axis=(-1, -2)), 1)
    ratio = np.maximum(left.sum(axis=(-1, -2)) / np.maximum(df, 1) - 1, 0) / np.maximum(typical, 1)
    elsewhere = n.sum(axis=-2, keepdims=True) - n
    weight = 1 / (1 + ratio[..., None, None] * elsewhere)
    at_level = n * (mean - level[..., None])
    gain_elsewhere = cell_means(elsewhere, at_level.sum(axis=-2, keepdims=True) - at_level)
    return n + weight * elsewhere, total + weight * elsewhere * (level[..., None] + gain_elsewhere)
