"""How a country's regions stand on one indicator: rank, change, gap to the EU and to the nation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from almpo_kit.regions.breaks import break_check, crossed
from almpo_kit.regions.changes import DIFFERENCE_DIGITS, change_over_year, change_since, ranks
from almpo_kit.regions.grounds import grounds, trace
from almpo_kit.regions.panel import Panel, choose_period, once, require, select
from almpo_kit.regions.quality import agreement_check, infinite_check, region_checks, vintage_checks
from almpo_kit.regions.reference_values import (
    EU,
    Reference,
    age_check,
    edition_check,
    national_rows,
    reference,
    reference_checks,
)
from almpo_kit.regions.wording import country_name, how_many, regions_do, regions_of, spread_of, valued
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.places import member_state

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Standing(Finding):
    """Where a country's regions stand.

    Parameters
    ----------
    country, indicator, period : str
    unit : str
        In words, e.g. ``"% of the labour force aged 15–74"``; the sign that follows a number is
        ``INDICATORS[indicator].sign``.
    eu_value, national_value : float
        NaN where missing; ``eu_how`` and ``national_how`` say how each came about (``"published"``,
        ``"mean of four quarters"``, ``"by definition"``, ``"missing"``).
    eu_median : float
        The median region of the EU in the period: what to compare with where the EU value is missing.
    n_eu : int
        Regions of the EU with a value in the period.
    europe : DataFrame, shape (244, 6)
        ``geo, name, country, value, lon, lat``: every NUTS-2 region of the EU-27.
    boundaries : GeoDataFrame or None
    """

    country: str
    indicator: str
    unit: str
    period: str
    eu_value: float
    eu_how: str
    eu_median: float
    national_value: float
    national_how: str
    n_eu: int
    europe: pd.DataFrame
    boundaries: gpd.GeoDataFrame | None = None

    def metrics(self) -> dict[str, float]:
        """The national value, and the lowest and highest of the regions, as far as they are held."""
        values = self.table["value"]
        found = {"national": self.national_value, "lowest": values.min(), "highest": values.max()}
        return {name: float(value) for name, value in found.items() if pd.notna(value)}


def standing(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    country: str,
    indicator: str,
    national: pd.DataFrame,
    locations: pd.DataFrame | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    period: str | int | None = None,
) -> Standing:
    """Rank a country's regions and measure their change and their gaps.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    country : str
        One of the 27 member states, as code or English name.
    indicator : str
        E.g. ``"unemployment_rate"``.
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.
    locations : DataFrame, optional
        A ``locations`` frame (``geo, lon, lat``), carried along for the map.
    boundaries : GeoDataFrame, optional
        Polygons (``geo, geometry``), carried along for the map.
    period : str or int, optional
        A year; see :func:`almpo_kit.regions.panel.choose_period` for the default.

    Returns
    -------
    Standing
        ``table``, one row for each region of the country: ``geo, name, period, value, flag,
        rank_in_country, rank_in_eu, change_1y, change_since_first, first_period, gap_to_eu,
        gap_to_nation, change_1y_crosses_break, change_since_first_crosses_break``. Rank 1 is the most favourable value (the lowest unemployment, the highest
        employment); equal values share the better rank. Gaps are value minus reference and changes are
        later minus earlier, both in points (or PPS). Changes are empty where either year is missing or was
        measured on another NUTS vintage.

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown indicator or period.
    """
    country = member_state(country)
    panel = select(indicators, places, indicator)
    period = choose_period(panel, period)
    rows = national_rows(national, panel.indicator, country)
    eu, nation = (reference(rows, panel.indicator, place, period) for place in (EU, country))
    table = _table(panel, country, period, eu, nation)
    median, _ = panel.median(period)
    return Standing(
        question=f"How {regions_do(country, len(table), ('does', 'do'))} stand on {panel.indicator.subject}? · {period}",
        sentence=_sentence(panel, country, period, table, eu),
        table=table,
        checks=(
            *region_checks(panel, country, period),
            *reference_checks("eu_value", rows, panel.indicator, EU, period),
            *edition_check("eu_value", rows, panel.indicator, EU, period),
            *reference_checks("national_value", rows, panel.indicator, country, period),
            *edition_check("national_value", rows, panel.indicator, country, period),
            *age_check(panel.age, rows),
            *agreement_check(table["value"], nation, panel.indicator, country),
            *vintage_checks(panel, country, panel.codes(country)),
            *_change_checks(panel, table, period),
            *infinite_check(panel, national, country),
        ),
        provenance=trace(
            "regions.standing",
            panel,
            places,
            rows,
            locations,
            country=country,
            indicator=indicator,
            period=period,
        ),
        figure="region_map",
        rests_on=grounds(panel, country, period),
        country=country,
        indicator=indicator,
        unit=panel.indicator.unit,
        period=period,
        eu_value=eu.value,
        eu_how=eu.how,
        eu_median=median,
        national_value=nation.value,
        national_how=nation.how,
        n_eu=int(panel.values[period].notna().sum()),
        europe=_europe(panel, period, locations),
        boundaries=boundaries,
    )


def _table(panel: Panel, country: str, period: str, eu: Reference, nation: Reference) -> pd.DataFrame:
    codes = panel.codes(country)
    everywhere = panel.values[period]
    value, comparable = everywhere.loc[codes], panel.comparable.loc[codes]
    since, year = change_since(comparable, period), change_over_year(comparable, period)
    over = crossed(panel.indicator, since["change"], since["first_period"], period)
    return pd.DataFrame(
        {
            "geo": codes,
            "name": panel.names.loc[codes],
            "period": period,
            "value": value,
            "flag": panel.flags.loc[codes, period].astype("str"),
            "rank_in_country": ranks(value, panel.indicator),
            "rank_in_eu": ranks(everywhere, panel.indicator).loc[codes],
            "change_1y": year,
            "change_since_first": since["change"],
            "first_period": since["first_period"],
            "gap_to_eu": (value - eu.value).round(DIFFERENCE_DIGITS),
            "gap_to_nation": (value - nation.value).round(DIFFERENCE_DIGITS),
            "change_1y_crosses_break": crossed(panel.indicator, year, str(int(period) - 1), period),
            "change_since_first_crosses_break": over,
        }
    ).reset_index(drop=True)


def _europe(panel: Panel, period: str, locations: pd.DataFrame | None) -> pd.DataFrame:
    frame = panel.regions.assign(value=panel.values[period])[["name", "country", "value"]]
    if locations is None:
        frame = frame.assign(lon=float("nan"), lat=float("nan"))
    else:
        require(locations, ("geo", "lon", "lat"), "locations")
        once(locations["geo"], "locations", "geo")
        frame = frame.join(locations.set_index("geo")[["lon", "lat"]])
    return frame.reset_index()


def _change_checks(panel: Panel, table: pd.DataFrame, period: str) -> tuple[Check, ...]:
    there = table[table["change_since_first"].notna()]
    changes = {}
    if table["change_1y"].notna().any():
        changes["the change over one year"] = (str(int(period) - 1), period)
    if len(there):
        changes["the change since the first year"] = (str(there["first_period"].min()), period)
    checks = list(break_check(panel.indicator, changes, answer=False))
    starts = there.groupby("first_period")["name"].agg(list)
    if len(starts) > 1:
        late = "; ".join(f"{', '.join(names)} from {year}" for year, names in list(starts.items())[1:])
        text = f"The change since the first year does not start in one year: {starts.index[0]}, but {late}."
        checks.append(Check("first_year", "informational", text))
    return tuple(checks)


def _sentence(panel: Panel, country: str, period: str, table: pd.DataFrame, eu: Reference) -> str:
    there = table[table["value"].notna()].sort_values(["value", "geo"])
    subject = panel.indicator.subject
    if there.empty:
        return f"No value of {subject} for {period} is held for {regions_of(country, len(table))}."
    if len(table) == 1:
        return _one_region(panel, country, period, there.iloc[0], eu)
    some = "" if len(there) == len(table) else f"{len(there)} of "
    who = f"{some}{regions_of(country, len(table))}"
    spread = spread_of(panel.indicator, there)
    return f"In {period} {subject} in {who} {spread}{_against_eu(panel, there['value'], period, eu)}"


def _no_eu(panel: Panel, period: str) -> str:
    middle, called = panel.median(period)
    return f". No EU value for {period} is held; {called} had {valued(panel.indicator, middle)}."


def _against_eu(panel: Panel, values: pd.Series, period: str, eu: Reference) -> str:
    if eu.missing:
        return _no_eu(panel, period)
    # What reads as equal is not above: both sides are counted as they are shown.
    digits = panel.indicator.digits
    above = int((values.round(digits) > round(eu.value, digits)).sum())
    verb = "was" if above <= 1 else "were"
    level = f"the EU value of {valued(panel.indicator, eu.value)}{eu.remark}"
    if eu.how == "by definition":
        level = f"the EU value, which is {valued(panel.indicator, eu.value)} by definition"
    return f"; {how_many(above, len(values))} {verb} above {level}."


def _one_region(panel: Panel, country: str, period: str, row: pd.Series, eu: Reference) -> str:
    n = int(panel.values[period].notna().sum())
    at = valued(panel.indicator, row["value"])
    where = f"{country_name(country)}, which is one NUTS-2 region"
    head = f"In {period} {panel.indicator.subject} in {where}, was {at}"
    best = "the highest" if panel.indicator.favourable == 0 else "the most favourable"
    place = f"rank {row['rank_in_eu']} of {n} EU regions (1 is {best})"
    if eu.missing:
        return f"{head}, {place}{_no_eu(panel, period)}"
    gap = round(row["value"], panel.indicator.digits) - round(eu.value, panel.indicator.digits)
    side = "equal to" if gap == 0 else "above" if gap > 0 else "below"
    return f"{head}, {side} the EU value of {valued(panel.indicator, eu.value)}{eu.remark}; {place}."
