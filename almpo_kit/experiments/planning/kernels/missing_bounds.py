"""What a difference of means could be, given that some outcomes are unknown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Bound:
    """Two ends, and what each person moves them by (influences add up to zero).

    Parameters
    ----------
    low, high : float
    pull_low, pull_high : array, shape (n,)
    """

    low: float
    high: float
    pull_low: Array
    pull_high: Array


def worst_case(y: Array, treated: Array, least: float, most: float) -> Bound:
    """Without any assumption: the unknown had the worst, or the best, of all outcomes (Manski 1990).

    Parameters
    ----------
    y : array, shape (n,)
        NaN where unknown.
    treated : array of bool, shape (n,)
    least, most : float
        Limits of the outcome.
    """
    low_t, high_t = (np.where(np.isnan(y), v, y) for v in (least, most))
    low, pull_low = _difference(np.where(treated, low_t, high_t), treated)
    high, pull_high = _difference(np.where(treated, high_t, low_t), treated)
    return Bound(low, high, pull_low, pull_high)


def _difference(y: Array, treated: Array) -> tuple[float, Array]:
    means = [y[g].mean() for g in (treated, ~treated)]
    pull = np.where(treated, (y - means[0]) / treated.sum(), -(y - means[1]) / (~treated).sum())
    return float(means[0] - means[1]), pull


def trimmed(y: Array, treated: Array) -> Bound:
    """For those who would be found in either arm, if the arm only ever makes people easier to find, or harder (Lee 2009).

    The arm in which more are found loses its largest, or smallest, outcomes until equally many are left. Influences are those of
    Lee's proposition 3.

    Parameters
    ----------
    y : array, shape (n,)
        NaN where unknown; somebody is known in each arm.
    treated : array of bool, shape (n,)
    """
    found = ~np.isnan(y)
    share = [float(found[g].mean()) for g in (treated, ~treated)]
    if share[0] >= share[1]:
        return _cut(y, treated, share[0], share[1])
    turned = _cut(y, ~treated, share[1], share[0])
    return Bound(-turned.high, -turned.low, -turned.pull_high, -turned.pull_low)


def _cut(y: Array, more: Array, p_more: float, p_less: float) -> Bound:
    other, pull_other = _known_mean(y, ~more)
    low, pull_low = _lowest(y, more, p_more, p_less)
    high, pull_high = _lowest(-y, more, p_more, p_less)
    return Bound(low - other, -high - other, pull_low - pull_other, -pull_high - pull_other)


def _known_mean(y: Array, group: Array) -> tuple[float, Array]:
    inside = group & ~np.isnan(y)
    mean = float(y[inside].mean())
    return mean, np.where(inside, np.nan_to_num(y) - mean, 0.0) / inside.sum()


def _lowest(y: Array, more: Array, p_more: float, p_less: float) -> tuple[float, Array]:
    """Mean of the lowest outcomes of ``more``, as large a share of all its people as are known in the other arm."""
    if p_less >= p_more:
        return _known_mean(y, more)
    known = more & ~np.isnan(y)
    ordered = np.sort(y[known])
    size = p_less * more.sum()
    whole = int(np.floor(size + 1e-9))
    # The last one is kept in part, so that ties and fractions are cut fairly.
    part = size - whole
    edge = float(ordered[min(whole, len(ordered) - 1)] if part > 1e-9 else ordered[whole - 1])
    mean = float((ordered[:whole].sum() + max(part, 0.0) * edge) / size)
    below = np.where(known & (y <= edge), np.nan_to_num(y) - edge, 0.0)
    centred = np.where(more, below - below[more].mean(), 0.0) / (p_less * more.sum())
    # Which share is kept is itself estimated, in both arms.
    rest = ~more
    found = (~np.isnan(y)).astype(float)
    moving = np.where(rest, (edge - mean) * (found - p_less) / (p_less * rest.sum()), 0.0)
    return mean, centred + moving


def error_by_group(pull: Array, group: Array | None) -> float:
    """Standard error from influences, summed by group where groups were drawn."""
    if group is not None:
        pull = np.bincount(np.unique(group, return_inverse=True)[1].ravel(), pull)
    g = len(pull)
    return float(np.sqrt((pull**2).sum() * g / (g - 1))) if g > 1 else float("nan")


def interval_of_bound(
    low: float, high: float, se_low: float, se_high: float, df: float, alpha: float
) -> tuple[float, float]:
    """An interval that holds the effect, wherever it is between the ends (Imbens & Manski 2004), with t for few groups."""
    from scipy.optimize import brentq
    from scipy.stats import t

    widest = max(se_low, se_high)
    if not np.isfinite(widest):
        return float("nan"), float("nan")
    if widest <= 0:
        return low, high
    apart = max(high - low, 0.0) / widest
    c = brentq(
        lambda x: t.cdf(x + apart, df) - t.cdf(-x, df) - (1 - alpha), 0.0, t.ppf(1 - alpha / 2, df) + 1e-9
    )
    return float(low - c * se_low), float(high + c * se_high)
