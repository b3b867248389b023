"""How much each person's score counts, so that each step adds about the same to the variance (Hadad et al. 2021)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def stabilising_weights(precision: Array) -> Array:
    """Square roots of what a person's score is worth: 1 / variance up to a constant.

    Parameters
    ----------
    precision : array, shape (..., n)
        For an arm its share; for a contrast 1 / Σ (1 / share) over its two arms, averaged over strata (Zhan et al. 2021).

    Returns
    -------
    array, shape (..., n)
    """
    return np.sqrt(precision)


def batch_worth(shares: Array, mix: Array, *, one: int, other: int) -> Array:
    """What a score of a contrast is worth in each batch: 1 / Σ mix (1 / share + 1 / other share), over strata.

    Parameters
    ----------
    shares : array, shape (..., n_batches, n_strata, n_arms)
        NaN where a stratum has nobody in a batch.
    mix : array, shape (n_strata,)
        Shares of people.
    one, other : int
        Arms.

    Returns
    -------
    array, shape (..., n_batches)
        0 where an arm was closed in every stratum; strata where it was closed do not count.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = 1 / shares[..., one] + 1 / shares[..., other]
        held = np.isfinite(cost)
        part = np.where(held, mix, 0.0)
        mean = np.where(held, cost * part, 0.0).sum(axis=-1) / part.sum(axis=-1)
        return np.asarray(np.where(held.any(axis=-1), 1 / mean, 0.0))


def two_point_weights(share: Array, decay: float) -> Array:
    """Weights by the two-point rule: what is left of the variance is spread over the people to come.

    Each person gets the part λ of it; λ foresees, with the arm's own share as chance, that the share stays (the arm turns
    out good), and otherwise that it falls as t^-decay (Hadad et al. 2021, appendix).

    Parameters
    ----------
    share : array, shape (..., n)
    decay : float
        From 0 (then as stabilising) to below 1.

    Returns
    -------
    array, shape (..., n)
    """
    n = share.shape[-1]
    t = np.arange(1.0, n + 1)
    stays = 1 / (1 + n - t)
    falls = (1 - decay) / ((1 - decay) + n * (t / n) ** decay - t)
    part = np.clip((1 - share) * falls + share * stays, 0.0, 1.0)
    left = np.cumprod(1 - part, axis=-1)
    before = np.concatenate([np.ones((*share.shape[:-1], 1)), left[..., :-1]], axis=-1)
    return np.sqrt(np.maximum(share * part * before, 0.0))
