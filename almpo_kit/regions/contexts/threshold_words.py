"""How a sentence names the threshold of a context."""

from __future__ import annotations

import math

from almpo_kit.regions.contexts.classified import Classified
from almpo_kit.regions.reference_values import EU, reference, value_name
from almpo_kit.regions.wording import listed, valued

NAN = float("nan")


def told_threshold(found: Classified, country: str, shown: list[str]) -> tuple[float, str, str]:
    """The threshold of the first axis.

    Returns
    -------
    value : float
        NaN where it is missing or not one number for all rows.
    label : str
        What it is.
    told : str
        With its number where there is one; empty where it is missing.
    """
    axis, indicator = found.unemployment.axis, found.unemployment.panel.indicator
    against = axis.rule.against
    if against == "both" and country and axis.alone.all():
        against = "eu"  # a nation of one region has only the EU to compare with
    if not isinstance(against, str):
        return against, "the chosen threshold", f"the chosen threshold of {valued(indicator, against)}"
    if len(shown) > 1 or (against != "eu" and not country):
        label = _label(_eu_called(found, shown), against, country, len(shown))
        return NAN, label, label
    t = found.years.index(shown[0])
    eu = (float(axis.limits.eu[t]), axis.limits.eu_called[t], EU)
    if against == "eu":
        return eu[0], eu[1], _with_value(found, eu, shown[0])
    held = reference(found.unemployment.rows, indicator, country, shown[0])
    nation = (held.value, f"the {value_name(country)}", country)
    if against == "nation":
        return nation[0], nation[1], _with_value(found, nation, shown[0])
    told = [_with_value(found, one, shown[0]) for one in (eu, nation)]
    return NAN, f"{eu[1]} and {nation[1]}", listed(told) if all(told) else ""


def _with_value(found: Classified, one: tuple[float, str, str], year: str) -> str:
    """``the EU value of 6.0% (mean of four quarters, seasonally adjusted)``; empty where it is missing."""
    level, called, place = one
    if math.isnan(level):
        return ""
    indicator = found.unemployment.panel.indicator
    remark = reference(found.unemployment.rows, indicator, place, year).remark
    return f"{called} of {valued(indicator, level)}{remark}"


def _eu_called(found: Classified, shown: list[str]) -> str:
    """``the EU value``, its stand-in, or both where some years lack it."""
    called = {found.unemployment.axis.limits.eu_called[found.years.index(y)] for y in shown} - {""}
    instead = sorted(called - {"the EU value"})
    if not instead:
        return "the EU value"
    median = instead[0] if len(instead) == 1 else "the median of the EU regions with a value"
    return f"the EU value, or {median} where it is missing," if "the EU value" in called else median


def _label(eu: str, against: str, country: str, years: int) -> str:
    nation = f"the {value_name(country)}" if country else "the value of each region's nation"
    words = {"eu": eu, "nation": nation, "both": f"{eu} and {nation}"}[against].removesuffix(",")
    return f"{words}, year by year" if years > 1 else words
