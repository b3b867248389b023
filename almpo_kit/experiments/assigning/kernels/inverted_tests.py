"""Intervals by inversion of a randomisation test: all constant effects that are not rejected."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Real = np.ndarray[Any, np.dtype[np.float64]]


def extreme_between(observed: float, again: Real, moved: Real) -> tuple[Real, Real]:
    """For each draw, the constant effects under which it is as far out as the one that was made.

    Taking an effect τ away leaves ``again − τ moved`` of a draw and ``observed − τ`` of the real one; the first is at least as
    far from 0 for τ between two limits that enclose ``observed``.

    Parameters
    ----------
    observed : float
    again : array, shape (draws,)
        The statistic of the outcome in each draw.
    moved : array, shape (draws,)
        The statistic of the real treatment in each draw, −1 to 1.

    Returns
    -------
    low, high : array, shape (draws,)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (observed - again) / (1 - moved), (observed + again) / (1 + moved)
    # The real draw, and its mirror image, are as far out as it whatever the effect.
    always = np.abs(moved) >= 1 - 1e-12
    low = np.where(always, -math.inf, np.minimum(one, two))
    return low, np.where(always, math.inf, np.maximum(one, two))


def limits(low: Real, high: Real, alpha: float, extra: int) -> tuple[float, float]:
    """Smallest and largest effect with a p-value above ``alpha``.

    Parameters
    ----------
    low, high : array, shape (draws,)
        See :func:`extreme_between`.
    alpha : float
    extra : int
        1 where the real draw is counted beside the others, 0 where it is among them.
    """
    total = len(low) + extra
    # Rejected while at most this many draws are as far out.
    few = math.floor(alpha * total + 1e-9) - extra
    if few < 0:
        return -math.inf, math.inf
    if few >= len(low):
        return math.nan, math.nan
    return float(np.sort(low)[few]), float(np.sort(high)[::-1][few])


def by_halving(p_value: Callable[[float], float], inside: float, step: float, alpha: float) -> float:
    """The edge of what is not rejected, from an effect inside it outwards.

    Parameters
    ----------
    p_value : callable
        Of a constant effect.
    inside : float
        Not rejected.
    step : float
        Its sign says which way; its size is the first step.
    alpha : float
    """
    near, far = inside, inside + step
    for _ in range(60):
        if p_value(far) <= alpha:
            break
        near, far = far, far + 2 * (far - inside)
    else:
        return math.copysign(math.inf, step)
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (middle, far) if p_value(middle) > alpha else (near, middle)
    return near
