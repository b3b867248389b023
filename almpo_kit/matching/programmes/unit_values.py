"""What one more unit of each limit truly adds. Kernel: nothing is checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from almpo_kit.matching.programmes.linear_plan import PlanSolution, solve_plan
from almpo_kit.matching.programmes.plan_problem import PlanProblem

#: Euro by which the budget is raised to see what more money adds.
STEP = 1000.0
_LIMITS = ("capacity", "gap", "beyond", "intake")


def unit_values(problem: PlanProblem, values: np.ndarray, budget: float, best: PlanSolution) -> PlanSolution:
    """The solution with its duals replaced by what the plan gains when a limit is raised by one unit.

    Where two limits bind at once (a round budget that buys exactly the places that a course has) a dual of the solver
    is any number between what one unit more adds and what one unit less costs, and may promise gains that are not there.
    No dual is below what one more unit adds, so that only positive ones need the plan solved again.

    Parameters
    ----------
    problem, values, budget
        As in :func:`solve_plan`.
    best : PlanSolution
        Its solution.
    """
    found = {}
    for name in _LIMITS:
        prices, limits = getattr(best, name).copy(), getattr(problem, name)
        for i in np.flatnonzero(prices > 0):
            more = limits.copy()
            more[i] += 1
            gain = solve_plan(replace(problem, **{name: more}), values, budget).value - best.value
            prices[i] = _gain(gain, prices[i])
        found[name] = prices
    money = solve_plan(problem, values, budget + STEP).value - best.value if best.budget > 0 else 0.0
    return replace(best, budget=_gain(money, STEP * best.budget) / STEP, **found)


def _gain(gain: float, dual: float) -> float:
    # A difference of two optima carries the solver's tolerance; the dual is a bound without it.
    return min(max(gain, 0.0), dual) if gain > 1e-7 * max(dual, 1.0) else 0.0
