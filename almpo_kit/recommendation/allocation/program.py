"""The allocation as a linear or whole-number programme for HiGHS, over all people or over those still undecided.

People of one place are alike to an office, so ``x`` says who takes which programme and a flow ``f`` how many from a place
take it at which office: n p + z p m columns instead of n p m. Given whole ``x`` the flows are a transport problem,
whose corners are whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.problem import Prices, Problem

Array = np.ndarray[Any, np.dtype[Any]]
#: Rows of the programme that may be made elastic.
ELASTIC = ("places", "programmes", "money")


@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """``min cost'v, upper v <= upper_rhs, equal v = equal_rhs, 0 <= v <= most``; where columns and rows stand."""

    cost: Array
    upper: Any
    upper_rhs: Array
    equal: Any
    equal_rhs: Array
    most: Array
    person: Array
    programme: Array
    flow: tuple[Array, Array, Array]
    rows: dict[str, Array]
    keys: dict[str, tuple[Array, ...]]
    slack: dict[str, Array]

    @property
    def n_choices(self) -> int:
        """Columns of ``x``; flows follow, then steps of crowding, then slack."""
        return len(self.person)


class _Rows:
    """Collects rows of a sparse matrix block by block."""

    def __init__(self) -> None:
        self.row: list[Array] = []
        self.column: list[Array] = []
        self.value: list[Array] = []
        self.rhs: list[Array] = []
        self.n = 0

    def add(self, row: Array, column: Array, value: Array | float, rhs: Array) -> Array:
        """Entries of a block with its right-hand sides; returns where its rows stand."""
        self.entries(row + self.n, column, value)
        self.rhs.append(np.asarray(rhs, dtype=float))
        at = np.arange(self.n, self.n + len(rhs))
        self.n += len(rhs)
        return at

    def entries(self, row: Array, column: Array, value: Array | float) -> None:
        """Further entries in rows that are there."""
        self.row.append(np.asarray(row))
        self.column.append(np.asarray(column))
        self.value.append(np.broadcast_to(np.asarray(value, dtype=float), np.shape(row)))

    def matrix(self, n_columns: int) -> tuple[Any, Array]:
        from scipy.sparse import csr_array

        if not self.rhs:
            return csr_array((0, n_columns)), np.zeros(0)
        entries = np.concatenate(self.value), (np.concatenate(self.row), np.concatenate(self.column))
        return csr_array(entries, shape=(self.n, n_columns)), np.concatenate(self.rhs)


def program(
    problem: Problem, core: Array, choice: Array, *, elastic: frozenset[str] = frozenset(), aim: str = "gain"
) -> Program:
    """Build the programme.

    Parameters
    ----------
    problem : Problem
    core : Array of int
        People whose programme is open; everybody else keeps ``choice``.
    choice : Array of int, shape (n,)
        -1: none.
    elastic : set of str
        Of "places", "programmes", "money" and "bound 0", "bound 1", …: limits that may be exceeded.
    aim : {"gain", "slack"}
        What is minimised: less gain, or how much limits are exceeded.
    """
    i, p = np.nonzero(np.isfinite(problem.gain[core]))
    person = core[i]
    z, fp, o = np.nonzero(problem.open())
    steps = problem.width.size
    n_x, n_f = len(person), len(z)
    fixed = np.setdiff1d(np.arange(len(choice)), core, assume_unique=True)
    fixed = fixed[choice[fixed] >= 0]
    upper, equal = _Rows(), _Rows()
    f_at = n_x + np.arange(n_f)
    keys, rows = _limits(problem, upper, f_at, fp, o, n_x + n_f)
    at = upper.add(i, np.arange(n_x), 1.0, problem.count[core])
    rows["people"], keys["people"] = at, (core,)
    rows["bounds"] = _bounds(problem, upper, person, p, fixed, choice)
    _balance(problem, equal, (person, p), (z, fp), f_at, fixed, choice)
    n = n_x + n_f + steps
    slack = _slack(upper, rows, elastic, n)
    n += sum(len(s) for s in slack.values())
    cost = np.zeros(n)
    if aim == "gain":
        cost[:n_x] = -problem.gain[person, p]
        cost[n_x : n_x + n_f] = problem.toll[z, o]
        cost[n_x + n_f : n_x + n_f + steps] = problem.loss.ravel()
    for s in slack.values():
        cost[s] = 1.0
    most = np.full(n, np.inf)
    most[:n_x] = problem.count[person]
    most[n_x + n_f : n_x + n_f + steps] = problem.width.ravel()
    a, b = upper.matrix(n)
    e, r = equal.matrix(n)
    return Program(cost, a, b, e, r, most, person, p, (z, fp, o), rows, keys, slack)


