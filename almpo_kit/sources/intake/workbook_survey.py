"""What a workbook holds, found out before any of it is loaded: size, entities, rows, merged cells, formulas.

A workbook is a zip of XML. It is surveyed as a stream: declared sizes first (a zip bomb is never unpacked),
then each sheet until it is known to be small enough, whatever its own dimension tag claims. No document
type is accepted, so no entity is ever expanded.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from almpo_kit.sources.intake.raw_table import MOST_COLUMNS, MOST_ROWS, too_many_columns, too_many_rows
from almpo_kit.vocabulary.errors import DataError

_MOST_UNPACKED, _MOST_STRINGS, _MOST_PART, _MOST_PARTS = 600_000_000, 80_000_000, 8_000_000, 5_000
_MOST_CELLS = 5_000_000
_CHUNK = 1 << 16
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_LISTED = 50


def letters(column: int) -> str:
    """What a spreadsheet calls column 1, 2, …: A, B, …, Z, AA, …"""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _column(text: str) -> int:
    number = 0
    for letter in text:
        number = 26 * number + ord(letter) - 64
    return number


@dataclass
class Survey:
    """One sheet: its last row with content, merged ranges, hidden rows and columns, cells with formulas.

    ``formulas`` maps (row, column) to True where the value computed last was stored with the formula.
    """

    rows: int = 0
    filled: int = 0
    last_row: int = 0
    last_column: int = 0
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)


class _RootSeenError(Exception):
    """The root element has begun: a document type can no longer follow."""


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook that would unpack to too much, or that carries a document type.

    Raises
    ------
    DataError
    """
    parts = archive.infolist()
    unpacked = sum(p.file_size for p in parts)
    if unpacked > _MOST_UNPACKED or len(parts) > _MOST_PARTS:
        raise DataError(
            f"{name} would unpack to {unpacked / 1e6:,.0f} MB in {len(parts):,} parts, more than is read at once "
            "(millions of rows, or a trap); nothing was unpacked. Save the table alone as a new workbook."
        )
    names = [p.filename for p in parts]
    if len(set(names)) < len(names):
        raise DataError(
            f"{name} holds two parts of one name; it is damaged. Save it again from your spreadsheet."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_part(archive, part, name)
    _check_types(archive, name)


def _check_types(archive: zipfile.ZipFile, name: str) -> None:
    """A part that is loaded whole may not hide where only streamed or unread parts are expected."""

    def declared(tag: str, attributes: dict[str, str]) -> None:
        kind, part = attributes.get("ContentType", ""), attributes.get("PartName", "").lstrip("/")
        if kind.endswith(("main+xml", "sharedStrings+xml")) and not _is_loaded(part):
            raise DataError(f"{name} is damaged: it mixes up its parts. Save it again from a spreadsheet.")

    parser = _parser(name)
    parser.StartElementHandler = declared
    _feed(parser, archive, "[Content_Types].xml")


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> None:
    most = _MOST_STRINGS if part.filename.endswith("sharedStrings.xml") else _MOST_PART
    loaded = _is_loaded(part.filename)
    if loaded and part.file_size > most:
        raise DataError(
            f"{name} is not a plain table: its part {part.filename} alone has {part.file_size / 1e6:,.0f} MB. "
            "Copy the table into a new workbook and save that."
        )

    def root(*_: Any) -> None:
        raise _RootSeenError

    parser = _parser(name)
    parser.StartElementHandler = root
    try:
        _feed(parser, archive, part.filename)
    except _RootSeenError:
        return
    except expat.ExpatError:
        # What is never opened (links, drawings, …) may be as broken as it likes.
        if loaded:
            raise


def _is_loaded(part: str) -> bool:
    """Parts that are loaded whole; sheets are streamed, and the rest is never opened."""
    return part.count("/") < 2 or "_rels" in part or part.startswith(("xl/theme", "xl/chartsheets"))


def _parser(name: str) -> Any:
    parser = expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise DataError(
            f"{name} contains an XML document type, which no spreadsheet writes and which can be an attack; it was "
            "not read. Ask who made it, or save the table again from a spreadsheet."
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _feed(parser: Any, archive: zipfile.ZipFile, part: str) -> None:
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)


class _Reader:
    """Collects the survey of one sheet from its elements."""

    def __init__(self, name: str) -> None:
        self.name, self.survey = name, Survey()
        self.row = self.column = self.cells = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._start_row(attributes)
        elif tag in ("f", "v", "is"):
            self._content(tag)
        elif tag == "mergeCell":
            self._limit(len(self.survey.merged), MOST_ROWS)
            self.survey.merged.append(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            shown = range(first, min(last, MOST_COLUMNS) + 1)
            self.survey.hidden_columns += [letters(c) for c in shown]

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if number <= self.row:
            raise DataError(
                f"{self.name} is damaged: its rows are out of order. Save it again from a spreadsheet."
            )
        self.row, self.column = number, 0
        self.survey.rows += 1
        self._limit(self.survey.rows, 2 * MOST_ROWS)
        if attributes.get("hidden") in ("1", "true"):
            self.survey.hidden_rows.append(number)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = _CELL.fullmatch(attributes.get("r", f"{letters(self.column + 1)}{self.row}"))
        column = _column(place[1]) if place else 0
        if place is None or int(place[2]) != self.row or column <= self.column:
            raise DataError(
                f"{self.name} is damaged: its cells are out of order. Save it again from a spreadsheet."
            )
        self.column = column
        self.cells += 1
        self._limit(self.cells, MOST_ROWS * 100)

    def _content(self, tag: str) -> None:
        # Empty but formatted rows and columns are common; what counts is how far content reaches.
        self._limit(self.row, MOST_ROWS + 1)
        if self.column > MOST_COLUMNS:
            raise too_many_columns(self.name)
        self.survey.filled += self.row != self.survey.last_row
        self.survey.last_row = self.row
        self.survey.last_column = max(self.survey.last_column, self.column)
        # Every row is as wide as the widest: a column of far-off cells would make a small file a huge table.
        if self.survey.filled * self.survey.last_column > _MOST_CELLS:
            raise DataError(
                f"{self.name} holds a table of more than {_MOST_CELLS:,} cells, most of them empty or far to the right; "
                "nothing was read. Delete the columns right of your table."
            )
        here = (self.row, self.column)
        if tag == "f" or here in self.survey.formulas:
            self.survey.formulas[here] = tag != "f"

    def _limit(self, number: int, most: int) -> None:
        if number > most:
            raise too_many_rows(self.name)


def survey(archive: zipfile.ZipFile, part: str, name: str) -> Survey:
    """What one sheet holds.

    Raises
    ------
    DataError
        Too long, too wide or damaged; found out while streaming.
    """
    reader, parser = _Reader(name), _parser(name)
    parser.StartElementHandler = reader.start
    _feed(parser, archive, part)
    return reader.survey


def ranges(rows: list[int]) -> str:
    """Row numbers in words: ``2–4, 9``."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    shown = ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in runs[:_LISTED])
    return shown + (" and more" if len(runs) > _LISTED else "")


def row_words(rows: list[int], noun: str = "row") -> str:
    """``row 4``, ``rows 2–4, 9``."""
    return f"{noun}{'s' * (len(rows) != 1)} {ranges(rows)}"


def corners(merged: str) -> tuple[int, int, int, int] | None:
    """First and last row, first and last column of a merged range; None where it is none."""
    ends = [_CELL.fullmatch(e) for e in merged.split(":")]
    if len(ends) != 2 or not (ends[0] and ends[1]):
        return None
    return int(ends[0][2]), int(ends[1][2]), _column(ends[0][1]), _column(ends[1][1])
