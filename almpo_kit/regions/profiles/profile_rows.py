"""One region on every indicator: where it stands and which way it moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK, crosses
from almpo_kit.regions.changes import DIFFERENCE_DIGITS
from almpo_kit.regions.contexts.sureness import chance
from almpo_kit.regions.panel import VINTAGE, Panel, choose_period
from almpo_kit.regions.reference_values import Reference, references_of_each
from almpo_kit.vocabulary.indicators import Indicator

#: Changes that are called neither better nor worse: values at current prices.
NOT_JUDGED = ("gdp_per_head_pps",)


def profile_rows(
    panels: Mapping[str, Panel], national: pd.DataFrame, region: str, country: str, period: str | None
) -> pd.DataFrame:
    """A row for each indicator of which the region could have a value; counts of people are left out."""
    shown = [panel for panel in panels.values() if not panel.indicator.count]
    years = {
        p.indicator: period if period and period not in p.values else choose_period(p, period) for p in shown
    }
    held = references_of_each(national, country, years)
    rows = [_row(p, held[p.indicator.key], region, country, years[p.indicator]) for p in shown]
    table = pd.DataFrame(rows)
    for column in ("rank_in_country", "rank_in_eu"):
        table[column] = pd.array(table[column].tolist(), dtype="Int64")
    return table


def _row(
    panel: Panel, held: tuple[Reference, Reference], region: str, country: str, year: str
) -> dict[str, Any]:
    eu, nation = held
    values = panel.values.to_numpy(dtype=float)
    (i,) = panel.regions.index.get_indexer(pd.Index([region]))
    (t,) = panel.values.columns.get_indexer(pd.Index([year]))
    everywhere = values[:, t] if t >= 0 else np.full(len(values), np.nan)
    value = float(everywhere[i])
    flag = panel.flags.to_numpy()[i, t] if t >= 0 else None
    return {
        "indicator": panel.indicator.key,
        "label": panel.indicator.label,
        "period": year,
        "value": value,
        "flag": flag,
        **_ranks(everywhere, value, panel, country),
        **_references(value, eu, nation),
        **_change(panel, values[i], int(i), year),
        "unit": panel.indicator.unit,
    }


def _ranks(values: npt.NDArray[np.float64], value: float, panel: Panel, country: str) -> dict[str, Any]:
    """Rank 1 is the most favourable (the highest, where neither direction is); equal values share the better."""
    better = values < value if panel.indicator.favourable < 0 else values > value
    inside = panel.regions["country"].to_numpy(dtype=object) == country
    known = ~np.isnan(values)
    missing = math.isnan(value)
    return {
        "rank_in_country": pd.NA if missing else int((better & inside).sum()) + 1,
        "n_in_country": int((known & inside).sum()),
        "rank_in_eu": pd.NA if missing else int(better.sum()) + 1,
        "n_in_eu": int(known.sum()),
    }


def _references(value: float, eu: Reference, nation: Reference) -> dict[str, Any]:
    return {
        "eu_value": eu.value,
        "eu_how": eu.how,
        "gap_to_eu": round(value - eu.value, DIFFERENCE_DIGITS),
        "national_value": nation.value,
        "national_how": nation.how,
        "gap_to_nation": round(value - nation.value, DIFFERENCE_DIGITS),
    }


def _change(panel: Panel, values: npt.NDArray[np.float64], i: int, year: str) -> dict[str, Any]:
    """The change over the longest span after the break; over the break where there is no other."""
    nothing = {
        "change": math.nan,
        "change_from": None,
        "crosses_break": False,
        "direction": "unknown",
        "reading": "",
    }
    names = [str(y) for y in panel.values.columns]
    # Values of another vintage are of another territory.
    same = (panel.versions.to_numpy()[i] == VINTAGE) & ~np.isnan(values)
    held = {y: float(v) for y, v, ours in zip(names, values, same, strict=True) if ours}
    years = [y for y in held if y < year]
    if year not in held or not years:
        return nothing
    after = [y for y in years if y >= LFS_BREAK] if panel.indicator.survey else years
    start = (after or years)[0]
    change = round(held[year] - held[start], DIFFERENCE_DIGITS)
    direction = direction_of(held[start], held[year], panel.indicator)
    return {
        "change": change,
        "change_from": start,
        "crosses_break": panel.indicator.survey and crosses(start, year),
        "direction": direction,
        "reading": _reading(direction, panel.indicator),
    }


def direction_of(first: float, last: float, indicator: Indicator) -> str:
    """``rose``, ``fell``, or ``little change`` where chance or rounding may be all of it."""
    change = round(last - first, DIFFERENCE_DIGITS)
    shown = round(change, indicator.digits)
    if shown == 0 or (indicator.survey and abs(change) < chance(first, last)):
        return "little change"
    return "rose" if shown > 0 else "fell"


def _reading(direction: str, indicator: Indicator) -> str:
    # At current prices a rise may be prices only.
    judged = 0 if indicator.key in NOT_JUDGED else indicator.favourable
    sign = {"rose": 1, "fell": -1}.get(direction, 0) * judged
    return {1: "better", -1: "worse"}.get(sign, "")
