"""The allocation as arrays: what kernels and solvers read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, eq=False, repr=False)
class Bounds:
    """Fairness bounds ``sum_i (alpha[f, q_i, p] + gamma[f, q_i, p] gain_ip) x_ip >= floor[f]``.

    Parameters
    ----------
    alpha, gamma : Array, shape (n_bounds, n_cells, p)
    floor : Array, shape (n_bounds,)
    words : tuple of str
        Each bound as a person would say it.
    asked : Array, shape (n_bounds,)
        The number that the user gave.
    unit : tuple of str
        Of ``asked``: "points of share", or that of gains.
    step : Array, shape (n_bounds,)
        By how much ``floor`` falls for each unit by which the bound is relaxed (a percentage point, or a unit of gain).
    """

    alpha: Array
    gamma: Array
    floor: Array
    words: tuple[str, ...] = ()
    asked: Array | None = None
    unit: tuple[str, ...] = ()
    step: Array | None = None

    def __len__(self) -> int:
        return len(self.floor)

    def kept(self, rows: Array) -> Bounds:
        """Some of the bounds."""
        at = np.arange(len(self))[rows]
        return Bounds(
            self.alpha[at],
            self.gamma[at],
            self.floor[at],
            tuple(self.words[i] for i in at),
            None if self.asked is None else self.asked[at],
            tuple(self.unit[i] for i in at),
            None if self.step is None else self.step[at],
        )


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """n people, p programmes (without the offer of none), m offices, z places people start from, q cells of fairness.

    Parameters
    ----------
    gain : Array, shape (n, p)
        What is maximised; ``-inf`` where the programme may not be offered.
    place : Array of int, shape (n,)
    toll : Array, shape (z, m)
        Gain lost on the way; ``inf`` where the office is out of reach.
    cell : Array of int, shape (n,)
    places : Array, shape (p, m)
        ``inf``: no limit. Whole numbers.
    listed : Array of bool, shape (p, m)
        The office has the programme (perhaps with no place).
    limit : Array, shape (p,)
        Places over all offices.
    cost : Array, shape (p, m)
        Euro a place; 0 where money plays no part.
    budget : float
    area : Array of int, shape (m,)
    width, loss : Array, shape (p, n_areas, n_steps)
        Congestion: of the places taken in an area, each of the first ``width[..., 0]`` lowers the total by
        ``loss[..., 0]``, each of the next ``width[..., 1]`` by ``loss[..., 1]``, and so on, losses not falling.
    bounds : Bounds
    count : Array, shape (n,)
        People that a row stands for; 1 except where an infeasible problem is looked at through a sample.
    """

    gain: Array
    place: Array
    toll: Array
    cell: Array
    places: Array
    listed: Array
    limit: Array
    cost: Array
    budget: float
    area: Array
    width: Array
    loss: Array
    bounds: Bounds
    count: Array

    @property
    def crowded(self) -> bool:
        """Whether gains fall with places taken."""
        return bool(self.width.shape[2])

    def open(self) -> Array:
        """Offices where a person of each place could be in each programme, shape (z, p, m)."""
        return np.isfinite(self.toll)[:, None, :] & self.listed[None]

    def without_bounds(self) -> Problem:
        """The same without fairness bounds."""
        return replace(self, bounds=self.bounds.kept(np.zeros(len(self.bounds), dtype=bool)))


@dataclass(frozen=True, eq=False, repr=False)
class Prices:
    """Dual variables: what a unit of each limit is worth, all at least 0, in units of gain.

    ``place`` (p, m), ``programme`` (p,), ``money`` a euro, ``crowd`` (p, n_areas), ``bound`` (n_bounds,).
    """

    place: Array
    programme: Array
    money: float
    crowd: Array
    bound: Array


@dataclass(frozen=True, eq=False, repr=False)
class Solution:
    """Who is offered what: ``offered`` (n,) programme or -1, ``office`` (n,) or -1; ``total`` what is maximised; ``upper`` no
    allocation can exceed; ``method`` in words."""

    offered: Array
    office: Array
    total: float
    upper: float
    prices: Prices
    method: str

    @property
    def gap(self) -> float:
        """Share of the upper bound that may have been missed."""
        return (
            float(max(0.0, self.upper - self.total) / max(abs(self.upper), 1e-12))
            if self.upper > 1e-12
            else 0.0
        )


def better(a: Solution | None, b: Solution | None) -> Solution | None:
    """The better plan of two, under the tighter of their bounds."""
    if a is None or b is None:
        return a or b
    best = a if a.total >= b.total else b
    return replace(best, upper=max(best.total, min(a.upper, b.upper)))


def total_of(problem: Problem, offered: Array, office: Array) -> float:
    """What an allocation is worth: gains less what is lost on the way and by crowding."""
    who = np.flatnonzero(offered >= 0)
    p, o = offered[who], office[who]
    won = problem.gain[who, p].sum() - problem.toll[problem.place[who], o].sum()
    return float(won - crowding_loss(problem, used_places(problem, offered, office)))


def used_places(problem: Problem, offered: Array, office: Array) -> Array:
    """Places taken, shape (p, m)."""
    taken = np.zeros(problem.places.shape)
    who = offered >= 0
    np.add.at(taken, (offered[who], office[who]), 1.0)
    return taken


def crowding_loss(problem: Problem, used: Array) -> float:
    """What crowding takes from the total, given places taken, shape (p, m)."""
    if not problem.crowded:
        return 0.0
    return float((_filled(problem, used) * problem.loss).sum())


def _filled(problem: Problem, used: Array) -> Array:
    """Places taken in each step, shape (p, n_areas, n_steps)."""
    by_area = np.zeros(problem.width.shape[:2])
    np.add.at(by_area.T, problem.area, used.T)
    start = np.concatenate(
        [np.zeros((*by_area.shape, 1)), np.cumsum(problem.width, axis=2)[..., :-1]], axis=2
    )
    filled: Array = np.clip(by_area[..., None] - start, 0.0, problem.width)
    return filled
