"""Simple rules beside the plan: first come first served, highest gain first, most gain a euro first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.allocation.problem import Problem, Solution, total_of
from almpo_kit.recommendation.allocation.program import coefficients

Array = np.ndarray[Any, np.dtype[Any]]
THIS_PLAN = "this plan"
FIRST_COME, GREEDY, PER_EURO = "first come, first served", "highest gain first", "most gain a euro first"


def by_rule(problem: Problem, rule: str, seed: int) -> tuple[Array, Array]:
    """Programme and office of each person (-1: none) under a rule that keeps places, money and travel.

    Parameters
    ----------
    rule : str
        ``FIRST_COME``: people in an order drawn with ``seed`` take the programme with their largest gain that is left;
        ``GREEDY`` and ``PER_EURO`` serve pairs of person and programme.
    """
    from almpo_kit.recommendation.allocation.kernels.queue import serve

    person, programme = np.nonzero(np.isfinite(problem.gain))
    gain = problem.gain[person, programme]
    if rule == FIRST_COME:
        drawn = np.random.default_rng(np.random.SeedSequence(seed)).permutation(len(problem.gain))
        order = np.lexsort((-gain, drawn[person]))
    elif rule == PER_EURO:
        price = np.where(problem.listed, problem.cost, np.nan)
        with np.errstate(invalid="ignore"):
            mean = np.nansum(price, axis=1) / np.maximum(problem.listed.sum(axis=1), 1)
        order = np.argsort(-gain / np.maximum(mean[programme], 1e-9), kind="stable")
    else:
        order = np.argsort(-gain, kind="stable")
    n = len(problem.gain)
    offered, office = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    places = np.where(problem.listed, problem.places, 0.0)
    serve(
        person[order],
        programme[order],
        problem.place,
        problem.toll,
        places,
        problem.limit.copy(),
        problem.cost,
        problem.budget,
        offered,
        office,
    )
    return offered, office


def compared(problem: Problem, plan: Solution, priced: bool, seed: int) -> pd.DataFrame:
    """The plan beside the rules: ``rule, total_gain, share_of_plan, n, cost_eur, keeps_bounds``; ``n`` counts people."""
    names = [GREEDY, FIRST_COME, *([PER_EURO] if np.isfinite(problem.budget) else [])]
    found = {THIS_PLAN: (plan.offered, plan.office)} | {r: by_rule(problem, r, seed) for r in names}
    rows = []
    for name, (offered, office) in found.items():
        total = total_of(problem, offered, office)
        who = offered >= 0
        cost = float(problem.cost[offered[who], office[who]].sum()) if priced else np.nan
        share = total / plan.total if plan.total > 0 else np.nan
        rows.append((name, total, share, int(who.sum()), cost, keeps_bounds(problem, offered)))
    return pd.DataFrame(
        rows, columns=["rule", "total_gain", "share_of_plan", "n", "cost_eur", "keeps_bounds"]
    )


def held(problem: Problem, offered: Array) -> Array:
    """What each fairness bound comes to less its floor, shape (n_bounds,)."""
    who = np.flatnonzero(offered >= 0)
    out: Array = coefficients(problem, who, offered[who]).sum(axis=1) - problem.bounds.floor
    return out


def keeps_bounds(problem: Problem, offered: Array) -> bool:
    """Whether an allocation keeps all fairness bounds."""
    return bool((held(problem, offered) >= -1e-6 * np.maximum(1.0, np.abs(problem.bounds.floor))).all())
