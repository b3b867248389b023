"""Scores whose mean is an arm's mean, whatever the shares did before: augmented inverse-probability weighting.

A person's score of an arm is a guess, plus, for those in the arm, (outcome − guess) / share of the arm when the person was
drawn. The guess uses people who came earlier only, so scores minus the mean are a martingale difference: nothing about the
rule that moved the shares has to be known (Hadad et al. 2021).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
#: People as many as which the mean of an arm counts in that of its stratum, and that of all arms in that of an arm.
_PULL_STRATUM, _PULL_ARM = 5.0, 1.0


def earlier_sums(value: Array, member: Array) -> tuple[Array, Array]:
    """Number and sum of earlier members, person by person: arrays of shape (..., n)."""
    # Shifted sums, not sums less one's own value: subtracting would leave a trace of it in the rounding.
    count, total = np.zeros(value.shape), np.zeros(value.shape)
    np.cumsum(member[..., :-1], axis=-1, out=count[..., 1:])
    np.cumsum(np.where(member, value, 0.0)[..., :-1], axis=-1, out=total[..., 1:])
    return count, total


def predictable_means(y: Array, arm: Array, n_arms: int, stratum: Array | None = None) -> tuple[Array, Array]:
    """Each arm's mean among earlier people, pulled towards that of all arms while there are few.

    Parameters
    ----------
    y : array, shape (..., n)
        In the order in which people came; leading axes are replications.
    arm : array of int, shape (..., n)
    n_arms : int
    stratum : array of int, shape (..., n), optional
        Means within strata, pulled towards the arm's.

    Returns
    -------
    means : array, shape (..., n, n_arms)
    earlier : array of int, shape (..., n, n_arms)
        Earlier people of each arm.
    """
    every, total = earlier_sums(y, np.ones(y.shape, dtype=bool))
    pool = total / np.maximum(every, 1)
    means, counts = np.empty((*y.shape, n_arms)), np.empty((*y.shape, n_arms))
    strata: list[Any] = [] if stratum is None else list(np.unique(stratum))
    for k in range(n_arms):
        count, total = earlier_sums(y, arm == k)
        mean = (total + _PULL_ARM * pool) / (count + _PULL_ARM)
        means[..., k], counts[..., k] = mean, count
        for s in strata:
            inside = stratum == s
            here, here_total = earlier_sums(y, (arm == k) & inside)
            local = (here_total + _PULL_STRATUM * mean) / (here + _PULL_STRATUM)
            means[..., k] = np.where(inside, local, means[..., k])
    return means, counts


def arm_scores(y: Array, arm: Array, share: Array, means: Array) -> Array:
    """Scores of every arm.

    Parameters
    ----------
    y, arm : arrays, shape (..., n)
    share : array, shape (..., n, n_arms)
        Share of each arm when the person was drawn; 0 where it was closed, and then nobody is in it.
    means : array, shape (..., n, n_arms)
        Guesses from earlier people.

    Returns
    -------
    array, shape (..., n, n_arms)
    """
    own = arm[..., None] == np.arange(share.shape[-1])
    return means + own * (y[..., None] - means) / np.where(own, share, 1.0)
