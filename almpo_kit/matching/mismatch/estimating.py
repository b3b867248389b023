"""The index of every period, with its interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
import pandas as pd

from almpo_kit.matching.mismatch.cells import Cells
from almpo_kit.matching.mismatch.kernels.corrected_index import corrected_index
from almpo_kit.matching.mismatch.kernels.planner import Weights, index
from almpo_kit.matching.mismatch.kernels.resampling import centred, count_draws, region_draws
from almpo_kit.matching.mismatch.kernels.suppressed import Box, bounds

Array = np.ndarray[Any, np.dtype[Any]]
Interval = Literal["bootstrap", "delta"]
Resample = Literal["counts", "regions"]

#: Counts drawn beyond which only the latest period is bootstrapped: about ten seconds.
BUDGET = 120e6


@dataclass(frozen=True)
class Plan:
    """How the interval is made."""

    interval: Interval | None
    resample: Resample
    draws: int
    seed: int
    confidence: float
    minimum: int
    grossing: float


@dataclass(frozen=True)
class Sides:
    """Unemployed and vacancies of every cell and period, suppressed numbers at their middle, and their bounds."""

    u: Array
    v: Array
    u_low: Array
    u_high: Array
    v_low: Array
    v_high: Array

    @property
    def hidden(self) -> Array:
        """Cells whose numbers are not known, shape (n_cells, n_periods)."""
        return (self.u_high > self.u_low) | (self.v_high > self.v_low)


def sides(cells: Cells, most: int) -> Sides:
    """Fill suppressed numbers: each may be anything from zero to ``most``."""
    middle = most // 2
    u, v = cells.totals["unemployed"], cells.totals["vacancies"]
    hu, hv = cells.hidden["unemployed"], cells.hidden["vacancies"]
    return Sides(u + hu * middle, v + hv * middle, u, u + hu * most, v, v + hv * most)


def by_period(
    cells: Cells,
    both: Sides,
    w: Weights,
    alpha: float,
    plan: Plan,
    progress: Callable[[int, int], None] | None,
) -> pd.DataFrame:
    """One row a period: the index, its correction and interval.

    Returns
    -------
    DataFrame
        ``period, n_cells, unemployed, vacancies, index, corrected, low, high, bias, se, lowest, highest, interval``.
    """
    n = len(cells.periods)
    plain = index(both.u, both.v, w, alpha)
    drawn = _drawn(both, plan)
    seeds = np.random.SeedSequence(plan.seed).spawn(n)
    total, done = int(drawn.sum()) * plan.draws, 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None and (done % 25 == 0 or done == total):
            progress(done, total)

    rows = []
    for t, name in enumerate(cells.periods):
        row: dict[str, Any] = {"period": name, "n_cells": int((cells.listed[:, t] > 0).sum())}
        row |= {"unemployed": both.u[:, t].sum(), "vacancies": both.v[:, t].sum(), "index": float(plain[t])}
        row |= _interval(cells, both, t, w, alpha, plan, seeds[t], step if drawn[t] else None, bool(drawn[t]))
        low = high = float(plain[t])
        if both.hidden[:, t].any():
            u, v = Box(both.u_low[:, t], both.u_high[:, t]), Box(both.v_low[:, t], both.v_high[:, t])
            low, high = bounds(u, v, w, alpha)
        row |= {"lowest": low, "highest": high}
        rows.append(_widened(row, w))
    return pd.DataFrame(rows)


def _widened(row: dict[str, Any], w: Weights) -> dict[str, Any]:
    """The interval moved out by how far suppressed numbers may move the index: counts at their middle are not known."""
    below, above = row["index"] - row["lowest"], row["highest"] - row["index"]
    least = 0.0 if w.plain else -math.inf
    # NaN stays NaN: max and min return their first argument then.
    return row | {
        "low": max(row["low"] - max(below, 0.0), least),
        "high": min(row["high"] + max(above, 0.0), 1.0),
    }


def _drawn(both: Sides, plan: Plan) -> Array:
    """Which periods are bootstrapped by drawing counts."""
    if plan.interval != "bootstrap" or plan.resample != "counts":
        return np.zeros(both.u.shape[1], dtype=bool)
    work = 2 * plan.draws * ((both.u > 0) | (both.v > 0)).sum()
    chosen = np.full(both.u.shape[1], work <= BUDGET)
    chosen[-1] = True
    return chosen


def _interval(
    cells: Cells,
    both: Sides,
    t: int,
    w: Weights,
    alpha: float,
    plan: Plan,
    seed: np.random.SeedSequence,
    step: Callable[[], None] | None,
    drawn: bool,
) -> dict[str, Any]:
    u, v = both.u[:, t] / plan.grossing, both.v[:, t] / plan.grossing
    plain = float(index(u, v, w, alpha))
    nothing = {"corrected": plain, "low": math.nan, "high": math.nan, "bias": math.nan, "se": math.nan}
    if plan.interval is None or math.isnan(plain):
        return nothing | {"interval": "none"}
    found = corrected_index(u, v, w, alpha)
    z = NormalDist().inv_cdf(0.5 + plan.confidence / 2)
    low, high, se, how = found.floor - z * found.se, found.value + z * found.se, found.se, "delta"
    if plan.interval == "bootstrap" and plan.resample == "regions":
        regions, _ = cells.codes("geo")
        errors = region_draws(u, v, w, alpha, regions, plan.draws, np.random.default_rng(seed)) - found.value
        how = "bootstrap of regions"
        low, high, se = *centred(found.value, errors, plan.confidence), float(errors.std())
    elif drawn:
        errors = count_draws(u, v, w, alpha, plan.draws, np.random.default_rng(seed), step)
        how = "bootstrap"
        if len(errors) > 1:
            low, high = centred(found.value, errors, plan.confidence)
            low, se = low + found.floor - found.value, float(errors.std())
    # The index of equal worth cannot lie below zero, whatever chance makes of its estimate; cells that are by chance more
    # alike than their rates are no proof that it is zero, so that the upper end keeps its distance.
    least = 0.0 if w.plain else -math.inf
    high += max(least - found.value, 0.0)
    ends = {k: min(max(x, least), 1.0) for k, x in (("corrected", found.value), ("low", low), ("high", high))}
    return ends | {"bias": plain - ends["corrected"], "se": se, "interval": how}
