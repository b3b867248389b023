"""Drawing people again, for intervals of averages over few of them."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def drawn_loads(weights: Array, repeats: int, rng: np.random.Generator) -> Array:
    """How much each person counts in each draw with replacement; shape (repeats, n_people)."""
    n = len(weights)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=repeats)
    # A draw of people who all count nothing has no mean; it takes everybody instead.
    loads: Array = counts * weights
    loads[loads.sum(axis=1) <= 0] = weights
    return loads


def expanded(draws: Array, effective: float, confidence: float) -> tuple[Array, Array]:
    """Percentiles of draws, widened for small panels.

    Plain percentiles are too narrow by √((n − 1)/n) and by the difference between normal and t: Hesterberg (2015) Am. Stat.
    69, 371-386.

    Parameters
    ----------
    draws : array, shape (n_draws, ...)
    effective : float
        Effective number of people.
    confidence : float
    """
    from scipy.stats import norm, t

    n = max(effective, 2.0)
    tail = float(norm.cdf(-np.sqrt(n / (n - 1)) * t.ppf((1 + confidence) / 2, n - 1)))
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def effective_number(weights: Array) -> float:
    """Kish's effective number of people: (Σw)² / Σw²."""
    return float(weights.sum() ** 2 / (weights**2).sum())
