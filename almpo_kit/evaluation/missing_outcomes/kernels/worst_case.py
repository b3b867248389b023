"""Bounds that assume nothing: the missing had the worst, or the best, of all outcomes."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.evaluation.missing_outcomes.kernels.identified_set import Ends

Array = np.ndarray[Any, np.dtype[Any]]


def worst_case(
    y: Array, arm: Array, weight: Array, lowest: float, highest: float, least_missing: int = 0
) -> Ends:
    """Bounds on a difference of means of an outcome that lies between two values.

    Parameters
    ----------
    y : Array, shape (n,)
        NaN where missing.
    arm : Array of bool, shape (n,)
        True in the arm whose effect is asked for.
    weight : Array, shape (n,)
    lowest, highest : float
    least_missing : int
        Some but fewer missing people in an arm count as this many, so that the width does not tell how many.

    References
    ----------
    Horowitz and Manski (2000) J. Am. Stat. Assoc. 95, 77-84.
    """
    best, worst = (_filled_mean(y, arm, weight, v, least_missing) for v in (highest, lowest))
    other_best, other_worst = (_filled_mean(y, ~arm, weight, v, least_missing) for v in (highest, lowest))
    return Ends(
        low=worst[0] - other_best[0],
        high=best[0] - other_worst[0],
        pull_low=worst[1] - other_best[1],
        pull_high=best[1] - other_worst[1],
    )


def _filled_mean(
    y: Array, group: Array, weight: Array, value: float, least_missing: int
) -> tuple[float, Array]:
    inside = weight * group
    total = inside.sum()
    gone = np.isnan(y)
    filled = np.where(gone, value, y)
    mean = float((inside * filled).sum() / total)
    pull = inside * (filled - mean) / total
    missing = int((gone & group).sum())
    if 0 < missing < least_missing:
        # More missing people than there are: the bound only moves outwards.
        known = float((inside * ~gone * np.nan_to_num(y)).sum() / (inside * ~gone).sum())
        share = min(1.0, least_missing / int(group.sum()))
        mean = (1 - share) * known + share * value
    return mean, pull
