"""What is said of two editions: which conclusions moved, what changed in the data, and what to mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from almpo_kit.evidence.comparison.conclusions import ALL, Cell, Reading, alone_in
from almpo_kit.evidence.comparison.moves import KINDS
from almpo_kit.evidence.words import band_words, count, listed, outcome_words, programme_words
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.outcomes import UNITS

#: Moves that are told one by one; the others are counted.
_GRAVE = KINDS[: KINDS.index("tally")]
_SINGLY = 3
_SAID = {
    "refusal to number": "now has a number",
    "number to refusal": "has no number any more",
    "direction": "changed direction",
    "mean": "has another number",
    "whose effect": "is an effect on other people",
    "certainty": "is of another certainty",
}
#: Estimates of two editions are the same evidence where at least this share of the smaller is in both.
_KIN = 0.5


def cell_words(cell: Cell) -> str:
    """``Training, the chance of being in work 1 to 2 years after entry (percentage points)``."""
    what = programme_words(cell.programme_type)
    what = "programmes of no known type" if what == "the programmes" else what
    when = " (all horizons)" if cell.band == ALL else band_words(cell.band)
    unit = UNITS[cell.unit][1] if cell.unit in UNITS else cell.unit
    return f"{what[:1].upper()}{what[1:]}, {outcome_words(cell.outcome)}{when}, in {unit}"


def sentence(table: pd.DataFrame, n: int, found: Mapping[str, Any], names: tuple[str, str]) -> str:
    """``3 of 42 conclusions moved from A to B: …. 2 estimates were added …``"""
    data = _data(found, names)
    if table.empty:
        return f"No conclusion moved from {names[0]} to {names[1]}; {data[:1].lower()}{data[1:]}"
    head = f"{len(table)} of {count(n, 'conclusion')} moved from {names[0]} to {names[1]}"
    return f"{head}: {'; '.join(_moves(table))}. {data}"


def _moves(table: pd.DataFrame) -> list[str]:
    grave = table[table["kind"].isin(_GRAVE)]
    said = [_one(row) for _, row in grave.head(_SINGLY).iterrows()]
    if len(grave) > _SINGLY:
        said.append(f"and {count(len(grave) - _SINGLY, 'other number')}")
    counted = [
        f"in {k} {'only ' if kind == 'samples' else ''}{words}"
        for kind, words in (
            ("tally", "the tally of estimates"),
            ("samples", "the number of independent samples that are listed or can enter an average"),
        )
        if (k := int((table["kind"] == kind).sum()))
    ]
    if k := int((table["kind"] == "less than shown").sum()):
        counted.append(f"in {k} the number, by less than is shown")
    return said + counted


def _one(row: pd.Series) -> str:
    what = str(row["what"])
    said = _clear(row) if row["kind"] == "clear of zero" else _SAID[row["kind"]]
    return f"{what[:1].lower()}{what[1:]}, {said} (before: {row['before']}; now: {row['after']})"


def _clear(row: pd.Series) -> str:
    """An interval that reached zero, or left it."""
    for when, words in (("before", "is no longer clearly"), ("after", "is now clearly")):
        if row[f"low_{when}"] > 0 or row[f"high_{when}"] < 0:
            return f"{words} {'above' if row[f'low_{when}'] > 0 else 'below'} zero"
    return _SAID["mean"]


def _data(found: Mapping[str, Any], names: tuple[str, str]) -> str:
    """What changed in the data, in one sentence."""
    parts = [f"{count(len(found[k]), 'estimate')} {k}" for k in ("added", "removed", "changed") if found[k]]
    parts += [
        f"{_studies(len(found[f'studies_{k}']))} {k}" for k in ("added", "removed") if found[f"studies_{k}"]
    ]
    for key, name in (("columns_added", names[1]), ("columns_removed", names[0])):
        if found[key]:
            parts.append(f"{count(len(found[key]), 'column')} only in {name} ({', '.join(found[key])})")
    if not parts:
        return "The data are the same."
    if not any(found[k] for k in ("added", "removed", "changed")):
        parts.insert(0, "no estimate added, removed or changed")
    return f"In the data: {listed(parts)}."


def _studies(n: int) -> str:
    return count(n, "study")


def one_sided(columns: tuple[str, ...], readings: tuple[Reading, Reading], names: tuple[str, str]) -> str:
    """``only B has the column estimand``; "" where there is none."""
    held = [[c for c in columns if c in r.effects] for r in readings]
    return " and ".join(
        f"only {name} has the column{'s' if len(those) > 1 else ''} {', '.join(those)}"
        for name, those in zip(names, held, strict=True)
        if those
    )


def checks(
    readings: tuple[Reading, Reading], table: pd.DataFrame, found: Mapping[str, Any], names: tuple[str, str]
) -> tuple[Check, ...]:
    """Whether the two can be compared, and how fairly."""
    return (*_kin(readings, found, names), *_schema(readings, table, names), *_numbers(table))


def _kin(
    readings: tuple[Reading, Reading], found: Mapping[str, Any], names: tuple[str, str]
) -> tuple[Check, ...]:
    smaller = min(len(r.ids) for r in readings)
    shared = len(readings[0].ids) - len(found["removed"])
    if shared >= _KIN * smaller:
        words = f"{count(shared, 'estimate')} {'is' if shared == 1 else 'are'} in both."
        return (Check("same evidence", "passed", words),)
    words = (
        f"Only {count(shared, 'estimate')} of the {smaller} in the smaller edition {'has' if shared == 1 else 'have'} "
        f"the same estimate_id in {names[0]} and {names[1]}; where one result was coded under two names, it "
        "reads as removed and added."
    )
    return (Check("same evidence", "failed", words),)


def _schema(
    readings: tuple[Reading, Reading], table: pd.DataFrame, names: tuple[str, str]
) -> tuple[Check, ...]:
    alone = alone_in(*readings)
    if not alone:
        return ()
    n = int((table["by_column"] != "").sum())
    said = one_sided(alone, readings, names)
    words = (
        f"{said[:1].upper()}{said[1:]}. Each edition is judged by what it says; "
        f"{n} of the {count(len(table), 'moved conclusion')} moved by that alone."
    )
    return (Check("schema", "informational", words),)


def _numbers(table: pd.DataFrame) -> tuple[Check, ...]:
    if table.empty or table[["mean_before", "mean_after"]].notna().to_numpy().any():
        return ()
    words = (
        "None of the conclusions that moved has a pooled number in either edition; what moved are counts, "
        "which are no conclusion about what works."
    )
    return (Check("minimum evidence", "informational", words),)
