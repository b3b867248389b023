"""How a country's regions have moved over the years, beside the nation and the EU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.breaks import break_check, breaks_in, crossed
from almpo_kit.regions.changes import change_between, common_start
from almpo_kit.regions.grounds import grounds, trace
from almpo_kit.regions.panel import Panel, choose_period, select
from almpo_kit.regions.quality import infinite_check, jump_checks, note_checks, vintage_checks
from almpo_kit.regions.reference_values import EU, age_check, national_rows, reference_series, table_of
from almpo_kit.regions.wording import country_name, listed, points, regions_of, signed, valued
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.places import member_state


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trajectory(Finding):
    """A country's regional series.

    Parameters
    ----------
    country, indicator, unit : str
    national, eu : DataFrame, shape (n_years, 5)
        ``period, value, how, source, part``; a year without a value is a row with NaN. Values of different
        ``part`` come from different tables or editions: no line joins them, no sentence subtracts them.
    breaks : tuple of (str, str)
        First year under a new definition, and the sentence that explains it.
    """

    country: str
    indicator: str
    unit: str
    national: pd.DataFrame
    eu: pd.DataFrame
    breaks: tuple[tuple[str, str], ...] = ()


def trajectory(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    country: str,
    indicator: str,
    national: pd.DataFrame,
) -> Trajectory:
    """Follow a country's regions through every year of the panel.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    country, indicator : str
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.

    Returns
    -------
    Trajectory
        ``table``, one row for each region and year, missing ones included: ``geo, name, period, value,
        flag, nuts_version, crosses_break``; the last is true where the step from the region's value before runs over the
        break of 2021. The sentence counts rises and falls over one span for all regions: from
        :func:`almpo_kit.regions.changes.common_start` to the default year
        (:func:`almpo_kit.regions.panel.choose_period`).

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown indicator.
    """
    country = member_state(country)
    panel = select(indicators, places, indicator)
    period = choose_period(panel, None)
    years = [str(y) for y in panel.values.columns]
    rows = national_rows(national, panel.indicator, country)
    nation, eu = (reference_series(rows, panel.indicator, place, years) for place in (country, EU))
    codes = panel.codes(country)
    comparable = panel.comparable.loc[codes]
    start = common_start(comparable, period)
    change = change_between(comparable, start, period)
    return Trajectory(
        question=f"How has {panel.indicator.subject} moved in {regions_of(country, len(codes))}? · "
        f"{years[0]}–{years[-1]}",
        sentence=_sentence(panel, country, start, period, change, nation),
        table=_long(panel, codes),
        checks=(
            *_gap_checks(panel, codes),
            *vintage_checks(panel, country, codes),
            *_series_checks("national_series", f"national series of {country_name(country)}", nation),
            *_series_checks("eu_series", "EU series", eu),
            *_nation_checks(country, start, period, change, nation),
            *infinite_check(panel, national, country),
            *age_check(panel.age, rows),
            *break_check(
                panel.indicator, {"the change in the sentence": (start, period)} if start < period else {}
            ),
            *jump_checks(panel, codes),
            *note_checks(panel),
        ),
        provenance=trace("regions.trajectory", panel, places, rows, country=country, indicator=indicator),
        figure="trajectory",
        rests_on=grounds(panel, country, f"{period}").replace(f", {period};", f", {years[0]}–{years[-1]};"),
        country=country,
        indicator=indicator,
        unit=panel.indicator.unit,
        national=nation,
        eu=eu,
        breaks=breaks_in(panel.indicator, years),
    )


def _long(panel: Panel, codes: list[str]) -> pd.DataFrame:
    parts = {"value": panel.values, "flag": panel.flags, "nuts_version": panel.versions}
    stacked = {name: frame.loc[codes].stack(future_stack=True) for name, frame in parts.items()}
    table = pd.DataFrame(stacked).reset_index().astype({"flag": "str", "nuts_version": "str"})
    table.insert(1, "name", table["geo"].map(panel.names))
    return table.assign(crosses_break=_crosses(panel, table))


def _crosses(panel: Panel, table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """True where the step from the region's value before runs over the break of 2021."""
    held = table["period"].where(table["value"].notna())
    before = held.groupby(table["geo"]).transform(lambda periods: periods.ffill().shift())
    return crossed(panel.indicator, table["value"], before, table["period"])


def _gap_checks(panel: Panel, codes: list[str]) -> tuple[Check, ...]:
    gaps = panel.values.loc[codes].isna()
    if not gaps.to_numpy().any():
        return (Check("complete", "passed", "Every region has a value for every year."),)
    if gaps.to_numpy().all():
        return (Check("complete", "failed", "No region has a value for any year."),)
    parts = []
    for geo, missing in gaps[gaps.any(axis=1)].iterrows():
        years = "every year" if missing.all() else listed(str(y) for y in missing.index[missing])
        parts.append(f"{panel.names[str(geo)]} ({geo}): {years}")
    n, total = int(gaps.to_numpy().sum()), gaps.size
    text = f"{n} of {total} values are missing, and are gaps in the lines. {'; '.join(parts)}."
    return (Check("complete", "failed", text),)


