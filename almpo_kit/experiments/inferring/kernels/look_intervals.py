"""Difference of two arms at each look with an interval that holds at every look at once, all replications at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.inferring.kernels.betting_sequence import (
    betting_bounds,
    middle_guess,
    pair_scores,
    stakes,
)
from almpo_kit.experiments.inferring.kernels.mean_sequence import t_mixture_radius, tuned_mixture

Array = np.ndarray[Any, np.dtype[Any]]


def asymptotic_looks(
    y: Array, ours: Array, chance: Array, looks: Array, *, expected: float, alpha: float, fewest: int
) -> tuple[Array, Array, Array]:
    """For any outcome, from the look on at which each arm has ``fewest`` people.

    Parameters
    ----------
    y : array, shape (..., n)
        People of the two arms, in the order in which their outcomes became known.
    ours : array of bool, shape (..., n)
        In the arm asked about.
    chance : array, shape (..., n)
        Of that arm, given that the person is in one of the two.
    looks : array of int, shape (n_looks,)
        People of the two arms known at each look.
    expected : float
        People of the two arms at the end, where the interval is to be narrowest.
    alpha : float
    fewest : int

    Returns
    -------
    effect, low, high : arrays, shape (..., n_looks)
        Infinite bounds before.
    """
    # The first guess is the first outcome's own neighbourhood: no limits are known from which a middle could be taken.
    scores = pair_scores(y, ours, chance, middle_guess(y, ours, chance, _running_mean(y)))
    n = np.arange(1.0, y.shape[-1] + 1)
    total, squares = np.cumsum(scores, axis=-1), np.cumsum(scores**2, axis=-1)
    at = np.maximum(looks, 1) - 1
    mean = (total / n)[..., at]
    spread = (squares[..., at] - n[at] * mean**2) / np.maximum(n[at] - 1, 1)
    radius = t_mixture_radius(n[at], np.maximum(spread, 0.0), tuned_mixture(expected, alpha), alpha)
    members = np.cumsum(ours, axis=-1)[..., at]
    enough = (np.minimum(members, n[at] - members) >= fewest) & (looks > 0)
    radius = np.where(enough & (radius > 0), radius, np.inf)
    return mean, mean - radius, mean + radius


def _running_mean(y: Array) -> Array:
    before = np.cumsum(y, axis=-1) - y
    return before / np.maximum(np.arange(y.shape[-1]), 1)


def exact_looks(
    y: Array, ours: Array, chance: Array, looks: Array, *, expected: float, alpha: float
) -> tuple[Array, Array, Array]:
    """For outcomes between 0 and 1, from the first person on; see :func:`asymptotic_looks`."""
    middle = np.clip(middle_guess(y, ours, chance, 0.5), 0.0, 1.0)
    scores = pair_scores(y, ours, chance, middle)
    limit = np.maximum(middle, 1 - middle) / np.minimum(chance, 1 - chance) + 1.0
    staked = stakes(scores, limit, expected, alpha)
    low, high = betting_bounds(scores, staked, looks, 1.0, alpha)
    n = np.arange(1.0, y.shape[-1] + 1)
    mean = (np.cumsum(scores, axis=-1) / n)[..., np.maximum(looks, 1) - 1]
    return np.clip(mean, low, high), low, high
