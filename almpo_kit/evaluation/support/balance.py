"""How far two groups differ: standardised differences, variance ratios, distance of distributions. Kernels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Distance:
    """How two groups differ in one column, before weighting and after.

    Parameters
    ----------
    means : (float, float)
        Of the arm and of the comparison, before.
    difference : (float, float)
        Of means, in standard deviations, before and after; the standard deviation is the root of the mean of both
        groups' variances before, so that weighting cannot shrink a difference by widening the scale.
    variance_ratio : (float, float)
        Arm over comparison; NaN for 0/1 columns, whose variance follows from the mean.
    ks : (float, float)
        Largest distance of the two distributions (Kolmogorov–Smirnov), 0 to 1.
    binary : bool
    """

    means: tuple[float, float]
    difference: tuple[float, float]
    variance_ratio: tuple[float, float]
    ks: tuple[float, float]
    binary: bool


def distance(x: Array, first: Array, before: Array, after: Array) -> Distance:
    """Differences of one column between two groups.

    Parameters
    ----------
    x : Array, shape (m,)
        Values of both groups.
    first : Array of bool, shape (m,)
        True in the arm, False in the comparison.
    before, after : Array, shape (m,)
        Weights.

    References
    ----------
    Austin (2009) Stat. Med. 28, 3083-3107; Imbens and Rubin (2015) Causal Inference, chapter 14.
    """
    binary = bool(np.isin(x, (0.0, 1.0)).all())
    (a, va), (c, vc) = (moments(x[g], before[g]) for g in (first, ~first))
    (a2, va2), (c2, vc2) = (moments(x[g], after[g]) for g in (first, ~first))
    scale = float(np.sqrt((va + vc) / 2))
    ratios = (np.nan, np.nan) if binary else (_ratio(va, vc), _ratio(va2, vc2))
    ks = (abs(a - c), abs(a2 - c2)) if binary else kolmogorov(x, first, (before, after))
    return Distance((a, c), (scaled(a - c, scale), scaled(a2 - c2, scale)), ratios, ks, binary)


def moments(x: Array, weight: Array) -> tuple[float, float]:
    """Weighted mean and variance."""
    total = float(weight.sum())
    if total <= 0:
        return np.nan, np.nan
    mean = float(weight @ x / total)
    return mean, float(weight @ (x - mean) ** 2 / total)


def scaled(difference: float, scale: float) -> float:
    """A difference in standard deviations: infinite where both groups are constant and differ."""
    if scale > 1e-12 * max(1.0, abs(difference)):
        return difference / scale
    return 0.0 if abs(difference) < 1e-12 else float(np.copysign(np.inf, difference))


def _ratio(a: float, c: float) -> float:
    return a / c if c > 0 else (1.0 if a == c else np.inf)


def kolmogorov(x: Array, first: Array, weights: tuple[Array, ...]) -> tuple[float, float]:
    """Largest distance of the weighted distributions, for each set of weights."""
    order = np.argsort(x)
    ends = np.append(np.flatnonzero(np.diff(x[order]) > 0), len(x) - 1)
    found = []
    for w in weights:
        totals = (max(float(w[first].sum()), 1e-300), max(float(w[~first].sum()), 1e-300))
        signed = np.where(first, w / totals[0], -w / totals[1])
        found.append(float(np.abs(np.cumsum(signed[order])[ends]).max()))
    return found[0], found[1]
