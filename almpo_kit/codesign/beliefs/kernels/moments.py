"""How far a panel's beliefs spread, and how much of that is people differing from each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.codesign.beliefs.kernels.curves import Curves, normal_nodes

Array = np.ndarray[Any, np.dtype[Any]]


def moments(curves: Curves, weights: Array) -> tuple[float, float, float]:
    """Mean, variance within persons, variance between persons (of their means).

    The two variances add up to that of the linear pool.
    """
    from scipy.special import ndtr

    z, part = normal_nodes()
    x = curves.quantile(ndtr(z))
    means = x @ part
    inside = ((x - means[:, None]) ** 2) @ part
    mean = float(weights @ means)
    return mean, float(weights @ inside), float(weights @ (means - mean) ** 2)


def effective_number(weights: Array) -> float:
    """Kish's effective number of persons: how many of equal weight would carry as much."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def most_worth(n: float, correlation: float) -> float:
    """To how many independent persons ``n`` with errors correlated like that amount.

    Clemen & Winkler (1985) Operations Research 33, 427-442.
    """
    return n / (1 + (n - 1) * correlation)


def panel_draws(curves: Curves, weights: Array, grid: Array, p: Array, repeats: int, seed: int) -> Array:
    """Quantiles of the linear pool, had other persons of the same kind sat on the panel.

    Persons are drawn with replacement, each with her weight.

    Parameters
    ----------
    grid : ndarray, shape (g,)
        Points at which chances are worked out; quantiles lie between them by a straight line.
    p : ndarray, shape (m,)

    Returns
    -------
    ndarray, shape (repeats, m)
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    n = len(weights)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=repeats) * weights
    # A draw of people who all count nothing has no belief; it takes everybody instead.
    counts[counts.sum(axis=1) <= 0] = weights
    chances = (counts / counts.sum(axis=1, keepdims=True)) @ curves.cdf(grid)
    return np.array([[np.interp(q, row, grid) for q in p] for row in chances])
