"""The value of policies in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policy_values.value_differences import ONE_FOR_ALL, STATUS_QUO
from almpo_kit.recommendation.policy_values.value_tables import ValueTables
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.rendering import interval, number

#: What the bar of the answer card shows, by how the unit begins.
SCALES = {
    "month": (-12.0, 12.0),
    "point": (-30.0, 30.0),
    "percentage point": (-30.0, 30.0),
    "day": (-180.0, 180.0),
    "euro a month": (-1000.0, 1000.0),
    "euro a year": (-10_000.0, 10_000.0),
}


@dataclass(frozen=True)
class Said:
    """Sentence, number and what they rest on."""

    sentence: str
    headline: Headline | None
    rests_on: str


def digits_for(low: float, high: float) -> int:
    """Decimals that an interval warrants: two significant figures of its half-width."""
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        return 1
    return 0 if half >= 10 else 1 if half >= 0.95 else 2


def gap_words(row: pd.Series, unit: str, level: float) -> str:
    """``0.42 months in work (95%: 0.30 to 0.54)``."""
    low, high = float(row["low"]), float(row["high"])
    return interval(float(row["difference"]), low, high, unit, level, digits_for(low, high))


def value_words(people: Caseload, tables: ValueTables, limits: Limits, level: float) -> Said:
    """Sentence, headline and grounds of a PolicyValue.

    Parameters
    ----------
    people : Caseload
    tables : ValueTables
    limits : Limits
    level : float
    """
    rests = f"{number(len(people), 0)} people and {len(people.arms) - 1} programmes"
    if people.credible == "not identified":
        return Said(
            "Nothing can be said about policies: the evaluation that the scores come from does not identify effects.",
            None,
            rests,
        )
    sentence = _same(people, tables, level) if tables.same_for_all else _differ(people, tables, level)
    inside = f" Rules to compare with keep to {limits.words()}." if limits.any else ""
    return Said(f"{sentence}{inside} {_who_decides()}", _headline(people, tables, level), rests)


def _who_decides() -> str:
    return "This is advice about rules; the caseworker decides about a person."


def _row(tables: ValueTables, policy: str, against: str) -> pd.Series:
    held = tables.differences
    return held[(held["policy"] == policy) & (held["against"] == against)].iloc[0]


def _looked_at(tables: ValueTables) -> int:
    return int((tables.policies["kind"] == "policy").sum())


def _differ(people: Caseload, tables: ValueTables, level: float) -> str:
    now, plain = (_row(tables, tables.best, a) for a in (STATUS_QUO, ONE_FOR_ALL))
    many = _looked_at(tables)
    lead = f"Of {many} policies, “{tables.best}” does best" if many > 1 else f"“{tables.best}” does better"
    shown = tables.policies[tables.policies["beats_one_for_all"]]["policy"]
    if tables.best in set(shown):
        told = f"{gap_words(plain, people.unit, level)} a person more than one programme for all ({_one(tables)})"
    else:
        told = (
            f"only {' and '.join(f'“{p}”' for p in shown)} is shown to do better than one programme for all"
        )
    return f"{lead}: {told}. {_beside_now(people, now, level)}"


def _beside_now(people: Caseload, row: pd.Series, level: float, what: str = "It") -> str:
    if not math.isfinite(row["difference"]):
        return f"{what} differs from what is done now for fewer than 10 people."
    told = gap_words(row, people.unit, level)
    if row["low"] > 0:
        return f"{what} gives a person {told} more than what is done now."
    if row["high"] < 0:
        return f"{what} gives a person less than what is done now: {told}."
    return f"{what} cannot be told apart from what is done now: {told}."


def _one(tables: ValueTables) -> str:
    """What is offered to all, in words; folds may differ."""
    share = tables.shares[tables.shares["policy"] == ONE_FOR_ALL]
    top = share.iloc[int(share["share"].fillna(0).to_numpy().argmax())]
    return f"mostly {top['programme']}" if top["share"] < 1 - 1e-9 else str(top["programme"])


def _same(people: Caseload, tables: ValueTables, level: float) -> str:
    plain = _row(tables, tables.best, ONE_FOR_ALL)
    one = _one(tables)
    many = _looked_at(tables)
    which = f"none of {many} policies is" if many > 1 else f"“{tables.best}” is not"
    lead = f"the highest, “{tables.best}”: " if many > 1 else ""
    best = (
        f" ({lead}{gap_words(plain, people.unit, level)} a person)"
        if math.isfinite(plain["difference"])
        else ""
    )
    beside = _beside_now(people, _row(tables, ONE_FOR_ALL, STATUS_QUO), level, "One for all")
    return f"The same for all ({one}): {which} shown to do better than that{best}. {beside}"


def _headline(people: Caseload, tables: ValueTables, level: float) -> Headline | None:
    chosen = ONE_FOR_ALL if tables.same_for_all else tables.best
    row = _row(tables, chosen, STATUS_QUO)
    scale = next((s for key, s in SCALES.items() if people.unit.startswith(key)), None)
    if scale is None or not math.isfinite(row["difference"]):
        return None
    return Headline(
        float(row["difference"]),
        float(row["low"]),
        float(row["high"]),
        unit=f"{people.unit} a person, against what is done now",
        scale=scale,
        level=level,
    )
