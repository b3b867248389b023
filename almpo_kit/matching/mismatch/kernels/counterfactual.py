"""How much lower unemployment would be had the unemployed always been where the planner would have them.

Without mismatch the job-finding rate is higher for two reasons: the same people and posts meet more often, by
1/(1−M); and with fewer unemployed each has more vacancies to choose from, by (u/u*)^α (Şahin et al. 2014, section
II.D). Vacancies and separations are held as they are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def steady_state_share(index: Array, alpha: float, rate: Array) -> Array:
    """Share of unemployment that would be gone once flows balance.

    In a steady state s(1 − u) = f u, so r = u*/u solves (1 − r u)/(1 − u) = r^(1−α)/(1 − M): finding and separation
    rates drop out and only the unemployment rate is left. At u → 0, r = (1 − M)^(1/(1−α)), the largest share.

    Parameters
    ----------
    index : ndarray
        M, below one.
    rate : ndarray
        Unemployment rate as a share; 0 for the limit.
    """
    m = np.minimum(np.asarray(index, dtype=float), 1 - 1e-12)
    r = (1 - m) ** (1 / (1 - alpha))
    # Increasing in r on the right, falling on the left: bisection finds the one crossing; r ≤ 1 where M ≥ 0.
    low, high = np.minimum(r, 1.0), np.maximum(np.ones_like(r), 1.0)
    high = np.where(m < 0, np.maximum(r, 1.0), high)
    for _ in range(60):
        middle = (low + high) / 2
        short = middle ** (1 - alpha) / (1 - m) < (1 - middle * rate) / (1 - rate)
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return 1 - (low + high) / 2


def path(index: Array, alpha: float, rate: Array, finding: Array, separation: Array) -> Array:
    """Unemployment rate without mismatch, period by period.

    u*ₜ₊₁ = sₜ(1 − u*ₜ) + (1 − f*ₜ) u*ₜ with f*ₜ = fₜ (uₜ/u*ₜ)^α / (1 − Mₜ), at most one. It starts from the steady
    state without mismatch, so that the first periods do not understate.

    Parameters
    ----------
    index, rate, finding, separation : ndarray, shape (n_periods,)
        Shares; finding and separation per period.
    """
    u = rate[0] * (1 - float(steady_state_share(index[0], alpha, rate[0])))
    found = [u]
    for m, actual, f, s in zip(index[:-1], rate[:-1], finding[:-1], separation[:-1], strict=True):
        better = min(1.0, f * (actual / u) ** alpha / (1 - m))
        u = s * (1 - u) + (1 - better) * u
        found.append(u)
    return np.array(found)
