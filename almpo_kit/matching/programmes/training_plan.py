"""Which training places a budget should buy: a linear programme over gaps, with its duals and its doubts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.balance.local_balance import Balance, balance
from almpo_kit.matching.balance.small_cells import MINIMUM, hidden_cells
from almpo_kit.matching.programmes.linear_plan import solve_plan, whole_places
from almpo_kit.matching.programmes.plan_draws import drawn_effects, plan_draws
from almpo_kit.matching.programmes.plan_options import options_hold
from almpo_kit.matching.programmes.plan_problem import local_gaps, place_values, plan_problem
from almpo_kit.matching.programmes.plan_tables import by_field, by_place, dual_table
from almpo_kit.matching.programmes.plan_words import plan_checks, plan_sentence, worst_certainty
from almpo_kit.matching.programmes.programme_table import programme_table
from almpo_kit.matching.programmes.unit_values import unit_values
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrainingPlan(Finding):
    """Places by training field.

    Parameters
    ----------
    places : DataFrame
        ``programme, field, geo, occupation, places, into_gap, cost, job_months``: whole places that the plan buys.
    duals : DataFrame
        ``limit, name, bound, used, value, unit``: what one more unit of each limit is worth. ``bound`` and ``used`` are empty
        for posts of cells with few people, whose number could be had from them.
    cells : DataFrame
        ``geo, occupation, gap, people, places``: what the plan does to each gap; for computing, not shown.
    budget, spent : float
        Euro.
    n_places, into_gap : int
    job_months, job_months_low, job_months_high : float
        Worth of the plan over the horizon, net of time in training; 95% interval from the effects' own intervals.
    linear_job_months : float
        The same with fractions of places; no plan of whole places is worth more.
    value_of_1000_euro : float
        Job-months that €1,000 more would add.
    job_months_if_low, job_months_if_high : float
        Worth of the *best* plan if every effect were at its low, at its high end.
    p_no_gain : float
        Share of draws in which the plan is worth nothing or less; NaN without intervals.
    horizon_months : float
    draws : int
    left_out : DataFrame
        ``programme, reason``: programmes that could not be planned with.
    """

    places: pd.DataFrame
    duals: pd.DataFrame
    cells: pd.DataFrame
    budget: float
    spent: float
    n_places: int
    into_gap: int
    job_months: float
    job_months_low: float
    job_months_high: float
    linear_job_months: float
    value_of_1000_euro: float
    job_months_if_low: float
    job_months_if_high: float
    p_no_gain: float
    horizon_months: float
    draws: int
    left_out: pd.DataFrame

    def metrics(self) -> Mapping[str, float]:
        """Places, cost and worth."""
        names = ("n_places", "spent", "job_months", "job_months_low", "job_months_high", "value_of_1000_euro")
        return {n: float(v) for n in names if np.isfinite(v := getattr(self, n))}


def training_plan(
    stocks: pd.DataFrame | Balance,
    programmes: pd.DataFrame,
    *,
    budget: float,
    effects: pd.DataFrame | None = None,
    horizon_months: float = 24,
    lock_in_loss: float = 5.0,
    deadweight: float = 0.0,
    displacement: float = 0.0,
    beyond_gap: float = 0.25,
    take_up: float = 1.0,
    only_sure: bool = False,
    draws: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> TrainingPlan:
    """Choose places by training field that close the largest gaps under a budget.

    A place is worth ``(1 - deadweight)(1 - displacement) x effect/100 x (horizon - lock-in) - lock_in_loss/100 x
    lock-in`` job-months. It counts in full while it leads to a post of a gap: the vacancies of a region and occupation
    beyond those that it would have at the overall tightness. Beyond the gap, up to all its vacancies, a gain counts
    by `beyond_gap`; then no more places. People come from the same region: the unemployed beyond those that the overall
    tightness would leave in their occupation. Maximised with HiGHS; whole places by rounding down and filling up.

    Parameters
    ----------
    stocks : DataFrame or Balance
        A ``stocks`` frame with full counts, or its balance.
    programmes : DataFrame
        ``programme, field`` (an ISCED-F code or words)``, occupation`` (ISCO prefixes that it leads to, joined by "|")``, cost``
        (euro a place)``, effect`` (percentage points of employment against no programme)``, effect_low, effect_high``
        (95%)``, lock_in_months, capacity`` (places; empty: no limit); optional ``geo`` (a NUTS prefix; empty:
        everywhere), ``lock_in_loss, programme_type, certainty, n_studies``.
    budget : float
        Euro.
    effects : DataFrame, optional
        From the evidence: ``programme_type, effect, low, high, certainty, n_studies``; used for programmes without an
        effect of their own.
    horizon_months : float
        Months from the start of a programme over which gains count.
    lock_in_loss : float
        Percentage points of employment that participants lose while they take part.
    deadweight : float
        Share of the effect that would come anyway; 0 for effects against no programme, which are net of it.
    displacement : float
        Share of gains in a gap that other jobseekers lose.
    beyond_gap : float
        Share of a gain that counts beyond the gap.
    take_up : float
        Share of the people in surplus who would take a place.
    only_sure : bool
        Gaps only where the balance is sure that labour is scarcer.
    draws, seed : int
        Effects drawn from their intervals, and the plan solved for each.
    progress : callable, optional
        Draws done, draws in all.

    Returns
    -------
    TrainingPlan
        ``table``, one row a field: ``field, label, programmes, places, into_gap, cost, job_months, low, high, in_plan``
        (share of draws whose best plan has it)``, value_of_one_more`` (job-months of one more place of
        capacity)``, gap, certainty``.

    Raises
    ------
    DesignError
        No programme leads to a gap, or the budget buys no place.
    FrameError
        Programmes or effects that are none.
    ParameterError
        Options out of range.
    """
    options_hold(budget, horizon_months, lock_in_loss, deadweight, displacement, beyond_gap, take_up, draws)
    listed = programme_table(programmes, effects)
    found = stocks if isinstance(stocks, Balance) else balance(stocks, minimum=1)
    table, left_out = _usable(listed, found)
    table["lock_in_loss"] = table["lock_in_loss"].fillna(lock_in_loss)
    problem = plan_problem(local_gaps(found.full, found.overall, only_sure), table, take_up)
    _something_to_plan(problem, table, budget)
    net = (1 - deadweight) * (1 - displacement)

    def values_of(effect: np.ndarray) -> np.ndarray:
        months, loss = (table[c].to_numpy(dtype=float) for c in ("lock_in_months", "lock_in_loss"))
        return place_values(effect, months, loss, float(horizon_months), net, beyond_gap)

    effect, low, high = (table[c].to_numpy(dtype=float) for c in ("effect", "effect_low", "effect_high"))
    values = values_of(effect)
    best = unit_values(problem, values, budget, solve_plan(problem, values, budget))
    whole = whole_places(problem, values, budget, best.places)
    group = table["programme_type"].where(table["from_evidence"], table["programme"] + " " + table["geo"])
    spread = bool(np.isfinite(high - low).any())
    drawn = drawn_effects(effect, low, high, group.to_numpy(dtype=str), draws if spread else 0, seed)
    tried = plan_draws(problem, whole, drawn, values_of, budget, progress)
    ends = [
        solve_plan(problem, values_of(np.where(np.isfinite(x), x, effect)), budget).value for x in (low, high)
    ]
    totals = tried.worth.sum(axis=1)
    worth = values[problem.programme, problem.segment] * whole
    fields: dict[str, Any] = {
        "budget": float(budget),
        "spent": float(problem.cost @ whole),
        "n_places": int(whole.sum()),
        "into_gap": int(whole[problem.segment == 0].sum()),
        "job_months": float(worth.sum()),
        "job_months_low": float(np.quantile(totals, 0.025)) if spread else float("nan"),
        "job_months_high": float(np.quantile(totals, 0.975)) if spread else float("nan"),
        "linear_job_months": best.value,
        "value_of_1000_euro": 1000 * best.budget,
        "job_months_if_low": ends[0] if spread else float("nan"),
        "job_months_if_high": ends[1] if spread else float("nan"),
        "p_no_gain": float(np.mean(totals <= 0)) if spread else float("nan"),
        "horizon_months": float(horizon_months),
        "draws": len(drawn),
        "left_out": left_out,
        "places": by_place(problem, table, whole, worth),
        "duals": dual_table(problem, table, best, budget, _kept_back(found, stocks)),
        "cells": problem.cells.assign(
            places=np.bincount(problem.cell, weights=whole, minlength=len(problem.cells))
        ),
    }
    options = {"budget": float(budget), "horizon_months": horizon_months, "lock_in_loss": lock_in_loss}
    options |= {
        "deadweight": deadweight,
        "displacement": displacement,
        "beyond_gap": beyond_gap,
        "take_up": take_up,
    }
    options |= {"only_sure": only_sure, "draws": draws}
    shown = by_field(problem, table, whole, worth, tried, best)
    return TrainingPlan(
        question=f"Which training places close the largest gaps for €{number(budget, 0)}?"
        + (f" · {found.period}" if found.period else ""),
        sentence=plan_sentence(shown, table, fields),
        table=shown,
        checks=plan_checks(shown, table, fields, options, found),
        provenance=_provenance(found, stocks, programmes, effects, options, seed),
        figure="training_plan",
        certainty=worst_certainty(shown),
        rests_on=f"{len(table)} programmes; {found.rests_on}",
        **fields,
    )


def _kept_back(found: Balance, stocks: pd.DataFrame | Balance) -> np.ndarray:
    """Cells whose number of people is not shown, shape (n_cells,)."""
    asked = int(found.provenance.options["minimum"]) if isinstance(stocks, Balance) else MINIMUM
    return hidden_cells(found.full, asked)


def _usable(table: pd.DataFrame, found: Balance) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Programmes with an effect that lead somewhere; the others, with the reason."""
    held = list(zip(found.full["geo"], found.full["occupation"], strict=True))

    def leads(row: Any) -> bool:
        return any(
            g.startswith(row["geo"]) and any(o.startswith(x) or x.startswith(o) for x in row["occupations"])
            for g, o in held
        )

    reasons = []
    for row in table.to_dict("records"):
        reason = "" if np.isfinite(row["effect"]) else "no effect is known of it"
        reasons.append(reason or ("" if leads(row) else "no cell of the stocks is one it leads to"))
    out = np.array([bool(r) for r in reasons])
    left_out = pd.DataFrame({"programme": table["programme"], "reason": reasons})[out].reset_index(drop=True)
    if out.all():
        listed = "; ".join(f"{p}: {r}" for p, r in left_out.head(5).itertuples(index=False))
        raise DesignError(
            f"no programme can be planned with ({listed}). Give the column effect, or effects= from the evidence, and occupations "
            "that the stocks hold."
        )
    return table[~out].reset_index(drop=True), left_out