def _series_checks(check: str, name: str, series: pd.DataFrame) -> tuple[Check, ...]:
    missing = series.loc[series["how"] == "missing", "period"].tolist()
    quarters = series.loc[series["how"] == "mean of four quarters", "period"].tolist()
    sources = sorted(series["source"].dropna().unique())
    checks = []
    if len(sources) > 1:
        text = f"The {name} joins values of {len(sources)} sources ({'; '.join(sources)}), perhaps not of one edition."
        if series["part"].nunique() > 1:
            text += " The line is broken where the table changes."
        checks.append(Check(f"{check}_sources", "informational", text))
    if len(missing) == len(series):
        checks.append(Check(check, "failed", f"No {name} is held."))
    elif missing:
        text = f"The {name} has no value for {listed(missing)}; the line has a gap there."
        checks.append(Check(check, "failed", text))
    if quarters:
        text = f"The {name} takes the mean of four seasonally adjusted quarters for {listed(quarters)}."
        checks.append(Check(f"{check}_quarters", "informational", text))
    if not missing:
        checks.append(Check(check, "passed", f"The {name} is complete."))
    return tuple(checks)


def _sentence(
    panel: Panel, country: str, start: str, period: str, change: pd.Series, nation: pd.DataFrame
) -> str:
    moved, meaning, total = change.dropna(), panel.indicator, len(change)
    if moved.empty:
        where = regions_of(country, total)
        return f"No change in {meaning.subject} up to {period} can be given for {where}: values are missing."
    broken = breaks_in(meaning, [start, period])
    caution = (
        " The series has a break in 2021, so part of the change may be due to new definitions."
        if broken
        else ""
    )
    national = _nation(nation, meaning, start, period, alone=total == 1)
    return f"From {start} to {period} {meaning.subject} {_moves(panel, country, moved, total)}{national}.{caution}"


def _moves(panel: Panel, country: str, change: pd.Series, total: int) -> str:
    def end(geo: str) -> str:
        return f"{signed(panel.indicator, change[geo])} ({panel.names[geo]}, {geo})"

    # What is not shown is not counted: a change that rounds to nothing is neither a rise nor a fall.
    change = change.round(panel.indicator.digits)
    if total == 1:
        word = "rose" if change.iloc[0] > 0 else "fell" if change.iloc[0] < 0 else "did not change"
        by = f" by {points(panel.indicator, change.iloc[0])}" if change.iloc[0] else ""
        return f"{word}{by} in {country_name(country)}"
    if not change.any():
        same = "all" if total > 2 else "both"
        some = same if len(change) == total else f"{len(change)}"
        return f"did not change in {some} of {regions_of(country, total)}"
    (n, word), (m, other) = sorted([((change > 0).sum(), "rose"), ((change < 0).sum(), "fell")], reverse=True)
    also = f" and {other} in {m}" if m else ""
    some = f"{'all' if n == total > 2 else 'both' if n == total else n}{also} of {regions_of(country, total)}"
    gaps = f" ({total - len(change)} cannot be compared)" if len(change) < total else ""
    ordered = change.sort_index().sort_values(kind="stable").index
    if len(change) == 1:
        return f"{word} in {some}{gaps}, by {end(ordered[0])}"
    if change[ordered[0]] == change[ordered[-1]]:
        return f"{word} in {some}{gaps}, each by {points(panel.indicator, change[ordered[0]])}"
    return f"{word} in {some}{gaps}; the changes ran from {end(ordered[0])} to {end(ordered[-1])}"


def _ends(
    nation: pd.DataFrame, start: str, period: str, *, alone: bool
) -> tuple[pd.Series, pd.Series] | None:
    """First and last national value of the span; None where there are not two, or they would say nothing."""
    held = nation[nation["value"].notna() & (nation["period"] >= start) & (nation["period"] <= period)]
    # A country of one region is its own nation: the same number twice would say nothing.
    return None if len(held) < 2 or alone else (held.iloc[0], held.iloc[-1])


def _one_table(a: pd.Series, b: pd.Series) -> bool:
    return table_of(str(a["source"])) == table_of(str(b["source"]))


def _nation_checks(
    country: str, start: str, period: str, change: pd.Series, nation: pd.DataFrame
) -> tuple[Check, ...]:
    """Why the sentence leaves the national change out, where it does."""
    ends = _ends(nation, start, period, alone=len(change) == 1)
    if ends is None or change.isna().all() or _one_table(*ends):
        return ()
    a, b = ends
    text = (
        f"The change of the national value of {country_name(country)} is left out of the sentence: the value for "
        f"{a['period']} ({a['source']}) and the one for {b['period']} ({b['source']}) come from different tables "
        "or editions, so their difference is not a change."
    )
    return (Check("national_change", "failed", text),)


def _nation(nation: pd.DataFrame, indicator: Indicator, start: str, period: str, *, alone: bool) -> str:
    ends = _ends(nation, start, period, alone=alone)
    if ends is None or not _one_table(*ends):
        return ""
    a, b = ends
    return (
        f"; the national value went from {valued(indicator, a['value'])} in {a['period']} to "
        f"{valued(indicator, b['value'])} in {b['period']}"
    )
