"""How much is learned about a ratio of hazards from people followed for a time."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def event_share(rate: float, follow_up: float) -> float:
    """Share of people whose event comes in the time they are followed, at a constant hazard."""
    return -math.expm1(-rate * follow_up)


@cache
def _legendre(points: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return nodes, weights


def cox_variance(
    rate: float, ratio: float, follow_up: float, people: tuple[float, float], points: int = 64
) -> float:
    """Variance of the log hazard ratio by Cox's partial likelihood, constant hazards, all followed equally long.

    Notes
    -----
    The inverse of the expected information under the effect itself. For a ratio near 1 it is Schoenfeld's
    ``1 / (events × share × (1 − share))`` (1981, Biometrika 68, 316–319); for others it does not forget that one arm's
    people are used up faster.
    """
    nodes, weights = _legendre(points)
    time = follow_up * (nodes + 1) / 2
    first = people[0] * rate * np.exp(-rate * time)
    second = people[1] * rate * ratio * np.exp(-rate * ratio * time)
    return 1 / float(follow_up / 2 * weights @ (first * second / (first + second)))
