"""What hazards mean for those who entered: log hazard ratios, and the chance of having found a job by each month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.evaluation.dynamic.event_cells import ELAPSED, SINCE_ENTRY, Cells, cut, stretch
from almpo_kit.evaluation.dynamic.hazard_likelihood import Layout, Parts, by_point, taken_apart

Array = np.ndarray[Any, np.dtype[Any]]

#: Entrants over whom a path is averaged at most; more would cost time and change no digit that is shown.
MOST_ENTRANTS = 3_000


@dataclass(frozen=True, eq=False, repr=False)
class Entrants:
    """Those who entered one arm, and when.

    Parameters
    ----------
    held : Cells, n rows
    entered : Array of int, shape (n,)
        Months waited.
    """

    held: Cells
    entered: Array


def entrants(held: Cells, entered: Array, arm: int, seed: int) -> Entrants:
    """Those of one arm; a draw of them where there are very many."""
    rows = np.flatnonzero(held.arm == arm)
    if len(rows) > MOST_ENTRANTS:
        generator = np.random.default_rng(np.random.SeedSequence([seed, arm]))
        rows = np.sort(generator.choice(rows, MOST_ENTRANTS, replace=False))
    return Entrants(cut(held, rows), entered[rows])


def measures(column: str, horizon: int) -> pd.DataFrame:
    """What :func:`effects` gives, one row each: the path first, then log hazard ratios by time since entry.

    Months of a hazard ratio are the last of the stretch it holds for; that of the last, open one is ``horizon``.
    """
    later = list(range(1, horizon + 1))
    ends = [m for m in SINCE_ENTRY if m < horizon] + [horizon]
    return pd.DataFrame(
        {
            "column": column,
            "outcome": ["employed_within_horizon"] * horizon + ["job_finding_rate"] * len(ends),
            "unit": ["percentage_points"] * horizon + ["log_hazard_ratio"] * len(ends),
            "months": [float(m) for m in later + ends],
            "label": ["chance of having found a job"] * horizon + ["hazard of finding a job"] * len(ends),
        }
    )


def effects(
    theta: Array, layout: Layout, who: Entrants, pair: tuple[int, int], horizon: int
) -> tuple[Array, Array]:
    """Effects of one arm against another (0: none at all) on those who entered it.

    Returns
    -------
    (Array, Array)
        Effects in the order of :func:`measures`, and what the chance of a job would have been in the other arm (NaN for
        hazard ratios), in percentage points.
    """
    parts = taken_apart(theta, layout)
    ratios = _effect(parts, pair[0]) - _effect(parts, pair[1])
    kept = [
        int(stretch(np.array(m), SINCE_ENTRY)) for m in (*[m for m in SINCE_ENTRY if m < horizon], horizon)
    ]
    known = by_point(theta, who.held, layout, until_entry=True)
    known = np.exp(known - known.max(axis=1, keepdims=True))
    known /= known.sum(axis=1, keepdims=True)
    found, other = (_found_by(parts, who, known, _effect(parts, a), horizon) for a in pair)
    nothing = np.full(len(kept), np.nan)
    return np.concatenate([found - other, ratios[kept]]), np.concatenate([other, nothing])


def _effect(parts: Parts, arm: int) -> Array:
    found: Array = parts.effect[arm - 1] if arm else np.zeros(parts.effect.shape[1])
    return found


def _found_by(parts: Parts, who: Entrants, known: Array, effect: Array, horizon: int) -> Array:
    """Chance, in percentage points, of having found a job by each month since entry; shape (horizon,)."""
    since = np.arange(1, horizon + 1)
    elapsed = stretch(who.entered[:, None] + since, ELAPSED)
    hazard = np.exp(parts.job[elapsed] + effect[stretch(since, SINCE_ENTRY)]).cumsum(axis=1)
    hazard *= np.exp(who.held.x @ parts.job_x)[:, None]
    still = sum(known[:, [k]] * np.exp(-hazard * np.exp(v)) for k, v in enumerate(parts.mass[:, 0]))
    w = who.held.weight / who.held.weight.sum()
    found: Array = 100.0 * (1.0 - w @ still)
    return found


def slopes(theta: Array, layout: Layout, who: Entrants, pair: tuple[int, int], horizon: int) -> Array:
    """Derivatives of the effects by the parameters, by central differences; shape (h, q)."""
    columns = []
    for i in range(len(theta)):
        step = np.zeros(len(theta))
        step[i] = 1e-5
        up, down = (effects(theta + s * step, layout, who, pair, horizon)[0] for s in (1.0, -1.0))
        columns.append((up - down) / 2e-5)
    return np.column_stack(columns)
