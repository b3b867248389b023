"""Excel workbooks as tables of cells. Nothing in them ever runs: no formula, no macro, no link.

A formula counts with the value that was computed last, and is reported; merged cells are reported and not
filled; hidden rows are read and reported, hidden sheets reported.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from almpo_kit.sources.intake.file_kinds import DAMAGE
from almpo_kit.sources.intake.headings import plain
from almpo_kit.sources.intake.problems import Problem, clipped, is_empty
from almpo_kit.sources.intake.raw_table import TEMPLATE, RawTable, headed
from almpo_kit.sources.intake.workbook_survey import Survey, check_archive, corners, letters, ranges, survey
from almpo_kit.vocabulary.errors import AlmpoError, DataError, ParameterError

_AGAIN = "Save it again from your spreadsheet as .xlsx, or as 'CSV UTF-8'."
#: The sheet that the template calls so is read when nobody says which.
DEFAULT_SHEET = "effects"


def read_workbook(
    data: bytes,
    name: str,
    sheet: str | None = None,
    known: Collection[str] = (),
    *,
    hint: str = TEMPLATE,
    default: str = DEFAULT_SHEET,
) -> RawTable:
    """One sheet of a workbook.

    Parameters
    ----------
    sheet : str, optional
        Its name; otherwise the one called `default`, or the only visible one.
    known : collection of str
        Headings that tell which row holds them.
    hint : str
        What can be done about an empty sheet.
    default : str
        The sheet that is read when nobody says which.

    Raises
    ------
    DataError
        No workbook, damaged, a trap, too long or too wide; no sheet or several.
    ParameterError
        No such sheet.
    """
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            warnings.simplefilter("ignore")
            _recognise(archive, name)
            check_archive(archive, name)
            return _read(archive, data, name, sheet, known, hint, default)
    except AlmpoError:
        raise
    except DAMAGE as error:
        raise DataError(f"{name} is no readable workbook ({type(error).__name__}). {_AGAIN}") from None


def _recognise(archive: zipfile.ZipFile, name: str) -> None:
    parts = set(archive.namelist())
    if "mimetype" in parts and b"opendocument" in archive.open("mimetype").read(200):
        raise DataError(
            f"{name} is an OpenDocument file (.ods). Save it as an Excel workbook (.xlsx) or 'CSV UTF-8'."
        )
    if any(p.lower().startswith("xl/workbook.bin") for p in parts):
        raise DataError(f"{name} is a binary workbook (.xlsb). Save it as an Excel workbook (.xlsx).")
    if any(p.startswith("word/") for p in parts):
        raise DataError(f"{name} is a text document. Copy its table into a workbook.")
    if "[Content_Types].xml" not in parts or not any(p.startswith("xl/") for p in parts):
        raise DataError(f"{name} is a zip archive, not a workbook. Unpack it, and name the file in it.")
    if any(i.flag_bits & 1 for i in archive.infolist()):
        raise DataError(f"{name} is protected with a password. Remove the password and save it again.")


def _read(
    archive: zipfile.ZipFile,
    data: bytes,
    name: str,
    sheet: str | None,
    known: Collection[str],
    hint: str,
    default: str,
) -> RawTable:
    import openpyxl

    macros = any(p.filename.endswith("vbaProject.bin") for p in archive.infolist())
    # keep_links=False: what other workbooks hold is not looked at; data_only: values, not formulas.
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
    )
    try:
        chosen, problems = _choose(book, name, sheet, default)
        found = survey(archive, chosen._worksheet_path, name)
        if not found.last_row:
            raise DataError(f"{name}: the sheet {chosen.title!r} is empty. {hint}")
        rows, numbers, percents = _cells(chosen, found)
    finally:
        book.close()
    first, header = headed(name, rows, numbers, known, hint)
    problems += _findings(found, header, numbers[first], dict(zip(numbers, rows, strict=True)))
    places = {letters(i): h for i, h in enumerate(header, start=1) if h}
    problems += [replace(p, column=places.get(p.column, p.column)) for p in percents]
    remarks = [f"Sheet {clipped(chosen.title)} of an Excel workbook."]
    remarks += ["The workbook contains macros; none was run."] if macros else []
    return RawTable(header, rows[first + 1 :], numbers[first + 1 :], problems, remarks, typed=True)


def _choose(book: Any, name: str, sheet: str | None, default: str) -> tuple[Any, list[Problem]]:
    sheets = {s.title: s for s in book.worksheets if hasattr(s, "_worksheet_path")}
    visible = [t for t, s in sheets.items() if s.sheet_state == "visible"]
    listed = ", ".join(clipped(t, 40) for t in sheets) or "none"
    if sheet is not None and sheet not in sheets:
        raise ParameterError(f"{name} has no sheet {sheet!r}; it has {listed}.")
    called = [t for t in visible if plain(t) == default]
    choice = [sheet] if sheet is not None else called or visible
    if len(choice) != 1:
        raise DataError(
            f"{name} has {len(choice)} sheets that could be meant ({listed}). Say which, e.g. sheet={listed.split(', ')[0]}, "
            f"or call it {default!r}."
        )
    hidden = [clipped(t, 40) for t in sheets if t not in visible]
    problems = []
    if hidden:
        what = f"the workbook has hidden sheets: {', '.join(hidden[:10])}"
        read = "It was read, as asked." if choice[0] not in visible else "They were not read."
        problems.append(_whole(what, f"{read} Show them and see what they hold."))
    return sheets[choice[0]], problems


def _whole(problem: str, remedy: str) -> Problem:
    return Problem(None, "", "", "look at", problem, remedy)


def _cells(sheet: Any, found: Survey) -> tuple[list[tuple[Any, ...]], list[int], list[Problem]]:
    """Rows with content, their numbers, and the cells that are shown as per cent."""
    sheet.reset_dimensions()
    rows, numbers, percents = [], [], []
    reading = sheet.iter_rows(min_row=1, max_row=found.last_row, min_col=1, max_col=found.last_column)
    for number, cells in enumerate(reading, start=1):
        values = tuple(cell.value for cell in cells)
        if all(is_empty(v) for v in values) and not any(
            (number, c + 1) in found.formulas for c in range(len(values))
        ):
            continue
        rows.append(values)
        numbers.append(number)
        percents += [
            Problem(
                number,
                letters(cell.column),
                f"{cell.value:g}",
                "look at",
                "the sheet shows this number as per cent, a hundredfold of what the cell holds",
                "Check the unit: the number in the cell was read.",
            )
            for cell in cells
            if isinstance(cell.value, (int, float)) and "%" in (cell.number_format or "")
        ]
    return rows, numbers, percents


def _findings(
    found: Survey, header: tuple[str, ...], top: int, rows: dict[int, tuple[Any, ...]]
) -> Iterator[Problem]:
    """Merged cells, formulas, hidden rows and columns, by the heading of their column."""

    def heading(column: int) -> str:
        return header[column - 1] if column <= len(header) and header[column - 1] else letters(column)

    for merged in found.merged:
        yield from _merged(merged, heading, top, found.last_row)
    for (row, column), stored in found.formulas.items():
        value = rows.get(row, ())[column - 1 : column]
        held = "" if not value or is_empty(value[0]) else str(value[0])
        if stored and held:
            said, remedy = "a formula; the value computed last was used", "Paste it as a value to be sure."
            yield Problem(row, heading(column), held, "look at", said, remedy)
        else:
            said = "a formula without a stored value; formulas are never computed here"
            yield Problem(
                row,
                heading(column),
                "",
                "fatal",
                said,
                "Open the workbook, recompute it and save it; or paste values.",
            )
    if hidden := [r for r in found.hidden_rows if r in rows]:
        yield _whole(
            f"hidden rows were read too: {ranges(hidden)}",
            "Show them (a filter may hide them), or delete them.",
        )
    named = [heading(c) for c in range(1, found.last_column + 1) if letters(c) in found.hidden_columns]
    if named:
        yield _whole(f"hidden columns were read too: {', '.join(named[:20])}", "Show them, or delete them.")


def _merged(merged: str, heading: Any, top: int, last: int) -> Iterator[Problem]:
    ends = corners(merged)
    if ends is None:
        return
    first_row, last_row, first, final = ends
    said = f"cells {merged} are merged, so only the first of them holds anything"
    remedy = "Unmerge them and fill every cell."
    if last_row < top:
        return
    if first_row <= top:
        yield Problem(top, heading(first), merged, "look at", said, remedy)
    for row in range(max(first_row, top + 1), min(last_row, last) + 1):
        yield Problem(row, heading(first) if first == final else "", merged, "fatal", said, remedy)
