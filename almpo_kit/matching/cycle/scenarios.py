"""What shocks would do to the balance of people and posts, and to mismatch: always "if", never a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.cycle.cycle_scenarios import from_cycle
from almpo_kit.matching.cycle.labour_cycle import LabourCycle
from almpo_kit.matching.cycle.presets import PRESETS
from almpo_kit.matching.cycle.scenario_words import checks, sentence
from almpo_kit.matching.cycle.shocks import Scenario, Shock, check_reach, reached, read, shocked
from almpo_kit.matching.cycle.stock_cells import stock_cells
from almpo_kit.matching.mismatch.kernels.planner import equal, index
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance, provenance

Array = NDArray[np.float64]
TODAY = "today"
#: Exponents of vacancies in the matching function that go with the published 0.5 to 0.7 for the unemployed
#: (Petrongolo and Pissarides 2001, J. Econ. Lit. 39, 390-431).
ELASTICITIES = (0.3, 0.5)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Scenarios(Finding):
    """Balances of people and posts under named shocks.

    Parameters
    ----------
    period : str
        Of the stocks; empty where they have none.
    elasticity : float
        Exponent of vacancies in the matching function.
    summary : DataFrame
        One row a scenario, today's first: ``scenario, label, unemployed, vacancies, tightness, unemployed_change,
        vacancies_change`` (shares of today's totals)``, mismatch, mismatch_low, mismatch_high`` (over the published
        elasticities and the one chosen)``, mismatch_change`` (points of the index)``, conditional`` (False for today).
    """

    period: str
    elasticity: float
    summary: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """Tightness and mismatch by scenario."""
        rows = self.summary.to_dict("records")
        return {f"{k}_{r['scenario']}": float(r[k]) for r in rows for k in ("tightness", "mismatch")}


def scenarios(
    stocks: pd.DataFrame,
    shocks: pd.DataFrame | None = None,
    *,
    presets: Sequence[str] = ("mild_recession", "deep_recession", "recovery"),
    cycle: LabourCycle | None = None,
    elasticity: float = 0.5,
) -> Scenarios:
    """Say what shocks would do to unemployed, vacancies, tightness and mismatch, cell by cell.

    Parameters
    ----------
    stocks : DataFrame
        A ``stocks`` frame; with several periods, the latest one is used.
    shocks : DataFrame, optional
        One row a shock: ``unemployed_change`` and/or ``vacancies_change``, shares (0.5 is half as many again) unless
        ``kind`` is "absolute" (persons and posts, shared out in proportion to the cells' stocks); optional ``geo`` and
        ``occupation``, beginnings of NUTS and ISCO codes, and ``scenario``, a name. Rows of one scenario come together:
        shares multiply, persons and posts add up after them.
    presets : sequence of str
        Keys of :data:`almpo_kit.matching.cycle.presets.PRESETS`; their sizes come from the United States since 1951.
    cycle : LabourCycle, optional
        Adds three scenarios from its fans at the end of its horizon: the slack end (unemployment at the upper, vacancies at
        the lower end of their 80% fans), the middle, and the tight end.
    elasticity : float
        Exponent of vacancies in the matching function, above 0 and below 1.

    Returns
    -------
    Scenarios
        ``table``, one row a scenario and cell, today's first: ``scenario, geo, occupation, unemployed, vacancies, tightness,
        unemployed_change, vacancies_change`` (persons and posts more than today)``, gap`` (unemployed less vacancies).

    Raises
    ------
    FrameError
        ``stocks`` or ``shocks`` break their form.
    DesignError
        No scenario, cells inside other cells, no one unemployed, or a shock that reaches no cell.
    ParameterError
        Unknown preset, or an elasticity out of range.

    Notes
    -----
    The mismatch index is that of Şahin, Song, Topa and Violante (2014) with equal efficiencies (:mod:`almpo_kit.matching.mismatch`).
    A shock that scales all cells alike leaves it as it is: only shocks that hit cells differently move it.
    """
    _check_elasticity(elasticity)
    cells, period = stock_cells(stocks)
    asked = [
        *(_preset(p) for p in presets),
        *(read(shocks) if shocks is not None else ()),
        *from_cycle(cycle),
    ]
    if not asked:
        raise DesignError(
            "there is no scenario; give `shocks`, `presets`, e.g. ('mild_recession',), or a `cycle`."
        )
    names = [s.name for s in asked]
    if len(set(names)) < len(names) or TODAY in names:
        raise ParameterError(
            f"two scenarios have one name among {', '.join(names)} and {TODAY!r}; name each differently."
        )
    check_reach(cells, asked)
    parts, lost = [_state(cells, Scenario(TODAY, TODAY, ()))[0]], dict[str, float]()
    for scenario in asked:
        state, below = _state(cells, scenario)
        parts.append(state)
        lost[scenario.name] = below
    table = pd.concat(parts, ignore_index=True)
    summary = _summary(parts, [TODAY, *(s.label for s in asked)], elasticity)
    return Scenarios(
        question="What would shocks do to the balance of people and posts, and to mismatch?"
        + (f" · {period}" if period else ""),
        sentence=sentence(summary, len(cells), period),
        table=table.drop(columns="digits"),
        checks=checks(cells, asked, summary, lost, cycle, elasticity, ELASTICITIES),
        provenance=_provenance(stocks, shocks, presets, cycle, elasticity),
        figure="scenarios",
        rests_on=f"{len(cells)} cells of regions and occupations" + (f", {period}" if period else ""),
        period=period,
        elasticity=float(elasticity),
        summary=summary,
    )


def mismatch(unemployed: Array, vacancies: Array, elasticity: float) -> float:
    """The planner's index over cells with both numbers; NaN where one side is empty."""
    held = np.isfinite(unemployed) & np.isfinite(vacancies)
    u, v = unemployed[held], vacancies[held]
    return float(index(u, v, equal(len(u)), elasticity)) if u.sum() > 0 and v.sum() > 0 else float("nan")


def _provenance(
    stocks: pd.DataFrame,
    shocks: pd.DataFrame | None,
    presets: Sequence[str],
    cycle: LabourCycle | None,
    elasticity: float,
) -> Provenance:
    """Where the stocks come from and, where there is a cycle, where it does."""
    options = {
        "presets": list(presets),
        "elasticity": elasticity,
        "cycle": "" if cycle is None else cycle.country,
    }
    own = provenance(stocks, shocks, method="matching.scenarios", options=options)
    if cycle is None:
        return own
    data = tuple(sorted({*own.data, *cycle.provenance.data}))
    return replace(own, data=data, synthetic=own.synthetic or cycle.provenance.synthetic)


def _check_elasticity(elasticity: float) -> None:
    real = isinstance(elasticity, int | float | np.floating) and not isinstance(elasticity, bool)
    if not real or not 0 < elasticity < 1:
        raise ParameterError(f"elasticity={elasticity!r}: give a number between 0 and 1, e.g. 0.5.")


def _preset(name: str) -> Scenario:
    if name not in PRESETS:
        raise ParameterError(
            f"there is no preset {name!r}; choose from {', '.join(PRESETS)}, or give `shocks`."
        )
    p = PRESETS[name]
    return Scenario(name, p.label, (Shock("", p.occupation, p.unemployed_change, p.vacancies_change),))


def _state(cells: pd.DataFrame, scenario: Scenario) -> tuple[pd.DataFrame, float]:
    """Cells under a scenario, and what was cut off at nothing."""
    masks = [reached(cells, s) for s in scenario.shocks]
    before = [cells[c].to_numpy(float) for c in ("unemployed", "vacancies")]
    u, lost_u = shocked(before[0], masks, [(s.unemployed, s.absolute) for s in scenario.shocks])
    v, lost_v = shocked(before[1], masks, [(s.vacancies, s.absolute) for s in scenario.shocks])
    tight = np.divide(v, u, out=np.full(len(u), np.nan), where=u > 0)
    state = cells[["geo", "occupation", "digits"]].assign(
        unemployed=u,
        vacancies=v,
        tightness=tight,
        unemployed_change=u - before[0],
        vacancies_change=v - before[1],
        gap=u - v,
    )
    state.insert(0, "scenario", scenario.name)
    return state, lost_u + lost_v


def _summary(parts: Sequence[pd.DataFrame], labels: Sequence[str], elasticity: float) -> pd.DataFrame:
    rows = []
    for state, label in zip(parts, labels, strict=True):
        u, v = state["unemployed"].to_numpy(float), state["vacancies"].to_numpy(float)
        people, posts = float(np.nansum(u)), float(np.nansum(v))
        # Largest somewhere inside the range, perhaps: the index is concave in the exponent.
        ends = [mismatch(u, v, float(e)) for e in (*np.linspace(*ELASTICITIES, 9), elasticity)]
        rows.append(
            {
                "scenario": state["scenario"].iloc[0],
                "label": label,
                "unemployed": people,
                "vacancies": posts,
                "tightness": posts / people if people > 0 else np.nan,
                "mismatch": ends[-1],
                "mismatch_low": min(ends),
                "mismatch_high": max(ends),
            }
        )
    out = pd.DataFrame(rows)
    first = out.iloc[0]
    out.insert(5, "unemployed_change", out["unemployed"] / first["unemployed"] - 1)
    out.insert(
        6, "vacancies_change", out["vacancies"] / first["vacancies"] - 1 if first["vacancies"] > 0 else np.nan
    )
    out["mismatch_change"] = out["mismatch"] - first["mismatch"]
    return out.assign(conditional=out.index > 0)
