"""One row a programme: places, money, what it brings, and why others are not in the mix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios.candidates import Candidates
from almpo_kit.recommendation.portfolios.options import Mix
from almpo_kit.recommendation.portfolios.outcomes import Span, expected, gained, price, span
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.telling import price_words
from almpo_kit.recommendation.portfolios.unknowns import Draws

Array = np.ndarray[Any, np.dtype[Any]]
_NOTHING = Span(np.nan, np.nan, np.nan)
_ORDER = [
    *("programme", "programme_type", "status", "places", "euro", "share", "jobs", "jobs_low", "jobs_high"),
    *("months", "months_low", "months_high", "cost_per_job", "cost_per_job_low", "cost_per_job_high"),
    *(
        "chance_in_best_mix",
        "unit_cost_eur",
        "cost_source",
        "weight_evidence",
        "weight_local",
        "certainty",
        "reason",
        "price",
    ),
]


def everything(
    found: Candidates,
    problem: Problem | None,
    draws: Draws | None,
    mix: Mix | None,
    level: float,
    share: Array | None = None,
) -> dict[str, Any]:
    """``table`` and the numbers of the whole mix."""
    none: dict[str, Any] = {
        "jobs": _NOTHING,
        "months": _NOTHING,
        "cost_per_job": _NOTHING,
        "cost_per_month": _NOTHING,
    }
    none |= {"chance_of_gain": np.nan, "spent": 0.0, "places": 0.0}
    if problem is None or draws is None or mix is None:
        return none | {"table": programme_table(found, None, None, None, level, share)}
    got, mean = gained(problem, draws, mix.x), expected(problem, mix.x)
    spent, known = float(mix.x.sum()), _known(found)
    whole, of_all = got.sum(axis=1), mean.sum(axis=0)
    numbers: dict[str, Any] = {}
    for o, (name, cost) in enumerate((("jobs", "cost_per_job"), ("months", "cost_per_month"))):
        # A total over programmes of which one is not known is no total.
        complete = bool(known[mix.places > 0, o].all()) and bool(known[:, o].any())
        numbers[name] = span(whole[:, o], float(of_all[o]), level) if complete else _NOTHING
        numbers[cost] = price(spent, whole[:, o], float(of_all[o]), level) if complete else _NOTHING
    base = 0 if found.base == "job" else 1
    numbers["chance_of_gain"] = float((whole[:, base] > 0).mean()) if spent > 0 else np.nan
    table = programme_table(found, problem, (got, mean), mix, level, share)
    return numbers | {"spent": spent, "places": float(mix.places.sum()), "table": table}


def _known(found: Candidates) -> Array:
    """Whether jobs and months are known of each programme that may be funded, shape (k, 2)."""
    kept = found.kept()
    return np.column_stack([(kept[o].notna() & kept[f"{o}_se"].notna()) for o in ("job", "months")])


def programme_table(
    found: Candidates,
    problem: Problem | None,
    got: tuple[Array, Array] | None,
    mix: Mix | None,
    level: float,
    share: Array | None,
) -> pd.DataFrame:
    """The table of a Portfolio: funded ones first, by money, then the others as in the menu."""
    rows, at, known = [], 0, _known(found)
    for row in found.table.to_dict("records"):
        out = {c: row.get(c) for c in _ORDER} | {"status": "excluded", "reason": row["excluded"]}
        out |= {"price": "", "places": 0.0, "euro": 0.0, "share": 0.0, "chance_in_best_mix": np.nan}
        names = ("jobs", "jobs_low", "jobs_high", "months", "months_low", "months_high")
        out |= dict.fromkeys((*names, "cost_per_job", "cost_per_job_low", "cost_per_job_high"), np.nan)
        if not row["excluded"] and problem is not None and got is not None and mix is not None:
            out |= _funded(problem, got, mix, at, known[at], level)
            out["chance_in_best_mix"] = np.nan if share is None else float(share[at])
            out["reason"] = _why(problem, out, at, row["forced"])
            at += 1
        rows.append(out)
    table = pd.DataFrame(rows)[_ORDER]
    rank = table["status"].map({"funded": 0, "not funded": 1, "excluded": 2})
    order = np.lexsort((np.arange(len(table)), -table["euro"].to_numpy(), rank.to_numpy()))
    return table.iloc[order].reset_index(drop=True)


def _funded(
    problem: Problem, got: tuple[Array, Array], mix: Mix, j: int, known: Array, level: float
) -> dict[str, Any]:
    draws, mean = got
    places = float(mix.places[j])
    euro = places * float(problem.unknowns.cost[j])
    out: dict[str, Any] = {"status": "funded" if places > 0 else "not funded", "places": places, "euro": euro}
    out["share"] = euro / float(mix.x.sum()) if places > 0 else 0.0
    for o, name in enumerate(("jobs", "months")):
        if known[o] and places > 0:
            s = span(draws[:, j, o], float(mean[j, o]), level)
            out |= {name: s.value, f"{name}_low": s.low, f"{name}_high": s.high}
    if known[0] and places > 0:
        s = price(euro, draws[:, j, 0], float(mean[j, 0]), level)
        out |= {"cost_per_job": s.value, "cost_per_job_low": s.low, "cost_per_job_high": s.high}
        out["price"] = price_words(s, level)
    return out


def _why(problem: Problem, out: dict[str, Any], j: int, forced: str) -> str:
    if forced:
        return f"too little is known; considered because: {forced}"
    if out["status"] == "funded":
        return ""
    if problem.mean_place()[j] <= 0:
        return "it is not expected to bring anything by these preferences"
    return "its money does more in the programmes above, or budget and places were used up"
