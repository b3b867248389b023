"""Moves between classes: intervals, mobility, and where a chain of such moves would settle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Counts = NDArray[np.int_]


def counted(origin: NDArray[np.int_], goal: NDArray[np.int_], k: int) -> Counts:
    """Moves from class (rows) to class (columns), shape (k, k)."""
    table = np.zeros((k, k), dtype=int)
    np.add.at(table, (origin, goal), 1)
    return table


def probabilities(counts: Counts) -> Array:
    """Shares of each row; NaN in a row without moves."""
    n = counts.sum(axis=1, keepdims=True)
    return np.where(n > 0, counts / np.maximum(n, 1), np.nan)


def wilson(count: Array, n: Array, level: float = 0.95) -> tuple[Array, Array]:
    """Wilson's interval of shares; NaN where n is 0.

    References
    ----------
    Wilson (1927) J. Am. Stat. Assoc. 22, 209-212.
    """
    from scipy.stats import norm

    z2 = float(norm.ppf(0.5 + level / 2)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        p = count / n
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        reach = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def mobility(p: Array) -> float:
    """Shorrocks' index (k − trace) / (k − 1): 0 where nobody moves, 1 where the origin does not matter.

    References
    ----------
    Shorrocks (1978) Econometrica 46, 1013-1024.
    """
    k = len(p)
    return float((k - np.trace(p)) / (k - 1))


def settles(p: Array) -> bool:
    """True where every class can be reached from every other and moves do not go round in a fixed beat.

    A non-negative matrix is primitive exactly if its power (k − 1)² + 1 is positive throughout (Wielandt).
    """
    k = len(p)
    reach = (p > 0).astype(float)
    power = reach.copy()
    for _ in range((k - 1) ** 2):
        power = ((power @ reach) > 0).astype(float)
    return bool((power > 0).all())


def stationary(p: Array) -> Array:
    """The distribution that the chain leaves as it is; shares, shape (k,)."""
    k = len(p)
    system = np.vstack([(p.T - np.eye(k)), np.ones(k)])
    solution = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    return np.maximum(solution, 0.0) / np.maximum(solution, 0.0).sum()


def same_over_time(by_time: Counts) -> tuple[float, int, float]:
    """Test that moves follow one matrix at all times.

    Parameters
    ----------
    by_time : int array, shape (n_times, k, k)

    Returns
    -------
    (statistic, df, p)
        p is NaN where nothing could differ.

    References
    ----------
    Anderson and Goodman (1957) Ann. Math. Stat. 28, 89-110; Bickenbach and Bode (2003) Int. Reg. Sci. Rev.
    26, 363-392.
    """
    from scipy.stats import chi2

    pooled = probabilities(by_time.sum(axis=0))
    statistic, df = 0.0, 0
    for i, row in enumerate(pooled):
        reached = row > 0
        origins = by_time[:, i, :].sum(axis=1)
        there = origins > 0
        if reached.sum() < 2 or there.sum() < 2:
            continue
        expected = origins[there][:, None] * row[reached][None, :]
        statistic += float(((by_time[there][:, i, reached] - expected) ** 2 / expected).sum())
        df += int((there.sum() - 1) * (reached.sum() - 1))
    return statistic, df, float(chi2.sf(statistic, df)) if df else float("nan")
