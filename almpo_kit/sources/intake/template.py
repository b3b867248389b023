"""An empty coding sheet with the codebook beside it, for a person to fill in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from almpo_kit.sources.cache import write_atomically
from almpo_kit.sources.intake.coding_rules import COLUMNS, codebook
from almpo_kit.sources.intake.workbook_survey import letters
from almpo_kit.vocabulary.errors import DataError, ParameterError

_BLUE, _GREY = "1F4E79", "595959"
_ROWS = 500


def write_template(path: str | Path) -> Path:
    """Write an empty coding sheet: .xlsx (with the codebook and pick lists) or .csv (the headings).

    It is written under a temporary name and renamed, and never replaces a file: what is there may be filled in.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        Another ending, a file that is there already, or no such folder.
    DataError
        The folder cannot be written.
    """
    file = Path(path)
    kinds = {".xlsx": _workbook, ".csv": _csv}
    if file.suffix.lower() not in kinds:
        raise ParameterError(f"a template ends in .xlsx or .csv, not {file.suffix or 'nothing'!r}.")
    if file.exists():
        raise ParameterError(f"{file.name} is there already and may be filled in; choose another name.")
    if not file.parent.is_dir():
        raise ParameterError(f"there is no folder for {file.name}; make it first.")
    try:
        write_atomically(file, kinds[file.suffix.lower()]())
    except OSError as error:
        raise DataError(f"{file.name} cannot be written ({error.strerror}). Nothing was written.") from None
    return file


def _csv() -> bytes:
    # With its mark, so that Excel reads accents right when the filled table is opened there.
    return ",".join(COLUMNS).encode("utf-8-sig") + b"\r\n"


def _workbook() -> bytes:
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "effects"
    for number, column in enumerate(COLUMNS.values(), start=1):
        cell = sheet.cell(1, number, column.name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor=_BLUE if column.need == "yes" else _GREY)
        sheet.column_dimensions[letters(number)].width = max(12, len(column.name) + 3)
    sheet.freeze_panes = "A2"
    explained = book.create_sheet("codebook")
    table = codebook()
    for row in ([*table.columns], *table.itertuples(index=False)):
        explained.append([None if value != value else value for value in row])
    for cells in explained.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 1)
    for letter, width in zip("ABCDEF", (24, 60, 14, 60, 34, 40), strict=True):
        explained.column_dimensions[letter].width = width
    explained.freeze_panes = "B2"
    _pick_lists(book, sheet)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _pick_lists(book: Any, sheet: Any) -> None:
    """Lists to pick from, on a third sheet because a list in a cell's rule is limited to 255 signs."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet("lists")
    picked = [(n, c) for n, c in enumerate(COLUMNS.values(), start=1) if c.allowed]
    for place, (number, column) in enumerate(picked, start=1):
        for row, word in enumerate((column.name, *column.allowed), start=1):
            lists.cell(row, place, word)
        source = f"lists!${letters(place)}$2:${letters(place)}${len(column.allowed) + 1}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.error = f"Pick one of the list; the sheet codebook explains {column.name}."
        sheet.add_data_validation(rule)
        rule.add(f"{letters(number)}2:{letters(number)}{_ROWS}")
