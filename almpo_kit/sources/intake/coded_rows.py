"""Cells become coded rows: each cell read by its column's rule in the codebook, each problem with row and column."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from almpo_kit.sources.intake import cell_remedies
from almpo_kit.sources.intake.coding_rules import COLUMNS, Column
from almpo_kit.sources.intake.country_names import country_code, country_hint
from almpo_kit.sources.intake.headings import nearest, plain
from almpo_kit.sources.intake.numerals import MISSING_WORDS, decimal_mark, read_cell
from almpo_kit.sources.intake.p_values import PValue, read_p
from almpo_kit.sources.intake.problems import Problem, Severity, clipped, counted, is_empty
from almpo_kit.sources.intake.raw_table import LONGEST_CELL, RawTable
from almpo_kit.sources.intake.stray_rows import stray
from almpo_kit.sources.intake.text_cells import as_text, is_nothing, text_problems
from almpo_kit.sources.intake.workbook_survey import row_words
from almpo_kit.vocabulary.errors import PlaceError
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.places import OTHER_COUNTRIES, PLACE_NAMES, normalise, nuts_level
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS

#: What people write instead of a key: the words that screens show for it.
_LABELS: dict[str, dict[str, str]] = {
    "programme_type": {plain(t.label): t.key for t in PROGRAMME_TYPES.values()},
    "target_group": {plain(label): key for key, label in TARGET_GROUPS.items()},
    "design": {plain(label): key for key, label in DESIGNS.items()},
    "outcome": {plain(o.label): o.key for o in OUTCOMES.values()},
}
#: Abbreviations that leave something open, so that they are answered and not read.
_OFTEN_MEANT = {
    "pp": "percentage_points",
    "ppt": "percentage_points",
    "points": "percentage_points",
    "proportion": "share",
    "or": "odds_ratio",
    "hr": "hazard_ratio",
    "rr": "risk_ratio",
    "ltu": "long_term_unemployed",
    "employed": "employment_probability",
    "employment": "employment_probability",
    "wages": "earnings",
    "psm": "matching",
    "randomised": "rct",
    "randomized": "rct",
}


@dataclass
class Row:
    """One coded estimate on its way in: values by column (nan, None or text), and the decimals numbers had.

    ``noun`` is what the file's program calls a row; ``stray`` rows are no estimates.
    """

    number: int
    noun: str = "row"
    stray: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    p: PValue | None = None

    def number_of(self, name: str) -> float:
        """A number, nan where the cell is empty or wrong."""
        value = self.values.get(name)
        return value if isinstance(value, float) else math.nan

    def has(self, name: str) -> bool:
        """True where the cell holds something usable."""
        return not is_empty(self.values.get(name))

    def empty(self, name: str) -> bool:
        """True where nothing stood in the cell; a cell that was refused is not empty."""
        return is_empty(self.values.get(name)) and name not in self.refused

    def problem(
        self, column: str, severity: Severity, problem: str, remedy: str, value: object = None
    ) -> Problem:
        """A problem of this row."""
        if severity == "fatal":
            self.refused.add(column)
        held = self.values.get(column) if value is None else value
        shown = "" if is_empty(held) else f"{held:g}" if isinstance(held, float) else str(held)
        return Problem(self.number, column, shown, severity, problem, remedy)


@dataclass
class Coded:
    """The rows, their problems, how often a cell was read as another spelling of a key, and the decimal mark;
    ``composed``: how many cells had accents apart from their letters; ``nothing``: rows by column and word for "not known"."""

    rows: list[Row]
    problems: list[Problem]
    spelled: Counter[tuple[str, str, str]]
    mark: str
    composed: int = 0
    nothing: defaultdict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))


def read_rows(raw: RawTable, names: Sequence[str]) -> Coded:
    """All rows of a table, cell by cell.

    Parameters
    ----------
    raw : RawTable
    names : sequence of str
        What each column is called here; '' where it is not read.
    """
    texts = (
        cell
        for i, name in enumerate(names)
        if name in COLUMNS and COLUMNS[name].kind in ("number", "p-value")
        for row in raw.rows
        if isinstance(cell := row[i], str)
    )
    mark, mixed = decimal_mark(texts, raw.decimal)
    coded = Coded([], [], Counter(), mark)
    if mixed:
        coded.problems.append(_mixed())
    read = [(i, name) for i, name in enumerate(names) if name]
    torn = {p.row for p in raw.problems if p.severity == "fatal" and not p.column}
    for cells, number in zip(raw.rows, raw.numbers, strict=True):
        row = Row(number, raw.noun)
        problems = [p for i, name in read for p in _read(row, name, cells[i], coded, typed=raw.typed)]
        found = None if number in torn else stray(number, cells, names, row.refused)
        if row_is_none := number in torn or found is not None:
            # Where the cells of a row are none of an estimate, what is wrong with each of them is no news.
            problems = [found] if found else []
        row.stray = row_is_none
        coded.problems += problems
        coded.rows.append(row)
    coded.problems += _nothing(coded)
    return coded


def _nothing(coded: Coded) -> Iterator[Problem]:
    """Words for "not known", said once for each column."""
    strays = {row.number for row in coded.rows if row.stray}
    for name, found in coded.nothing.items():
        numbers = [n for n in found if n not in strays]
        if numbers:
            words = ", ".join(clipped(w, 20) for w in dict.fromkeys(found[n] for n in numbers))
            where = row_words(numbers, coded.rows[0].noun)
            yield Problem(
                None, name, "", "look at", f"{words} in {where}: read as empty", "Leave such cells empty."
            )


def _mixed() -> Problem:
    return Problem(
        None,
        "",
        "",
        "look at",
        "some numbers have decimal commas and some decimal points",
        "Each was read as it can only be meant; make them alike to be safe.",
    )


def _read(row: Row, name: str, cell: Any, coded: Coded, *, typed: bool) -> Iterator[Problem]:
    rule = COLUMNS.get(name)
    nothing = _says_nothing(rule, name, cell)
    if nothing:
        coded.nothing[name][row.number] = str(cell).strip()
    if nothing or is_empty(cell):
        row.values[name] = math.nan if rule and rule.numeric else None
    elif rule is not None and rule.name == "nuts":
        yield from _region(row, name, str(cell).strip(), coded)
    elif rule is None or rule.kind == "text":
        yield from _text(row, name, cell, coded)
    elif rule.numeric:
        yield from _number(row, rule, cell, coded.mark, typed=typed)
    elif rule.kind == "p-value":
        row.values[name] = str(cell).strip()
        row.p, fault = read_p(cell, coded.mark)
        if fault:
            yield row.problem(name, "fatal", fault, cell_remedies.p_remedy(row.values[name], coded.mark))
    elif rule.kind == "country":
        yield from _country(row, rule, str(cell), coded)
    else:
        yield from _category(row, rule, str(cell), coded)


def _region(row: Row, name: str, text: str, coded: Coded) -> Iterator[Problem]:
    """A NUTS code as Eurostat writes it; what is not shaped like one stays as it is, and is shown later."""
    try:
        nuts_level(text)
    except PlaceError:
        yield from _text(row, name, text, coded)
        return
    row.values[name] = normalise(text)
    if row.values[name] != text:
        coded.spelled[name, text, row.values[name]] += 1


def _says_nothing(rule: Column | None, name: str, cell: Any) -> bool:
    """Whether a cell holds a word for "not known"; a person's own columns are left as they are."""
    if rule is None or not isinstance(cell, str):
        return False
    if rule.kind == "text":
        return is_nothing(cell)
    # "none" and the like are keys of some columns.
    return cell.strip().lower() in MISSING_WORDS and plain(cell) not in rule.allowed


