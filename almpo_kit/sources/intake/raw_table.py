"""A table as a file holds it, before any meaning: cells, the rows' numbers in the spreadsheet, first problems."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import Problem, is_empty
from almpo_kit.vocabulary.errors import DataError

#: Far above any evidence base (the largest meta-analyses of programmes code some thousands of estimates).
MOST_ROWS, MOST_COLUMNS = 100_000, 500
#: What somebody with an empty sheet of estimates can do about it; other readers pass their own words.
TEMPLATE = "`almpo evidence template` writes a sheet to fill in."
#: What one cell of a spreadsheet can hold.
LONGEST_CELL = 32_767
#: A row with so many known headings, among the first ones, is the line of headings.
_HEADINGS, _TOP = 4, 30


@dataclass(frozen=True)
class RawTable:
    """Header and rows of cells: text, numbers, truth values, dates or None.

    ``numbers[i]`` is the number that a spreadsheet (Stata, where ``noun`` is observation) shows beside
    ``rows[i]``. ``typed`` is True where the
    format itself says what is a number (Excel, Stata, Parquet), so that text in a number's place is news.
    ``decimal`` is the decimal mark that the format suggests, where it suggests one.
    """

    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    numbers: list[int]
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    typed: bool = False
    decimal: str = ""
    noun: str = "row"


def too_many_rows(name: str, most: int = MOST_ROWS) -> DataError:
    """The refusal of a file that is longer than what is read here."""
    return DataError(
        f"{name} has more than {most:,} rows, more than is read at once; nothing was read. If the rows below "
        "your table only look empty, delete them and save; otherwise split the file."
    )


def too_many_columns(name: str, most: int = MOST_COLUMNS) -> DataError:
    """The refusal of a file that is wider than any coding sheet."""
    return DataError(
        f"{name} has more than {most:,} columns; nothing was read. Delete the columns right of your table, or "
        "turn the table round if its rows and columns are swapped."
    )


def headed(
    name: str,
    rows: Sequence[tuple[Any, ...]],
    numbers: Sequence[int],
    known: Collection[str],
    hint: str = TEMPLATE,
) -> tuple[int, tuple[str, ...]]:
    """Position and names of the header: the first row in which anything stands.

    ``known`` are headings as :func:`almpo_kit.sources.intake.headings.plain` spells them;
    ``hint`` is what can be done about an empty file.

    Raises
    ------
    DataError
        The file is empty, holds a header and nothing else, or has something above its headings.
    """
    filled = [i for i, row in enumerate(rows) if not all(is_empty(cell) for cell in row)]
    if not filled:
        raise DataError(f"{name} is empty. {hint}")
    if len(filled) == 1:
        raise DataError(
            f"{name} holds one row (row {numbers[filled[0]]}) and nothing below it: there is no row to read. "
            "Add the rows below the headings."
        )
    first, *below = (sum(plain(str(c)) in known for c in rows[i] if not is_empty(c)) for i in filled[:_TOP])
    if later := [i for i, n in zip(filled[1:], below, strict=False) if n >= _HEADINGS and n > 2 * first]:
        top, row = numbers[filled[0]], numbers[later[0]]
        above = f"row {top}" if row == top + 1 else f"rows {top} to {row - 1}"
        raise DataError(
            f"{name}: the headings seem to stand in row {row}. Delete what stands above them ({above}), so that the "
            "headings come first. Nothing was read."
        )
    return filled[0], tuple("" if is_empty(c) else str(c).strip() for c in rows[filled[0]])
