"""What is said of a gap map: how much is empty, and which empty cells weigh most."""

from __future__ import annotations

import pandas as pd

from almpo_kit.evidence.estimand_words import apart
from almpo_kit.evidence.gaps.gap_cells import DIMENSIONS, in_eu
from almpo_kit.evidence.words import band_words, count, listed, outcome_words
from almpo_kit.vocabulary.finding import Check

_NAMED = 3


def question_of(rows: str, columns: str, outcome: str | None, band: str | None) -> str:
    """As a person would ask it."""
    pair = f"{DIMENSIONS[rows].noun} and {DIMENSIONS[columns].noun}"
    on = f" for effects on {outcome_words(outcome)}" if outcome else ""
    return f"Which combinations of {pair} have been studied{on}{band_words(band)}, and which have not?"


def sentence_of(table: pd.DataFrame, rows: str, columns: str) -> str:
    """How many combinations are empty, in all and for the EU-27, and the biggest gaps."""
    empty, eu = int(table["n_estimates"].eq(0).sum()), in_eu(table, rows, columns)
    nowhere_eu = int((table["n_samples_eu"].eq(0) & eu).sum())
    pair = f"{DIMENSIONS[rows].noun} and {DIMENSIONS[columns].noun}"
    verb = "was" if empty == 1 else "were"
    said = [
        f"{empty} of {len(table)} combinations of {pair} {verb} never studied in this base, and "
        f"{nowhere_eu}{'' if eu.all() else ' of its member states'} have no study from the EU-27."
    ]
    gaps, gaps_eu = (biggest(table, rows, columns, c) for c in ("n_samples", "n_samples_eu"))
    if gaps:
        said.append(f"The biggest gaps, beside how much each is studied otherwise: {listed(gaps)}.")
    if gaps_eu and gaps_eu != gaps:
        said.append(f"For the EU-27: {listed(gaps_eu)}.")
    said.append(_averages(table))
    return " ".join(said)


def biggest(table: pd.DataFrame, rows: str, columns: str, counted: str) -> list[str]:
    """The empty cells that would hold most samples if attention were even, in words, at most three.

    Rows and columns that name nobody in particular (all jobseekers, mixed programmes) are no gaps.
    """
    share = "expected_eu" if counted.endswith("_eu") else "expected"
    vague = table[rows].isin(DIMENSIONS[rows].vague) | table[columns].isin(DIMENSIONS[columns].vague)
    vague |= ~in_eu(table, rows, columns) if counted.endswith("_eu") else False
    empty = table[table[counted].eq(0) & table[share].gt(0) & ~vague]
    top = empty.sort_values(share, ascending=False, kind="stable").head(_NAMED)
    return [_pair(cell, rows, columns) for _, cell in top.iterrows()]


def _pair(cell: pd.Series, rows: str, columns: str) -> str:
    """``training for older people``, whichever of the two is the row."""
    labels = {rows: str(cell["row_label"]), columns: str(cell["column_label"])}
    first, second = (name for name in DIMENSIONS if name in labels)
    head = labels[first]
    head = head if first == "country" else head[:1].lower() + head[1:]
    tail = outcome_words(str(cell["outcome"])) if second == "outcome" else labels[second]
    return f"{head}{DIMENSIONS[second].joint}{tail}"


def _averages(table: pd.DataFrame) -> str:
    n, held = int(table["mean"].notna().sum()), int(table["n_estimates"].gt(0).sum())
    if not held:
        return "The base holds nothing of this."
    if n == 0:
        return f"None of the {held} studied ones has enough comparable samples for an average."
    return f"{n} of the {held} studied ones {'has' if n == 1 else 'have'} enough comparable samples for an average."


def checks_of(table: pd.DataFrame, marks: pd.DataFrame, *, one_question: bool) -> tuple[Check, ...]:
    """What must be kept in mind when the map is read."""
    held, n = int(table["n_estimates"].gt(0).sum()), int(table["mean"].notna().sum())
    least = int(table["minimum"].max()) if len(table) else 0
    notes = [
        Check(
            "minimum evidence",
            "passed" if n == held > 0 else "failed",
            f"{n} of {held} studied combinations carry an average; it takes {least} independent samples that "
            "measured one thing, and four degrees of freedom. Counts are not a conclusion.",
        )
    ]
    if not one_question:
        words = "Counts mix outcomes, units or horizons; they show what was studied, not what works."
        notes.append(Check("counts", "informational", words))
    if "estimand" in table:
        notes += apart(table.loc[table["mean"].notna(), "estimand"], "combinations")
    several = marks.drop_duplicates(["row", "column", "sample"])["sample"].value_counts().gt(1).sum()
    if several:
        verb = "counts" if several == 1 else "count"
        words = f"{count(int(several), 'sample')} {verb} in more than one combination."
        notes.append(Check("overlap", "informational", words))
    unknown = int(marks["sample"].isna().sum())
    if unknown:
        verb = "says" if unknown == 1 else "say"
        words = f"{count(unknown, 'estimate')} {verb} nothing of the sample; counted as estimates only."
        notes.append(Check("samples", "informational", words))
    return tuple(notes)
