"""A file or bytes of a register as columns of text, with the problems of the file itself and without people's names.

Bytes stay in memory: nothing that is uploaded is written anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.intake.file_kinds import MOST_BYTES, kind_of, read_whole
from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import Problem, ascii_controls, is_empty, refusal
from almpo_kit.sources.intake.raw_table import RawTable
from almpo_kit.sources.intake.separated import read_separated
from almpo_kit.sources.intake.text_cells import as_text
from almpo_kit.sources.intake.workbook_survey import letters
from almpo_kit.sources.people.personal_data import is_personal, leads_to_people, masked
from almpo_kit.vocabulary.errors import DataError, ParameterError

#: Rows that are read at once from CSV or Parquet (Excel: 100,000), and bytes before unpacking.
MOST_ROWS, LARGEST = 500_000, MOST_BYTES
_HINT = "Export the table again, with its headings in the first row."
#: What a cell of text may hold; longer ones are cut, and it is said.
LONGEST_TEXT = 100_000
#: Characters of all cells together: twice what the largest CSV file can hold.
MOST_SIGNS = 2 * LARGEST
_LONGEST_NAME, _LONGEST_HEADING = 120, 200


@dataclass
class GivenTable:
    """Columns of cells as text ('' where nothing stands), in the order of the file.

    ``numbers[i]`` is the row number that a spreadsheet shows. ``dropped`` are headings of columns that name people.
    ``shifted`` are numbers of rows whose cells may stand in the wrong column.
    """

    name: str
    columns: dict[str, list[str]]
    numbers: list[int]
    problems: list[Problem]
    remarks: list[str]
    dropped: tuple[str, ...]
    shifted: frozenset[int]
    typed: bool
    decimal: str
    digest: str


def given_table(
    given: str | Path | bytes | bytearray | memoryview,
    name: str,
    known: Collection[str],
    mapping: Mapping[str, str],
    default_sheet: str,
    spared: Collection[str] = (),
) -> GivenTable:
    """Read what a person gave.

    Parameters
    ----------
    given : str, Path or bytes
    name : str
        What the file is called in messages; of a path, its own name.
    known : collection of str
        Headings that tell the header and the separator.
    mapping : mapping of str to str
        Headings that are kept even where they look personal.
    default_sheet : str
        Sheet of a workbook that is read where it has several.
    spared : collection of str
        Plain headings whose cells are handed on as they are; whoever asks for them looks after them.

    Raises
    ------
    DataError
        No file, no table, too large, damaged.
    """
    data, file = _bytes(given, name)
    raw = _raw(data, file, {*known, *map(plain, mapping)}, default_sheet)
    headings = _headings(raw, file.name)
    columns = _columns(raw, headings, file.name)
    mapped = {plain(h) for h in mapping} | set(spared)
    dropped = tuple(h for h in columns if plain(h) not in mapped and _names_people(h, columns[h]))
    # A problem without a column quotes a cell of any column, perhaps a name.
    problems = [replace(p, value="") if p.column in ("", *dropped) else p for p in raw.problems]
    shifted = frozenset(p.row for p in problems if p.severity == "fatal" and p.row and not p.column)
    return GivenTable(
        name=file.name,
        columns={
            h: cells if plain(h) in spared else [masked(c) for c in cells]
            for h, cells in columns.items()
            if h not in dropped
        },
        numbers=raw.numbers,
        problems=problems + _cut(columns, raw.numbers),
        remarks=raw.remarks,
        dropped=dropped,
        shifted=shifted,
        typed=raw.typed,
        decimal="." if raw.typed else raw.decimal,
        digest=sha256(data),
    )


def _bytes(given: Any, name: str) -> tuple[bytes, Path]:
    if isinstance(given, (bytes, bytearray, memoryview)):
        file = Path(_called(name) or "your file")
        if len(given) > LARGEST:
            raise DataError(
                f"{file.name} has {len(given) / 1e6:,.0f} MB, more than is read at once ({LARGEST / 1e6:,.0f} MB); nothing "
                "was read. Split it, or delete what is not the table."
            )
        return bytes(given), file
    if isinstance(given, (str, Path)):
        file = Path(given).expanduser()
        return read_whole(file), Path(name) if name else file
    raise ParameterError(
        f"a {type(given).__name__} is neither a path nor bytes; pass e.g. 'seekers.csv' or file.read()."
    )


def _called(name: str) -> str:
    """A file's own name as it can be shown: no signs that turn the writing, and not without end."""
    shown = ascii_controls(Path(name).name)
    return shown if len(shown) <= _LONGEST_NAME else f"{shown[: _LONGEST_NAME - 20]}…{shown[-19:]}"


