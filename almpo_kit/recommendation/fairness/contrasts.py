"""Means of groups, their distance to everybody else, and what each person adds to their error. Kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: Fewest people outside the group, with such gains, that its members are compared with.
_FEWEST_LIKE = 5


def group_mean(x: Array, weight: Array, inside: Array) -> tuple[float, Array]:
    """Weighted mean of a group, and what each person adds to its error (shape (n,))."""
    w = np.where(inside, weight, 0.0)
    total = w.sum()
    if total <= 0:
        return np.nan, np.zeros(len(x))
    value = float((w * x).sum() / total)
    return value, w * (x - value) / total


def against_rest(x: Array, weight: Array, inside: Array, known: Array) -> tuple[float, Array]:
    """Mean of a group less the mean of everybody else of whom the characteristic is known."""
    a, part = group_mean(x, weight, inside)
    b, rest = group_mean(x, weight, known & ~inside)
    return a - b, part - rest


def unexplained(
    offered: Array, weight: Array, inside: Array, known: Array, stratum: Array
) -> tuple[float, Array, float]:
    """How much more often a group is offered something than other people with the same expected gains.

    Parameters
    ----------
    offered : Array, shape (n,)
        1 where a programme is offered, 0 where none; or its chance.
    weight, inside, known : Array, shape (n,)
    stratum : Array of int, shape (n,)
        Classes of expected gain.

    Returns
    -------
    value : float
        NaN where less than half of the group has anybody like it outside.
    parts : Array, shape (n,)
    compared : float
        Share of the group that could be compared.

    References
    ----------
    DiNardo, Fortin and Lemieux (1996) Econometrica 64, 1001-1044 (reweighting to another group's composition).
    """
    strata = int(stratum.max()) + 1
    outside = known & ~inside
    w_in, w_out = np.where(inside, weight, 0.0), np.where(outside, weight, 0.0)
    mass_in = np.bincount(stratum, w_in, strata)
    mass_out = np.bincount(stratum, w_out, strata)
    there = np.bincount(stratum, outside.astype(float), strata) >= _FEWEST_LIKE
    both = there & (mass_in > 0) & (mass_out > 0)
    used, whole = mass_in[both].sum(), mass_in.sum()
    if whole <= 0 or used < 0.5 * whole:
        return np.nan, np.zeros(len(offered)), float(used / whole) if whole > 0 else 0.0
    mean_in = _ratio(np.bincount(stratum, w_in * offered, strata), mass_in)
    mean_out = _ratio(np.bincount(stratum, w_out * offered, strata), mass_out)
    share = np.where(both, mass_in, 0.0) / used
    value = float((share * (mean_in - mean_out)).sum())
    kept = both[stratum]
    own = np.where(kept, w_in * (offered - mean_out[stratum] - value) / used, 0.0)
    other = np.where(kept, share[stratum] * _ratio(w_out, mass_out[stratum]), 0.0)
    return value, own - other * (offered - mean_out[stratum]), float(used / whole)


def _ratio(a: Array, b: Array) -> Array:
    return np.divide(a, b, out=np.zeros_like(a, dtype=float), where=b > 0)


def strata_of(values: Array, others: Array, count: int) -> Array:
    """Classes that hold about equally many of the others; equal values fall into one class."""
    found = np.unique(np.round(others, 9))
    cuts = found[:-1] if len(found) <= count else np.unique(np.quantile(others, np.arange(1, count) / count))
    return np.searchsorted(cuts + 1e-9, values, side="left").astype(np.int64)


def slope_in(predicted: Array, actual: Array, weight: Array, inside: Array) -> tuple[float, Array]:
    """Slope of actual gains on predicted ones within a group: 1 is right, 0 says nothing."""
    centre, _ = group_mean(predicted, weight, inside)
    level, _ = group_mean(actual, weight, inside)
    w = np.where(inside, weight, 0.0)
    x = np.where(inside, predicted - centre, 0.0)
    total = float((w * x**2).sum())
    if not total > 1e-18 * max(1.0, float(np.abs(predicted[inside]).max(initial=0.0)) ** 2):
        return np.nan, np.zeros(len(w))
    gap = np.where(inside, actual - level, 0.0)
    slope = float((w * x * gap).sum() / total)
    return slope, w * x * (gap - slope * x) / total


def calibration_error(predicted: Array, actual: Array, weight: Array, fifths: int = 5) -> float:
    """Typical distance between predicted and actual means over fifths of the predictions, noise taken off.

    Parameters
    ----------
    predicted, actual, weight : Array, shape (m,)
        People of one group.
    """
    order = np.lexsort((actual, predicted))
    squares = []
    for part in np.array_split(order, fifths):
        if len(part) < 2:
            continue
        w = weight[part] / weight[part].sum()
        gap = actual[part] - predicted[part]
        mean = float((w * gap).sum())
        squares.append(mean**2 - float((w**2 * (gap - mean) ** 2).sum()))
    return float(np.sqrt(max(np.mean(squares), 0.0))) if squares else np.nan
