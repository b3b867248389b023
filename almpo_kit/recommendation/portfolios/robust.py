"""Mixes that do well in bad states of the world: least regret, and the best mean of the worst states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from almpo_kit.recommendation.portfolios.knapsack import Room, best_mix
from almpo_kit.vocabulary.errors import DesignError

Array = np.ndarray[Any, np.dtype[Any]]
_ROUNDS = 200
_TOLERANCE = 1e-7
#: States whose regret is looked at in each round.
_CUTS = 10


def least_regret(worth: Array, best: Array, room: Room) -> Array:
    """The mix whose largest regret over the states is smallest.

    Parameters
    ----------
    worth : Array, shape (s, m)
    best : Array, shape (s,)
        What the best mix of each state is worth in it.
    room : Room

    Returns
    -------
    Array, shape (m,)

    References
    ----------
    Savage (1951) JASA 46, 55-67; solved by cutting planes (Kelley 1960).
    """

    several = min(_CUTS, len(worth))

    def cut(x: Array) -> tuple[float, Array, Array]:
        regret = best - worth @ x
        at = np.argpartition(-regret, several - 1)[:several]
        return -float(regret.max()), worth[at], -best[at]

    return _cutting_planes(cut, worth.mean(axis=0), room)


def best_low_end(worth: Array, room: Room, tail: float, weight: float = 1.0) -> Array:
    """The mix with the highest mean over the worst share ``tail`` of the states.

    Parameters
    ----------
    worth : Array, shape (s, m)
    room : Room
    tail : float
        In (0, 1]; the smallest share that holds one state is the worst state alone (max-min).
    weight : float
        Of the low end; the rest is the weight of the mean over all states.

    Returns
    -------
    Array, shape (m,)

    References
    ----------
    Rockafellar and Uryasev (2000) J. Risk 2, 21-41; cuts as in Künzi-Bay and Mayer (2006).
    """
    count = max(1, round(tail * len(worth)))
    mean = worth.mean(axis=0)

    def cut(x: Array) -> tuple[float, Array, Array]:
        worst = np.argpartition(worth @ x, count - 1)[:count]
        slope = weight * worth[worst].mean(axis=0) + (1 - weight) * mean
        return float(slope @ x), slope[None, :], np.zeros(1)

    return _cutting_planes(cut, mean, room)


def _cutting_planes(cut: Callable[[Array], tuple[float, Array, Array]], start: Array, room: Room) -> Array:
    """Maximise a concave function from its value and planes above it (slopes, constants) at any mix."""
    from scipy.optimize import linprog

    m = len(start)
    # Euro are scaled to shares of the budget, so that the solver's tolerances mean the same in every problem.
    unit = max(room.budget, 1.0)
    limits = [np.append(np.ones(m), 0.0), np.append(room.places * unit / max(room.people, 1.0), 0.0)]
    right = [room.budget / unit, room.people / max(room.people, 1.0)]
    bounds = [*zip(room.low / unit, room.cap / unit, strict=True), (None, None)]
    x = best_mix(start, room)[0]
    kept, reached = x, -np.inf
    for _ in range(_ROUNDS):
        value, slopes, constants = cut(x)
        if value > reached:
            kept, reached = x, value
        limits += [np.append(-slope * unit, 1.0) for slope in slopes]
        right += constants.tolist()
        done = linprog(
            np.append(np.zeros(m), -1.0), A_ub=np.array(limits), b_ub=np.array(right), bounds=bounds
        )
        if done.status != 0:
            raise DesignError(
                f"no robust mix was found ({done.message}); ask for choose='mean', or loosen at_least."
            )
        x = done.x[:m] * unit
        if -done.fun - reached <= _TOLERANCE * (1 + abs(reached)):
            break
    return np.clip(kept, room.low, room.cap)
