"""Columns of text become columns of a frame; every cell that cannot be used is a problem of its row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from almpo_kit.sources.intake.numerals import decimal_mark
from almpo_kit.sources.intake.problems import Problem
from almpo_kit.sources.people.cell_values import Said, is_suppressed, number_of
from almpo_kit.sources.people.given_tables import GivenTable

#: Bounds of numbers that have others than counts.
BOUNDS = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)}
_FORMULA = re.compile(r"[=@]|[+-][A-Za-z(]")
#: The same small thing in many rows is said once, with the number of rows.
_EACH = 5


class Problems:
    """Collects problems; a note that many rows share is counted instead of repeated."""

    def __init__(self, table: GivenTable) -> None:
        self.table = table
        self.found: list[Problem] = list(table.problems)
        self._notes: dict[tuple[str, str], list[tuple[int, str]]] = {}

    def fault(self, row: int, column: str, value: str, said: Said) -> None:
        """A cell that makes its row useless."""
        self.found.append(Problem(row, column, value, "fatal", said.fault, said.remedy))

    def note(self, row: int, column: str, value: str, note: str) -> None:
        """Something to look at."""
        self._notes.setdefault((column, note), []).append((row, value))

    def all(self) -> list[Problem]:
        """Everything, the shared notes last."""
        listed = list(self.found)
        for (column, note), places in self._notes.items():
            shown = places if len(places) <= _EACH else places[:1]
            more = "" if len(places) <= _EACH else f" (and {len(places) - 1:,} more rows)"
            listed += [
                Problem(row, column, value, "look at", note + more, "Check that this is meant.")
                for row, value in shown
            ]
        return listed


def read_column(
    table: GivenTable, heading: str, rule: Callable[[str], Said], problems: Problems
) -> list[str | float | None]:
    """Cells of one column by a rule; None where nothing stands or where the rule finds a fault."""
    out: list[str | float | None] = []
    for cell, row in zip(table.columns[heading], table.numbers, strict=True):
        said = rule(cell) if cell else Said()
        if row in table.shifted:
            out.append(None)
            continue
        if said.fault:
            problems.fault(row, heading, cell, said)
        elif said.note and said.note != "title":
            problems.note(row, heading, cell, said.note)
        out.append(said.value if not said.fault else None)
    return out


def read_numbers(
    table: GivenTable, chosen: dict[str, list[str]], names: Sequence[str], problems: Problems
) -> dict[str, list[Any]]:
    """Columns of numbers, read with the one decimal mark that the file uses."""
    present = [n for n in names if n in chosen]
    cells = (c for n in present for c in table.columns[chosen[n][0]] if c)
    mark, mixed = decimal_mark(cells, table.decimal)
    if mixed:
        said = "some numbers have decimal commas and some decimal points; those that could mean two things are not read"
        problems.found.append(Problem(None, "", "", "look at", said, "Write all numbers in one way."))
    out: dict[str, list[Any]] = {}
    for name in present:
        low, high = BOUNDS.get(name, (0.0, 1e9))
        counts = name in ("count", "unemployed", "vacancies", "hires", "employed", "capacity")

        def rule(cell: str, *, low: float = low, high: float = high, counts: bool = counts) -> Said:
            # In a typed cell "1.234" is a number below two, never a thousand.
            return number_of(cell, mark, least=low, most=high, whole=counts and not table.typed)

        out[name] = read_column(table, chosen[name][0], rule, problems)
    return out


def kept_back(table: GivenTable, heading: str) -> list[bool]:
    """Which cells say that their number is suppressed; they are emptied."""
    cells = table.columns[heading]
    flags = [is_suppressed(c) if c else False for c in cells]
    table.columns[heading] = ["" if f else c for c, f in zip(cells, flags, strict=True)]
    return flags


def note_formulas(table: GivenTable, problems: Problems) -> None:
    """Cells that begin like a formula are kept as text; nothing is computed, and it is said."""
    for heading, cells in table.columns.items():
        for cell, row in zip(cells, table.numbers, strict=True):
            if cell[:1] in "=@+-" and cell and _FORMULA.match(cell):
                problems.note(
                    row, heading, cell, "it begins like a formula; it is kept as text and never computed"
                )
