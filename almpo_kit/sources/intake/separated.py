"""Separated text (CSV) as people's software writes it: its encoding, its separator, its ragged rows.

Nothing is guessed where a guess could change a number or a name without anybody noticing: what was assumed
is a remark, and what cannot be known is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import REMARK, Problem, remark
from almpo_kit.sources.intake.raw_table import (
    MOST_COLUMNS,
    MOST_ROWS,
    TEMPLATE,
    RawTable,
    headed,
    too_many_columns,
    too_many_rows,
)
from almpo_kit.vocabulary.errors import DataError, ParameterError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
SEPARATORS = (",", ";", "\t")
#: Signs of the line of headings that are looked at to tell the separator.
_LONGEST_HEAD = 100_000
_AS_UTF8 = "Save it again as 'CSV UTF-8'"


def decoded(data: bytes, name: str, encoding: str | None = None) -> tuple[str, list[str], list[Problem]]:
    """Bytes as text, remarks, and what was guessed and is to be looked at.

    Parameters
    ----------
    encoding : str, optional
        What the file is in, where the person knows (``"windows-1253"`` for Greek, ``"windows-1250"`` for
        Polish, …); otherwise UTF-8, UTF-16 (with its mark) or Windows-1252, in this order.

    Raises
    ------
    DataError
        No text, or in another encoding.
    ParameterError
        An encoding that does not exist.
    """
    if encoding is not None:
        return _in_encoding(data, name, encoding), [f"Read as {encoding}, as asked."], []
    for mark, found in _MARKS:
        if data.startswith(mark):
            return _in_encoding(data, name, found), [], []
    if b"\x00" in data:
        raise DataError(
            f"{name} contains NUL bytes, so it is no text in UTF-8 or Windows-1252 (perhaps UTF-16 without its "
            f"mark, or not a table at all). {_AS_UTF8}, or name its encoding."
        )
    try:
        return data.decode("utf-8"), [], []
    except UnicodeDecodeError:
        text = _in_encoding(data, name, "cp1252")
    words = dict.fromkeys(w for w in re.findall(r"\w+", text[:200_000]) if not w.isascii())
    shown = ", ".join(list(words)[:5]) or "none in the first rows"
    guessed = (
        "the file is not UTF-8; it was read as Windows-1252 (western European), which is a guess. Words with special "
        f"letters: {shown}"
    )
    remedy = f"If they look wrong, name the encoding (encoding='windows-1253' for Greek, …). {_AS_UTF8} to be sure."
    return text, [], [Problem(None, "", "", "look at", guessed, remedy)]


def _in_encoding(data: bytes, name: str, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise ParameterError(
            f"There is no encoding {encoding!r}; use e.g. 'utf-8', 'windows-1252' or 'windows-1253'."
        ) from None
    except UnicodeError:
        raise DataError(
            f"{name} is not text in {_NAMES.get(encoding, encoding)}. {_AS_UTF8}, or name its encoding."
        ) from None
    if "\x00" in text:
        raise DataError(f"{name} contains NUL signs; it is damaged or no table. {_AS_UTF8}.")
    return text.removeprefix("\ufeff")


class Record(NamedTuple):
    """One record: its cells, and what is wrong with its quotation marks ('' when nothing is)."""

    cells: tuple[str, ...]
    fault: str


def _cell_pattern(separator: str) -> re.Pattern[str]:
    s = re.escape(separator)
    # Possessive repeats: a cell of a million signs costs a million steps, whatever it holds.
    return re.compile(
        rf'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)(?P<closed>"?)(?P<junk>[^{s}\r\n]*+)|(?P<plain>[^{s}\r\n]*+))'
        rf"(?P<end>{s}|\r\n|\r|\n|\Z)"
    )


def records(text: str, separator: str) -> Iterator[Record]:
    """Records of separated text (RFC 4180), blank lines among them, since a spreadsheet numbers those too."""
    cell, at = _cell_pattern(separator), 0
    cells: list[str] = []
    fault = ""
    while at < len(text) or cells:
        found = cell.match(text, at)
        assert found is not None  # an empty cell matches anywhere
        quoted = found["quoted"]
        if quoted is None:
            cells.append(found["plain"])
        else:
            cells.append(quoted.replace('""', '"') + found["junk"])
            fault = fault or _quote_fault(found)
        at = found.end()
        if len(cells) == MOST_COLUMNS + 1 and any(c.strip() for c in cells):
            # Wider than anything that is read: what follows in the line is not looked at.
            yield Record(tuple(cells), fault)
            return
        if found["end"] != separator:
            yield Record(tuple(cells), fault)
            cells, fault = [], ""


def _quote_fault(found: re.Match[str]) -> str:
    if not found["closed"]:
        return "a quotation mark is opened and never closed, so that everything below fell into one cell"
    return "text follows a closing quotation mark" if found["junk"].strip() else ""


def _separator(line: str, known: Collection[str]) -> str:
    """The separator under which most headings are known; the one with most cells where none is."""

    def merit(separator: str) -> tuple[int, int]:
        cells = next(records(line[:_LONGEST_HEAD], separator), Record((), "")).cells
        return sum(plain(c) in known for c in cells), len(cells)

    return max(SEPARATORS, key=merit)


def read_separated(
    data: bytes,
    name: str,
    known: Collection[str],
    encoding: str | None = None,
    *,
    most: int = MOST_ROWS,
    hint: str = TEMPLATE,
) -> RawTable:
    """A separated text file as a table of text cells.

    Parameters
    ----------
    known : collection of str
        Headings that tell the separator, as :func:`almpo_kit.sources.intake.headings.plain` spells them.
    most : int
        Rows beyond which the file is refused.
    hint : str
        What can be done about an empty file.

    Raises
    ------
    DataError
        Empty, no text, too long or too wide.
    """
    text, remarks, guesses = decoded(data, name, encoding)
    if not text.strip():
        raise DataError(f"{name} is empty. {hint}")
    announced = re.match(r"sep=(.)\r?\n", text)  # a line for Excel, which does not show it
    text = text[announced.end() :] if announced else text
    separator = announced[1] if announced else _separator(text.lstrip("\r\n").split("\n", 1)[0], known)
    rows, numbers, problems = _rows(name, records(text, separator), most)
    first, header = headed(name, rows, numbers, known, hint)
    body, width = range(first + 1, len(rows)), len(header)
    problems += [p for i in body if (p := _ragged(rows[i], numbers[i], width))]
    words = {",": "commas", ";": "semicolons", "\t": "tabs"}.get(separator, repr(separator))
    return RawTable(
        header=header,
        rows=[(*rows[i][:width], *("",) * (width - len(rows[i]))) for i in body],
        numbers=[numbers[i] for i in body],
        problems=[*guesses, *problems],
        remarks=[f"Cells separated by {words}.", *remarks],
        decimal="" if separator == ";" else ".",
    )


def _rows(
    name: str, found: Iterator[Record], most: int
) -> tuple[list[tuple[str, ...]], list[int], list[Problem]]:
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    problems: list[Problem] = []
    for number, (cells, fault) in enumerate(found, start=1):
        # Blank lines take time, too.
        if number > 2 * most + 1:
            raise too_many_rows(name, most)
        if not any(c.strip() for c in cells):
            continue
        if len(rows) > most:
            raise too_many_rows(name, most)
        if len(cells) > MOST_COLUMNS:
            raise too_many_columns(name)
        rows.append(cells)
        numbers.append(number)
        if fault:
            problems.append(
                Problem(number, "", "", "fatal", fault, 'Write quotation marks inside a cell as "".')
            )
    return rows, numbers, problems


def _ragged(row: tuple[str, ...], number: int, width: int) -> Problem | None:
    if len(row) == width or (len(row) > width and not any(c.strip() for c in row[width:])):
        return None
    if sum(bool(c.strip()) for c in row) <= REMARK:
        return remark(number, "", next(c for c in row if c.strip()))
    return Problem(
        number,
        "",
        "",
        "fatal",
        f"the row has {len(row)} cell{'s' * (len(row) != 1)}, the header {width}; a separator or a line break inside a cell is not quoted, "
        "or cells are missing",
        "Save the table again from a spreadsheet, which puts quotation marks where they are needed.",
    )
