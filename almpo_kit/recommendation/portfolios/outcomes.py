"""What a mix brings in each state of the world, and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.unknowns import Draws

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Span:
    """A number with its interval."""

    value: float
    low: float
    high: float


def gained(problem: Problem, draws: Draws, x: Array) -> Array:
    """Additional jobs and months of each programme, net of displacement, shape (s, k, 2).

    Parameters
    ----------
    x : Array, shape (m,)
        Euro of each column; the money is what is fixed, so that dearer places are fewer places.
    """
    full = problem.by_programme(x * problem.factor)[0]
    found: Array = (full * draws.places * draws.net)[..., None] * draws.effects
    return found


def expected(problem: Problem, x: Array) -> Array:
    """Expected additional jobs and months of each programme, without drawing, shape (k, 2)."""
    u = problem.unknowns
    full = problem.by_programme(x * problem.factor)[0]
    found: Array = (full * u.mean_net_share() * u.mean_places())[:, None] * u.mean
    return found


def span(values: Array, mean: float, level: float) -> Span:
    """The interval that holds ``level`` of the states."""
    tail = (1 - level) / 2
    ordered = np.sort(values)
    at = (len(values) - 1) * np.array([tail, 1 - tail])
    low, high = np.interp(at, np.arange(len(values)), ordered)
    return Span(mean, float(low), float(high))


def price(spent: float, values: Array, mean: float, level: float) -> Span:
    """Euro for each unit gained.

    Where more than half of the share left out of the interval gains nothing or loses, there is no upper bound; where
    nothing is gained on average there is no price.
    """
    if spent <= 0 or mean <= 0:
        return Span(np.nan, np.nan, np.nan)
    each = np.sort(np.where(values > 0, spent / np.where(values > 0, values, 1.0), np.inf))
    # The value at a rank, not between two: halfway to infinity is infinity.
    low, high = (each[int(np.ceil((len(each) - 1) * q))] for q in ((1 - level) / 2, (1 + level) / 2))
    return Span(spent / mean, float(low), float(high))


def low_end(values: Array, tail: float) -> float:
    """Mean of the worst share of the states."""
    count = max(1, round(tail * len(values)))
    return float(np.partition(values, count - 1)[:count].mean())
