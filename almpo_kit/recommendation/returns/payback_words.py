"""A payback in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from almpo_kit.recommendation.returns.yearly_gains import YearlyGains
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def sentence(f: Mapping[str, Any]) -> str:
    """What it costs, when it is even, how sure that is."""
    asked, years = f["asked"], f["years"]
    start = (
        f"{f['programme']} costs €{number(asked.cost.middle, 0)} a participant; against no programme, and {displaced(f)}, "
        f"its net cost to the public purse after {years} year{'s' if years != 1 else ''} is {_euro(f['net_cost'])} "
        f"({f['level']:.0%}: {_euro(f['net_cost_low'])} to {_euro(f['net_cost_high'])}; below zero, more came back than was paid)."
    )
    return f"{start} {_when(f)} {_worth(f)}".strip()


def _euro(value: float) -> str:
    text = number(abs(value), 0)
    return f"−€{text}" if value < 0 and text != "0" else f"€{text}"


def displaced(f: Mapping[str, Any]) -> str:
    """The assumption, in words."""
    d, s = f["asked"].displacement, f["asked"].substitution
    words = f"with {_share(d)} of the gain lost by others"
    return f"{words} and {_share(s)} hired in place of others" if s.high > 0 else words


def _share(r: Any) -> str:
    low, high = number(100 * r.low, 0), number(100 * r.high, 0)
    return f"{low}%" if low == high else f"{low} to {high}%"


def _year(value: float, years: int) -> str:
    return f"in year {number(value, 0)}" if math.isfinite(value) else f"not within {years} years"


def _when(f: Mapping[str, Any]) -> str:
    low, high = (_year(f[f"break_even_{end}"], f["years"]) for end in ("low", "high"))
    chance = f"The chance that it has paid back by then is {_chance(f['paid_back'])}"
    if not math.isfinite(f["break_even"]) and not math.isfinite(f["break_even_low"]):
        return f"{chance}; it does not pay back within {f['years']} years anywhere in the interval."
    told = _year(f["break_even"], f["years"])
    return f"{chance}; by the estimate it pays back {told} ({f['level']:.0%}: {low} to {high})."


def _chance(share: float) -> str:
    # Draws are finite: nothing is certain.
    if share < 0.01:
        return "below 1%"
    return "above 99%" if share > 0.99 else f"{number(100 * share, 0)}%"


def _ratio(value: float) -> str:
    return "infinite" if math.isinf(value) else number(value, 1)


def _worth(f: Mapping[str, Any]) -> str:
    if math.isnan(f["mvpf"]):
        return ""
    if math.isinf(f["mvpf"]):
        return (
            f"By the estimate people gain and the purse loses nothing; a euro of net cost brings people "
            f"€{_ratio(f['mvpf_low'])} at the lower end of the {f['level']:.0%} interval."
        )
    return (
        f"A euro of net cost, the marginal value of public funds, brings people €{_ratio(f['mvpf'])} ({f['level']:.0%}: {_ratio(f['mvpf_low'])} to "
        f"{_ratio(f['mvpf_high'])})."
    )


def checks(f: Mapping[str, Any], yearly: YearlyGains, fade: float, gross: float | None) -> list[Check]:
    """What to doubt, what was assumed."""
    asked, found = f["asked"], []
    if asked.displacement.high == 0:
        words = "No displacement is assumed: jobs that others lose are not taken off, and the purse looks better off than it is."
        found.append(Check("displacement assumed", "failed", words))
    if not math.isfinite(f["cost_per_month_high"]):
        none = math.isnan(f["cost_per_month_low"])
        words = (
            "The months in work in all are not above zero at either end of their interval: none was bought."
            if none
            else f"A month in work costs at least €{number(f['cost_per_month_low'], 0)} and has no upper limit: in all, the gain may "
            "be nothing."
        )
        found.append(Check("cost of a month in work", "failed", words))
    if f["years"] > yearly.seen and fade > 0:
        words = (
            f"Years {yearly.seen + 1} to {f['years']} were not estimated: {number(100 * fade, 0)}% of each year's gain is assumed to be "
            "left in the next."
        )
        found.append(Check("years without an estimate", "failed", words))
    elif f["years"] > yearly.seen:
        words = (
            f"Nothing is assumed to be gained or lost after year {yearly.seen}, the last that was estimated."
        )
        found.append(Check("years without an estimate", "informational", words))
    if f["mvpf_undefined"] > 0:
        words = (
            f"In {number(100 * f['mvpf_undefined'], 0)}% of draws people do not gain and the purse does not pay: they are left out "
            "of the interval for the value of a euro."
        )
        if asked.income is not None:
            found.append(Check("value of a euro", "failed", words))
    if gross is None:
        words = "Gains are against no programme, so deadweight is off already; how large it is cannot be shown without gross_months."
        found.append(Check("deadweight", "informational", words))
    words = "Assumed, not estimated: displacement, substitution, what a month in work brings, and the discount. The table of assumptions lists them."
    found.append(Check("assumptions", "informational", words))
    return found
