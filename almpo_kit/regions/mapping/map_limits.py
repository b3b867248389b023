"""Class limits for a map: found by mapclassify, then rounded to numbers that can be said aloud.

References
----------
Fisher (1958) J. Am. Stat. Assoc. 53, 789-798. Jenks (1977) Optimal Data Classification for Choropleth Maps.
Rey, Arribas-Bel and Wolf (2023) Geographic Data Science with Python, ch. 5 (mapclassify).
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.rendering import number

Method = Literal["fixed", "fisher_jenks", "quantiles", "pretty"]
#: Rounding a limit may move at most this share of the values into another class.
MOVED = 0.05
#: More classes cannot be told apart on a map.
MOST = 7


def rounded_limits(values: np.ndarray, method: Method, k: int) -> tuple[float, ...]:
    """Limits between at most ``k`` classes.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Finite; of all years that are shown together.
    method : {"fisher_jenks", "quantiles", "pretty"}
        Least spread within classes; equal numbers of regions; round steps of equal width.
    k : int
        2 to 7. Fewer classes come out where there are fewer different values.

    Returns
    -------
    tuple of float, length < k
        Rising, each above the lowest and at most the highest value; empty where all values are equal.
    """
    distinct = np.unique(values)
    k = min(k, len(distinct))
    if k < 2:
        return ()
    if method == "pretty":
        return _pretty(float(values.min()), float(values.max()), k)
    return _said_aloud(values, _between(values, _breaks(values, method, k)))


def _pretty(low: float, high: float, k: int) -> tuple[float, ...]:
    """Multiples of the smallest round step that needs no more than ``k`` classes."""
    step = nice_step((high - low) / k)
    while True:
        first, last = math.floor(low / step + 1e-9) + 1, math.floor(high / step + 1e-9)
        if last - first + 2 <= k:
            return tuple(round(step * i, 10) + 0.0 for i in range(first, last + 1))
        step = nice_step(step * 2.5)


def _breaks(values: np.ndarray, method: Method, k: int) -> np.ndarray:
    """Highest value of each class but the last."""
    import mapclassify

    kind = mapclassify.FisherJenks if method == "fisher_jenks" else mapclassify.Quantiles
    with warnings.catch_warnings():
        # Many regions with one value make fewer classes than were asked; the legend shows how many.
        warnings.simplefilter("ignore", UserWarning)
        return np.unique(np.asarray(kind(values, k=k).bins, dtype=float)[:-1])


def _between(values: np.ndarray, breaks: np.ndarray) -> list[tuple[float, float]]:
    """Each limit may lie anywhere above one value and at most at the next: the room there is to round it."""
    distinct = np.unique(values)
    room = []
    for b in breaks:
        at = int(np.searchsorted(distinct, b, side="right"))
        if 0 < at < len(distinct):
            room.append((float(distinct[at - 1]), float(distinct[at])))
    return list(dict.fromkeys(room))


def _said_aloud(values: np.ndarray, room: list[tuple[float, float]]) -> tuple[float, ...]:
    """The coarsest rounding that keeps the classes apart and moves few values."""
    middle = np.array([(a + b) / 2 for a, b in room])
    if not len(middle):
        return ()
    before = np.searchsorted(middle, values, side="right")
    span = float(values.max() - values.min())
    step = nice_step(span)
    for _ in range(24):
        limits = np.unique(np.round(np.round(middle / step) * step, 10))
        inside = len(limits) == len(middle) and limits[0] > values.min() and limits[-1] <= values.max()
        if inside and np.mean(np.searchsorted(limits, values, side="right") != before) <= MOVED:
            return tuple(float(v) + 0.0 for v in limits)
        step = nice_step(step * 0.49)
    return tuple(float(b) for _, b in room)


def diverging_limits(values: np.ndarray, zero: float) -> tuple[float, ...]:
    """Two limits on each side of a real zero, as far from it on the left as on the right.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
    zero : float

    Returns
    -------
    tuple of float, length 4 (or 2, where the values leave no room for a second step)
    """
    away = np.abs(values - zero)
    away = away[away > 0]
    if not len(away):
        return ()
    inner = _one_digit(float(np.quantile(away, 0.3)))
    outer = _one_digit(float(np.quantile(away, 0.75)))
    if outer <= inner:
        return (zero - inner, zero + inner)
    return tuple(round(zero + d, 10) for d in (-outer, -inner, inner, outer))


def nice_step(raw: float) -> float:
    """The largest of 1, 2, 5 × 10ⁿ that is not above ``raw``."""
    power = 10.0 ** math.floor(math.log10(max(raw, 1e-300)))
    return max(m * power for m in (1, 2, 5) if m * power <= raw * (1 + 1e-9) or m == 1)


def _one_digit(value: float) -> float:
    """The nearest of 1, 2, 3, 5 × 10ⁿ."""
    power = 10.0 ** math.floor(math.log10(value))
    return min((m * power for m in (1, 2, 3, 5, 10)), key=lambda c: abs(math.log(c / value)))


def given_limits(limits: Sequence[float]) -> tuple[float, ...]:
    """Limits that the caller chose.

    Raises
    ------
    DesignError
        Not finite, not rising, or more than make seven classes.
    """
    try:
        out = tuple(float(v) for v in limits)
    except (TypeError, ValueError):
        raise DesignError(f"class limits are numbers, e.g. classes=(3, 5, 7, 10); got {limits!r}.") from None
    if not out or not all(map(math.isfinite, out)) or any(a >= b for a, b in pairwise(out)):
        raise DesignError(f"class limits rise and are finite, e.g. classes=(3, 5, 7, 10); got {limits!r}.")
    if len(out) >= MOST:
        raise DesignError(
            f"{len(out) + 1} classes cannot be told apart on a map; give at most {MOST - 1} limits."
        )
    return out


def class_of(limits: Sequence[float], value: float) -> int:
    """Number of the class that holds ``value``; a value on a limit belongs above it."""
    return bisect_right(limits, value)


def class_labels(limits: Sequence[float]) -> tuple[str, ...]:
    """``under 3``, ``3–5``, …, ``15 +``; with signs and *to* where a limit is negative."""
    if not limits:
        return ("all",)
    digits = next(
        (d for d in range(9) if all(abs(v - round(v, d)) < 1e-9 * max(1, abs(v)) for v in limits)), 9
    )
    signed = any(v < 0 for v in limits)
    words = [("+" if signed and v > 0 else "") + number(v, digits) for v in limits]
    between = [f"{a} to {b}" if signed else f"{a}–{b}" for a, b in pairwise(words)]
    last = f"above {words[-1]}" if signed else f"{words[-1]} +"
    return (f"under {words[0]}", *between, last)
