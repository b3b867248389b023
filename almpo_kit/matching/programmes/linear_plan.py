"""The best plan as a linear programme, and what each limit costs. Kernels: nothing is checked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from almpo_kit.matching.programmes.plan_problem import PlanProblem


@dataclass(frozen=True)
class PlanSolution:
    """Places by variable, their value, and the value of one more unit of each limit.

    ``budget`` is job-months per euro; ``capacity``, ``gap``, ``beyond``, ``intake`` job-months per place, post or person.
    """

    places: np.ndarray
    value: float
    budget: float
    capacity: np.ndarray
    gap: np.ndarray
    beyond: np.ndarray
    intake: np.ndarray


def solve_plan(problem: PlanProblem, values: np.ndarray, budget: float) -> PlanSolution:
    """Maximise the value of places under budget, capacities, gaps and people who could take part (HiGHS).

    Parameters
    ----------
    problem : PlanProblem
    values : (n_programmes, 2) array
        Job-months of a place in each segment; finite.
    budget : float
        Euro.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    n = len(problem.programme)
    sizes = (1, len(problem.capacity), len(problem.gap), len(problem.beyond), len(problem.intake))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    if not n:
        return PlanSolution(np.zeros(0), 0.0, 0.0, *(np.zeros(s) for s in sizes[1:]))
    each = np.arange(n)
    by_segment = np.where(problem.segment == 0, starts[2], starts[3]) + problem.cell
    rows = np.concatenate(
        [np.zeros(n, int), starts[1] + problem.programme, by_segment, starts[4] + problem.region]
    )
    # Money in thousands: rows of like size keep the solver's tolerances meaningful.
    entries = np.concatenate([problem.cost / 1000.0, np.ones(3 * n)])
    matrix = csr_matrix((entries, (rows, np.tile(each, 4))), shape=(starts[-1], n))
    limits = np.concatenate(
        [[budget / 1000.0], problem.capacity, problem.gap, problem.beyond, problem.intake]
    )
    bound = np.isfinite(limits)
    worth = values[problem.programme, problem.segment]
    found = linprog(-worth, A_ub=matrix[bound], b_ub=limits[bound], bounds=(0, None), method="highs")
    if found.x is None:  # pragma: no cover - zero places are always feasible, and the vacancies bound them
        raise ArithmeticError(found.message)
    marginals = np.zeros(len(limits))
    marginals[bound] = -found.ineqlin.marginals
    parts = [np.maximum(marginals[a:b], 0.0) for a, b in pairwise(starts)]
    return PlanSolution(
        np.maximum(found.x, 0.0), float(worth @ found.x), float(parts[0][0]) / 1000.0, *parts[1:]
    )


def whole_places(problem: PlanProblem, values: np.ndarray, budget: float, places: np.ndarray) -> np.ndarray:
    """Whole places near the best real ones: all rounded down, then what still fits, the most valuable per euro first.

    Only programmes that the real plan uses are filled up: leftover money is no reason to open a course.

    Returns
    -------
    (n,) array of whole numbers
        Keeps every limit.
    """
    out = np.floor(places + 1e-7)
    worth = values[problem.programme, problem.segment]
    left = {
        "money": budget - float(problem.cost @ out),
        "capacity": problem.capacity - _summed(problem.programme, out, len(problem.capacity)),
        "intake": problem.intake - _summed(problem.region, out, len(problem.intake)),
    }
    ends = np.stack([problem.gap, problem.beyond])
    for s in (0, 1):
        chosen = problem.segment == s
        ends[s] -= _summed(problem.cell[chosen], out[chosen], len(problem.gap))
    used = _summed(problem.programme, places, len(problem.capacity)) > 1e-7
    for i in np.argsort(-worth / problem.cost, kind="stable"):
        p, c, r, s = problem.programme[i], problem.cell[i], problem.region[i], problem.segment[i]
        room = min(left["money"] / problem.cost[i], left["capacity"][p], left["intake"][r], ends[s][c])
        more = np.floor(room + 1e-7)
        if worth[i] <= 0 or more < 1 or not used[p]:
            continue
        out[i] += more
        left["money"] -= more * problem.cost[i]
        left["capacity"][p] -= more
        left["intake"][r] -= more
        ends[s][c] -= more
    return out


def _summed(groups: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(groups, weights=values, minlength=size)
