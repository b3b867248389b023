"""From a solution to the Finding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation import tables, telling
from almpo_kit.recommendation.allocation.asking import Asked
from almpo_kit.recommendation.allocation.problem import Problem, Solution, crowding_loss, used_places
from almpo_kit.recommendation.allocation.result import Allocation
from almpo_kit.recommendation.allocation.rules import THIS_PLAN, compared
from almpo_kit.recommendation.policies.policy import ABSTAINS
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.provenance import Provenance, provenance
from almpo_kit.vocabulary.rendering import number

Array = np.ndarray[Any, np.dtype[Any]]


def answer(problem: Problem, plan: Solution, free: Solution | None, a: Asked) -> Allocation:
    """Tables, words and provenance of a plan.

    Parameters
    ----------
    problem : Problem
    plan : Solution
    free : Solution or None
        The same without fairness bounds, where there are some.
    a : Asked
    """
    gain, abstained = np.nan_to_num(a.worth.mean), np.isnan(a.worth.mean).all(axis=1)
    places, away = tables.place_table(problem, plan, gain, a.offices, a.menu)
    programmes = tables.programme_table(problem, plan, gain, a.offices, a.menu)
    why = _why(problem, plan, a, abstained)
    n_offered, n_silent = int((plan.offered >= 0).sum()), int(abstained.sum())
    comparison = _comparison(problem, plan, a)
    mean, low, high = (_sum(problem, plan, x) for x in (a.worth.mean, a.worth.low, a.worth.high))
    cost, rounded = _cost(problem, plan, a, bool(away.any()))
    if rounded:
        # Another rule often fills the same places: its exact euros would undo the rounding.
        step = _step(problem)
        comparison["cost_eur"] = np.floor(comparison["cost_eur"].to_numpy(dtype=float) / step) * step
    comparison.loc[comparison["rule"] == THIS_PLAN, "cost_eur"] = cost
    few = tables.told_count(n_offered) is None
    if few:
        # A sum over fewer than ten people is about them.
        mean = low = high = cost = np.nan
    left_out = tables.left_out_table(why)
    silent = n_silent == 0 or (left_out["reason"] == tables.REASONS[0]).any()
    fields: dict[str, Any] = {
        "places": places,
        "programmes": programmes,
        "groups": tables.group_table(a.people, a.by, plan, gain, abstained),
        "left_out": left_out,
        "duals": tables.dual_table(problem, plan, a.offices, a.menu, away, a.worth.unit),
        "comparison": comparison,
        "total_gain": mean,
        "low": low,
        "high": high,
        "unit": a.worth.unit,
        "target_words": a.worth.target_words,
        "upper": np.nan if few else plan.upper,
        "gap": plan.gap,
        "n_people": len(gain),
        "n_offered": None if few or tables.told_count(len(gain) - n_offered) is None else n_offered,
        "n_abstained": n_silent if silent else None,
        "cost": cost,
        "budget": a.budget,
        "total_without_bounds": np.nan if free is None else max(free.total, plan.total),
        "method_words": plan.method,
        "risk": a.risk,
    }
    told = fields | {
        "level": a.worth.level,
        "told_people": tables.told_count(len(gain)),
        "few": few,
        "intervals": bool(np.isfinite(a.worth.low).any()) or not np.isfinite(a.worth.mean).any(),
        "nobody": n_offered == 0,
        "maximised": plan.total,
        "bound_words": problem.bounds.words,
        "share_sure": _share_sure(plan, a),
        "share_abstained": n_silent / len(gain),
        "sourced": _source(a) is not None,
        "credible": str(getattr(a.source, "credible", "")),
        "unpriced": _names(a, ~a.offices.priced) if a.budget is None else [],
        "homeless": _names(a, ~a.offices.listed.any(axis=1)),
        "rounded": rounded,
    }
    return Allocation(
        question=telling.question(told),
        sentence=telling.sentence(told),
        table=places,
        checks=telling.checks(told),
        provenance=_provenance(a),
        figure="allocation",
        headline=_headline(fields, n_offered, a.worth.level),
        rests_on=f"gains of {telling.people(told['told_people'])} from {_counted(len(a.menu) - 1, 'programme')}, places at "
        f"{_counted(len(a.offices.names), 'office')}",
        offered=np.where(plan.offered >= 0, plan.offered + 1, np.where(abstained, ABSTAINS, 0)),
        office=plan.office,
        offices=a.offices.names,
        **fields,
    )


def _names(a: Asked, rows: Array) -> list[str]:
    return [name for name, mine in zip(a.menu.names[1:], rows, strict=True) if mine]


def _why(problem: Problem, plan: Solution, a: Asked, abstained: Array) -> Array:
    known = ~np.isnan(a.worth.mean)
    eligible = (known & a.may).any(axis=1)
    allowed = np.isfinite(problem.gain)
    somewhere = problem.open().any(axis=2)[problem.place]
    return tables.left_out_reason(
        plan, abstained, eligible, allowed.any(axis=1), (allowed & somewhere).any(axis=1)
    )


def _sum(problem: Problem, plan: Solution, values: Array) -> float:
    """Sum over offers of what is to be told, less the way and crowding."""
    who = np.flatnonzero(plan.offered >= 0)
    if not len(who):
        return 0.0
    lost = problem.toll[problem.place[who], plan.office[who]].sum()
    lost += crowding_loss(problem, used_places(problem, plan.offered, plan.office))
    return float(values[who, plan.offered[who]].sum() - lost)


def _share_sure(plan: Solution, a: Asked) -> float:
    who = np.flatnonzero(plan.offered >= 0)
    return float((a.worth.low[who, plan.offered[who]] > 0).mean()) if len(who) else 0.0


def _cost(problem: Problem, plan: Solution, a: Asked, hidden: bool) -> tuple[float, bool]:
    """Euro of the plan; rounded where exact ones would give a small count away."""
    if not a.offices.priced.all():
        return np.nan, False
    who = np.flatnonzero(plan.offered >= 0)
    cost = float(problem.cost[plan.offered[who], plan.office[who]].sum())
    step = _step(problem)
    if not hidden or step == 0:
        return cost, False
    rounded = np.floor(cost / step) * step if a.budget is not None else np.round(cost / step) * step
    return float(rounded), True


def _step(problem: Problem) -> float:
    """Euro of ten of the dearest places."""
    return 10 * float(problem.cost[problem.listed].max(initial=0.0))


def _comparison(problem: Problem, plan: Solution, a: Asked) -> pd.DataFrame:
    table = compared(problem, plan, bool(a.offices.priced.all()), a.seed)
    n = table.pop("n").to_numpy(dtype=float)
    few = tables.small(n) | tables.small(len(problem.gain) - n)
    table["offered"] = n
    # Money and sums, too, tell about the few.
    for column in ("offered", "total_gain", "share_of_plan", "cost_eur"):
        table[column] = np.where(few, np.nan, table[column].to_numpy(dtype=float))
    return table[["rule", "total_gain", "share_of_plan", "offered", "cost_eur", "keeps_bounds"]]


def _headline(f: dict[str, Any], n_offered: int, level: float) -> Headline | None:
    if not n_offered or not np.isfinite(f["low"]):
        return None
    value, low, high = (f[c] / n_offered for c in ("total_gain", "low", "high"))
    scale = (-10.0, 30.0) if f["unit"].startswith(("point", "percentage point")) else (-6.0, 12.0)
    return Headline(value, low, high, f"{f['unit']} an offer, against no programme", scale, level)


def _source(a: Asked) -> Provenance | None:
    if isinstance(a.source, Provenance):
        return a.source
    found = getattr(a.source, "provenance", None)
    return found if isinstance(found, Provenance) else None


def _provenance(a: Asked) -> Provenance:
    made = provenance(
        *a.frames, a.menu.table, method="recommendation.allocate", options=a.options, seed=a.seed
    )
    source = _source(a)
    if source is None:
        return made
    data = tuple(sorted({*made.data, *source.data}))
    return Provenance(
        data=data,
        method=made.method,
        options=made.options,
        seed=made.seed,
        synthetic=made.synthetic or source.synthetic,
    )


def _counted(n: int, what: str) -> str:
    return f"{number(n, 0)} {what}{'' if n == 1 else 's'}"
