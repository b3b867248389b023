"""Did a curve jump once, and when? A level shift at an unknown date.

Every date that leaves 15% of the observations on either side is tried; the largest F statistic decides. What
is large depends on how much neighbouring quarters resemble each other, so its p-value is simulated with
first-order autocorrelated errors around a curve that does not jump.

References
----------
Chow (1960) Econometrica 28, 591-605; Andrews (1993) Econometrica 61, 821-856 (the largest over all dates,
15% trimming).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from almpo_kit.regions.beveridge.hac import Array, Mask, errors, persistence, residual_maker

TRIMMING = 0.15


@dataclass(frozen=True)
class Jump:
    """The most likely date of a jump.

    Parameters
    ----------
    at : int
        First period after it.
    statistic : float
        The largest F.
    p_value : float
        Share of simulated series without a jump whose largest F is at least as large.
    rho : float
        Autocorrelation of the errors that was simulated.
    """

    at: int
    statistic: float
    p_value: float
    rho: float


def candidates(observed: Mask, trimming: float = TRIMMING) -> list[int]:
    """Periods at which a jump may be looked for."""
    counts = np.cumsum(observed)
    n = int(counts[-1])
    least = max(math.ceil(trimming * n), 3)
    return [t for t in range(1, len(observed)) if observed[t] and counts[t - 1] >= least <= n - counts[t - 1]]


def statistics(y: Array, x: Array, observed: Mask, dates: list[int]) -> Array:
    """F statistic of a level shift at each date, for one or many series.

    Parameters
    ----------
    y : array, shape (..., n_periods)
        Zero where a period is missing.
    x : array, shape (n_periods, n_coefficients)
        Regressors without the shift, the constant among them.

    Returns
    -------
    array, shape (..., n_dates)
    """
    _, maker = residual_maker(x, observed)
    steps = np.array([(np.arange(len(observed)) >= t) & observed for t in dates], dtype=float)
    own = steps @ maker
    e = y @ maker
    size = np.einsum("dt,dt->d", own, own)
    # A jump that the regressors already describe cannot be tested.
    size = np.where(size > 1e-10, size, np.inf)
    gain = (e @ own.T) ** 2 / size
    rss = np.einsum("...t,...t->...", e, e)[..., None]
    df = int(observed.sum()) - x.shape[1] - 1
    return np.asarray(gain / np.maximum(rss - gain, 1e-300) * df)


def find(y: Array, x: Array, observed: Mask, *, draws: int, seed: int) -> Jump | None:
    """The most likely jump and how surprising it would be without one; None where no date can be tried."""
    dates = candidates(observed)
    n, k = int(observed.sum()), x.shape[1]
    if not dates or n - k - 1 < 5:
        return None
    y = np.where(observed, y, 0.0)
    found = statistics(y, x, observed, dates)
    best = int(np.argmax(found))
    _, maker = residual_maker(x, observed)
    rho = persistence(maker @ y, observed, k)
    drawn = errors(np.random.default_rng(seed), draws, len(observed), rho) * observed
    largest = statistics(drawn, x, observed, dates).max(axis=1)
    p = (1 + int((largest >= found[best]).sum())) / (draws + 1)
    return Jump(dates[best], float(found[best]), float(p), rho)