def _text(row: Row, name: str, cell: Any, coded: Coded) -> Iterator[Problem]:
    text = as_text(cell)
    coded.composed += isinstance(cell, str) and not unicodedata.is_normalized("NFC", cell)
    row.values[name] = text[:200] if len(text) > LONGEST_CELL else text
    for problem in text_problems(row.number, name, cell, text):
        if problem.severity == "fatal":
            row.refused.add(name)
        yield problem


def _number(row: Row, rule: Column, cell: Any, mark: str, *, typed: bool) -> Iterator[Problem]:
    name, whole = rule.name, rule.kind == "whole number"
    reading = read_cell(cell, mark, whole=whole)
    row.values[name] = reading.value
    if reading.fault:
        remedy = cell_remedies.remedy(name, cell, mark) or reading.remedy
        yield row.problem(name, "fatal", cell_remedies.fault(name, reading.fault), remedy, cell)
        return
    if typed and isinstance(cell, str):
        yield row.problem(
            name, "look at", "a number kept as text; it was read as a number", "Check it.", cell
        )
    row.decimals[name] = reading.decimals
    if rule.low is not None and rule.high is not None and not rule.low <= reading.value <= rule.high:
        row.values[name] = math.nan
        yield row.problem(
            name,
            "fatal",
            f"it is outside {rule.allowed_words}",
            cell_remedies.outside(name, reading.value),
            cell,
        )
    elif whole and not reading.value.is_integer():
        row.values[name] = math.nan
        yield row.problem(
            name, "fatal", "it is no whole number", "Correct it, or leave the cell empty.", cell
        )
    elif abs(reading.value) >= 1e12:
        row.values[name] = math.nan
        yield row.problem(name, "fatal", "it is too large to be meant", "Correct it.", cell)


