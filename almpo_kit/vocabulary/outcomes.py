"""What studies measure, in which unit, and which direction helps the person.

A significant effect on days unemployed is favourable when it is *negative*. ``significance`` in an
``effects`` frame says favourable or unfavourable, never plus or minus; this table is what turns a
signed effect into a favourable one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Measure = Literal["chance", "money", "time", "share of time", "rate"]


@dataclass(frozen=True)
class Outcome:
    """One outcome: its key, its label, +1 where more is better for the person, −1 where less is, 0 where
    neither can be said; and what is measured, which decides about the units it may have."""

    key: str
    label: str
    favourable: Literal[-1, 0, 1]
    measure: Measure = "chance"


OUTCOMES: dict[str, Outcome] = {
    o.key: o
    for o in (
        Outcome("employment_probability", "chance of being in work", 1),
        Outcome("employed_within_horizon", "chance of having worked at all within the period", 1),
        Outcome("earnings", "earnings", 1, "money"),
        Outcome("days_employed", "days in work", 1, "time"),
        Outcome("weeks_employed", "weeks in work", 1, "time"),
        Outcome("months_employed", "months in work", 1, "time"),
        Outcome("share_of_time_at_work", "share of time at work", 1, "share of time"),
        Outcome("employment_rate_cumulative", "time in work over the period", 1, "share of time"),
        Outcome("cumulative_private_employment", "time in private-sector work", 1, "share of time"),
        Outcome("job_finding_rate", "rate of finding a job", 1, "rate"),
        Outcome("return_to_work_rate", "rate of returning to work", 1, "rate"),
        Outcome("ui_exit_probability", "chance of leaving unemployment benefit", 0),
        Outcome("no_ui_benefit_receipt", "chance of drawing no unemployment benefit", 0),
        Outcome("unemployment_duration", "time unemployed", -1, "time"),
        Outcome("days_unemployed", "days unemployed", -1, "time"),
        Outcome("unemployment_probability", "chance of being unemployed", -1),
        Outcome("joblessness_probability", "chance of being without work", -1),
        Outcome("local_unemployment_rate", "local unemployment rate", -1),
        Outcome("out_of_labour_force_probability", "chance of being out of the labour force", -1),
        Outcome("disability_pension_rate", "chance of a disability pension", 0),
        Outcome("benefit_payments", "benefits paid", 0, "money"),
        Outcome("social_assistance_receipt", "chance of drawing social assistance", -1),
        Outcome("self_support_rate", "chance of being self-supporting", 1),
        Outcome("formal_employment_probability", "chance of a formal job", 1),
        Outcome("permanent_employment_probability", "chance of a permanent job", 1),
        Outcome("permanent_contract_probability", "chance of a permanent contract", 1),
        Outcome("open_ended_contract_probability", "chance of an open-ended contract", 1),
        Outcome("employment_or_education_probability", "chance of being in work or education", 1),
        Outcome("re_employment_spell_over_24_months", "chance that the next job lasts two years", 1),
    )
}

#: unit key -> (short sign after a number, in words)
UNITS: dict[str, tuple[str, str]] = {
    "percentage_points": ("points", "percentage points"),
    "percent": ("%", "per cent"),
    "eur_per_month": ("€ a month", "euros a month"),
    "eur_per_year": ("€ a year", "euros a year"),
    "eur_cumulative": ("€ in total", "euros over the whole period"),
    "eur_unspecified_period": ("€ (period not stated)", "euros, period not stated"),
    "dem_per_month": ("DM a month", "Deutsche Mark a month"),
    "usd_per_year": ("US$ a year", "US dollars a year"),
    "usd_cumulative": ("US$ in total", "US dollars over the whole period"),
    "cop_unspecified_period": ("COP (period not stated)", "Colombian pesos, period not stated"),
    "etb_per_month": ("ETB a month", "Ethiopian birr a month"),
    "days": ("days", "days"),
    "weeks": ("weeks", "weeks"),
    "months": ("months", "months"),
    "quarters": ("quarters", "quarters"),
    "log_hazard_ratio": ("(log hazard ratio)", "log hazard ratio"),
    "log_odds_ratio": ("(log odds ratio)", "log odds ratio"),
    "log_risk_ratio": ("(log risk ratio)", "log risk ratio"),
    "log_points": ("log points", "log points"),
}

_MONEY = frozenset(u for u in UNITS if u[:4] in ("eur_", "dem_", "usd_", "cop_", "etb_"))
_TIME = frozenset({"days", "weeks", "months", "quarters"})
_RATIOS = frozenset({"log_hazard_ratio", "log_odds_ratio", "log_risk_ratio"})
_RELATIVE = frozenset({"percent", "log_points"})
_POINTS = frozenset({"percentage_points"})
#: What is measured -> units it usually has; units that are possible and rarely meant. Others are impossible.
FITTING: dict[Measure, tuple[frozenset[str], frozenset[str]]] = {
    "chance": (_POINTS | _RATIOS | {"percent"}, frozenset({"log_points"})),
    "rate": (_POINTS | _RATIOS | _RELATIVE, frozenset()),
    "money": (_MONEY | _RELATIVE, frozenset()),
    "time": (_TIME | _RELATIVE, frozenset({"log_hazard_ratio", "percentage_points"})),
    "share of time": (_POINTS | _TIME | _RELATIVE, _RATIOS),
}


def unit_fit(outcome: str, unit: str) -> Literal["usual", "odd", "impossible"]:
    """Whether an outcome can be measured in a unit; what the vocabulary does not know is ``"usual"``.

    >>> unit_fit("employment_probability", "eur_per_year")
    'impossible'
    """
    if outcome not in OUTCOMES or unit not in UNITS:
        return "usual"
    usual, odd = FITTING[OUTCOMES[outcome].measure]
    return "usual" if unit in usual else "odd" if unit in odd else "impossible"


def usual_units(outcome: str) -> list[str]:
    """The units in which an outcome is usually measured, in the order of screens."""
    return [unit for unit in UNITS if unit_fit(outcome, unit) == "usual"]
