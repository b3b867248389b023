"""HiGHS on a programme: relaxed, and in whole persons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.recommendation.allocation.problem import Problem
from almpo_kit.recommendation.allocation.program import Program

Array = np.ndarray[Any, np.dtype[Any]]
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False, repr=False)
class Solved:
    """``value`` of the columns (None: there is no solution); ``least`` no solution is below; ``marginals`` of the relaxed one."""

    value: Array | None
    least: float
    marginals: Array


def relax(made: Program) -> Solved:
    """Solve with parts of persons allowed."""
    from scipy.optimize import linprog

    found = linprog(
        made.cost,
        A_ub=made.upper,
        b_ub=made.upper_rhs,
        A_eq=made.equal,
        b_eq=made.equal_rhs,
        bounds=np.column_stack([np.zeros(len(made.most)), made.most]),
        method="highs",
    )
    if found.x is None:
        return Solved(None, np.inf, np.zeros(len(made.upper_rhs)))
    return Solved(found.x, float(found.fun), np.asarray(found.ineqlin.marginals))


def whole(
    made: Program,
    *,
    seconds: float,
    settled: Array | None = None,
    value: Array | None = None,
    whole_flows: bool = False,
    tolerance: float = 1e-9,
) -> Solved:
    """Solve in whole persons.

    Parameters
    ----------
    seconds : float
        Time limit.
    settled : Array of bool, shape (n_choices,), optional
        Choices that keep their ``value``.
    whole_flows : bool
        True where costs differ between offices, so that corners of the transport problem need not be whole.
    tolerance : float
        Proven gap, as a share, at which to stop.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, n_x = len(made.cost), made.n_choices
    low, high, kind = np.zeros(n), made.most.copy(), np.zeros(n)
    kind[:n_x] = 1
    if whole_flows:
        kind[n_x : n_x + len(made.flow[0])] = 1
    if settled is not None and value is not None:
        at = np.flatnonzero(settled)
        low[at] = high[at] = np.rint(value[at])
        kind[at] = 0
    found = milp(
        made.cost,
        integrality=kind,
        bounds=Bounds(low, high),
        constraints=[
            LinearConstraint(made.upper, -np.inf, made.upper_rhs),
            LinearConstraint(made.equal, made.equal_rhs, made.equal_rhs),
        ],
        options={"time_limit": float(seconds), "mip_rel_gap": float(tolerance)},
    )
    least = found.mip_dual_bound if found.mip_dual_bound is not None else -np.inf
    return Solved(found.x, float(least), np.zeros(len(made.upper_rhs)))


def undecided(made: Program, value: Array) -> Array:
    """People of whom only a part takes a programme, as positions."""
    x = value[: made.n_choices]
    part = np.abs(x - np.rint(x)) > _WHOLE
    return np.unique(made.person[part])


def seat(problem: Problem, made: Program, value: Array, choice: Array) -> tuple[Array, Array] | None:
    """From a solution in whole persons to the programme and office of each person.

    Returns
    -------
    (offered, office) or None
        None where the flows are not whole.
    """
    offered = choice.copy()
    offered[made.keys["people"][0]] = -1
    taken = value[: made.n_choices] > 0.5
    offered[made.person[taken]] = made.programme[taken]
    z, p, o = made.flow
    flow = value[made.n_choices : made.n_choices + len(z)]
    number = np.rint(flow).astype(np.int64)
    if np.abs(flow - number).max(initial=0.0) > 1e-4:
        return None
    office = np.full(len(offered), -1, dtype=np.int64)
    width = problem.gain.shape[1]
    key = np.where(offered >= 0, problem.place * width + offered, -1)
    order = np.argsort(key, kind="stable")
    start = np.searchsorted(key[order], np.arange(len(problem.toll) * width + 1))
    flow_key = z * width + p
    for group in np.unique(flow_key[number > 0]):
        who = order[start[group] : start[group + 1]]
        mine = flow_key == group
        seats = np.repeat(o[mine], number[mine])
        if len(seats) != len(who):
            return None
        office[who] = seats
    return (offered, office) if not ((offered >= 0) & (office < 0)).any() else None
