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
