"""Weights that give every part of a panel its share, in several dimensions at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Raked:
    """Weights with a mean of 1, and how near they came."""

    weights: Array
    gap: float
    cycles: int


def rake(
    codes: list[Array], targets: list[Array], *, most: float = np.inf, cycles: int = 2000, near: float = 1e-10
) -> Raked:
    """Iterative proportional fitting on people, with weights held within bounds.

    Parameters
    ----------
    codes : list of array, each shape (n,)
        Of each dimension, the part each person belongs to: 0, 1, …; every part has somebody.
    targets : list of array
        Shares of the parts; each adds up to 1.
    most : float
        Weights stay between ``1 / most`` and ``most`` times their mean; where that binds, shares are missed by ``gap``.
    cycles : int
    near : float
        Largest difference of a share from its target at which it stops.

    Returns
    -------
    Raked

    References
    ----------
    Deming & Stephan (1940) Ann. Math. Stat. 11, 427-444. Izrael, Battaglia & Frankel (2009) SAS Global Forum 247 (trimming
    within the cycles).
    """
    n = len(codes[0])
    weights = np.ones(n)
    gap, done, before = np.inf, 0, np.inf
    while done < cycles:
        done += 1
        for code, target in zip(codes, targets, strict=True):
            total = np.bincount(code, weights, minlength=len(target))
            weights = weights * (target * n / total)[code]
        if np.isfinite(most):
            weights = within(weights, most)
        shares = [
            np.bincount(c, weights, minlength=len(t)) / weights.sum()
            for c, t in zip(codes, targets, strict=True)
        ]
        gap = max(float(np.abs(s - t).max()) for s, t in zip(shares, targets, strict=True))
        if gap <= near or (np.isfinite(most) and abs(before - gap) < 1e-14):
            break
        before = gap
    return Raked(weights * n / weights.sum(), gap, done)


def within(weights: Array, most: float) -> Array:
    """Weights times one factor, cut to ``1 / most`` … ``most``, such that their mean is 1.

    Cutting first and dividing by the mean after would push the largest ones over their bound again.

    Parameters
    ----------
    weights : array, shape (n,)
        Positive.
    most : float
        Above 1.
    """
    low, high = 1 / (most * weights.max()), most / weights.min()
    for _ in range(100):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if np.clip(middle * weights, 1 / most, most).mean() < 1 else (low, middle)
    return np.clip(np.sqrt(low * high) * weights, 1 / most, most)