def _raw(data: bytes, file: Path, known: set[str], default_sheet: str) -> RawTable:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise DataError(f"{file.name} is empty. {_HINT}")
    # The word for a name that has no ending is text, if it is not something else.
    kind = kind_of(data, file if file.suffix else file.with_suffix(""))
    if kind == "text":
        return read_separated(data, file.name, known, most=MOST_ROWS, hint=_HINT)
    if kind == "workbook":
        from almpo_kit.sources.intake.workbooks import read_workbook

        return read_workbook(data, file.name, None, known, hint=_HINT, default=default_sheet)
    from almpo_kit.sources.intake import binary_tables

    if kind == "parquet":
        return binary_tables.read_parquet(data, file.name, most=MOST_ROWS)
    return binary_tables.read_stata(data, file.name)


def _headings(raw: RawTable, name: str) -> list[str]:
    """Headings, each once; a column with content and no heading is called by its letter."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for i, whole in enumerate(raw.header):
        heading = whole[:_LONGEST_HEADING]
        filled = heading or any(not is_empty(row[i]) for row in raw.rows)
        found.append(heading or (f"column {letters(i + 1)}" if filled else ""))
        if heading:
            seen[plain(heading)] = seen.get(plain(heading), 0) + 1
    twice = [h for h, n in seen.items() if n > 1]
    if twice:
        problems = [
            Problem(
                None, h, "", "fatal", f"{seen[h]} columns are called {h!r}", "Rename or delete all but one."
            )
            for h in twice
        ]
        raise refusal(name, problems, "Mend the headings.")
    return found


def _columns(raw: RawTable, headings: list[str], name: str) -> dict[str, list[str]]:
    """Cells as text; a file that repeats one long text in every row is small until it is unpacked."""
    found: dict[str, list[str]] = {}
    left = MOST_SIGNS
    for i, heading in enumerate(headings):
        if heading and i < len(raw.header):
            cells = found[heading] = []
            for row in raw.rows:
                cells.append(_text(row[i]))
                left -= len(cells[-1])
                if left < 0:
                    raise DataError(
                        f"{name} unpacks to more than {MOST_SIGNS:,} characters of text; nothing was read. "
                        "Split it, or shorten its texts."
                    )
    return found


def _text(cell: Any) -> str:
    if is_empty(cell):
        return ""
    # Cut first: a list of a Parquet file can be far longer than any text.
    return as_text(cell[: LONGEST_TEXT + 1] if isinstance(cell, str) else cell)[:LONGEST_TEXT]


def _cut(columns: Mapping[str, list[str]], numbers: list[int]) -> list[Problem]:
    said = f"the text is longer than {LONGEST_TEXT:,} characters; the rest was not read"
    return [
        Problem(n, heading, "", "look at", said, "Shorten it if what matters stands below.")
        for heading, cells in columns.items()
        for cell, n in zip(cells, numbers, strict=True)
        if len(cell) >= LONGEST_TEXT
    ]


def _names_people(heading: str, cells: list[str]) -> bool:
    # "nombre" is a number in French and a name in Spanish: what stands in it decides.
    filled = [c for c in cells if c]
    if "nombre" in plain(heading).split("_") and 2 * sum(c[0].isdigit() for c in filled) >= len(filled):
        return False
    return is_personal(heading) or leads_to_people(cells)