def _category(row: Row, rule: Column, text: str, coded: Coded) -> Iterator[Problem]:
    key = plain(text)
    # People write what the screens say, with capitals and spaces; that is the same word, and it is reported.
    found = key if key in rule.allowed else _LABELS.get(rule.name, {}).get(key)
    row.values[rule.name] = found
    if found is None:
        meant = _OFTEN_MEANT.get(key, "")
        near = meant if meant in rule.allowed else nearest(text, rule.allowed)
        hint = f"Did you mean {near!r}? " if near else ""
        if text.strip() == "%":
            hint = (
                "Say which: percentage_points (a difference of two shares) or percent (relative to a level). "
            )
        some = rule.allowed if len(rule.allowed) <= 12 else ()
        listed = f"Choose from {', '.join(some)}." if some else "The codebook lists what it may hold."
        yield row.problem(rule.name, "fatal", "it is not one of the codebook's words", hint + listed, text)
    elif found != text.strip():
        coded.spelled[rule.name, text.strip(), found] += 1


def _country(row: Row, rule: Column, text: str, coded: Coded) -> Iterator[Problem]:
    code = country_code(text)
    row.values[rule.name] = code or None
    if not code:
        remedy = f"{country_hint(text)}Write the code."
        yield row.problem(rule.name, "fatal", "it is no country code of two letters", remedy, text)
        return
    if code != text.strip():
        coded.spelled[rule.name, text.strip(), code] += 1
    if code not in PLACE_NAMES:
        known = f"Eurostat's codes and {', '.join(OTHER_COUNTRIES)}"
        yield row.problem(
            rule.name, "look at", "the workbench knows no such country", f"It knows {known}.", text
        )


def spelling_remarks(coded: Coded) -> list[str]:
    """What was read as another spelling of a key, one sentence a column."""
    columns: dict[str, list[str]] = {}
    for (column, text, key), times in coded.spelled.items():
        columns.setdefault(column, []).append(f"{clipped(text, 40)} as {key} ({times}×)")
    joined = f"Accents were joined to their letters (NFC) in {counted(coded.composed, 'cell')}."
    return [
        *([joined] if coded.composed else []),
        *(
            f"{c}: read {', '.join(said[:8])}{' and more' if len(said) > 8 else ''}."
            for c, said in columns.items()
        ),
    ]
