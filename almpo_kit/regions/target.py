"""How far a country's regions are from the EU's employment target for 2030.

The arithmetic is a straight line: the yearly step that would close the gap by 2030, beside the yearly step
so far. It is no forecast.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass

import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK, break_check, crossed
from almpo_kit.regions.changes import DIFFERENCE_DIGITS, change_since
from almpo_kit.regions.grounds import grounds, trace
from almpo_kit.regions.panel import Panel, choose_period, select
from almpo_kit.regions.quality import agreement_check, infinite_check, region_checks, vintage_checks
from almpo_kit.regions.reference_values import (
    EU,
    age_check,
    edition_check,
    national_rows,
    reference,
    reference_checks,
)
from almpo_kit.regions.wording import (
    country_name,
    how_many,
    listed,
    points,
    regions_do,
    regions_of,
    spread_of,
    valued,
    with_code,
)
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.places import member_state

INDICATOR = "employment_rate"
#: At least 78% of people aged 20–64 in work by 2030: European Pillar of Social Rights Action Plan (2021).
GOAL, GOAL_YEAR = 78.0, 2030

GOAL_SENTENCE = (
    "The goal is one for the EU as a whole. Member states have set goals of their own, and regions have none; "
    "the distance shows where a region stands, not whether it has met an obligation."
)
ARITHMETIC_SENTENCE = (
    "Pace is simple arithmetic: the yearly step to the goal by 2030, beside the yearly step so far. It is not "
    "a forecast."
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TargetGap(Finding):
    """Distance of each region from the employment goal.

    Parameters
    ----------
    country, indicator, unit, period : str
    goal : float
        In per cent of the population aged 20–64; ``goal_year`` is when.
    eu_value, national_value : float
        Of the period; NaN where missing.
    """

    country: str
    indicator: str
    unit: str
    period: str
    goal: float
    goal_year: int
    eu_value: float
    national_value: float


def target(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    country: str,
    national: pd.DataFrame,
    goal: float = GOAL,
    period: str | int | None = None,
) -> TargetGap:
    """Measure the distance to the employment goal, and the pace it would take.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual, with ``employment_rate``.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    country : str
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.
    goal : float
        Per cent of people aged 20–64 in work, to be reached by 2030.
    period : str or int, optional
        A year; see :func:`almpo_kit.regions.panel.choose_period` for the default.

    Returns
    -------
    TargetGap
        ``table``, one row for each region: ``geo, name, period, value, goal, gap, change_since_first,
        first_period, pace_so_far, pace_since_2021, pace_needed, on_track, status, pace_crosses_break``. ``gap`` is value minus
        goal, so negative below it; the goal is reached at the goal exactly and above it. Paces are points a year; ``pace_needed`` is 0 once the goal is reached.
        ``on_track`` is true where the goal is reached or the pace so far is enough, and missing where it
        cannot be said; ``status`` says it in words.

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown period, or a goal that is not a rate.
    """
    country = member_state(country)
    if isinstance(goal, bool) or not isinstance(goal, numbers.Real) or not 0 < goal <= 100:
        raise DesignError(f"goal={goal!r}: give a rate above 0 and up to 100 (per cent), e.g. {GOAL:g}.")
    goal = float(goal)
    panel = select(indicators, places, INDICATOR)
    period = choose_period(panel, period)
    rows = national_rows(national, panel.indicator, country)
    eu, nation = (reference(rows, panel.indicator, place, period) for place in (EU, country))
    table = _table(panel, country, period, goal)
    return TargetGap(
        question=f"How far {regions_do(country, len(table), ('is', 'are'))} from {goal:g}% of people "
        f"aged 20–64 in work? · {period}",
        sentence=_sentence(table, country, period, goal),
        table=table,
        checks=(
            *region_checks(panel, country, period),
            *vintage_checks(panel, country, panel.codes(country)),
            *_pace_checks(panel, table, period),
            Check("goal", "informational", GOAL_SENTENCE),
            Check("arithmetic", "informational", ARITHMETIC_SENTENCE),
            *reference_checks("national_value", rows, panel.indicator, country, period),
            *edition_check("national_value", rows, panel.indicator, country, period),
            *reference_checks("eu_value", rows, panel.indicator, EU, period),
            *edition_check("eu_value", rows, panel.indicator, EU, period),
            *age_check(panel.age, rows),
            *agreement_check(table["value"], nation, panel.indicator, country),
            *infinite_check(panel, national, country),
        ),
        provenance=trace("regions.target", panel, places, rows, country=country, period=period, goal=goal),
        figure="target",
        rests_on=grounds(panel, country, period),
        country=country,
        indicator=INDICATOR,
        unit=panel.indicator.unit,
        period=period,
        goal=goal,
        goal_year=GOAL_YEAR,
        eu_value=eu.value,
        national_value=nation.value,
    )


def _table(panel: Panel, country: str, period: str, goal: float) -> pd.DataFrame:
    codes = panel.codes(country)
    value, comparable = panel.values.loc[codes, period], panel.comparable.loc[codes]
    since = change_since(comparable, period)
    after = change_since(comparable, period, start=LFS_BREAK)
    gap = (value - goal).round(DIFFERENCE_DIGITS)
    left = GOAL_YEAR - int(period)
    needed = (
        (-gap / left).clip(lower=0.0).round(DIFFERENCE_DIGITS)
        if left > 0
        else pd.Series(float("nan"), index=value.index)
    )
    table = pd.DataFrame(
        {
            "geo": codes,
            "name": panel.names.loc[codes],
            "period": period,
            "value": value,
            "goal": goal,
            "gap": gap,
            "change_since_first": since["change"],
            "first_period": since["first_period"],
            "pace_so_far": (since["change"] / since["years"]).round(DIFFERENCE_DIGITS),
            "pace_since_2021": (after["change"] / after["years"]).round(DIFFERENCE_DIGITS),
            "pace_needed": needed,
        }
    )
    table["on_track"] = on_track(table["gap"], table["pace_so_far"], table["pace_needed"])
    table["status"] = _status(table)
    table["pace_crosses_break"] = crossed(panel.indicator, since["change"], since["first_period"], period)
    # As plain True, False or None: a nullable boolean counts as a number and would be printed as 1.0.
    table["on_track"] = table["on_track"].astype("object").where(table["on_track"].notna(), None)
    return table.reset_index(drop=True)


def on_track(gap: pd.Series, pace: pd.Series, needed: pd.Series) -> pd.Series:
    """True where the goal is reached or the pace is enough; missing where it cannot be said."""
    reached = gap >= 0
    known = gap.notna() & (reached | (pace.notna() & needed.notna()))
    return (reached | (pace >= needed)).astype("boolean").where(known, pd.NA)


def _status(table: pd.DataFrame) -> pd.Series:
    words = pd.Series("unknown", index=table.index, dtype="object")
    words = words.mask(table["on_track"].eq(True).fillna(False).astype(bool), "pace so far is enough")
    words = words.mask(table["on_track"].eq(False).fillna(False).astype(bool), "pace so far is not enough")
    return words.mask(table["gap"] >= 0, "goal reached")


def _pace_checks(panel: Panel, table: pd.DataFrame, period: str) -> tuple[Check, ...]:
    there = table.loc[table["change_since_first"].notna(), "first_period"]
    if there.empty:
        return ()
    checks = break_check(
        panel.indicator,
        {"the pace so far": (str(there.min()), period)},
        answer=bool((table["gap"] < 0).any()),
    )
    clean = on_track(table["gap"], table["pace_since_2021"], table["pace_needed"])
    differ = clean.notna() & table["on_track"].notna() & (clean.astype("object") != table["on_track"])
    if not differ.any():
        text = "Counting the pace from 2021, after the break, changes no region's answer."
        return (*checks, Check("pace_since_2021", "passed", text))
    who = with_code(panel.names, table.loc[differ, "geo"].tolist())
    text = f"Counting the pace from 2021, after the break, turns the answer around for {who}."
    return (*checks, Check("pace_since_2021", "failed", text))


def _sentence(table: pd.DataFrame, country: str, period: str, goal: float) -> str:
    meaning = INDICATORS[INDICATOR]
    there = table[table["value"].notna()].sort_values(["value", "geo"])
    if there.empty:
        return f"No employment rate for {period} is held for {regions_of(country, len(table))}."
    if len(table) == 1:
        return _one_region(there.iloc[0], country, period, goal)
    reached = int((there["gap"] >= 0).sum())
    some = "" if len(there) == len(table) else f"{len(there)} of "
    verb = "has" if reached <= 1 else "have"
    head = (
        f"In {period} the employment rate of people aged 20–64 in {some}{regions_of(country, len(table))} "
        f"{spread_of(meaning, there)}; {how_many(reached, len(there))} {verb} reached {goal:g}%."
    )
    below = there[there["gap"] < 0]
    return f"{head}{_others(below, period)}" if len(below) else head


def _others(below: pd.DataFrame, period: str) -> str:
    enough = int(below["on_track"].eq(True).sum())
    unsaid = int(below["on_track"].isna().sum())
    n = len(below) - unsaid
    if n == 0:
        return f" Whether the others' pace is enough cannot be said from data up to {period}."
    meaning = INDICATORS[INDICATOR]
    middle = points(meaning, round(float(below["pace_needed"].median()), 1))
    who = "The one below it" if n == 1 else f"Of the {n} below it, {how_many(enough, n).split(' of ')[0]}"
    grown = ("has" if enough else "has not") if n == 1 else "has" if enough <= 1 else "have"
    whose = "it" if n == 1 else "the middle region"
    rest = f"; for {unsaid} more it cannot be said" if unsaid else ""
    return (
        f" {who} {grown} so far gained at a pace that would reach it by {GOAL_YEAR}, if it held; {whose} "
        f"would need {middle} a year{rest}."
    )


def _one_region(row: pd.Series, country: str, period: str, goal: float) -> str:
    meaning = INDICATORS[INDICATOR]
    head = (
        f"In {period} the employment rate of people aged 20–64 in {country_name(country)}, which is one NUTS-2 "
        f"region, was {valued(meaning, row['value'])}"
    )
    if row["gap"] >= 0:
        return f"{head}: {goal:g}% is reached."
    short = f"{head}, {points(meaning, row['gap'])} below {goal:g}%"
    need = points(meaning, round(row["pace_needed"], 1)) if not math.isnan(row["pace_needed"]) else ""
    if not need or math.isnan(row["pace_so_far"]):
        return f"{short}."
    so_far = round(row["pace_so_far"], 1)
    was = (
        listed([f"{'rose' if so_far > 0 else 'fell'} by {points(meaning, so_far)}"])
        if so_far
        else "did not move"
    )
    return f"{short}. It would need {need} a year to get there by {GOAL_YEAR}; since {row['first_period']} it {was} a year."
