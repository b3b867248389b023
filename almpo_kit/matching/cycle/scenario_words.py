"""What scenarios say in a sentence, and what to doubt in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from almpo_kit.matching.cycle.labour_cycle import LabourCycle
from almpo_kit.matching.cycle.presets import PRESETS
from almpo_kit.matching.cycle.shocks import Scenario, Shock, reached
from almpo_kit.matching.cycle.words import listed, place_name
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number

#: People or posts below which a cell is thin.
THIN = 10


def sentence(summary: pd.DataFrame, n_cells: int, period: str) -> str:
    """Today's balance, and what each scenario would make of it."""
    rows = summary.to_dict("records")
    today = rows[0]
    when = f"In {period} there" if period else "There"
    head = (
        f"{when} are {number(today['unemployed'], 0)} unemployed and {number(today['vacancies'], 0)} vacancies in {n_cells} "
        f"{'cell' if n_cells == 1 else 'cells'} ({number(today['tightness'], 2)} vacancies per unemployed person; "
        f"{_cost(today['mismatch'])})."
    )
    told = [
        f"if there were {r['label']}: {number(r['unemployed'], 0)} and {number(r['vacancies'], 0)} "
        f"({number(r['tightness'], 2)}; {_percent(r['mismatch'])})"
        for r in rows[1:6]
    ]
    more = f" {len(rows) - 6} more are in the table." if len(rows) > 6 else ""
    return f"{head} {'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}.{more} These are conditions, not forecasts."


def checks(
    cells: pd.DataFrame,
    asked: Sequence[Scenario],
    summary: pd.DataFrame,
    lost: dict[str, float],
    cycle: LabourCycle | None,
    elasticity: float,
    published: tuple[float, float],
) -> tuple[Check, ...]:
    """Every check of scenarios."""
    return (
        *_cut_off(lost),
        *_hidden(cells),
        *_thin(cells),
        *_sizes(asked),
        *_cycle(cycle),
        *_alike(cells, asked),
        _index(summary, elasticity, published),
    )


def _percent(share: float) -> str:
    return f"{number(100 * share)}%" if share == share else "mismatch not known"


def _cost(share: float) -> str:
    return f"mismatch costs {_percent(share)} of hires" if share == share else _percent(share)


def _cut_off(lost: dict[str, float]) -> list[Check]:
    gone = [f"{name} ({number(n, 0)})" for name, n in lost.items() if n > 0]
    if not gone:
        return []
    text = f"Absolute falls larger than what cells hold were cut off at nothing: {listed(gone)}."
    return [Check("cut_off", "failed", text)]


def _hidden(cells: pd.DataFrame) -> list[Check]:
    hidden = int(cells[["unemployed", "vacancies"]].isna().any(axis=1).sum())
    if not hidden:
        return []
    text = (
        f"{hidden} of {len(cells)} cells are suppressed in part: what is hidden is missing from all totals, and the cells from the "
        "mismatch index."
    )
    return [Check("suppressed", "failed", text)]


def _thin(cells: pd.DataFrame) -> list[Check]:
    """The index of thin counts is too high by chance; its change is less so."""
    low = np.fmin(cells["unemployed"].to_numpy(float), cells["vacancies"].to_numpy(float))
    share = float(np.mean(low < THIN))
    if share < 0.25:
        return []
    text = (
        f"{_percent(share)} of cells have fewer than {THIN} unemployed or vacancies. Chance alone makes the index of thin cells too "
        "high; read its changes, and take its level from matching.mismatch, which corrects it."
    )
    return [Check("thin_cells", "failed", text)]


def _sizes(asked: Sequence[Scenario]) -> list[Check]:
    used = [PRESETS[s.name].label for s in asked if s.name in PRESETS]
    if not used:
        return []
    text = (
        f"Sizes of {listed(used)} are of the United States, 1951 to 2019 (quartiles of the falls in tightness, median of first years "
        "of recovery). European unemployment moves less; give `shocks` for sizes of your own."
    )
    return [Check("preset_sizes", "informational", text)]


def _cycle(cycle: LabourCycle | None) -> list[Check]:
    if cycle is None:
        return []
    text = (
        f"The scenarios of the cycle scale stocks as the rates of {place_name(cycle.country)} move in its forecast. Their ends join the "
        "worse (better) ends of two 80% fans, which together are rarer than one in ten."
    )
    out = [Check("cycle_ends", "informational", text)]
    if cycle.horizon % cycle.frequency:
        season = (
            "Its horizon is no whole number of years, so that the season of vacancies is in the scenarios too; choose a horizon of "
            f"{cycle.frequency} for changes without it."
        )
        out.append(Check("cycle_season", "failed", season))
    if cycle.certainty == "too little to say":
        doubt = "The cycle behind them rests on too little to say; take its ends as examples."
        out.append(Check("cycle_thin", "failed", doubt))
    return out


def _alike(cells: pd.DataFrame, asked: Sequence[Scenario]) -> list[Check]:
    def everywhere(shock: Shock) -> bool:
        return not shock.absolute and bool(reached(cells, shock).all())

    alike = [s.label for s in asked if all(everywhere(k) for k in s.shocks)]
    if not alike:
        return []
    text = (
        f"{listed(alike)[:1].upper()}{listed(alike)[1:]}: all cells are scaled alike, so the mismatch index stays as it is by "
        "construction. Real recessions hit some occupations more; say which in `shocks`."
    )
    return [Check("scaled_alike", "informational", text)]


def _index(summary: pd.DataFrame, elasticity: float, published: tuple[float, float]) -> Check:
    spread = float((summary["mismatch_high"] - summary["mismatch_low"]).max())
    chosen = "" if published[0] <= elasticity <= published[1] else " and the one chosen"
    text = (
        f"Mismatch is the share of hires lost because the unemployed are not where the vacancies are (Şahin et al. 2014), with "
        f"{elasticity:g} as the exponent of vacancies; over the published range, {published[0]:g} to {published[1]:g}{chosen}, "
        f"it differs by up to {number(100 * spread)} points."
    )
    return Check("elasticity", "informational", text)
