"""How far apart values are: weighted spread, between and within groups, and whether it changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def spread(x: Array, w: Array) -> float:
    """Weighted standard deviation; weights are shares and sum to 1."""
    return float(np.sqrt((w * (x - w @ x) ** 2).sum()))


def split(x: Array, w: Array, group: NDArray[np.int_]) -> tuple[float, float]:
    """Weighted variance between group means, and within groups; they add up to the variance."""
    middle = float(w @ x)
    between = within = 0.0
    for g in np.unique(group):
        rows = group == g
        share = float(w[rows].sum())
        mean = float(w[rows] @ x[rows]) / share
        between += share * (mean - middle) ** 2
        within += float((w[rows] * (x[rows] - mean) ** 2).sum())
    return between, within


def theil(x: Array, w: Array, group: NDArray[np.int_]) -> tuple[float, float]:
    """Theil's T between and within groups; x positive, ``w`` population shares (1/n unweighted).

    References
    ----------
    Theil (1967) Economics and Information Theory, ch. 4; Shorrocks (1980) Econometrica 48, 613-625.
    """
    total = float(w @ x)
    income = w * x / total
    between = within = 0.0
    for g in np.unique(group):
        rows = group == g
        people, share = float(w[rows].sum()), float(income[rows].sum())
        between += share * np.log(share / people)
        own = income[rows] / share
        within += share * float((own * np.log(own / (w[rows] / people))).sum())
    return between, within


def ratio_of_paired(first: Array, last: Array, level: float = 0.95) -> tuple[float, float, float, float]:
    """SD of ``last`` over SD of ``first`` for the same units, with its interval and p of no change.

    References
    ----------
    Pitman (1939) Biometrika 31, 9-12; Morgan (1939) Biometrika 31, 13-19; for convergence, Carree and Klomp
    (1997) Rev. Econ. Stat. 79, 683-686.
    """
    from scipy.stats import t

    n = len(first)
    ratio = float(last.var(ddof=1) / first.var(ddof=1))
    r = float(np.corrcoef(first, last)[0, 1])
    rest = max(1 - r**2, 0.0)
    quantile = float(t.ppf(0.5 + level / 2, n - 2))
    reach = 1 + 2 * rest * quantile**2 / (n - 2)
    width = np.sqrt(reach**2 - 1)
    statistic = (ratio - 1) * np.sqrt(n - 2) / (2 * np.sqrt(ratio * rest)) if rest > 0 else np.inf
    p = float(2 * t.sf(abs(statistic), n - 2))
    low, high = ratio * (reach - width), ratio * (reach + width)
    return float(np.sqrt(ratio)), float(np.sqrt(low)), float(np.sqrt(high)), p


def ratio_by_group(
    first: Array, last: Array, group: NDArray[np.int_], level: float = 0.95
) -> tuple[float, float, float]:
    """Interval and p of SD(last) / SD(first) when groups move together: each group left out in turn.

    Returns
    -------
    (low, high, p)
        NaN with fewer than three groups.

    References
    ----------
    Efron (1981) Biometrika 68, 589-599 (the jackknife, here of the logarithm and by group).
    """
    from scipy.stats import t

    names = np.unique(group)
    n = len(names)
    if n < 3:
        return float("nan"), float("nan"), float("nan")
    whole = float(np.log(last.std() / first.std()))
    left = np.array([np.log(last[group != g].std() / first[group != g].std()) for g in names])
    se = float(np.sqrt((n - 1) / n * ((left - whole) ** 2).sum()))
    reach = float(t.ppf(0.5 + level / 2, n - 1)) * se
    p = float(2 * t.sf(abs(whole) / se, n - 1)) if se > 0 else float("nan")
    return float(np.exp(whole - reach)), float(np.exp(whole + reach)), p
