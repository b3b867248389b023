"""Which mix of programmes a budget should buy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.menu import Menu
from almpo_kit.recommendation.portfolios import asking
from almpo_kit.recommendation.portfolios.building import Setting, build
from almpo_kit.recommendation.portfolios.candidates import Candidates, candidates
from almpo_kit.recommendation.portfolios.criteria import checked_preferences
from almpo_kit.recommendation.portfolios.frontier import budget_frontier, safety_frontier
from almpo_kit.recommendation.portfolios.knapsack import best_mix
from almpo_kit.recommendation.portfolios.options import CHOICES, Mix, chosen, mixes, option_table
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.programme_table import everything
from almpo_kit.recommendation.portfolios.telling import certainty, checks, headline, rests_on, sentence
from almpo_kit.recommendation.portfolios.unknowns import draw
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import provenance

Array = np.ndarray[Any, np.dtype[Any]]
Choose = Literal["mean", "regret", "low_end", "worst"]


def portfolio(
    menu: Menu,
    gains: pd.DataFrame,
    *,
    people: int,
    budget: float,
    displacement: float | tuple[float, ...] | Mapping[str, Any],
    preferences: Mapping[str, float] | pd.DataFrame | None = None,
    horizon_months: float = 24.0,
    forced: Mapping[str, str] | None = None,
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
    congestion: float = 0.0,
    cost_spread: float = 0.0,
    within: float = 0.8,
    between: float = 0.0,
    choose: Choose = "mean",
    tail: float = 0.1,
    level: float = 0.95,
    draws: int = 2000,
    seed: int = 0,
    place: str = "",
) -> Portfolio:
    """Choose a mix of programmes from their gains, costs and places, under a budget and what is not known.

    Parameters
    ----------
    menu : Menu
        Programmes with ``unit_cost_eur`` and ``capacity``.
    gains : DataFrame
        Best guesses (shrunk ones, as of ``gain_model``: raw estimates make the mix look better than it is). One row a programme, against no programme, gross of displacement: ``programme``, ``job_gain`` (points of being in
        work at the horizon) and/or ``months_gain`` (months in work up to it), each with ``_se`` or ``_low`` and
        ``_high`` (at ``level``); optional ``abstains`` (True: too little to say), ``reason``, ``certainty``,
        ``weight_evidence``, ``weight_local``, and ``reach`` (share of places that reach those who need them most).
    people : int
        Eligible people: no more places than that.
    budget : float
        Euro.
    displacement : float, (least, largest), (least, likeliest, largest), or a mapping from programme to one of these
        Share of the gain that others lose, an assumption of yours: studies found from hardly any to all of it. A range
        is a triangular distribution, one unknown for all programmes.
    preferences : mapping or DataFrame, optional
        Weights of ``jobs, months, equity, certainty, saving``; equal ones of the first four where nobody gave any. A table
        (``criterion, weight, source``) says where they come from, e.g. a round of co-design: its data version stands in the
        provenance, and SYNTHETIC weights make a SYNTHETIC mix.
    horizon_months : float
        At (or up to) which gains are measured.
    forced : mapping, optional
        Programme of which too little is known -> reason to consider it all the same.
    at_least, at_most : mapping, optional
        Places of a programme.
    congestion : float
        Share of its gain that a place loses by the time all eligible people were in the programme.
    cost_spread : float
        Standard deviation of the logarithm of unit costs; 0.1 means that a cost may be about 10% off. Money is what is
        fixed: dearer places are fewer places.
    within, between : float
        Correlation of the errors of job and months gains of a programme, and of different programmes.
    choose : {"mean", "regret", "low_end", "worst"}
        Best on average, least largest regret, best mean of the worst ``tail`` of the states, best worst state.
    draws, seed : int

    Returns
    -------
    Portfolio

    Raises
    ------
    FrameError, ParameterError
        Input that means nothing.
    DesignError
        Least places that cannot be had; says what to relax by how much.
    """
    _ask(menu, choose)
    people, budget = asking.whole("people", people, 0, 10**9), asking.number("budget", budget, 0, 1e12, "5e6")
    bounds = {"congestion": congestion, "cost_spread": cost_spread, "within": within, "between": between}
    for name, value in bounds.items():
        asking.number(name, value, 0, 0.99, "0.1")
    asking.number("tail", tail, 0.001, 1, "0.1")
    asking.number("level", level, 0.5, 0.999, "0.95")
    asking.number("horizon_months", horizon_months, 1, 600, "24")
    draws, seed = asking.whole("draws", draws, 200, 200_000), asking.whole("seed", seed, 0, 2**63)
    asked = checked_preferences(preferences)
    found = candidates(menu, gains, forced or {}, level, asked)
    setting = Setting(
        people=float(people),
        budget=budget,
        displacement=displacement,
        preferences=asked,
        at_least=dict(at_least or {}),
        at_most=dict(at_most or {}),
        programmes=menu.names[1:],
        **bounds,
    )
    problem, shares = build(found.table, found.base, setting)
    options: dict[str, Any] = {**bounds, "choose": choose, "tail": tail, "level": level, "draws": draws}
    options |= {"people": people, "budget": budget, "displacement": displacement, "preferences": asked}
    options |= {"at_least": setting.at_least, "at_most": setting.at_most, "forced": dict(forced or {})}
    options["horizon_months"] = horizon_months
    costs = menu.table.rename(columns={"cost_source": "source"})
    given_by = preferences if isinstance(preferences, pd.DataFrame) else None
    source = provenance(
        gains, menu.table, costs, given_by, method="recommendation.portfolio", options=options, seed=seed
    )
    numbers = _answer(found, problem, choose, tail, level, draws, seed)
    fields = numbers | {
        "budget": budget,
        "people": float(people),
        "setting": setting,
        "horizon_months": float(horizon_months),
        "displacement": shares,
        "base": found.base,
        "draws": draws,
        "seed": seed,
        "level": level,
        "problem": problem,
        "candidates": found.table,
        "weights": problem.objective.weights if problem else {},
        "dropped": problem.objective.dropped if problem else {},
        "unit": problem.objective.unit if problem else "",
    }
    return Portfolio(
        question=f"Which mix of programmes should the budget buy?{f' · {place}' if place else ''}",
        sentence=sentence(fields, choose),
        checks=checks(
            fields, asked=preferences, congestion=congestion, cost_spread=cost_spread, between=between
        ),
        provenance=source,
        figure="frontier",
        certainty=certainty(fields),
        headline=headline(fields),
        rests_on=rests_on(fields),
        **fields,
    )


def _ask(menu: Any, choose: Any) -> None:
    if not isinstance(menu, Menu):
        raise ParameterError(
            f"menu is a {type(menu).__name__}; make one of a table of programmes, e.g. recommendation.menu(programmes)."
        )
    if choose not in CHOICES:
        raise ParameterError(f"choose={choose!r}: choose among {', '.join(CHOICES)}.")


def _answer(
    found: Candidates, problem: Problem | None, choose: str, tail: float, level: float, draws: int, seed: int
) -> dict[str, Any]:
    """Tables and numbers of the chosen mix."""
    if problem is None:
        return everything(found, None, None, None, level) | {
            "options": pd.DataFrame(),
            "frontier": pd.DataFrame(),
            "safety": pd.DataFrame(),
        }
    states = draw(problem.unknowns, draws, seed)
    worth = problem.worth(states)
    in_best = best_mix(worth, problem.room)
    best = (worth * in_best).sum(axis=1)
    places, x = problem.whole_places(chosen(problem, worth, best, choose, tail))
    share = (problem.by_programme(in_best) / problem.unknowns.cost >= 1).mean(axis=0)
    held = mixes(problem, worth, best, tail)
    return everything(found, problem, states, Mix("", x, places), level, share) | {
        "options": option_table(problem, states, worth, best, held, tail, level),
        "frontier": budget_frontier(problem, states, tail, level),
        "safety": safety_frontier(problem, worth, tail),
    }
