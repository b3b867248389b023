"""Krippendorff's alpha for any number of experts, any metric and missing answers.

Krippendorff (2011) Computing Krippendorff's alpha-reliability. Observed over expected disagreement of pairable answers:
``alpha = 1 - (n - 1) sum_u d_u / (c' D c)`` with ``d_u = c_u' D c_u / (m_u - 1)``, where ``c_u`` counts the answers of a
unit by value, ``m_u`` of them, ``c`` those of all units with two answers or more, ``n`` of them, and ``D`` holds squared
differences.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
_CHUNK = 256


def pairable(counts: Array) -> Array:
    """Units with two answers or more."""
    return counts[counts.sum(axis=1) >= 2]


def alpha(counts: Array, distances: Array) -> float:
    """Alpha; NaN where nothing can be expected to differ (one value only).

    Parameters
    ----------
    counts : array, shape (n_units, n_values)
        How many experts gave which answer; units with two answers or more.
    distances : array, shape (n_values, n_values)
    """
    within, sizes = _within(counts, distances), counts.sum(axis=1)
    total = counts.sum(axis=0)
    expected = float(total @ distances @ total)
    return float(1.0 - (sizes.sum() - 1.0) * within.sum() / expected) if expected > 0 else float("nan")


def _within(counts: Array, distances: Array) -> Array:
    """Disagreement within each unit."""
    result: Array = ((counts @ distances) * counts).sum(axis=1) / (counts.sum(axis=1) - 1.0)
    return result


def standard_error(counts: Array, distances: Array) -> float:
    """Standard error from the influence of each unit (linearised; the metric is held fixed).

    As for any ratio of sums over independent units; Gwet (2014) Handbook of Inter-Rater Reliability has the same for
    nominal answers.
    """
    n_units = len(counts)
    within, sizes, total = _within(counts, distances), counts.sum(axis=1), counts.sum(axis=0)
    pull = distances @ total
    expected = float(total @ pull)
    if n_units < 2 or expected <= 0:
        return float("nan")
    n, observed = sizes.sum(), within.sum()
    moved = (sizes * observed + (n - 1) * within) / expected - 2 * (n - 1) * observed * (
        counts @ pull
    ) / expected**2
    return float(np.sqrt(n_units / (n_units - 1.0) * ((moved - moved.mean()) ** 2).sum()))


def bootstrap(counts: Array, distances: Array, draws: np.random.Generator, repeats: int) -> Array:
    """Alpha of units drawn with replacement, shape (n_kept,); draws with one value only are left out."""
    within, sizes, n_units = _within(counts, distances), counts.sum(axis=1), len(counts)
    out = []
    for start in range(0, repeats, _CHUNK):
        size = min(_CHUNK, repeats - start)
        weights = draws.multinomial(n_units, np.full(n_units, 1 / n_units), size=size).astype(float)
        total = weights @ counts
        expected = ((total @ distances) * total).sum(axis=1)
        observed = (weights @ sizes - 1.0) * (weights @ within)
        good = expected > 0
        out.append(1.0 - observed[good] / expected[good])
    return np.concatenate(out)
