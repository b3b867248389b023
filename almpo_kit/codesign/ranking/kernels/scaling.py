"""Criteria made comparable, larger always better."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def by_range(values: Array, sign: Array, ends: tuple[Array, Array] | None = None) -> Array:
    """0 at the worst and 1 at the best.

    Parameters
    ----------
    values : Array, shape (..., n, k)
    sign : Array, shape (k,)
        1 where more is better, -1 where less is.
    ends : (Array, Array), each shape (k,), optional
        Worst and best, fixed; where NaN or left out, the worst and the best option of each set. Values beyond fixed
        ends go on along the same line, below 0 or above 1: cutting them would make options beyond the ends look alike.

    Returns
    -------
    Array, shape (..., n, k)
        0 throughout a criterion by which all options are alike.
    """
    turned = values * sign
    worst, best = turned.min(axis=-2, keepdims=True), turned.max(axis=-2, keepdims=True)
    if ends is not None:
        worst = np.where(np.isnan(ends[0]), worst, ends[0] * sign)
        best = np.where(np.isnan(ends[1]), best, ends[1] * sign)
    length = best - worst
    return np.where(length > 0, turned - worst, 0.0) / np.where(length > 0, length, 1.0)


def by_norm(values: Array, sign: Array) -> Array:
    """Divided by the Euclidean length of the criterion; where less is better the sign is turned.

    Differences between options are those of Hwang & Yoon (1981), and only differences enter TOPSIS.
    """
    norm = np.sqrt((values**2).sum(axis=-2, keepdims=True))
    return sign * values / np.where(norm > 0, norm, 1.0)


def by_best(values: Array, sign: Array) -> Array:
    """Share of the best: x / max where more is better, min / x where less is (positive values only).

    Source: Hwang & Yoon (1981), simple additive weighting.
    """
    most = values.max(axis=-2, keepdims=True)
    least = values.min(axis=-2, keepdims=True)
    return np.where(sign > 0, values / most, least / values)
