"""What a mix brings in each state of the world, and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.unknowns import Draws
from almpo_kit.recommendation.spillovers.net_of_displacement import net_of_displacement

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
    left = net_of_displacement(draws.effects, 1 - draws.net[..., None])
    found: Array = (full * draws.places)[..., None] * left
    return found


def expected(problem: Problem, x: Array) -> Array:
    """Additional jobs and months of each programme at the best guesses of effects and displacement, shape (k, 2).

    The same arithmetic as of ``displacement()`` and ``costs_per_job()``, so that one programme has one number everywhere. The
    mean over states lies below it where an effect may well be a loss, of which displacement takes nothing off.
    """
    u = problem.unknowns
    full = problem.by_programme(x * problem.factor)[0]
    left = net_of_displacement(u.mean, 1 - u.mean_net_share()[:, None])
    found: Array = (full * u.mean_places())[:, None] * left
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
