"""The plan solved again and again with effects drawn from their intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from almpo_kit.matching.programmes.linear_plan import solve_plan
from almpo_kit.matching.programmes.plan_problem import PlanProblem

#: Half the width of a 95% interval in standard errors.
_HALF = 1.959964


@dataclass(frozen=True)
class PlanDraws:
    """``in_plan`` (n_draws, n_programmes): share of its places that a programme has in each draw's own best plan, as places;
    ``worth`` (n_draws, n_programmes): what the chosen places are worth if the drawn effects are the true ones;
    ``best`` (n_draws,): what the best plan for the drawn effects is worth."""

    in_plan: np.ndarray
    worth: np.ndarray
    best: np.ndarray


def drawn_effects(
    effect: np.ndarray, low: np.ndarray, high: np.ndarray, group: np.ndarray, draws: int, seed: int
) -> np.ndarray:
    """Effects drawn from normals that have the 95% intervals, shape (draws, n_programmes).

    Programmes of one `group` (one row of evidence) err together; a missing bound means that nothing is drawn.
    """
    rng = np.random.default_rng(seed)
    spread = np.where(np.isfinite(high - low), (high - low) / (2 * _HALF), 0.0)
    names, which = np.unique(group, return_inverse=True)
    return np.asarray(effect + rng.standard_normal((draws, len(names)))[:, which] * spread)


def plan_draws(
    problem: PlanProblem,
    places: np.ndarray,
    effects: np.ndarray,
    values_of: Callable[[np.ndarray], np.ndarray],
    budget: float,
    progress: Callable[[int, int], None] | None = None,
) -> PlanDraws:
    """Solve the plan for each row of `effects`, and value the chosen `places` with it.

    Parameters
    ----------
    places : (n,) array
        The chosen plan.
    effects : (n_draws, n_programmes) array
    values_of : callable
        Effects of programmes -> values of their places, shape (n_programmes, 2).
    """
    n = len(problem.capacity)
    in_plan, worth = np.zeros((len(effects), n)), np.zeros((len(effects), n))
    best = np.zeros(len(effects))
    for k, drawn in enumerate(effects):
        values = values_of(drawn)
        found = solve_plan(problem, values, budget)
        in_plan[k] = np.bincount(problem.programme, weights=found.places, minlength=n)
        each = values[problem.programme, problem.segment] * places
        worth[k] = np.bincount(problem.programme, weights=each, minlength=n)
        best[k] = found.value
        if progress is not None:
            progress(k + 1, len(effects))
    return PlanDraws(in_plan, worth, best)
