"""Exact bounds of a share, also where several answers are of one study."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def clopper_pearson(right: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a binomial share; ``n`` need not be whole.

    Examples
    --------
    >>> low, high = clopper_pearson(18, 20)
    >>> round(low, 3), round(high, 3)
    (0.683, 0.988)

    References
    ----------
    Clopper and Pearson (1934) Biometrika 26, 404-413.
    """
    if n <= 0:
        return 0.0, 1.0
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2
    low = float(betaincinv(right, n - right + 1, tail)) if right > 0 else 0.0
    high = float(betaincinv(right + 1, n - right, 1 - tail)) if right < n else 1.0
    return low, high


def share_bounds(right: Array, groups: Array, level: float = 0.95) -> tuple[float, float]:
    """Clopper–Pearson with the number of answers that the studies' likeness leaves.

    Answers of one study are right or wrong together; they count for less than as many of different studies. Where all are
    right (or wrong) nothing can be said of that likeness, so that a study counts once.

    Parameters
    ----------
    right : Array of bool, shape (n,)
    groups : Array, shape (n,)
        The study of each answer.

    References
    ----------
    Korn and Graubard (1998) Survey Methodology 24, 193-201.
    """
    n = len(right)
    if not n:
        return 0.0, 1.0
    names, place = np.unique(groups, return_inverse=True)
    m, share = len(names), float(np.mean(right))
    if share in (0.0, 1.0) or m < 2:
        size = float(m)
    else:
        rest = np.bincount(place, weights=np.asarray(right, dtype=float) - share)
        variance = m / (m - 1) * float((rest**2).sum()) / n**2
        size = min(n, share * (1 - share) / variance) if variance > 0 else float(n)
    size = max(size, 1.0)
    low, high = clopper_pearson(share * size, size, level)
    return (low if math.isfinite(low) else 0.0), (high if math.isfinite(high) else 1.0)
