"""What nobody knows about a mix of programmes: effects, displacement and unit costs, as distributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False)
class Unknowns:
    """Distributions for k programmes.

    Parameters
    ----------
    mean, se : Array, shape (k, 2)
        Additional chance of a job (share) and additional months in work of a participant, gross of displacement;
        months or jobs are 0 throughout where they are not known.
    within : float
        Correlation of the errors of the two effects of one programme.
    between : float
        Correlation of the errors of different programmes.
    displaced : Array, shape (k, 3)
        Least, likeliest and largest share of the gain that others lose.
    cost : Array, shape (k,)
        Expected euro a place.
    cost_sd : Array, shape (k,)
        Standard deviation of the logarithm of the cost; 0 where it is taken as known.
    """

    mean: Array
    se: Array
    within: float
    between: float
    displaced: Array
    cost: Array
    cost_sd: Array

    def mean_net_share(self) -> Array:
        """Expected share of the gain that is not displaced, shape (k,)."""
        found: Array = 1 - self.displaced.mean(axis=1)
        return found

    def mean_net(self) -> Array:
        """Expected effects net of displacement, which takes from gains and not from losses; shape (k, 2)."""
        found: Array = self.mean - self.displaced.mean(axis=1)[:, None] * expected_gain(self.mean, self.se)
        return found

    def mean_places(self) -> Array:
        """Expected places a euro, shape (k,)."""
        found: Array = np.exp(self.cost_sd**2) / self.cost
        return found

    def covariance(self) -> Array:
        """Of the effects, shape (k, 2, k, 2)."""
        k = len(self.cost)
        programmes = np.full((k, k), self.between) + (1 - self.between) * np.eye(k)
        outcomes = np.array([[1.0, self.within], [self.within, 1.0]])
        found: Array = np.einsum("jl,ab,ja,lb->jalb", programmes, outcomes, self.se, self.se)
        return found


@dataclass(frozen=True, eq=False)
class Draws:
    """s states of the world: effects (s, k, 2), share not displaced (s, k), places a euro (s, k)."""

    effects: Array
    net: Array
    places: Array


def draw(u: Unknowns, draws: int, seed: int) -> Draws:
    """States of the world.

    How much is displaced is one unknown: where it is high for one programme it is high for all. Each unknown has one draw in
    each of as many equally likely pieces (Latin hypercube), so that the interval of one programme is that of its effect and
    not of chance.

    References
    ----------
    McKay, Beckman and Conover (1979) Technometrics 21, 239-245.
    """
    k = len(u.cost)
    own, shared, of_cost, rank = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4))
    a, b = u.within, u.between
    z = np.sqrt(1 - b) * _normal(own, (draws, k, 2)) + np.sqrt(b) * _normal(shared, (draws, 1, 2))
    z[..., 1] = a * z[..., 0] + np.sqrt(1 - a**2) * z[..., 1]
    cost_z = _normal(of_cost, (draws, k))
    return Draws(
        effects=u.mean + u.se * z,
        net=1 - displaced_at((rank.permutation(draws) + 0.5) / draws, u.displaced),
        places=np.exp(-u.cost_sd * cost_z + u.cost_sd**2 / 2) / u.cost,
    )


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Standard normal, one draw in each of ``shape[0]`` equally likely pieces, the pieces in an order of their own."""
    from scipy.special import ndtri

    pieces = np.broadcast_to(np.arange(shape[0]).reshape(-1, *[1] * (len(shape) - 1)), shape)
    found: Array = ndtri((rng.permuted(pieces, axis=0) + 0.5) / shape[0])
    return found


def expected_gain(mean: Array, se: Array) -> Array:
    """Expected positive part of normals, of any shape; where ``se`` is 0, the positive part itself."""
    from scipy.special import ndtr

    mean, se = np.broadcast_arrays(np.asarray(mean, dtype=float), np.asarray(se, dtype=float))
    z = np.divide(mean, se, out=np.zeros_like(mean), where=se > 0)
    spread = mean * ndtr(z) + se * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.where(se > 0, spread, np.maximum(mean, 0.0))


def displaced_at(rank: Array, displaced: Array) -> Array:
    """Quantiles of the triangular distributions of displacement, shape (s, k).

    Parameters
    ----------
    rank : Array, shape (s,)
        In (0, 1).
    displaced : Array, shape (k, 3)
    """
    low, mode, high = displaced.T
    width = high - low
    turn = np.divide(mode - low, width, out=np.zeros_like(width), where=width > 0)
    p = rank[:, None]
    rising = low + np.sqrt(p * width * (mode - low))
    falling = high - np.sqrt((1 - p) * width * (high - mode))
    return np.where(p < turn, rising, falling)


def normal_points(points: int) -> Array:
    """Equally likely points of a standard normal, with its variance, shape (points,)."""
    from scipy.special import ndtri

    z = ndtri(uniform_points(points))
    found: Array = z / z.std()
    return found


def uniform_points(points: int) -> Array:
    """Equally likely points between 0 and 1, shape (points,)."""
    found: Array = (np.arange(points) + 0.5) / points
    return found
