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
from almpo_kit.experiments.inferring.kernels.predictable_scores import earlier_sums

Array = np.ndarray[Any, np.dtype[Any]]
#: People as many as which the variance of both arms counts in that of one.
_PULL = 20.0
#: Outcomes of either kind that each arm must have, where outcomes are 0 or 1, before the asymptotic interval begins.
FEWEST_OF_A_KIND = 5


def asymptotic_looks(
    y: Array, ours: Array, chance: Array, looks: Array, *, expected: float, alpha: float, fewest: int
) -> tuple[Array, Array, Array]:
    """For any outcome, from the look on at which each arm has ``fewest`` people, and enough of either kind if it is 0 or 1.

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
    # Without limits there is no middle to begin with, so the first guesses are the mean of whoever came before.
    scores = pair_scores(y, ours, chance, middle_guess(y, ours, chance, _running_mean(y)))
    n = np.arange(1.0, y.shape[-1] + 1)
    total, squares = np.cumsum(scores, axis=-1), np.cumsum(scores**2, axis=-1)
    at = np.maximum(looks, 1) - 1
    mean = (total / n)[..., at]
    spread = (squares[..., at] - n[at] * mean**2) / np.maximum(n[at] - 1, 1)
    spread = np.maximum(spread, _least_variance(y, ours, chance, at))
    radius = t_mixture_radius(n[at], np.maximum(spread, 0.0), tuned_mixture(expected, alpha), alpha)
    members = np.cumsum(ours, axis=-1)[..., at]
    enough = (np.minimum(members, n[at] - members) >= fewest) & (looks > 0)
    if np.isin(y, (0.0, 1.0)).all():
        enough &= _fewest_of_a_kind(y, ours, at) >= FEWEST_OF_A_KIND
    radius = np.where(enough & (radius > 0), radius, np.inf)
    return mean, mean - radius, mean + radius


def _running_mean(y: Array) -> Array:
    count, total = earlier_sums(y, np.ones(y.shape, dtype=bool))
    return total / np.maximum(count, 1)


def _least_variance(y: Array, ours: Array, chance: Array, at: Array) -> Array:
    """Variance of scores from the variances of the arms, each pulled towards that of both arms together.

    In a small arm a rare outcome may not have been seen yet; its sample variance then says that all is known about it, just
    when nothing is.
    """
    both = _variance(y, np.ones(y.shape, dtype=bool), at)[1]
    mean_chance = (np.cumsum(chance, axis=-1) / np.arange(1.0, y.shape[-1] + 1))[..., at]
    found: Any = 0.0
    for member, share in ((ours, mean_chance), (~ours, 1 - mean_chance)):
        count, own = _variance(y, member, at)
        found = found + (count * own + _PULL * both) / (count + _PULL) / share
    return np.asarray(found)


def _fewest_of_a_kind(y: Array, ours: Array, at: Array) -> Array:
    """The smallest of four numbers: people of either arm with outcome 0 and with outcome 1."""
    kinds = [m & (y == v) for m in (ours, ~ours) for v in (0.0, 1.0)]
    return np.min([np.cumsum(k, axis=-1)[..., at] for k in kinds], axis=0)


def _variance(y: Array, member: Array, at: Array) -> tuple[Array, Array]:
    """Number and variance of members up to each position."""
    held = np.where(member, y, 0.0)
    count = np.cumsum(member, axis=-1)[..., at]
    mean = np.cumsum(held, axis=-1)[..., at] / np.maximum(count, 1)
    square = np.cumsum(held**2, axis=-1)[..., at] / np.maximum(count, 1)
    return count, np.maximum(square - mean**2, 0.0)


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
