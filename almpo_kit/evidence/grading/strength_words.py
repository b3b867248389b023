"""What is said of the strength of evidence, and what is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from almpo_kit.evidence.grading.appraisals import Appraisal
from almpo_kit.evidence.grading.relevance import NOT_APPRAISED
from almpo_kit.evidence.kernels.knowledge import Stock
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count, digits, sign_of
from almpo_kit.vocabulary.appraisal import NO_INFORMATION
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import SYNTHETIC
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.evidence.answers import Answer
    from almpo_kit.evidence.grading.average_readings import Reading

_A = {
    "favourable": "a favourable effect",
    "no significant effect": "no significant effect",
    "unfavourable": "an unfavourable effect",
}
_LEVELS = {"strong": "Strong evidence", "moderate": "Moderate evidence", "indication": "An indication"}
CRITICAL = "critical risk of bias"
_AND_AVERAGE = " and of the average"
_AVERAGE = {
    "favourable": "a favourable effect",
    "no significant effect": "no clear effect",
    "unfavourable": "an unfavourable effect",
}


def sentence(
    level: str,
    direction: str | None,
    s: Stock,
    n: int,
    beside: Answer,
    said: Reading,
    matters: float,
    by_people: bool,
) -> str:
    """The level in words, then the average beside it; no average where nothing can be said."""
    held = f"{count(n, 'independent sample')}, worth {s.total:.1f} high-quality studies on exactly this"
    if level == "too few":
        return (
            f"Too few studies to say which way the evidence points: {held}; at least {FEWEST_SAMPLES} samples and 1 "
            f"such study are needed.{_none_beside(beside)}"
        )
    if level == "conflicting":
        return (
            f"Conflicting evidence: no direction holds 55% of what is known ({held}), so no average is told."
            f"{_none_beside(beside)}"
        )
    alone = ", from counting results and not from an average," if beside.headline is None else ""
    head = f"{_LEVELS[level]}{alone} of {_A[str(direction)]}: {s.share:.0%} of what is known points that way"
    # The label is set once for the whole sentence, see Finding.
    average = f" {beside.sentence.removeprefix(f'{SYNTHETIC} data. ')}"
    more = _small(said, matters, beside) or _inconclusive(direction, said)
    people = "" if by_people else f" {_NO_PERSON}"
    return f"{head} ({held}).{_none_beside(beside) or average}{more}{people}"


_NO_PERSON = "No counted study was appraised by a person, so this is an indication at most."


def _none_beside(beside: Answer) -> str:
    return "" if beside.refusal is None else f" There is no average beside it: {beside.refusal}."


def _small(said: Reading, matters: float, beside: Answer) -> str:
    if not said.small:
        return ""
    worth = f"{number(matters, digits(beside.unit))} {sign_of(beside.unit)}".strip()
    return f" The average effect is clear, and smaller than what matters ({worth})."


def _inconclusive(direction: str | None, said: Reading) -> str:
    if direction != "no significant effect" or said.direction is None or said.conclusive:
        return ""
    return " That average is inconclusive: it shows too little, not that there is no effect."


def checks(
    level: str,
    largest: str,
    said: Reading,
    matters: float,
    by_people: bool,
    table: pd.DataFrame,
    appraised: Appraisal,
    beside: Answer,
) -> tuple[Check, ...]:
    """Agreement of count and average first, then what the quality rests on, then the average's own."""
    people = () if by_people else (Check("appraised by people", "failed", _NO_PERSON),)
    notes = (
        _agreement(level, largest, said, matters),
        *people,
        *_appraisal(appraised, table),
        *_left_out(table),
        _counting(table),
    )
    return (*notes, *beside.checks)


def _agreement(level: str, largest: str, said: Reading, matters: float) -> Check:
    name = "count and average"
    if said.direction is None:
        words = "There is no average to hold against the count of results, so it is an indication at most."
        return Check(name, "failed", words)
    average = "a clear effect smaller than what matters" if said.small else _AVERAGE[said.direction]
    if level == "too few":
        words = f"The average says {average}; too few results say which way to hold against it."
        return Check(name, "informational", words)
    if said.direction == largest and level != "conflicting":
        if said.conclusive:
            return Check(name, "passed", f"The average says the same as the count of results: {average}.")
        reach = (
            "its interval reaches beyond what matters"
            if matters
            else "nobody said how small an effect is too small to matter"
        )
        words = (
            f"The average is inconclusive ({reach}), so results that are not significant do not show that there is "
            "no effect."
        )
        return Check(name, "failed", words)
    counted = "conflicts" if level == "conflicting" else f"says {_A[largest]}"
    words = (
        f"The count of results {counted} and the average says {average}; the count ignores how large "
        "effects are and how precisely they were measured."
    )
    return Check(name, "failed", words)


def _appraisal(appraised: Appraisal, table: pd.DataFrame) -> tuple[Check, ...]:
    notes = tuple(c for c in appraised.checks if c.name == "coders")
    counted = table[table["used"]]
    unknown = int(counted["risk_of_bias"].isin([NO_INFORMATION, NOT_APPRAISED]).sum())
    if not unknown:
        return notes
    words = (
        f"{count(unknown, 'result')} of {len(counted)} come from studies of which nobody could judge the risk "
        "of bias; they count as the lowest grade."
    )
    return (*notes, Check("risk of bias", "failed", words))


def _left_out(table: pd.DataFrame) -> tuple[Check, ...]:
    out = table.loc[~table["used"], "why_not"].value_counts()
    return tuple(
        Check(
            f"not counted: {why}",
            "informational",
            f"{count(int(n), 'result')} left out of the count{_AND_AVERAGE if why == CRITICAL else ''} ({why}).",
        )
        for why, n in out.items()
    )


def _counting(table: pd.DataFrame) -> Check:
    none = int(table.loc[table["used"], "favour"].eq("not significant").sum())
    words = (
        f"{count(none, 'result')} not significant {'counts' if none == 1 else 'count'} as showing no effect, as "
        "the published algorithm has it; a small study may have missed one."
    )
    return Check("counting", "informational", words)
