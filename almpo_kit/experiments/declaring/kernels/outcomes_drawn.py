"""Outcomes of simulated people: a share of the variance lies between groups, a share of the rest goes with a covariate."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

Array = np.ndarray[Any, np.dtype[Any]]


def continuous(
    level: Array, covariate: Array, shift: Array, between: float, explained: float, rng: np.random.Generator
) -> Array:
    """Standardised outcomes plus ``shift``, shape (n,).

    Parameters
    ----------
    level, covariate : array, shape (n,)
        Standard normal, of the group and of the person.
    shift : array, shape (n,)
        Effect in standard deviations.
    between : float
        Share of the variance between groups.
    explained : float
        Share of the variance within groups that goes with the covariate.
    rng : Generator
    """
    noise = rng.standard_normal(len(level))
    inside = np.sqrt(explained) * covariate + np.sqrt(1 - explained) * noise
    return np.asarray(np.sqrt(between) * level + np.sqrt(1 - between) * inside + shift)


def chances(mean: Array, score: Array, share: float) -> Array:
    """Chances that vary about ``mean`` so that ``share`` of the variance of a yes or no lies between them.

    Parameters
    ----------
    mean : array, shape (n,)
        Between 0 and 1.
    score : array, shape (n,)
        Standard normal: where in the distribution (a beta one) each stands.
    share : float
    """
    if share <= 0:
        return mean
    size = (1 - share) / share
    safe = np.clip(mean, 1e-9, 1 - 1e-9)
    found = special.betaincinv(safe * size, (1 - safe) * size, special.ndtr(score))
    return np.asarray(np.where((mean <= 0) | (mean >= 1), mean, found))


def durations(log_hazard: Array, followed: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Exponential times seen up to ``followed``, and whether they ended.

    Parameters
    ----------
    log_hazard : array, shape (n,)
    followed : float
    rng : Generator
    """
    time = rng.standard_exponential(len(log_hazard)) / np.exp(log_hazard)
    return np.minimum(time, followed), time < followed