def _limits(
    problem: Problem, upper: _Rows, f_at: Array, fp: Array, o: Array, after: int
) -> tuple[dict[str, tuple[Array, ...]], dict[str, Array]]:
    """Rows of places, programmes, money and crowding, all on flows."""
    rows: dict[str, Array] = {}
    keys: dict[str, tuple[Array, ...]] = {}
    kp, ko = np.nonzero(problem.listed & np.isfinite(problem.places))
    number = np.full(problem.places.shape, -1)
    number[kp, ko] = np.arange(len(kp))
    mine = number[fp, o] >= 0
    rows["places"] = upper.add(number[fp, o][mine], f_at[mine], 1.0, problem.places[kp, ko])
    keys["places"] = (kp, ko)
    whole = np.flatnonzero(np.isfinite(problem.limit))
    order = np.full(len(problem.limit), -1)
    order[whole] = np.arange(len(whole))
    mine = order[fp] >= 0
    rows["programmes"] = upper.add(order[fp][mine], f_at[mine], 1.0, problem.limit[whole])
    keys["programmes"] = (whole,)
    if np.isfinite(problem.budget):
        none = np.zeros(len(fp), dtype=int)
        rows["money"] = upper.add(none, f_at, problem.cost[fp, o], np.array([problem.budget]))
    if problem.crowded:
        n_areas, n_steps = problem.width.shape[1:]
        group = fp * n_areas + problem.area[o]
        n_groups = problem.width.shape[0] * n_areas
        at = upper.add(group, f_at, 1.0, np.zeros(n_groups))
        step = after + np.arange(problem.width.size)
        upper.entries(at[np.repeat(np.arange(n_groups), n_steps)], step, -1.0)
        rows["crowd"] = at
    return keys, rows


def _bounds(problem: Problem, upper: _Rows, person: Array, p: Array, fixed: Array, choice: Array) -> Array:
    """Rows of fairness, turned to ``<=``; what is fixed goes to the right-hand side."""
    b, n_x = problem.bounds, len(person)
    if not len(b):
        return np.zeros(0, dtype=int)
    weight = coefficients(problem, person, p)
    settled = coefficients(problem, fixed, choice[fixed]).sum(axis=1)
    row = np.repeat(np.arange(len(b)), n_x)
    return upper.add(row, np.tile(np.arange(n_x), len(b)), -weight.ravel(), settled - b.floor)


def coefficients(problem: Problem, person: Array, p: Array) -> Array:
    """What each pair of person and programme adds to each bound, shape (n_bounds, n_pairs)."""
    b, q = problem.bounds, problem.cell[person]
    gain = problem.gain[person, p]
    out: Array = b.alpha[:, q, p] + b.gamma[:, q, p] * np.where(np.isfinite(gain), gain, 0.0)
    return out


def _balance(
    problem: Problem,
    equal: _Rows,
    choices: tuple[Array, Array],
    flows: tuple[Array, Array],
    f_at: Array,
    fixed: Array,
    choice: Array,
) -> None:
    """Whoever takes a programme is at an office."""
    width = problem.gain.shape[1]
    number = len(problem.toll) * width
    (person, p), (z, fp) = choices, flows
    there = problem.place[fixed] * width + choice[fixed]
    already = np.bincount(there, weights=problem.count[fixed], minlength=number)
    at = equal.add(problem.place[person] * width + p, np.arange(len(person)), 1.0, -already)
    equal.entries(at[z * width + fp], f_at, -1.0)


def _slack(upper: _Rows, rows: dict[str, Array], elastic: frozenset[str], first: int) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for name in sorted(elastic):
        at = (
            rows["bounds"][[int(name[6:])]] if name.startswith("bound ") else rows.get(name, np.zeros(0, int))
        )
        out[name] = first + np.arange(len(at))
        upper.entries(at, out[name], -1.0)
        first += len(at)
    return out


def prices_of(problem: Problem, made: Program, marginals: Array) -> Prices:
    """Dual variables of the relaxed programme, as prices.

    Parameters
    ----------
    marginals : Array, shape (n_upper_rows,)
        Of HiGHS: change of the minimum for a unit more on the right, not above 0.
    """
    worth = np.maximum(0.0, -marginals)
    place, programme = np.zeros(problem.places.shape), np.zeros(len(problem.limit))
    place[made.keys["places"]] = worth[made.rows["places"]]
    programme[made.keys["programmes"]] = worth[made.rows["programmes"]]
    money = float(worth[made.rows["money"]][0]) if "money" in made.rows else 0.0
    crowd = np.zeros(problem.width.shape[:2])
    if "crowd" in made.rows:
        crowd = worth[made.rows["crowd"]].reshape(crowd.shape)
    return Prices(place, programme, money, crowd, worth[made.rows["bounds"]])
