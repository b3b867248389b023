"""The latest period by other measures, and by other elasticities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.estimating import Interval, Plan, Sides, by_period
from almpo_kit.matching.mismatch.kernels.counterfactual import steady_state_share
from almpo_kit.matching.mismatch.kernels.other_indices import dissimilarity, relative_rate_variance
from almpo_kit.matching.mismatch.kernels.planner import (
    Weights,
    between_within,
    equal,
    index,
    planner_shares,
    weights,
)
from almpo_kit.matching.mismatch.kernels.resampling import centred, other_draws
from almpo_kit.matching.mismatch.unemployment import Rates

Array = np.ndarray[Any, np.dtype[Any]]
#: Exponents of vacancies that the share of unemployment is shown for; that of the unemployed is 1 less it.
ELASTICITIES = (0.3, 0.4, 0.5, 0.6, 0.7)
#: Draws of the measures that have no closed form; they are quick to settle.
_DRAWS = 200


def latest(cells: Cells, both: Sides) -> tuple[Cells, Sides]:
    """The last period alone."""
    one = {k: x[:, -1:] for k, x in cells.totals.items()}, {k: x[:, -1:] for k, x in cells.hidden.items()}
    shown = Cells(cells.by, cells.keys, cells.periods[-1:], *one, cells.listed[:, -1:])
    return shown, Sides(
        **{k: getattr(both, k)[:, -1:] for k in ("u", "v", "u_low", "u_high", "v_low", "v_high")}
    )


def quick(plan: Plan) -> Plan:
    """The same plan by the delta method, for what only accompanies the answer."""
    interval: Interval | None = None if plan.interval is None else "delta"
    return Plan(interval, "counts", 0, plan.seed, plan.confidence, plan.minimum, plan.grossing)


def elasticity_table(
    cells: Cells, both: Sides, phi: Array, worth: Array, own: float, plan: Plan, known: Rates
) -> pd.DataFrame:
    """``elasticity, index, corrected, low, high, unemployment_share`` of the latest period.

    Intervals are by the delta method; the share of unemployment is the one where flows balance.
    """
    shown, one = latest(cells, both)
    rate, rows = known.unemployment[-1], []
    for alpha in sorted({*ELASTICITIES, own}):
        row = by_period(shown, one, weights(phi, worth, alpha), alpha, quick(plan), None).iloc[0]
        kept = {k: float(row[k]) for k in ("index", "corrected", "low", "high")}
        share = float(steady_state_share(row["corrected"], alpha, rate))
        rows.append({"elasticity": alpha} | kept | {"unemployment_share": share})
    return pd.DataFrame(rows)


def with_others(table: pd.DataFrame, cells: Cells, both: Sides, w: Weights, alpha: float) -> pd.DataFrame:
    """The table of periods with the older measures, and how much of the index lies between the groups of each column."""
    out = table.assign(
        jackman_roper=index(both.u, both.v, equal(len(cells)), 0.5),
        dissimilarity=dissimilarity(both.u, both.v),
    )
    if not w.plain:
        return out
    with np.errstate(invalid="ignore", divide="ignore"):
        share = both.u / both.u.sum(axis=0)
    planned = planner_shares(both.v, w)
    for name in cells.by:
        codes, _ = cells.codes(name)
        parts = [between_within(share[:, t], planned[:, t], codes, alpha)[0].sum() for t in range(len(out))]
        out[f"between_{name}"] = parts
    return out


def measure_table(
    cells: Cells, both: Sides, own: Mapping[Any, Any], alpha: float, heterogeneous: bool, plan: Plan
) -> pd.DataFrame:
    """``measure, value, corrected, low, high, note`` of the latest period."""
    shown, one = latest(cells, both)
    alike = equal(len(cells))
    rows = [{"measure": "planner's index", **_taken(own), "note": f"exponent of vacancies {alpha:g}"}]
    if heterogeneous:
        same = by_period(shown, one, alike, alpha, quick(plan), None).iloc[0]
        rows[0]["note"] += ", cells differ in efficiency or worth"
        rows.append(
            {
                "measure": "planner's index, cells alike",
                **_taken(same),
                "note": "efficiency and worth left out",
            }
        )
    half = by_period(shown, one, alike, 0.5, quick(plan), None).iloc[0]
    rows.append(
        {
            "measure": "Jackman–Roper",
            **_taken(half),
            "note": "1 − Σ √(u share × v share): exponents of one half",
        }
    )
    return pd.DataFrame([*rows, *_others(cells, one, plan)])


def _taken(row: Any) -> dict[str, Any]:
    return {"value": float(row["index"])} | {k: float(row[k]) for k in ("corrected", "low", "high")}


def _others(cells: Cells, one: Sides, plan: Plan) -> list[dict[str, Any]]:
    u, v = one.u[:, 0] / plan.grossing, one.v[:, 0] / plan.grossing
    held = "employed" in cells.totals and not cells.hidden["employed"][:, -1].any()
    employed = cells.totals["employed"][:, -1] / plan.grossing if held else None
    values = {"dissimilarity": float(dissimilarity(u, v))}
    values["Lipsey"] = float(relative_rate_variance(u, employed)) if employed is not None else math.nan
    notes = {
        "dissimilarity": "½ Σ |u share − v share|, Duncan's and Jackman and Roper's second: share who would have to move",
        "Lipsey": "½ var of relative unemployment rates; vacancies do not enter"
        if held
        else "needs `employed` in every cell: unemployment rates cannot be had from unemployed and vacancies",
    }
    ends: dict[str, dict[str, float]] = {}
    hidden = bool(one.hidden.any())
    if plan.interval is not None and not hidden:
        rng = np.random.default_rng(np.random.SeedSequence([plan.seed, 1]))
        draws = other_draws(u, v, employed, _DRAWS, rng)
        for name, drawn in zip(values, draws, strict=True):
            errors = drawn[np.isfinite(drawn)] - values[name]
            ends[name] = _ends(values[name], errors, plan.confidence)
    if hidden:
        notes["dissimilarity"] += "; suppressed numbers at their middle, so no interval"
    blank = dict.fromkeys(("low", "high"), math.nan)
    return [
        {"measure": k, "value": x, "corrected": x, **blank, **ends.get(k, {}), "note": notes[k]}
        for k, x in values.items()
    ]


def _ends(value: float, errors: Array, confidence: float) -> dict[str, float]:
    if not len(errors):
        return {}
    low, high = centred(value, errors, confidence)
    # Draws around counts that chance has already spread find too little of what chance adds: what is left of it is at
    # most what they find, and the lower end goes down by that (coverage in COVERAGE.md).
    bias = float(errors.mean())
    return {
        "corrected": max(value - bias, 0.0),
        "low": max(low - max(bias, 0.0), 0.0),
        # Shares that are alike by chance are no proof that they are: the interval keeps its width above zero.
        "high": max(high, high - low),
    }
