"""Cells that are possible each, but not together; and values that usually mean a slip."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from almpo_kit.sources.intake.coded_rows import Row
from almpo_kit.sources.intake.problems import Problem, Severity
from almpo_kit.vocabulary.errors import PlaceError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS, unit_fit, usual_units
from almpo_kit.vocabulary.places import EU27, normalise, nuts_level

_FAR_BELOW, _FAR_ABOVE = 1.645, 1.96
#: |effect / se| above this is nearly always a wrong unit or decimal.
_MOST_Z = 75.0
#: A ratio of 150 or of a 150th is nearly always a per cent or a ratio coded as its logarithm.
_MOST_LOG = 5.0
#: A national unemployment rate below this is usually a share.
_LEAST_RATE = 0.4
#: A standard error below this in percentage points takes a million people: usually a share, or a slip.
_LEAST_SE_POINTS = 0.05


def implausible(row: Row) -> Iterator[Problem]:
    """Problems between the cells of one row, after derivation and conversion."""
    yield from _unit(row)
    yield from _size(row)
    yield from _significance(row)
    yield from _years(row)
    yield from _place(row)
    yield from _estimand(row)


def _unit(row: Row) -> Iterator[Problem]:
    outcome, unit = row.values.get("outcome") or "", row.values.get("unit") or ""
    fit, effect = unit_fit(outcome, unit), row.number_of("effect")
    if fit != "usual":
        label, sign = OUTCOMES[outcome].label, UNITS[unit][1]
        remedy = f"Correct the outcome or the unit; usual are {', '.join(usual_units(outcome))}."
        severity: Severity = "fatal" if fit == "impossible" else "look at"
        can = "cannot be" if fit == "impossible" else "is rarely"
        yield row.problem("unit", severity, f"{outcome} ({label}) {can} measured in {sign}", remedy)
    if unit.startswith("log_") and abs(effect) > _MOST_LOG:
        said = f"a logarithm of {effect:g} is a ratio of {math.exp(min(effect, 700)):.3g}"
        yield row.problem(
            "effect", "look at", said, "Is it in per cent, or the ratio itself? Check the unit."
        )


def _size(row: Row) -> Iterator[Problem]:
    effect, se, unit = row.number_of("effect"), row.number_of("se"), row.values.get("unit")
    if unit == "percentage_points" and abs(effect) > 100:
        yield row.problem(
            "effect", "fatal", "it is more than 100 percentage points", "Correct the effect or the unit."
        )
    if unit == "percentage_points" and 0 < se < _LEAST_SE_POINTS:
        said = "a standard error this small in percentage points would take about a million people"
        yield row.problem("se", "look at", said, "Is it a share? Then write share as the unit.")
    elif se > 0 and abs(effect) / se > _MOST_Z:
        said = f"the effect is {abs(effect) / se:,.0f} standard errors from zero"
        yield row.problem("se", "look at", said, "Check unit and decimals of effect and se.")


def _significance(row: Row) -> Iterator[Problem]:
    word, outcome = row.values.get("significance"), OUTCOMES.get(row.values.get("outcome") or "")
    effect, se = row.number_of("effect"), row.number_of("se")
    if word in ("positive", "negative") and outcome and outcome.favourable and not math.isnan(effect):
        favourable = outcome.favourable * effect
        if (word == "positive" and favourable <= 0) or (word == "negative" and favourable >= 0):
            more = "more" if outcome.favourable > 0 else "less"
            said = f"it means favourable or not, never plus or minus: {more} is better for {outcome.key}, and the effect is {effect:g}"
            yield row.problem("significance", "fatal", said, "Correct the effect's sign, or this cell.")
    z = abs(effect) / se if se > 0 else math.nan
    if word in ("positive", "negative") and z < _FAR_BELOW:
        yield row.problem(
            "significance", "look at", f"effect over se is only {z:.2f}", "Check effect, se and this cell."
        )
    if word == "none" and z > _FAR_ABOVE:
        yield row.problem(
            "significance",
            "look at",
            f"not significant, but effect over se is {z:.2f}",
            "Check effect, se and this cell.",
        )


def _years(row: Row) -> Iterator[Problem]:
    if 0 < row.number_of("unemployment_rate") < _LEAST_RATE:
        said = "hardly any country had a rate this low; the column is in per cent"
        yield row.problem("unemployment_rate", "look at", said, "Is it a share? Then write 7.4 for 0.074.")
    start, end = row.number_of("start_year"), row.number_of("end_year")
    if end < start:
        yield row.problem("end_year", "fatal", f"it is before start_year ({start:g})", "Correct one of them.")


def _place(row: Row) -> Iterator[Problem]:
    nuts, country = row.values.get("nuts"), row.values.get("country")
    if not nuts:
        return
    try:
        level = nuts_level(nuts)
    except PlaceError as error:
        yield row.problem("nuts", "look at", str(error).rstrip("."), "Correct it, or leave the cell empty.")
        return
    if country and normalise(nuts)[:2] != country:
        yield row.problem("nuts", "look at", f"the region is not in {country}", "Correct one of them.")
    elif level and country in EU27 and normalise(nuts) not in _regions():
        said = "neither NUTS 2024 nor NUTS 2021 has such a region"
        yield row.problem("nuts", "look at", said, "Correct it; a code of an older vintage may stay.")


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    """Every code of the two vintages that the workbench carries."""
    from almpo_kit.sources.packages import nuts

    return frozenset(code for version in ("2021", "2024") for code in nuts(version)["code"])


def _estimand(row: Row) -> Iterator[Problem]:
    if row.values.get("estimand_source") and row.values.get("estimand") in (None, "not_stated"):
        said = "it says where the estimand comes from, but there is none"
        yield row.problem("estimand_source", "look at", said, "Fill in estimand, or empty this cell.")
