"""What is said of the strength of evidence, and what is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from almpo_kit.evidence.appraisals import Appraisal
from almpo_kit.evidence.kernels.knowledge import Stock
from almpo_kit.evidence.relevance import NOT_APPRAISED
from almpo_kit.evidence.telling import FEWEST_SAMPLES
from almpo_kit.evidence.words import count
from almpo_kit.vocabulary.appraisal import NO_INFORMATION
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.provenance import SYNTHETIC

if TYPE_CHECKING:
    from almpo_kit.evidence.answers import Answer

_A = {
    "favourable": "a favourable effect",
    "no significant effect": "no significant effect",
    "unfavourable": "an unfavourable effect",
}
_LEVELS = {"strong": "Strong evidence", "moderate": "Moderate evidence", "indication": "An indication"}
_AVERAGE = {
    "favourable": "a favourable effect",
    "no significant effect": "no clear effect",
    "unfavourable": "an unfavourable effect",
}


def sentence(level: str, direction: str | None, s: Stock, n: int, beside: Answer) -> str:
    """The level in words, then the average beside it."""
    held = f"{count(n, 'independent sample')}, worth {s.total:.1f} high-quality studies on exactly this"
    # The label is set once for the whole sentence, see Finding.
    average = beside.sentence.removeprefix(f"{SYNTHETIC} data. ")
    if beside.refusal is not None:
        average = f"There is no average beside it: {beside.refusal}."
    if level == "too few":
        said = f"Too few studies to say which way the evidence points: {held}"
        said += f"; at least {FEWEST_SAMPLES} samples and 1 such study are needed."
    elif level == "conflicting":
        said = f"Conflicting evidence: no direction holds 55% of what is known ({held})."
    else:
        alone = ", from counting results and not from an average," if beside.headline is None else ""
        said = (
            f"{_LEVELS[level]}{alone} of {_A[str(direction)]}: {s.share:.0%} of what is known points that way"
        )
        said += f" ({held})."
    return f"{said} {average}"


def checks(
    level: str,
    largest: str,
    said: str | None,
    s: Stock,
    table: pd.DataFrame,
    appraised: Appraisal,
    beside: Answer,
) -> tuple[Check, ...]:
    """Agreement of count and average first, then what the quality rests on, then the average's own."""
    notes = (
        _agreement(level, largest, said),
        *_appraisal(appraised, table),
        *_left_out(table),
        _counting(table),
    )
    return (*notes, *beside.checks)


def _agreement(level: str, largest: str, said: str | None) -> Check:
    name = "count and average"
    if said is None:
        words = "There is no average to hold against the count of results, so it is an indication at most."
        return Check(name, "failed", words)
    if level == "too few":
        words = f"The average says {_AVERAGE[said]}; too few results say which way to hold against it."
        return Check(name, "informational", words)
    if said == largest and level != "conflicting":
        return Check(name, "passed", f"The average says the same as the count of results: {_AVERAGE[said]}.")
    counted = "conflicts" if level == "conflicting" else f"says {_A[largest]}"
    words = (
        f"The count of results {counted} and the average says {_AVERAGE[said]}; the count ignores how large "
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
            f"{count(int(n), 'result')} left out of the count ({why}).",
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
