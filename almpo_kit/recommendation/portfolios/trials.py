"""What a trial of each programme would be worth before the next mixes are chosen, beside what it costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios import asking
from almpo_kit.recommendation.portfolios.building import build
from almpo_kit.recommendation.portfolios.information import (
    error_variance,
    of_trial,
    with_all,
    without,
)
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.vocabulary.errors import DesignError, ParameterError

_COLUMNS = [
    *("programme", "per_arm", "chance_of_change", "value_a_year", "of_which_opens", "value_over_years"),
    *("value_eur", "trial_cost_eur", "net_eur", "worth_running", "basis"),
]


@dataclass(frozen=True)
class Trial:
    """A trial of two arms and what its result is used for.

    Parameters
    ----------
    per_arm : int
        People in each arm.
    chance : float
        Of a job without the programme.
    spread : float
        Standard deviation of months in work between people.
    overhead : float
        Euro for running the study.
    years : float
        Discounted number of yearly budgets that the result comes in time for.
    price : float
        Euro that an additional job (or month) is taken to be worth; NaN where nobody said.
    budget_years : float
        Years that the budget, the people and the places of the mix are for.
    """

    per_arm: int
    chance: float
    spread: float
    overhead: float
    years: float
    price: float
    budget_years: float = 1.0

    def budgets(self, years: int) -> str:
        """``5 yearly budgets``."""
        if self.budget_years == 1:
            return f"{years} yearly budget{'s' if years != 1 else ''}"
        return f"{years} more year{'s' if years != 1 else ''} of such a budget"


def checked_budget_years(budget_years: Any) -> float:
    """Years that a budget is for.

    Raises
    ------
    ParameterError
    """
    return asking.number("budget_years", budget_years, 0.05, 50, "3")


def counted_years(per_arm: Any, years: Any, delay: Any, discount: Any, chance: Any, overhead: Any) -> float:
    """Check what is asked of a trial; discounted number of yearly budgets that its result comes in time for.

    Raises
    ------
    ParameterError
    """
    asking.whole("per_arm", per_arm, 20, 1_000_000)
    asking.whole("years", years, 1, 50)
    asking.number("delay_years", delay, 0, 30, "2")
    asking.number("discount", discount, 0, 0.5, "0.03")
    asking.number("base_chance", chance, 0.01, 0.99, "0.4")
    asking.number("trial_overhead", overhead, 0, 1e10, "200000")
    return float(((1.0 + discount) ** -(delay + np.arange(1, years + 1))).sum())


def trial_table(mix: Portfolio, trial: Trial) -> pd.DataFrame:
    """One row a programme, the most worthwhile trial first.

    A programme of which too little is known is valued as if its number were the best guess there is: what it would add
    to the mix counts as value of the trial (``of_which_opens``), because without one it is not funded.
    """
    rows = [_row(mix, trial, r) for r in mix.candidates.to_dict("records")]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    key = table["net_eur"].fillna(-np.inf).to_numpy() if math.isfinite(trial.price) else None
    value = table["value_over_years"].fillna(-1.0).to_numpy()
    order = np.lexsort((np.arange(len(table)), -value, -(value if key is None else key)))
    return table.iloc[order].reset_index(drop=True)


def _row(mix: Portfolio, trial: Trial, candidate: dict[Any, Any]) -> dict[str, Any]:
    name = candidate["programme"]
    out: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan)
    out |= {"programme": name, "per_arm": trial.per_arm, "worth_running": False, "basis": ""}
    why_not = _cannot(candidate, mix.base)
    problem = None if why_not else _problem(mix, str(name))
    if problem is None:
        return out | {"basis": why_not or "the mix has no room for it under these limits"}
    opens, value, change = _value(mix, trial, problem, candidate)
    opens, value = opens / trial.budget_years, value / trial.budget_years
    places = mix.table.set_index("programme").loc[name, "places"]
    cost = trial.overhead + max(trial.per_arm - float(places), 0.0) * float(candidate["unit_cost_eur"])
    total = (opens + value) * trial.years
    basis = "its place in the mix"
    if candidate["excluded"]:
        basis = f"a number too thin to advise on ({candidate['excluded']})"
    out |= {"chance_of_change": change, "value_a_year": opens + value, "of_which_opens": opens}
    out |= {"value_over_years": total, "value_eur": total * trial.price, "trial_cost_eur": cost}
    net = total * trial.price - cost
    return out | {"net_eur": net, "worth_running": bool(net > 0), "basis": basis}


def _value(
    mix: Portfolio, trial: Trial, problem: Problem, candidate: dict[Any, Any]
) -> tuple[float, float, float]:
    j = problem.names.index(candidate["programme"])
    outcome = 0 if mix.base == "job" else 1
    error = error_variance(problem.unknowns, j, outcome, trial.per_arm, trial.chance, trial.spread)
    value, change = of_trial(problem, j, outcome, error)
    if not candidate["excluded"]:
        return 0.0, value, change
    return max(with_all(problem) - without(problem, j), 0.0), value, change


def _cannot(candidate: dict[Any, Any], base: str) -> str:
    if not math.isfinite(candidate[base]) or not math.isfinite(candidate[f"{base}_se"]):
        return "there is no number at all to start from"
    if not candidate["unit_cost_eur"] > 0:
        return "nobody gave its cost for a participant"
    return "" if candidate["capacity"] > 0 else "it has no places"


def _problem(mix: Portfolio, name: str) -> Problem | None:
    """The mix's own problem, or that with the programme taken in; None where that cannot be had."""
    if mix.problem is not None and name in mix.problem.names:
        return mix.problem
    try:
        return build(mix.candidates, mix.base, mix.setting, also=name)[0]
    except (DesignError, ParameterError):
        # E.g. no displacement was given for a programme that was not in the mix: its row says so.
        return None
