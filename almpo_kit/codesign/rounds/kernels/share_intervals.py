"""Exact intervals of shares."""

from __future__ import annotations

import numpy as np


def exact_interval(count: float, n: float, level: float) -> tuple[float, float]:
    """Clopper and Pearson's interval.

    Parameters
    ----------
    count, n : float
        Those who did, and all; fractions where weights count.
    level : float

    References
    ----------
    Clopper & Pearson (1934) Biometrika 26, 404-413.
    """
    from scipy.special import betaincinv

    if not n > 0:
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    low = 0.0 if count <= 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count >= n else float(betaincinv(count + 1, n - count, 1 - tail))
    return low, high


def passing_chance(n: int, share: float, least: float) -> float:
    """Chance that at least ``least`` of a panel of ``n`` agree when ``share`` of those it is drawn from do.

    Parameters
    ----------
    n : int
    share, least : float
    """
    from scipy.special import betainc

    needed = int(np.ceil(least * n - 1e-9))
    return 1.0 if needed <= 0 else float(betainc(needed, n - needed + 1, share))
