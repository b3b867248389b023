"""The choice of a mix as arrays: columns of money, what a euro is worth in each state, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.portfolios.knapsack import Room
from almpo_kit.recommendation.portfolios.unknowns import Draws, Unknowns, expected_gain

Array = np.ndarray[Any, np.dtype[Any]]
#: Steps in which the gain of one more place falls where places crowd each other out.
STEPS = 8


@dataclass(frozen=True, eq=False)
class Objective:
    """What a place is worth: effects net of displacement, weighed, and the low end of one of them, net likewise.

    Parameters
    ----------
    on_effect : Array, shape (k, 2)
    certain : float
        Weight of the low end of the base outcome.
    below : Array, shape (k,)
        How far the low end lies below an effect.
    base : {0, 1}
        The base outcome: chance of a job, or months.
    unspent : float
        What a euro is worth that is not spent.
    weights : mapping
        Criterion -> weight as used, summing to 1.
    dropped : mapping
        Criterion -> why it does not count.
    unit : str
        "additional jobs" or "additional months in work"; with several criteria, as good as so many of them.
    """

    on_effect: Array
    certain: float
    below: Array
    base: int
    unspent: float
    weights: Mapping[str, float]
    dropped: Mapping[str, str]
    unit: str

    def slope(self) -> Array:
        """What one more unit of each effect is worth before displacement, shape (k, 2)."""
        out = self.on_effect.copy()
        out[:, self.base] += self.certain
        return out


@dataclass(frozen=True, eq=False)
class Problem:
    """k programmes in m columns.

    Parameters
    ----------
    names : tuple of str, length k
    unknowns : Unknowns
    objective : Objective
    owner : Array of int, shape (m,)
        Programme of each column.
    factor : Array, shape (m,)
        Share of the full gain that a place in this column gives.
    room : Room
    """

    names: tuple[str, ...]
    unknowns: Unknowns
    objective: Objective
    owner: Array
    factor: Array
    room: Room

    def worth(self, draws: Draws) -> Array:
        """What a euro in each column is worth in each state, shape (s, m)."""
        return self.of_euro(self.place(draws.effects, np.zeros(1), 1 - draws.net) * draws.places)

    def place(self, mean: Array, se: Array, displaced: Array) -> Array:
        """Expected worth of a place where effects are normal, shape (..., k).

        Displacement takes from gains, and nothing from losses, in every state: what is expected of the gains alone is known
        in closed form.

        Parameters
        ----------
        mean, se : Array, shape (..., k, 2)
        displaced : Array, shape (..., k)
        """
        o = self.objective
        found: Array = ((mean - displaced[..., None] * expected_gain(mean, se)) * o.on_effect).sum(axis=-1)
        if o.certain:
            low, error = mean[..., o.base] - o.below, np.broadcast_to(se, mean.shape)[..., o.base]
            found = found + o.certain * (low - displaced * expected_gain(low, error))
        return found

    def of_euro(self, euro: Array) -> Array:
        """From what a euro in each programme is worth, shape (..., k), to columns, shape (..., m)."""
        found: Array = euro[..., self.owner] * self.factor - self.objective.unspent
        return found

    def mean_place(self) -> Array:
        """Expected worth of a place net of displacement, shape (k,)."""
        u = self.unknowns
        return self.place(u.mean, u.se, 1 - u.mean_net_share())

    def mean_worth(self) -> Array:
        """Expected worth of a euro in each column, shape (m,)."""
        return self.of_euro(self.mean_place() * self.unknowns.mean_places())

    def by_programme(self, x: Array) -> Array:
        """Euro of each programme from euro of each column, shape (..., k)."""
        x = np.atleast_2d(x)
        out = np.zeros((len(x), len(self.names)))
        for column, programme in enumerate(self.owner):
            out[:, programme] += x[:, column]
        return out

    def whole_places(self, x: Array) -> tuple[Array, Array]:
        """A mix in whole places: places (k,), euro of each column (m,)."""
        cost = self.unknowns.cost
        places = np.floor(self.by_programme(x)[0] / cost + 1e-6)
        left, out = places * cost, np.zeros(len(self.owner))
        for column, programme in enumerate(self.owner):
            out[column] = min(left[programme], self.room.cap[column])
            left[programme] -= out[column]
        return places, out


def columns(
    unknowns: Unknowns, least: Array, most: Array, budget: float, people: float, congestion: float
) -> tuple[Array, Array, Room]:
    """Owner, factor and room.

    Parameters
    ----------
    least, most : Array, shape (k,)
        Places.
    congestion : float
        Share of the gain that is lost at the place that fills the last of the eligible people.
    """
    k = len(unknowns.cost)
    steps = STEPS if congestion > 0 else 1
    most = np.minimum(most, people)
    owner = np.repeat(np.arange(k), steps)
    part = np.tile((np.arange(steps) + 0.5) / steps, k)
    size = most[owner] / steps
    before = np.tile(np.arange(steps), k) * size
    low = np.clip(least[owner] - before, 0, size)
    factor = 1 - congestion * part * most[owner] / max(people, 1.0)
    cost = unknowns.cost[owner]
    return owner, factor, Room(low * cost, size * cost, 1 / cost, budget, people)
