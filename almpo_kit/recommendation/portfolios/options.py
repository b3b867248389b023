"""Mixes beside each other: by the stated preferences, robust ones, an even split, one programme for all, nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios.knapsack import best_mix
from almpo_kit.recommendation.portfolios.outcomes import expected, gained, low_end, price, span
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.robust import best_low_end, least_regret
from almpo_kit.recommendation.portfolios.unknowns import Draws

Array = np.ndarray[Any, np.dtype[Any]]
#: How a mix may be chosen, in words.
CHOICES = {
    "mean": "best on average",
    "regret": "least regret",
    "low_end": "best low end",
    "worst": "best in the worst case",
}


@dataclass(frozen=True, eq=False)
class Mix:
    """A mix in whole places: its name, euro of each column (m,), places of each programme (k,)."""

    name: str
    x: Array
    places: Array


def chosen(problem: Problem, worth: Array, best: Array, choose: str, tail: float) -> Array:
    """Euro of each column of the mix chosen in one way, before rounding down to whole places."""
    if choose == "regret":
        return least_regret(worth, best, problem.room)
    if choose in ("low_end", "worst"):
        return best_low_end(worth, problem.room, tail if choose == "low_end" else 1 / len(worth))
    found: Array = best_mix(problem.mean_worth(), problem.room)[0]
    return found


def mixes(problem: Problem, worth: Array, best: Array, tail: float) -> list[Mix]:
    """All that are held beside each other; those that are the same stand once, under the first name."""
    plain = [(CHOICES[c], chosen(problem, worth, best, c, tail)) for c in CHOICES]
    plain += [("even split of the money", _even(problem)), ("nothing beyond what is fixed", problem.room.low)]
    plain += [(f"{name} alone", _alone(problem, j)) for j, name in enumerate(problem.names)]
    out: list[Mix] = []
    for name, x in plain:
        places, rounded = problem.whole_places(x)
        # Cutting planes stop within a tolerance: mixes that differ by a place or so are one mix.
        same = [
            m for m in out if np.abs(m.places - places).max(initial=0) <= 1 + 0.002 * places.max(initial=0)
        ]
        if not same:
            out.append(Mix(name, rounded, places))
    return out


def _even(problem: Problem) -> Array:
    """As much money for each programme as for the others, as far as there are places and people."""
    room, k = problem.room, len(problem.names)
    x = room.low.copy()
    left = max(float(room.budget - x.sum()), 0.0)
    people = max(float(room.people - x @ room.places), 0.0)
    part = np.zeros_like(x)
    for j in range(k):
        share = left / k
        for c in np.flatnonzero(problem.owner == j):
            part[c] = min(share, room.cap[c] - x[c])
            share -= part[c]
    needed = float(part @ room.places)
    return x + part * (min(1.0, people / needed) if needed > 0 else 0.0)


def _alone(problem: Problem, j: int) -> Array:
    """All money for one programme, whatever it is expected to bring, beside what is fixed."""
    own = np.where(problem.owner == j, 1.0 + 1e-3 * problem.factor, -1.0)
    found: Array = best_mix(own, problem.room)[0]
    return found


def option_table(
    problem: Problem, draws: Draws, worth: Array, best: Array, held: list[Mix], tail: float, level: float
) -> pd.DataFrame:
    """One row a mix.

    Returns
    -------
    DataFrame
        ``option, programmes, spent_eur, jobs, jobs_low, jobs_high, months, cost_per_job, worth, low_end, largest_regret,
        chance_best``: ``worth`` and ``low_end`` (mean of the worst states) in the unit of the objective; ``chance_best``
        over the rows, ties shared.
    """
    values = np.column_stack([worth @ m.x for m in held])
    top = np.isclose(values, values.max(axis=1, keepdims=True), rtol=1e-9, atol=1e-9)
    chance = (top / top.sum(axis=1, keepdims=True)).mean(axis=0)
    rows = []
    for i, mix in enumerate(held):
        got, mean = gained(problem, draws, mix.x).sum(axis=1), expected(problem, mix.x).sum(axis=0)
        jobs, spent = span(got[:, 0], float(mean[0]), level), float(mix.x.sum())
        rows.append(
            {
                "option": mix.name,
                "programmes": _said(problem, mix),
                "spent_eur": spent,
                "jobs": jobs.value,
                "jobs_low": jobs.low,
                "jobs_high": jobs.high,
                "months": float(mean[1]),
                "cost_per_job": price(spent, got[:, 0], float(mean[0]), level).value,
                "worth": float(problem.mean_worth() @ mix.x),
                "low_end": low_end(values[:, i], tail),
                "largest_regret": float((best - values[:, i]).max()),
                "chance_best": float(chance[i]),
            }
        )
    return pd.DataFrame(rows)


def _said(problem: Problem, mix: Mix) -> str:
    parts = [f"{int(p)} {n}" for p, n in zip(mix.places, problem.names, strict=True) if p > 0]
    return ", ".join(parts) or "none"
