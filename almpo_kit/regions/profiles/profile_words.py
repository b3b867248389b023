"""What a profile says, in sentences a regional manager can read."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.regions.breaks import crosses
from almpo_kit.regions.contexts.axis import Rule
from almpo_kit.regions.contexts.context_words import near
from almpo_kit.regions.wording import country_name, points, possessive, valued
from almpo_kit.vocabulary.indicators import INDICATORS

_UNEMPLOYMENT = INDICATORS["unemployment_rate"]
_JOBS = {"high": "many", "low": "few"}


def profile_sentence(
    name: str, region: str, country: str, table: pd.DataFrame, now: pd.Series | None, against: str, rule: Rule
) -> str:
    """Level, class and sureness, direction, and the phase of the cycle.

    Parameters
    ----------
    now : Series or None
        The region's row of the context table; None where there is none for the year.
    against : str
        What the class is held against, e.g. ``"the EU value"``.
    rule : Rule
        How it was classed.
    """
    head = f"{name} ({region})" + ("" if name == country_name(country) else f", {country_name(country)}")
    first = table[table["indicator"] == "unemployment_rate"]
    parts = [_level(head, first.iloc[0], country) if len(first) else f"{head}: no unemployment rate is held."]
    parts += [_class(now, against, rule)] if now is not None else []
    parts += [_moved(first.iloc[0])] if len(first) else []
    parts += [_cycle(now, country)] if now is not None else []
    return " ".join(p for p in parts if p)


def _level(head: str, row: pd.Series, country: str) -> str:
    if math.isnan(row["value"]):
        return f"{head}: no unemployment rate for {row['period']} is held, so its labour market cannot be classed."
    gaps = [
        _gap(row["gap_to_eu"], f"the EU value of {valued(_UNEMPLOYMENT, row['eu_value'])}"),
        _gap(row["gap_to_nation"], f"{possessive(country)} {valued(_UNEMPLOYMENT, row['national_value'])}")
        if row["n_in_country"] > 1
        else "",
    ]
    told = " and ".join(g for g in gaps if g)
    rank = f"rank {row['rank_in_eu']} of {row['n_in_eu']} EU regions (1 is the lowest)"
    at = valued(_UNEMPLOYMENT, row["value"])
    return f"{head}: in {row['period']} unemployment was {at}{', ' + told if told else ''}; {rank}."


def _gap(gap: float, to: str) -> str:
    if math.isnan(gap):
        return ""
    if round(gap, _UNEMPLOYMENT.digits) == 0:
        return f"equal to {to}"
    return f"{points(_UNEMPLOYMENT, gap)} {'above' if gap > 0 else 'below'} {to}"


def _class(now: pd.Series, against: str, rule: Rule) -> str:
    side, sure = now["unemployment_class"], now["sureness"]
    if side == "unknown":
        return ""
    skill = f"skilled jobs: {_JOBS.get(now['skill_class'], now['skill_class'])}"
    if side == "near the threshold":
        why = "and has been" if rule.hysteresis else "so it is called"
        return f"It is near the threshold, {against}, {why} neither clearly high nor clearly low ({skill})."
    if side == "mixed":
        told = f"{now['against_eu']} against the EU and {now['against_nation']} against its nation"
        return f"Its unemployment is {told}{_half_kept(now, against, rule)} ({skill})."
    if isinstance(now["kept_from"], str):
        return (
            f"It lies {near(rule.margin)} {_nearby(now, against, rule)}, too near to be called high or low by the rate of "
            f"{now['period']}; by the rule it keeps the class of {now['kept_from']}{_before_break(now)}, {side} "
            f"unemployment ({skill})."
        )
    how = {"clear": "clearly", "fair": "less surely, because the value is weak"}.get(sure, "but not surely")
    return f"It counts as a region of {side} unemployment against {against}, {how} ({skill})."


def _half_kept(now: pd.Series, against: str, rule: Rule) -> str:
    """Of two thresholds: that one of the classes is an earlier year's."""
    if not isinstance(now["kept_from"], str):
        return ""
    where = _nearby(now, against, rule)
    return f"; it lies {near(rule.margin)} {where}, where it keeps the class of an earlier year{_before_break(now)}"


def _nearby(now: pd.Series, against: str, rule: Rule) -> str:
    """The threshold that is near: of two, the one or both within the margin."""
    labels = against.split(" and ", 1) if rule.against == "both" else [against]
    if len(labels) == 1:
        return against
    gaps = (now["distance_to_eu"], now["distance_to_nation"])
    within = [label for label, gap in zip(labels, gaps, strict=True) if abs(gap) <= rule.margin]
    return " and ".join(within) or against


def _before_break(now: pd.Series) -> str:
    return ", from before the break in the survey" if crosses(now["kept_from"], now["period"]) else ""


def _moved(row: pd.Series) -> str:
    if row["direction"] == "unknown":
        return ""
    over = ", over a break in the survey" if row["crosses_break"] else ""
    if row["direction"] == "little change":
        return f"Since {row['change_from']} it has changed little ({_signed(row['change'])} points, which chance may explain{over})."
    return f"Since {row['change_from']} it {_has(row['direction'])} by {points(_UNEMPLOYMENT, row['change'])}{over}."


def _has(direction: str) -> str:
    return {"rose": "has risen", "fell": "has fallen"}[direction]


def _signed(change: float) -> str:
    return f"{'+' if change > 0 else '−' if change < 0 else ''}{abs(change):.1f}"


def _cycle(now: pd.Series, country: str) -> str:
    words = {
        "rising": "rising",
        "falling": "falling",
        "peak": "at a peak",
        "trough": "at a trough",
        "stable": "stable",
    }
    phase = words.get(now["cycle_phase"])
    return (
        f"Unemployment in {country_name(country)} as a whole was {phase} in {now['period']}." if phase else ""
    )
