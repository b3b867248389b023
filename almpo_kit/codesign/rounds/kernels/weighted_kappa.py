"""How far the same people answer alike twice, beyond what chance would bring."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def weighted_kappa(first: Array, second: Array, scale: Array, by: Literal["linear", "quadratic"]) -> float:
    """Cohen's kappa with disagreement counted by distance.

    Parameters
    ----------
    first, second : array, shape (n,)
        Answers of the same people.
    scale : array, shape (n_steps,)
        All steps; those nobody used change nothing.
    by : {"linear", "quadratic"}

    Returns
    -------
    float
        NaN where everybody stands on one step in both: kappa is not defined there.

    References
    ----------
    Cohen (1968) Psychol. Bull. 70, 213-220.
    """
    power = 1 if by == "linear" else 2
    cost = np.abs(scale[:, None] - scale[None, :]).astype(float) ** power
    a, b = np.searchsorted(scale, first), np.searchsorted(scale, second)
    seen = cost[a, b].mean()
    share_a = np.bincount(a, minlength=len(scale)) / len(a)
    share_b = np.bincount(b, minlength=len(scale)) / len(b)
    chance = share_a @ cost @ share_b
    return float(1 - seen / chance) if chance > 0 else float("nan")
