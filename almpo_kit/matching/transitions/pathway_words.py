"""How a way to an occupation is told, and what is to be doubted about it."""

from __future__ import annotations

import pandas as pd

from almpo_kit.matching.transitions.move_words import listed, months_words, percent
from almpo_kit.matching.transitions.viability import Rule
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def path_sentence(
    origin: str,
    target: str,
    direct: pd.Series,
    around: pd.DataFrame,
    *,
    chosen: str,
    rule: Rule,
    stops: int,
) -> str:
    """The answer in one or two sentences."""
    at_once = (
        f"{percent(float(direct['coverage']))} of what {target} needs is covered, "
        f"{int(direct['missing_essential'])} of {int(direct['essential'])} essential skills are missing, "
        f"{_training(direct)}"
    )
    if chosen == "direct":
        kind = (
            "retraining, for little carries over"
            if float(direct["coverage"]) < rule.least_coverage
            else "the direct move"
        )
        head = f"From {origin} to {target} the cheapest way is {kind}: {at_once}."
        if not len(around):
            return f"{head} No stop in between makes the longest training clearly shorter."
        return (
            f"{head} Over {_stops(around)} no training would be longer than {_months(around['months'].max())}, "
            f"{_months(around['months'].sum())} in all."
        )
    why = f"The direct move is out of reach ({direct['why_not'] or 'dearer'}): {at_once}."
    if not chosen:
        least, most = percent(rule.least_coverage), number(rule.most_months, 0)
        return (
            f"No way from {origin} to {target} with at most {stops} stops was found in which every move has {least} of its "
            f"skills covered and at most {most} months of training. {why} A rule with more months, e.g. "
            "rule=matching.Rule(most_months=60, most_steps=2), allows longer schooling."
        )
    return (
        f"The cheapest way from {origin} to {target} leads over {_stops(around)}: "
        f"{_months(around['months'].sum())} of training in all, {_months(around['months'].max())} at the longest in one "
        f"go. {why}"
    )


def _training(row: pd.Series) -> str:
    return months_words(*(float(row[k]) for k in ("months", "months_low", "months_high")))


def _months(value: float) -> str:
    if value < 1:
        return "under a month"
    return f"about {round(value)} {'month' if round(value) == 1 else 'months'}"


def _stops(around: pd.DataFrame) -> str:
    return listed(around["label"].iloc[:-1])


def path_checks(direct: pd.Series, around: pd.DataFrame, *, penalty: float, shunned: int) -> list[Check]:
    """What holds of the way found."""
    out = []
    if len(around):
        total = around[["months_low", "months_high"]].sum()
        text = (
            f"With stops: {number(total['months_low'], 0)} to {number(total['months_high'], 0)} months of training in all; "
            f"at once: {number(direct['months_low'], 0)} to {number(direct['months_high'], 0)}."
        )
        out.append(Check("range", "informational", text))
        overlap = (
            total["months_low"] <= direct["months_high"] and direct["months_low"] <= total["months_high"]
        )
        if overlap:
            text = "The ranges of both ways overlap: by these assumptions neither is surely shorter."
            out.append(Check("ranges_overlap", "informational", text))
    text = (
        f"Each move counts as {number(penalty, 0)} months of search. Time worked at a stop is not counted, and what a stop "
        "taught is carried to the next move only."
    )
    out.append(Check("how_counted", "informational", text))
    if shunned:
        text = f"{number(shunned, 0)} occupations were no stop, because they are over-supplied or declining here."
        out.append(Check("avoided", "informational", text))
    return out
