"""An interval for a mean difference that holds at every look at once, exactly, for outcomes with known limits.

For each possible difference somebody bets that it is larger, and somebody that it is smaller, with stakes set before each
outcome. If it is the true one, neither can expect to win, and by Ville's inequality the chance that a gambler ever has 2 / α
times the first stake is at most α / 2. Differences against which nobody has won so much are in the interval (Waudby-Smith &
Ramdas 2024, JRSS B 86, 1). Stakes are spread over several sizes, since nobody knows which is best.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.experiments.inferring.kernels.predictable_scores import earlier_sums

Array = np.ndarray[Any, np.dtype[Any]]
#: Sizes of stakes: best for so many times the number of people expected.
_HORIZONS = (0.05, 0.25, 1.0, 3.0)
#: Stakes leave so much at least, whatever comes.
_MOST_STAKED = 0.9
_HALVINGS = 30


def pair_scores(y: Array, ours: Array, chance: Array, middle: Array) -> Array:
    """Scores whose mean is the difference between two arms, for people who are in one of them.

    Parameters
    ----------
    y : array, shape (..., n)
    ours : array of bool, shape (..., n)
        In the arm asked about, not in the other.
    chance : array, shape (..., n)
        Of the arm asked about, given that the person is in one of the two.
    middle : array, shape (..., n)
        A guess of the outcome from earlier people.
    """
    return np.where(ours, 1 / chance, -1 / (1 - chance)) * (y - middle)


def middle_guess(y: Array, ours: Array, chance: Array, start: Any) -> Array:
    """The guess with which scores vary least: each arm's mean so far, weighted by the chance of the other arm."""
    means = []
    for member in (ours, ~ours):
        count, total = earlier_sums(y, member)
        means.append((total + start) / (count + 1))
    return (1 - chance) * means[0] + chance * means[1]


def stakes(scores: Array, limit: Array, people: float, alpha: float) -> Array:
    """Stakes of each size before each outcome, shape (n_sizes, ..., n).

    Parameters
    ----------
    scores : array, shape (..., n)
    limit : array, shape (..., n)
        The most that a score can lie away from a possible difference.
    people : float
        Expected at the end.
    alpha : float
    """
    n = np.arange(scores.shape[-1])
    count, total = earlier_sums(scores, np.ones(scores.shape, dtype=bool))
    squares = earlier_sums(scores**2, np.ones(scores.shape, dtype=bool))[1]
    start = (limit / 4) ** 2
    mean = total / np.maximum(count, 1)
    variance = (start + squares - count * mean**2) / (n + 1)
    horizons = np.array(_HORIZONS).reshape(-1, *([1] * scores.ndim))
    sizes = np.sqrt(2 * np.log(2 / alpha) / (np.maximum(variance, 1e-12) * people * horizons))
    return np.minimum(sizes, _MOST_STAKED / limit)


def betting_bounds(
    scores: Array, staked: Array, looks: Array, reach: float, alpha: float
) -> tuple[Array, Array]:
    """Lower and upper bound at each look.

    Parameters
    ----------
    scores : array, shape (..., n)
    staked : array, shape (n_sizes, ..., n)
    looks : array of int, shape (n_looks,)
        People known at each look, from 1 to n.
    reach : float
        Differences lie between -reach and reach.
    alpha : float

    Returns
    -------
    low, high : arrays, shape (..., n_looks)
    """
    low = [_bound(scores[..., :k], staked[..., :k], reach, alpha) for k in looks]
    high = [-_bound(-scores[..., :k], staked[..., :k], reach, alpha) for k in looks]
    return np.stack(low, axis=-1), np.stack(high, axis=-1)


def _bound(scores: Array, staked: Array, reach: float, alpha: float) -> Array:
    """The smallest difference that is not ruled out: wealth falls as the difference rises, so halving finds it."""
    lead = scores.shape[:-1]
    ruled_out, left = np.full(lead, -reach), np.full(lead, reach)
    needed = np.log(2 / alpha)
    for _ in range(_HALVINGS):
        middle = (ruled_out + left) / 2
        won = _log_wealth(scores - middle[..., None], staked) >= needed
        ruled_out, left = np.where(won, middle, ruled_out), np.where(won, left, middle)
    # The lower end of the last step: rounding never narrows the interval.
    return ruled_out


def _log_wealth(gains: Array, staked: Array) -> Array:
    each = np.log1p(staked * gains).sum(axis=-1)
    most = each.max(axis=0)
    return np.asarray(most + np.log(np.exp(each - most).mean(axis=0)))
