"""What more or less money would buy, and what a safer mix costs on average."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios.knapsack import best_mix
from almpo_kit.recommendation.portfolios.outcomes import expected, gained, low_end, price, span
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.robust import best_low_end
from almpo_kit.recommendation.portfolios.unknowns import Draws

Array = np.ndarray[Any, np.dtype[Any]]
_BUDGETS = 13
_SAFER = (0.0, 0.25, 0.5, 0.75, 1.0)


def budget_frontier(problem: Problem, draws: Draws, tail: float, level: float) -> pd.DataFrame:
    """The best mix on average at budgets from nothing (or what is fixed) to twice the budget.

    Returns
    -------
    DataFrame
        ``budget_eur, spent_eur, jobs, jobs_low, jobs_high, jobs_low_end, months, months_low, months_high, cost_per_job,
        next_job_eur, asked``: ``next_job_eur`` is what a further job cost since the row before, ``asked`` marks the
        budget that was asked about.
    """
    room = problem.room
    fixed, rows = float(room.low.sum()), []
    for budget in np.unique(np.append(np.linspace(0, 2 * room.budget, _BUDGETS), fixed)):
        if budget < fixed - 1e-6:
            continue
        x = best_mix(problem.mean_worth(), room.with_budget(float(budget)))[0]
        got, mean = gained(problem, draws, x).sum(axis=1), expected(problem, x).sum(axis=0)
        jobs, months = (span(got[:, o], float(mean[o]), level) for o in (0, 1))
        rows.append(
            {
                "budget_eur": float(budget),
                "spent_eur": float(x.sum()),
                "jobs": jobs.value,
                "jobs_low": jobs.low,
                "jobs_high": jobs.high,
                "jobs_low_end": low_end(got[:, 0], tail),
                "months": months.value,
                "months_low": months.low,
                "months_high": months.high,
                "cost_per_job": price(float(x.sum()), got[:, 0], jobs.value, level).value,
                "asked": bool(np.isclose(budget, room.budget)),
            }
        )
    table = pd.DataFrame(rows)
    more, money = table["jobs"].diff(), table["spent_eur"].diff()
    table.insert(10, "next_job_eur", (money / more).where((more > 1e-9) & (money > 1e-9)))
    return table


def safety_frontier(problem: Problem, worth: Array, tail: float) -> pd.DataFrame:
    """Mixes between the best on average and the best in the worst states.

    Returns
    -------
    DataFrame
        ``weight_low_end, worth, low_end, programmes``; efficient: none is better on average without a worse low end.
    """
    rows = []
    for weight in _SAFER:
        x = (
            best_low_end(worth, problem.room, tail, weight)
            if weight
            else best_mix(worth.mean(0), problem.room)[0]
        )
        places, _ = problem.whole_places(x)
        parts = [f"{int(p)} {n}" for p, n in zip(places, problem.names, strict=True) if p > 0]
        rows.append((weight, float(worth.mean(0) @ x), low_end(worth @ x, tail), ", ".join(parts) or "none"))
    return pd.DataFrame(rows, columns=["weight_low_end", "worth", "low_end", "programmes"])