def _something_to_plan(problem: Any, table: pd.DataFrame, budget: float) -> None:
    if not problem.gap[problem.cell].sum() + problem.beyond[problem.cell].sum():
        raise DesignError(
            "no programme leads to an occupation with a vacancy; list programmes for the occupations that the balance calls "
            "short, or use only_sure=False."
        )
    if budget < table["cost"].min():
        raise DesignError(
            f"a budget of €{number(budget, 0)} buys no place: the cheapest costs €{number(float(table['cost'].min()), 0)}. Raise the "
            "budget."
        )
    if not problem.intake.sum():
        raise DesignError(
            "nobody could take part: no region has unemployed people beyond the overall tightness. Use finer regions or "
            "occupations."
        )


def _provenance(
    found: Balance,
    stocks: pd.DataFrame | Balance,
    programmes: pd.DataFrame,
    effects: pd.DataFrame | None,
    options: dict[str, Any],
    seed: int,
) -> Provenance:
    frame = stocks if isinstance(stocks, pd.DataFrame) else None
    own = provenance(frame, programmes, effects, method="matching.training_plan", options=options, seed=seed)
    made = found.provenance
    data = tuple(sorted({*own.data, *made.data}))
    return Provenance(data, own.method, own.options, own.seed, own.synthetic or made.synthetic)
