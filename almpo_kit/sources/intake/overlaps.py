"""Rows that are not independent of each other: one result twice, two ends of a range, one sample in two papers.

What inference treats as independent is the ``sample_id``. So rows found to share people get one
``sample_id`` in the frame that is handed out (what was coded stays in ``sample_id_coded``); they then count
as one sample everywhere. A person who knows better says so with ``separate=True``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from almpo_kit.sources.intake.coded_rows import Row
from almpo_kit.sources.intake.problems import Problem, ascii_controls
from almpo_kit.sources.intake.text_cells import folded

_CELL = ("programme_type", "programme_name", "target_group", "comparator", "country", "outcome", "unit")
_MEASURE = ("horizon_months", "horizon_from")
_WHOSE = ("start_year", "end_year", "n", "includes_subsidised_job", "estimand", "design")
_RESULT = ("effect", "se")
#: The same people: one programme type in one country, entered in the same years, with the same number of people.
_PEOPLE = ("programme_type", "country", "start_year", "end_year", "n")
_SHOWN = 8

Key = tuple[Any, ...]


def overlapping(rows: Sequence[Row], *, separate: bool = False) -> Iterator[Problem]:
    """Problems between rows; unless ``separate``, rows that may share people get one ``sample_id``, in place.

    Parameters
    ----------
    rows : sequence of Row
        With ``study_id`` and ``sample_id`` filled.
    separate : bool
        The person has checked: different ``sample_id`` mean different people.
    """
    samples = _Samples(rows, separate=separate)
    yield from _one_name(rows, samples)
    yield from _same_people(rows, samples)
    yield from _duplicates(rows, samples)
    yield from _ranges(rows, samples)
    yield from _shared(rows)


def _groups(rows: Sequence[Row], key: Callable[[Row], Key | None]) -> Iterator[list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        value = key(row)
        if value is not None:
            found[value].append(row)
    return (group for group in found.values() if len(group) > 1)


def _values(row: Row, *names: str) -> Key:
    # nan is not equal to itself; None is.
    return tuple(None if (v := row.values.get(n)) != v else v for n in names)


def _study(row: Row) -> str:
    return folded(str(row.values["study_id"]))


def _numbers(rows: Sequence[Row]) -> str:
    shown = ", ".join(str(r.number) for r in rows[:_SHOWN])
    return f"{rows[0].noun}s {shown}{' and more' if len(rows) > _SHOWN else ''}"


def _distinct(rows: Sequence[Row], name: str) -> list[str]:
    return sorted({str(r.values.get(name)) for r in rows})


class _Samples:
    """Which rows each sample has; joins samples, so that rows sharing people count as one."""

    def __init__(self, rows: Sequence[Row], *, separate: bool) -> None:
        self.separate = separate
        self.rows: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.rows[row.values["sample_id"]].append(row)

    def join(self, group: Sequence[Row]) -> str:
        """Give all rows of the group's samples one sample, unless they are kept separate; and say so."""
        first, *others = _distinct(group, "sample_id")
        if not others:
            return f"They share the sample {first!r}, so they count as one."
        if self.separate:
            return "They are kept as separate samples, as asked."
        for row in (r for name in others for r in self.rows.pop(name)):
            if not row.has("sample_id_coded"):
                row.values["sample_id_coded"] = row.values["sample_id"]
            row.values["sample_id"] = first
            self.rows[first].append(row)
        return (
            f"They now share the sample_id {first!r} and count as one sample; write one sample_id into the sheet, or "
            "read it with separate=True if they are different people."
        )


def _one_name(rows: Sequence[Row], samples: _Samples) -> Iterator[Problem]:
    """Names that a reader cannot tell apart, or hardly: ``Smith2019``, ``smith 2019``."""
    for column in ("study_id", "sample_id"):
        for group in _groups(rows, lambda r: (folded(str(r.values[column])),)):  # noqa: B023
            names = _distinct(group, column)
            if len(names) == 1:
                continue
            said = (
                f"{_numbers(group)} call it {', '.join(map(repr, names[:_SHOWN]))}, which differ only in case, spaces or signs "
                "that do not show: they seem to be one"
            )
            # A sample that was coded apart from its study is not joined because the study's name is misspelt.
            named = [r for r in group if folded(r.values["sample_id"]) == folded(str(r.values[column]))]
            remedy = samples.join(named) if named else "Write one name."
            yield group[-1].problem(column, "look at", ascii_controls(said), remedy)


def _same_people(rows: Sequence[Row], samples: _Samples) -> Iterator[Problem]:
    def people(row: Row) -> Key | None:
        years = (row.number_of("start_year"), row.number_of("end_year"))
        known = not math.isnan(row.number_of("n")) and not all(map(math.isnan, years))
        return _values(row, *_PEOPLE) if known else None

    for group in _groups(rows, people):
        studies = _distinct(group, "study_id")
        if len({*map(folded, studies)}) == 1 or len(_distinct(group, "sample_id")) == 1:
            continue
        said = (
            f"{_numbers(group)} of {' and '.join(studies)} agree in programme type, country, years and n: they may be "
            "about the same people"
        )
        yield group[0].problem("sample_id", "look at", said, samples.join(group))


def _duplicates(rows: Sequence[Row], samples: _Samples) -> Iterator[Problem]:
    def result(row: Row) -> Key | None:
        measured = row.has("effect") and not math.isnan(row.number_of("effect"))
        return (_study(row), *_values(row, *_CELL, *_MEASURE, *_RESULT)) if measured else None

    for group in _groups(rows, result):
        said = f"{_numbers(group)} hold one result twice: same study, group, outcome, horizon, effect and standard error"
        if len({_values(r, "note", *_WHOSE) for r in group}) > 1:
            said += " (they differ in other columns)"
        remedy = f"Delete all but one, or say in target_group or programme_name how they differ. {samples.join(group)}"
        yield group[-1].problem("effect", "look at", said, remedy)


def _ranges(rows: Sequence[Row], samples: _Samples) -> Iterator[Problem]:
    """Two different effects of one cell, neither with a standard error: what coding "14 to 20" leaves behind."""

    def cell(row: Row) -> Key | None:
        bare = math.isnan(row.number_of("se")) and not math.isnan(row.number_of("effect")) and row.p is None
        return (_study(row), *_values(row, *_CELL, *_MEASURE, *_WHOSE)) if bare else None

    for group in _groups(rows, cell):
        if len(group) != 2 or len(_distinct(group, "effect")) == 1:
            continue
        low, high = sorted(r.number_of("effect") for r in group)
        said = (
            f"{_numbers(group)} may be the two ends of one range ({low:g} to {high:g}), which is one result"
        )
        remedy = f"Keep the end nearer zero and put the range into its note. {samples.join(group)}"
        yield group[-1].problem("effect", "look at", said, remedy)


def _shared(rows: Sequence[Row]) -> Iterator[Problem]:
    for group in _groups(
        rows, lambda r: ("sample", r.values["sample_id"]) if not r.has("sample_id_coded") else None
    ):
        studies = _distinct(group, "study_id")
        if len(studies) > 1:
            said = f"{_numbers(group)} of {' and '.join(studies)} share this sample; they count as one"
            yield group[0].problem(
                "sample_id", "look at", said, "Right for papers on one trial; otherwise correct it."
            )
