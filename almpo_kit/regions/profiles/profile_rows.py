"""One region on every indicator: where it stands and which way it moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK, crosses
from almpo_kit.regions.changes import DIFFERENCE_DIGITS
from almpo_kit.regions.panel import VINTAGE, Panel, choose_period
from almpo_kit.regions.reference_values import EU, Reference, national_rows_of_each, references
from almpo_kit.vocabulary.indicators import Indicator

#: Points by which a survey's rate must change before chance is no easy explanation: two independent samples,
#: each within one point, differ by up to the root of two. Panels overlap in part, so this is on the safe side.
CHANCE = 1.4
#: Changes that are called neither better nor worse: values at current prices.
NOT_JUDGED = ("gdp_per_head_pps",)


def profile_rows(
    panels: Mapping[str, Panel], national: pd.DataFrame, region: str, country: str, period: str | None
) -> pd.DataFrame:
    """A row for each indicator of which the region could have a value; counts of people are left out."""
    shown = {key: panel for key, panel in panels.items() if not panel.indicator.count}
    held = national_rows_of_each(national, country, list(shown))
    rows = [_row(panel, held[key], region, country, period) for key, panel in shown.items()]
    return pd.DataFrame(rows).astype({"rank_in_country": "Int64", "rank_in_eu": "Int64"})


def _row(panel: Panel, held: pd.DataFrame, region: str, country: str, period: str | None) -> dict[str, Any]:
    year = period if period is not None and period not in panel.values else choose_period(panel, period)
    found = references(held, panel.indicator, [EU, country], [year])
    eu, nation = found[EU][0], found[country][0]
    there = year in panel.values
    everywhere = panel.values[year] if there else pd.Series(np.nan, index=panel.regions.index)
    value = float(everywhere[region])
    flag = panel.flags.at[region, year] if there else None
    return {
        "indicator": panel.indicator.key,
        "label": panel.indicator.label,
        "period": year,
        "value": value,
        "flag": flag,
        **_ranks(everywhere, panel, region, country),
        **_references(value, eu, nation),
        **_change(panel, region, year),
        "unit": panel.indicator.unit,
    }


def _ranks(everywhere: pd.Series, panel: Panel, region: str, country: str) -> dict[str, Any]:
    """Rank 1 is the most favourable (the highest, where neither direction is); equal values share the better."""
    values = everywhere.to_numpy(dtype=float)
    value = float(everywhere[region])
    better = values < value if panel.indicator.favourable < 0 else values > value
    inside = (panel.regions["country"] == country).to_numpy()
    known = ~np.isnan(values)
    missing = math.isnan(value)
    return {
        "rank_in_country": None if missing else int((better & inside).sum()) + 1,
        "n_in_country": int((known & inside).sum()),
        "rank_in_eu": None if missing else int(better.sum()) + 1,
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


def _change(panel: Panel, region: str, year: str) -> dict[str, Any]:
    """The change over the longest span after the break; over the break where there is no other."""
    nothing = {
        "change": math.nan,
        "change_from": None,
        "crosses_break": False,
        "direction": "unknown",
        "reading": "",
    }
    names = [str(y) for y in panel.values.columns]
    values = panel.values.loc[region].to_numpy(dtype=float)
    # Values of another vintage are of another territory.
    same = (panel.versions.loc[region] == VINTAGE).to_numpy() & ~np.isnan(values)
    held = {y: float(v) for y, v, ours in zip(names, values, same, strict=True) if ours}
    years = [y for y in held if y < year]
    if year not in held or not years:
        return nothing
    after = [y for y in years if y >= LFS_BREAK] if panel.indicator.survey else years
    start = (after or years)[0]
    change = round(held[year] - held[start], DIFFERENCE_DIGITS)
    direction = direction_of(change, panel.indicator)
    return {
        "change": change,
        "change_from": start,
        "crosses_break": panel.indicator.survey and crosses(start, year),
        "direction": direction,
        "reading": _reading(direction, panel.indicator),
    }


def direction_of(change: float, indicator: Indicator) -> str:
    """``rose``, ``fell``, or ``little change`` where chance or rounding may be all of it."""
    shown = round(change, indicator.digits)
    if shown == 0 or (indicator.survey and abs(change) < CHANCE):
        return "little change"
    return "rose" if shown > 0 else "fell"


def _reading(direction: str, indicator: Indicator) -> str:
    # At current prices a rise may be prices only.
    judged = 0 if indicator.key in NOT_JUDGED else indicator.favourable
    sign = {"rose": 1, "fell": -1}.get(direction, 0) * judged
    return {1: "better", -1: "worse"}.get(sign, "")
