"""What it would be worth to know something before choosing a mix: all of it, one unknown, or a trial."""

from __future__ import annotations

from typing import Any

import numpy as np

from almpo_kit.recommendation.portfolios.knapsack import Room, best_mix
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.unknowns import (
    Draws,
    Unknowns,
    displaced_at,
    normal_points,
    uniform_points,
)

Array = np.ndarray[Any, np.dtype[Any]]

#: Points at which a single unknown is looked at when the others are averaged out; fewer where a mix has many columns,
#: because each point is a mix to be found (the error of either is far below that of any effect).
_POINTS, _FEWER, _MANY_COLUMNS = 2001, 501, 16


def _points(problem: Problem) -> int:
    return _POINTS if len(problem.owner) <= _MANY_COLUMNS else _FEWER


def gain_of_knowing(problem: Problem, worth: Array) -> float:
    """Mean over states of the best mix of each, less the best mix on average; never negative.

    Parameters
    ----------
    worth : Array, shape (s, m)
        What a euro is expected to be worth in each state of what would be known.

    References
    ----------
    Raiffa and Schlaifer (1961) Applied Statistical Decision Theory, ch. 4.
    """
    now = best_mix(problem.mean_worth(), problem.room)[0]
    knowing = (worth * best_mix(worth, problem.room)).sum(axis=1)
    # The same states for both: what chance does to one it does to the other.
    return max(float((knowing - worth @ now).mean()), 0.0)


def of_everything(problem: Problem, draws: Draws) -> float:
    """Expected value of perfect information (EVPI)."""
    return gain_of_knowing(problem, problem.worth(draws))


def of_all_effects(problem: Problem, draws: Draws) -> float:
    """Of knowing the effects of all programmes, and nothing else."""
    u = problem.unknowns
    place = problem.place(draws.effects, np.zeros(1), 1 - u.mean_net_share())
    return gain_of_knowing(problem, problem.of_euro(place * u.mean_places()))


def of_effect(problem: Problem, j: int) -> float:
    """Of knowing what programme ``j`` gives (EVPPI); others move with it where errors are correlated."""
    slope = problem.objective.slope()[j]
    with_it = np.einsum("lba,a->lb", problem.unknowns.covariance()[:, :, j], slope)
    variance = float(with_it[j] @ slope)
    if variance <= 0:
        return 0.0
    return gain_of_knowing(problem, _states(problem, with_it / np.sqrt(variance)))


def of_trial(problem: Problem, j: int, outcome: int, error_variance: float) -> tuple[float, float]:
    """Of a trial that measures one outcome of programme ``j`` (EVSI), and the chance that it changes the mix.

    Parameters
    ----------
    outcome : {0, 1}
        Chance of a job, or months.
    error_variance : float
        Of the effect that the trial estimates.

    Returns
    -------
    (float, float)

    References
    ----------
    Raiffa and Schlaifer (1961), ch. 5: before the trial its posterior mean is normal about the prior mean.
    """
    u = problem.unknowns
    total = float(u.se[j, outcome] ** 2) + error_variance
    if u.se[j, outcome] <= 0 or total <= 0:
        return 0.0, 0.0
    worth = _states(problem, u.covariance()[:, :, j, outcome] / np.sqrt(total))
    now = best_mix(problem.mean_worth(), problem.room)[0]
    then = best_mix(worth, problem.room)
    value = max(float(((worth * then).sum(axis=1) - worth @ now).mean()), 0.0)
    moved = np.abs(problem.by_programme(then) - problem.by_programme(now)) / u.cost
    # A change is at least one place more or less of some programme.
    return value, float((moved.max(axis=1) >= 1).mean())


def of_displacement(problem: Problem) -> float:
    """Of knowing how much is displaced."""
    u = problem.unknowns
    net = 1 - displaced_at(uniform_points(_points(problem)), u.displaced)
    net += u.mean_net_share() - net.mean(axis=0)
    place = problem.place(u.mean, u.se, 1 - net)
    return gain_of_knowing(problem, problem.of_euro(place * u.mean_places()))


def of_cost(problem: Problem, j: int) -> float:
    """Of knowing what a place in programme ``j`` costs."""
    u = problem.unknowns
    if u.cost_sd[j] <= 0:
        return 0.0
    own = np.exp(-u.cost_sd[j] * normal_points(_points(problem)))
    places = np.tile(u.mean_places(), (len(own), 1))
    places[:, j] *= own / own.mean()
    return gain_of_knowing(problem, problem.of_euro(problem.mean_place() * places))


def without(problem: Problem, j: int) -> float:
    """What the best mix is expected to be worth without programme ``j``."""
    room = problem.room
    cap = np.where(problem.owner == j, 0.0, room.cap)
    mean = problem.mean_worth()
    shut = Room(np.minimum(room.low, cap), cap, room.places, room.budget, room.people)
    return float(mean @ best_mix(mean, shut)[0])


def with_all(problem: Problem) -> float:
    """What the best mix is expected to be worth."""
    mean = problem.mean_worth()
    return float(mean @ best_mix(mean, problem.room)[0])


def error_variance(u: Unknowns, j: int, outcome: int, per_arm: int, chance: float, spread: float) -> float:
    """Variance of an effect estimated from two arms of ``per_arm`` people.

    Parameters
    ----------
    chance : float
        Of a job without the programme.
    spread : float
        Standard deviation of months in work between people.
    """
    if outcome == 1:
        return 2 * spread**2 / per_arm
    treated = float(np.clip(chance + u.mean[j, 0], 0.01, 0.99))
    return (chance * (1 - chance) + treated * (1 - treated)) / per_arm


def _states(problem: Problem, shift: Array) -> Array:
    """What a euro is worth once one normal quantity is known, by which effects move by ``shift``, shape (k, 2), a unit."""
    u = problem.unknowns
    mean = u.mean + normal_points(_points(problem))[:, None, None] * shift
    left = np.sqrt(np.maximum(u.se**2 - shift**2, 0.0))
    place = problem.place(mean, left, 1 - u.mean_net_share())
    return problem.of_euro(place * u.mean_places())
