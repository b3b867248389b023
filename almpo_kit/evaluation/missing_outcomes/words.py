"""Bounds in sentences that cannot be taken for an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.evaluation.designs.plan import Plan
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

_ASSUMES = {
    "worst case": "for everybody, whatever became of those who are missing",
    "trimming": "for those who would be observed in either arm, if an arm only ever makes people easier to observe, or harder",
    "trimming in cells": "for those who would be observed in either arm, if that holds within groups of people who are alike",
}


def question_of(plan: Plan) -> str:
    """The question of the bounds."""
    against = plan.question or f"What did {', '.join(plan.arms[1:])} do, against {plan.comparison}?"
    return f"How much could missing outcomes matter? {against}"


def bounds_sentence(table: pd.DataFrame, level: float) -> str:
    """The bounds at the last time of the first outcome, for every contrast."""
    first = table["outcome"].iloc[0]
    own = table[table["outcome"] == first]
    last = own[own["months"].isna() | (own["months"] == own["months"].max())]
    told = [_contrast(part, level) for _, part in last.groupby("contrast", sort=False)]
    return " ".join(told)


def _contrast(part: pd.DataFrame, level: float) -> str:
    rows = {r["rule"]: r for r in part.to_dict("records")}
    one = rows["complete cases"]
    when = "" if one["months"] != one["months"] else f" {number(one['months'], 0)} months after entry"
    head = f"{one['contrast']}, {OUTCOMES[one['outcome']].label}{when}: "
    ranges = [f"{_range(rows[r], level)} {words}" for r, words in _ASSUMES.items() if r in rows]
    if not ranges:
        told = (
            "no outcome is missing, so nothing has to be assumed about the missing"
            if one["observed_arm"] == one["observed_comparison"] == 1
            else "outcomes are missing, and no bounds can be told (see the checks)"
        )
        return f"{head}{told}."
    return f"{head}{'; '.join(ranges)}. Anything between the bounds is possible; none of it is an estimate."


def _range(row: Mapping[Any, Any], level: float) -> str:
    digits = 1 if max(abs(row["low"]), abs(row["high"])) < 100 else 0
    sign = UNITS[row["unit"]][0]
    return (
        f"between {number(row['low'], digits)} and {number(row['high'], digits)} {sign} ({level:.0%}: "
        f"{number(row['interval_low'], digits)} to {number(row['interval_high'], digits)})"
    )


def bounds_checks(table: pd.DataFrame, limits: Mapping[str, Any]) -> tuple[Check, ...]:
    """Whether the sign holds under each rule, and what could not be told."""
    checks: list[Check] = []
    for rule, words in _ASSUMES.items():
        rows = table[table["rule"] == rule]
        if not len(rows):
            continue
        held = (rows["interval_low"] > 0) | (rows["interval_high"] < 0)
        name = f"sign_{rule.replace(' ', '_')}"
        if held.all():
            checks.append(Check(name, "passed", f"Every effect keeps its direction, {words}."))
        else:
            which = "it" if len(rows) == 1 else f"{int((~held).sum())} of {len(rows)} effects"
            sentence = f"With what is missing, zero cannot be ruled out for {which} ({words})."
            checks.append(Check(name, "failed", sentence))
    complete = table[table["rule"] == "complete cases"]
    few = complete["observed_arm"].isna() | complete["observed_comparison"].isna()
    if few.any():
        checks.append(
            Check(
                "small_groups",
                "informational",
                "Where fewer than ten people of an arm are missing, the worst case is told as if nine were, and trimming is "
                "not told, because both would tell how many.",
            )
        )
    gone = (complete[["observed_arm", "observed_comparison"]] != 1).any(axis=1)
    open_ended = [
        OUTCOMES[str(o)].label
        for o in complete.loc[gone, "outcome"].unique()
        if not ((table["outcome"] == o) & (table["rule"] == "worst case")).any()
    ]
    if open_ended:
        checks.append(
            Check(
                "no_limits",
                "informational",
                f"Nothing limits {', '.join(open_ended)}, so there is no worst case; give limits=… if you know them.",
            )
        )
    return tuple(checks)
