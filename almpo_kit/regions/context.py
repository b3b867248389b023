"""The labour market that a programme works in: high or low unemployment; skilled jobs unknown."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from almpo_kit.regions.changes import DIFFERENCE_DIGITS
from almpo_kit.regions.grounds import grounds, trace
from almpo_kit.regions.panel import Panel, choose_period, select
from almpo_kit.regions.quality import infinite_check, region_checks
from almpo_kit.regions.reference_values import (
    EU,
    age_check,
    national_rows,
    reference,
    reference_checks,
    value_name,
)
from almpo_kit.regions.wording import country_name, listed, regions_do, regions_of, valued, with_code
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.finding import Check, Finding
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.places import member_state

INDICATOR = "unemployment_rate"
#: Points on either side of the threshold within which a region is not called high or low.
#: The survey's precision rule for regions (8% relative standard error where 5% of the working-age
#: population are unemployed) allows a standard error near 0.6 points of the labour force, so one point is
#: about a 90% interval. It is a convention: small regions are less precise, and the threshold has its own
#: (much smaller) error. Source: Council Regulation (EC) No 577/98, Article 3(2).
MARGIN = 1.0
CLASSES = ("high", "low", "near the threshold", "unknown")

SKILL_SENTENCE = (
    "Whether a region has many or few skilled jobs is unknown: no measure of jobs is held, and what people "
    "have learned (attainment) is not jobs."
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Context(Finding):
    """Each region's class of labour market.

    Parameters
    ----------
    country, indicator, unit, period : str
    threshold : float
        In per cent of the labour force; NaN where it is missing.
    threshold_label : str
        What it is, e.g. ``"the EU value"`` or ``"the median region of the EU"``.
    margin : float
        Points on either side within which a region is near the threshold.
    """

    country: str
    indicator: str
    unit: str
    period: str
    threshold: float
    threshold_label: str
    margin: float


def context(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    country: str,
    national: pd.DataFrame,
    period: str | int | None = None,
    threshold: Literal["eu", "nation"] | float = "eu",
    margin: float = MARGIN,
) -> Context:
    """Class a country's regions by unemployment, with the distance from the threshold.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions, annual.
    places : DataFrame
        A ``taxonomy`` frame with the NUTS-2 regions of vintage 2024.
    country : str
    national : DataFrame
        An ``indicators`` frame with country rows and ``EU27_2020``; may be empty.
    period : str or int, optional
        A year; see :func:`almpo_kit.regions.panel.choose_period` for the default.
    threshold : {"eu", "nation"} or float
        The EU-27 value of the year (the median region of the EU, so labelled, where that is missing), the
        country's own value, or a rate in per cent.
    margin : float
        Points; see :data:`MARGIN` for why one point is the default.

    Returns
    -------
    Context
        ``table``, one row for each region: ``geo, name, period, unemployment_rate, threshold, distance,
        unemployment_class, skill_class, context_class``. ``distance`` is rate minus threshold in points. A
        region without a value is ``"unknown"``, and so is every region where the threshold is missing.

    Raises
    ------
    PlaceError
        Not a member state.
    DesignError
        Unknown period, threshold or margin.
    """
    country = member_state(country)
    _valid(threshold, margin)
    # Numpy's numbers become plain ones, which the provenance can write down.
    threshold = threshold if isinstance(threshold, str) else float(threshold)
    margin = float(margin)
    panel = select(indicators, places, INDICATOR)
    period = choose_period(panel, period)
    rows = national_rows(national, panel.indicator, country)
    level, label, remark, checks = _threshold(panel, rows, country, period, threshold)
    table = _table(panel, country, period, level, margin)
    against = "" if math.isnan(level) else f"{label} of {valued(panel.indicator, level)}{remark}"
    return Context(
        question=f"Which labour market {regions_do(country, len(table), ('does', 'do'))} have? · {period}",
        sentence=f"{_sentence(table, country, period, margin, against)} {SKILL_SENTENCE}",
        table=table,
        checks=(
            *region_checks(panel, country, period),
            *checks,
            *age_check(panel.age, rows),
            *_margin_check(table, margin),
            *infinite_check(panel, national, country),
            Check("skill_axis", "failed", SKILL_SENTENCE),
        ),
        provenance=trace(
            "regions.context",
            panel,
            places,
            rows,
            country=country,
            period=period,
            threshold=threshold,
            margin=margin,
        ),
        figure="context",
        rests_on=grounds(panel, country, period),
        country=country,
        indicator=INDICATOR,
        unit=panel.indicator.unit,
        period=period,
        threshold=level,
        threshold_label=label,
        margin=margin,
    )


def classify(distance: pd.Series, margin: float) -> pd.Series:
    """``high``, ``low``, ``near the threshold`` (up to and including the margin) or ``unknown``."""
    near = distance.abs() <= margin
    classes = pd.Series("unknown", index=distance.index, dtype="object")
    return (
        classes.mask(distance > margin, "high")
        .mask(distance < -margin, "low")
        .mask(near, "near the threshold")
    )


def _valid(threshold: object, margin: object) -> None:
    def rate(x: object) -> bool:
        if not isinstance(x, numbers.Real) or isinstance(x, bool):
            return False
        return math.isfinite(x) and 0 <= float(x) <= 100

    word = isinstance(threshold, str) and threshold in ("eu", "nation")
    if not word and not rate(threshold):
        raise DesignError(
            f"threshold={threshold!r}: choose 'eu', 'nation' or a rate from 0 to 100 (per cent)."
        )
    if not rate(margin):
        raise DesignError(f"margin={margin!r}: give a number of points from 0 to 100, e.g. {MARGIN}.")


def _threshold(
    panel: Panel, rows: pd.DataFrame, country: str, period: str, threshold: Literal["eu", "nation"] | float
) -> tuple[float, str, str, tuple[Check, ...]]:
    """Value, label, remark and checks of the threshold."""
    if not isinstance(threshold, str):
        note = f"The threshold of {valued(panel.indicator, threshold)} was chosen by the user."
        return threshold, "the chosen threshold", "", (Check("threshold", "informational", note),)
    place = EU if threshold == "eu" else country
    found = reference(rows, panel.indicator, place, period)
    checks = reference_checks("threshold", rows, panel.indicator, place, period)
    if found.missing and threshold == "eu":
        median, called = panel.median(period)
        note = f"The threshold is {called} instead, which is not the EU value."
        return median, called, "", (*checks, Check("threshold_fallback", "informational", note))
    return found.value, f"the {value_name(place)}", found.remark, checks


def _table(panel: Panel, country: str, period: str, level: float, margin: float) -> pd.DataFrame:
    codes = panel.codes(country)
    rate = panel.values.loc[codes, period]
    distance = (rate - level).round(DIFFERENCE_DIGITS)
    classes = classify(distance, margin)
    return pd.DataFrame(
        {
            "geo": codes,
            "name": panel.names.loc[codes],
            "period": period,
            "unemployment_rate": rate,
            "threshold": level,
            "distance": distance,
            "unemployment_class": classes,
            "skill_class": "unknown",
            "context_class": "unemployment " + classes + ", skilled jobs unknown",
        }
    ).reset_index(drop=True)


def _margin_check(table: pd.DataFrame, margin: float) -> tuple[Check, ...]:
    # Without a threshold or a value there is no distance that could be small.
    if table["distance"].isna().all():
        return ()
    near = table.loc[table["unemployment_class"] == "near the threshold", "geo"].tolist()
    width = _width(margin)
    if not near:
        return (Check("near_threshold", "passed", f"No region lies within {width} of the threshold."),)
    text = (
        f"Within {width} of the threshold, so called neither high nor low: "
        f"{with_code(table.set_index('geo')['name'], near)}. The margin is a convention of about the size of "
        "the sampling error of a regional rate."
    )
    return (Check("near_threshold", "informational", text),)


def _width(margin: float) -> str:
    return f"{margin:g} point" if margin == 1 else f"{margin:g} points"


def _sentence(table: pd.DataFrame, country: str, period: str, margin: float, against: str) -> str:
    if not against:
        return f"The regions cannot be classed for {period}: the threshold is missing."
    if len(table) == 1:
        return _one_region(table.iloc[0], country, period, against)
    counts = {c: int((table["unemployment_class"] == c).sum()) for c in CLASSES}
    parts = [
        f"{counts['high'] or 'none'} had high unemployment",
        f"{counts['low'] or 'none'} low",
        f"{counts['near the threshold'] or 'none'} lay within {_width(margin)} of the threshold",
    ]
    if counts["unknown"]:
        parts.append(f"{counts['unknown']} had no value")
    return f"In {period}, of {regions_of(country, len(table))}, {listed(parts)}. The threshold is {against}."


def _one_region(row: pd.Series, country: str, period: str, against: str) -> str:
    where = f"{country_name(country)}, which is one region,"
    if row["unemployment_class"] == "unknown":
        return f"No unemployment rate for {period} is held for {where} so it cannot be classed."
    side = row["unemployment_class"]
    verb = "lay near the threshold" if side == "near the threshold" else f"counted as {side}"
    rate = valued(INDICATORS[INDICATOR], row["unemployment_rate"])
    return f"In {period} unemployment in {where} {verb}: {rate}, against {against}."
