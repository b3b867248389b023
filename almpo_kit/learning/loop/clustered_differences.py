"""Paired differences whose cases come in studies: intervals and exact tests. Kernels: arrays in, numbers out."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sums_by_study(differences: Floats, study: NDArray[np.intp], n_studies: int) -> tuple[Floats, Floats]:
    """Sum of the differences and number of cases of each study.

    Parameters
    ----------
    differences : array, shape (n_cases,)
    study : array of int, shape (n_cases,)
        0 to ``n_studies - 1``.
    """
    sums = np.bincount(study, differences, n_studies)
    return sums, np.bincount(study, minlength=n_studies).astype(float)


def bootstrap_means(sums: Floats, sizes: Floats, *, draws: int, rng: np.random.Generator) -> Floats:
    """Means of cases when whole studies are drawn again with replacement, sorted.

    Cameron, Gelbach & Miller (2008), pairs cluster bootstrap.
    """
    n = len(sums)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    return np.sort((weights @ sums) / (weights @ sizes))


def jackknife_error(sums: Floats, sizes: Floats) -> float:
    """Standard error of the mean of cases by leaving out one study after the other."""
    n = len(sums)
    without = (sums.sum() - sums) / (sizes.sum() - sizes)
    return float(np.sqrt((n - 1) / n * np.square(without - without.mean()).sum()))


def bound(sums: Floats, sizes: Floats, means: Floats, alpha: float, *, side: int) -> float:
    """One-sided bound of the mean difference: the more careful of bootstrap and jackknife.

    The bootstrap alone is too sure of itself where few studies differ, and knows no level finer than its draws; the jackknife
    with Student's t on ``n_studies - 1`` covers both.

    Parameters
    ----------
    means : array, shape (draws,)
        As :func:`bootstrap_means` gives.
    side : {-1, 1}
        -1 for the lower bound.
    """
    from scipy import stats

    mean = sums.sum() / sizes.sum()
    reach = stats.t.isf(alpha, len(sums) - 1) * jackknife_error(sums, sizes)
    last = len(means) - 1
    at = int(np.floor(alpha * last)) if side < 0 else int(np.ceil((1 - alpha) * last))
    pair = (means[at], mean + side * reach)
    return float(min(pair) if side < 0 else max(pair))


def sign_flip_p(sums: Floats, *, step: float) -> float:
    """Chance of a total at least this large if, within each study, the two models could be exchanged; exact.

    All ``2^m`` ways to exchange them in the ``m`` studies that differ, counted by convolution: totals lie on a lattice
    because gains and losses do (Fisher's randomisation test; Pesarin 2001).

    Parameters
    ----------
    sums : array, shape (n_studies,)
    step : float
        Of the lattice, e.g. 1 where all gains and losses are whole numbers.
    """
    whole = np.rint(sums / step).astype(np.int64)
    sizes = np.abs(whole[whole != 0])
    if not len(sizes):
        return 1.0
    unit = int(np.gcd.reduce(sizes))
    sizes, total = sizes // unit, int(whole.sum()) // unit
    reach = int(sizes.sum())
    mass = np.zeros(2 * reach + 1)
    mass[reach] = 1.0
    for size in sizes:
        mass = 0.5 * (np.roll(mass, size) + np.roll(mass, -size))
    return float(min(1.0, mass[reach + total :].sum()))


def lattice(cost: float) -> float:
    """The largest step in which both 1 and ``cost`` are whole numbers."""
    parts = Fraction(cost).limit_denominator(100)
    return gcd(parts.denominator, parts.numerator) / parts.denominator


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Two-sided exact p of McNemar's test (1947): the cases on which exactly one of the two is right."""
    from scipy import stats

    n = only_first + only_second
    return 1.0 if n == 0 else float(stats.binomtest(min(only_first, only_second), n, 0.5).pvalue)


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a share (Clopper & Pearson 1934); 0 to 1 of nothing."""
    from scipy import stats

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(stats.beta.ppf(tail, hits, n - hits + 1))
    high = 1.0 if hits == n else float(stats.beta.isf(tail, hits + 1, n - hits))
    return low, high
