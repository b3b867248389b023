"""Hostile and broken files: one clear message, in bounded time and memory; nothing runs, nothing is smeared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from intake_sheets import GOOD, csv_file, fatal, looked_at, problems_of, rows, workbook

from almpo_kit import sources
from almpo_kit.vocabulary.errors import DataError, ParameterError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes], **more: bytes) -> Path:
    """A workbook with one part changed, and some added."""
    with zipfile.ZipFile(path) as old:
        held = {n: old.read(n) for n in old.namelist()}
    held[part] = change(held[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in (held | more).items():
            new.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\n\n", "is empty"),
        ("a.csv", b"study_id,effect\n", "one row"),
        ("a.csv", b"study_id,effect\n,\n", "one row"),
        ("a.csv", b"study_id,eff\x00ect\na,1\n", "NUL"),
        ("a.csv", bytes(range(1, 256)) * 9, "not text"),
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"study_id,effect\n", "name it .csv"),
        ("a.xlsx", b"PK\x03\x04rubbish", "no readable workbook"),
        ("a.xls", OLE, r"old Excel.*\.xlsx"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.xls", b"<html><body><table><tr><td>1", "web page"),
        ("a.xls", b"\xff\xfe" + "<html>".encode("utf-16-le"), "web page"),
        ("a.xml", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.csv.gz", b"\x1f\x8b\x08rest", "gzip"),
        ("a.dta", b"<stata_dta>rubbish", "damaged Stata"),
        ("a.dta", b"\x72\x02\x01\x00" + bytes(300), "Stata"),
        ("a.parquet", b"PAR1rubbishPAR1", "damaged Parquet"),
        ("a.dat", b"1 2 3", "none of these"),
    ],
)
def test_what_is_no_table_says_what_it_is(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError, match=f"(?s){re.escape(name)}.*{says}") as caught:
        sources.read_effects(tmp_path / name)
    assert str(tmp_path) not in str(caught.value)


def test_a_folder_a_missing_file_a_pipe(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="folder"):
        sources.read_effects(tmp_path)
    with pytest.raises(DataError, match=r"no file nowhere\.csv"):
        sources.read_effects(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="ordinary"):
        sources.read_effects(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="cannot be read"):
        sources.read_effects("a\x00b.csv")


def test_a_file_larger_than_any_sheet_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(3_000_000_000)
    started = time.perf_counter()
    with pytest.raises(DataError, match="3,000 MB"):
        sources.read_effects(tmp_path / "a.csv")
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("kind", ["ods", "xlsb", "docx", "zip"])
def test_archives_that_are_no_workbook(tmp_path: Path, kind: str) -> None:
    held = {
        "ods": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        "xlsb": {"xl/workbook.bin": "", "[Content_Types].xml": ""},
        "docx": {"word/document.xml": "", "[Content_Types].xml": ""},
        "zip": {"mine.csv": "a"},
    }[kind]
    with zipfile.ZipFile(tmp_path / f"a.{kind}", "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    with pytest.raises(
        DataError,
        match={"ods": "OpenDocument", "xlsb": "binary", "docx": "text document", "zip": "zip archive"}[kind],
    ):
        sources.read_effects(tmp_path / f"a.{kind}")


# Workbooks


def test_merged_cells_are_reported_with_their_range_and_not_smeared(tmp_path: Path) -> None:
    path = workbook(tmp_path, {}, {}, {})
    book = openpyxl.load_workbook(path)
    column = list(GOOD).index("programme_type") + 1
    letter = openpyxl.utils.get_column_letter(column)
    book["effects"].merge_cells(f"{letter}2:{letter}3")
    book.save(path)
    table = problems_of(path)
    assert {(2, "programme_type"), (3, "programme_type")} <= set(fatal(table))
    assert table["problem"].str.contains(f"{letter}2:{letter}3").any()
    assert sources.read_effects(path, keep="valid").effects["study_id"].tolist() == ["study2"]


def test_formulas_are_never_executed(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"effect": "=1+2"}, {"effect": 4, "note": '=WEBSERVICE("x")'})
    table = problems_of(path)
    assert set(fatal(table)) >= {(2, "effect"), (3, "note")}
    assert table["problem"].str.contains("never computed here").sum() == 2
    stored = rewritten(
        path, SHEET, lambda x: re.sub(rb"<f>([^<]*)</f><v\s*/?>(</v>)?", rb"<f>\1</f><v>2.5</v>", x)
    )
    taken = sources.read_effects(stored)
    assert taken.effects["effect"].tolist() == [2.5, 4.0]
    assert "computed last was used" in looked_at(taken.problems, "effect")


def test_hidden_sheets_rows_and_columns_are_reported(tmp_path: Path) -> None:
    path = workbook(tmp_path, {}, {}, {})
    book = openpyxl.load_workbook(path)
    sheet = book["effects"]
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("secret").sheet_state = "veryHidden"
    book.save(path)
    taken = sources.read_effects(path)
    assert len(taken.effects) == 3
    said = " ".join(taken.problems["problem"])
    assert "hidden sheets: 'secret'" in said
    assert "hidden rows were read too: 3" in said
    assert "hidden columns were read too: programme_type" in said


def test_the_sheet_is_chosen_and_never_guessed(tmp_path: Path) -> None:
    path = workbook(tmp_path, {}, title="one")
    book = openpyxl.load_workbook(path)
    book.create_sheet("two")
    book.save(path)
    with pytest.raises(DataError, match="'one', 'two'"):
        sources.read_effects(path)
    assert len(sources.read_effects(path, sheet="one").effects) == 1
    with pytest.raises(DataError, match="'two' is empty"):
        sources.read_effects(path, sheet="two")
    with pytest.raises(ParameterError, match="no sheet 'three'"):
        sources.read_effects(path, sheet="three")
    with pytest.raises(ParameterError, match="no workbook"):
        sources.read_effects(csv_file(tmp_path, {}), sheet="one")


def test_rows_above_the_headings_are_pointed_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["My estimates"])
    book.active.append([None])
    book.active.append(list(GOOD))
    book.active.append(list(GOOD.values()))
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match=r"headings seem to stand in row 3.*\(rows 1 to 2\)"):
        sources.read_effects(tmp_path / "a.xlsx")
    text = csv_file(tmp_path, {}).read_text()
    (tmp_path / "a.csv").write_text(f"Ministry of Labour, coded in August\n{text}")
    with pytest.raises(DataError, match=r"headings seem to stand in row 2.*\(row 1\)"):
        sources.read_effects(tmp_path / "a.csv")


def test_row_numbers_are_the_spreadsheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(GOOD))
    for i, row in enumerate(rows({}, {"effect": "x"}, {"se": 0})):
        for j, value in enumerate(row.values(), start=1):
            book.active.cell(4 + 3 * i, j, value)
    book.save(tmp_path / "a.xlsx")
    assert fatal(problems_of(tmp_path / "a.xlsx")) == [(7, "effect"), (10, "se")]


def test_percent_formats_and_dates_are_shown(tmp_path: Path) -> None:
    path = workbook(tmp_path, {}, {"effect": pd.Timestamp("2024-04-03").to_pydatetime()})
    book = openpyxl.load_workbook(path)
    column = list(GOOD).index("effect") + 1
    book["effects"].cell(2, column).number_format = "0.0%"
    book.save(path)
    table = problems_of(path)
    assert fatal(table) == [(3, "effect")]
    assert "into dates" in table.loc[table["severity"] == "fatal", "problem"].item()
    assert table["problem"].str.contains("shows this number as per cent").sum() == 1


def test_errors_of_the_spreadsheet_are_no_values(tmp_path: Path) -> None:
    path = rewritten(
        workbook(tmp_path, {"effect": 12345}),
        SHEET,
        lambda x: re.sub(rb't="n"><v>12345</v>', b't="e"><v>#DIV/0!</v>', x),
    )
    table = problems_of(path)
    assert (2, "effect") in fatal(table)
    assert table["problem"].str.contains("error of the spreadsheet").any()


def test_macros_and_links_are_left_alone(tmp_path: Path) -> None:
    path = rewritten(
        workbook(tmp_path, {}, name="a.xlsm"),
        "[Content_Types].xml",
        lambda x: x.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml").replace(
            b"application/vnd.openxmlformats-officedocument.ms-excel", b"application/vnd.ms-excel"
        ),
        **{"xl/vbaProject.bin": OLE, "xl/externalLinks/externalLink1.xml": b"<rubbish"},
    )
    taken = sources.read_effects(path)
    assert len(taken.effects) == 1
    assert any("macros; none was run" in c.sentence for c in taken.checks)


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
)


@pytest.mark.parametrize(
    "part",
    [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "_rels/.rels", "docProps/core.xml"],
)
def test_an_entity_bomb_in_any_part_is_refused(tmp_path: Path, part: str) -> None:
    path = rewritten(workbook(tmp_path, {}), part, lambda x: BOMB + re.sub(rb"^<\?xml[^>]*\?>", b"", x))
    with pytest.raises(DataError, match="document type"):
        sources.read_effects(path)


def test_shared_strings_that_hide_among_the_unread_parts_are_refused(tmp_path: Path) -> None:
    hidden = b'PartName="/xl/worksheets/strings.xml" ContentType="application/x.sharedStrings+xml"'
    path = rewritten(
        workbook(tmp_path, {}),
        "[Content_Types].xml",
        lambda x: x.replace(b"</Types>", b"<Override " + hidden + b"/></Types>"),
    )
    with pytest.raises(DataError, match="mixes up its parts"):
        sources.read_effects(path)


def test_an_entity_bomb_in_utf_16_is_refused(tmp_path: Path) -> None:
    text = BOMB.decode().replace('"1.0"', '"1.0" encoding="utf-16"') + "<w/>"
    path = rewritten(workbook(tmp_path, {}), "docProps/app.xml", lambda _: text.encode("utf-16"))
    with pytest.raises(DataError, match="document type"):
        sources.read_effects(path)


def _declared(path: Path, part: str, size: int) -> Path:
    """A workbook whose directory claims another size of a part than it has."""
    with zipfile.ZipFile(path) as old:
        held = {n: old.read(n) for n in old.namelist()} | {"xl/media/a.bin": bytes(1000)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in held.items():
            new.writestr(name, data)
        new.getinfo(part).file_size = size
    return path


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = _declared(workbook(tmp_path, {}), "xl/media/a.bin", 4_000_000_000)
    started = time.perf_counter()
    with pytest.raises(DataError, match="would unpack to 4,000 MB"):
        sources.read_effects(path)
    assert time.perf_counter() - started < 1
    # A directory that claims too little: no more than that is ever unpacked.
    with pytest.raises(DataError, match="no readable workbook"):
        sources.read_effects(_declared(workbook(tmp_path, {}), SHEET, 100))


def test_a_bomb_in_the_shared_strings_is_not_loaded(tmp_path: Path) -> None:
    path = rewritten(
        workbook(tmp_path, {}),
        SHEET,
        lambda x: x,
        **{"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 6_000_000 + b"</sst>"},
    )
    with pytest.raises(DataError, match=r"sharedStrings\.xml alone"):
        sources.read_effects(path)


def test_a_dimension_that_lies_and_far_empty_cells_cost_nothing(tmp_path: Path) -> None:
    def lie(xml: bytes) -> bytes:
        xml = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml)
        return xml.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')

    started = time.perf_counter()
    taken = sources.read_effects(rewritten(workbook(tmp_path, {}, {}), SHEET, lie))
    assert len(taken.effects) == 2
    assert time.perf_counter() - started < 5
    short = rewritten(
        workbook(tmp_path, {}, {}),
        SHEET,
        lambda x: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:B2"', x),
    )
    assert len(sources.read_effects(short).effects) == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            (b"</sheetData>", b'<row r="999999999"><c r="A999999999"><v>1</v></c></row></sheetData>'),
            "out of order|rows",
        ),
        (
            (b"</sheetData>", b'<row r="900000"><c r="A900000"><v>1</v></c></row></sheetData>'),
            "more than 100,000 rows",
        ),
        (
            (b"</sheetData>", b'<row r="4"><c r="ZZZ4"><v>1</v></c></row></sheetData>'),
            "more than 500 columns",
        ),
        ((b"</sheetData>", b'<row r="2"><c r="A2"><v>1</v></c></row></sheetData>'), "out of order"),
        ((b"</sheetData>", b'<row r="9"><c r="B9"/><c r="A9"/></row></sheetData>'), "out of order"),
        ((b"</sheetData>", b'<row r="x"/></sheetData>'), "no readable workbook"),
        ((b"</sheetData>", b""), "no readable workbook"),
    ],
)
def test_sheets_that_lie_about_their_cells(tmp_path: Path, change: tuple[bytes, bytes], says: str) -> None:
    path = rewritten(workbook(tmp_path, {}), SHEET, lambda x: x.replace(*change))
    with pytest.raises(DataError, match=says):
        sources.read_effects(path)


_LIMITED = """
import resource, sys, time
from almpo_kit import sources
from almpo_kit.vocabulary.errors import DataError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.perf_counter()
try:
    sources.read_effects(sys.argv[1])
except DataError as error:
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(time.perf_counter() - started, used, error)
"""


def _refused(path: Path) -> tuple[float, float, str]:
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes, message = done.stdout.split(" ", 2)
    return float(seconds), float(megabytes), message


def test_two_million_rows_in_a_workbook_are_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = workbook(tmp_path, {})
    with zipfile.ZipFile(path) as old:
        held = {n: old.read(n) for n in old.namelist()}
    top, _, rest = held.pop(SHEET).partition(b"</sheetData>")
    with zipfile.ZipFile(path, "w") as new:
        for name, data in held.items():
            new.writestr(name, data)
        with new.open(SHEET, "w") as part:
            part.write(top)
            for _ in range(40):
                part.write(b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 50_000)
            part.write(b"</sheetData>" + rest)
    seconds, megabytes, message = _refused(path)
    assert "more than 100,000 rows" in message
    assert seconds < 20
    assert megabytes < 250


def test_two_million_rows_of_text_are_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"study_id,effect\n" + b"smith2019,0.25\n" * 2_000_000)
    seconds, megabytes, message = _refused(path)
    assert "more than 100,000 rows" in message
    assert seconds < 20
    assert megabytes < 350


def test_too_long_stata_and_parquet_files_are_refused(tmp_path: Path) -> None:
    frame = pd.DataFrame({"effect": range(100_001)})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    for name in ("a.parquet", "a.dta"):
        with pytest.raises(DataError, match="more than 100,000 rows"):
            sources.read_effects(tmp_path / name)


# Text


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [
        *(
            ("utf-8", ","),
            ("utf-8", ";"),
            ("utf-8", "\t"),
            ("utf-8-sig", ";"),
            ("utf-16", "\t"),
            ("utf-16", ","),
        ),
        *(("utf-16-le", "\t"), ("utf-16-be", ";"), ("cp1252", ";"), ("cp1252", ","), ("cp1253", ";")),
    ],
)
def test_encodings_and_separators(tmp_path: Path, encoding: str, separator: str) -> None:
    source = "Ελλάδα; ΟΑΕΔ, 2019" if encoding == "cp1253" else "Böheim; Eppel, 2019"
    path = csv_file(tmp_path, {"source": source}, separator=separator, encoding=encoding)
    if encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(DataError, match="UTF-16 without its mark"):
            sources.read_effects(path)
    told = {} if encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252") else {"encoding": encoding}
    assert sources.read_effects(path, **told).effects["source"].tolist() == [source]


def test_an_encoding_that_is_wrong_or_unknown(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {"source": "Müller"}, encoding="cp1252")
    with pytest.raises(DataError, match="not text in UTF-8"):
        sources.read_effects(path, encoding="utf-8")
    with pytest.raises(ParameterError, match="no encoding 'klingon'"):
        sources.read_effects(path, encoding="klingon")


def test_excels_own_first_line_is_understood(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {"effect": "x"}, separator=";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    assert fatal(problems_of(path)) == [(3, "effect")]


def test_blank_lines_count_as_rows_and_hold_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {"effect": "x"})
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "", lines[1], "," * lines[0].count(","), lines[2], "", ""]))
    assert fatal(problems_of(path)) == [(5, "effect")]


def test_ragged_rows_are_refused_where_they_stand(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {}, {})
    lines = path.read_text().splitlines()
    lines[2] += ",extra"
    lines[3] = lines[3].rpartition(",")[0]
    path.write_text("\n".join(lines))
    table = problems_of(path)
    assert {(3, ""), (4, "")} <= set(fatal(table))
    assert table["problem"].str.contains("the row has 19 cells, the header 18").any()
    assert len(sources.read_effects(path, keep="valid").effects) == 1


def test_quoted_cells_with_separators_quotes_and_lines(tmp_path: Path) -> None:
    text = 'He said "no",\r\nthen; left'
    assert sources.read_effects(csv_file(tmp_path, {"note": text})).effects["note"].tolist() == [text]


def test_a_quotation_mark_that_is_never_closed_is_found(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {}, {})
    path.write_text(path.read_text().replace("study1", '"study1', 1))
    table = problems_of(path)
    assert table["problem"].str.contains("never closed").any()
    assert 3 in {r for r, _ in fatal(table)}


def test_a_cell_of_a_million_signs(tmp_path: Path) -> None:
    started = time.perf_counter()
    table = problems_of(
        csv_file(tmp_path, {"note": "a" * 1_000_000}, {"effect": "1" * 1_000_000}, {"unit": "b" * 1_000_000})
    )
    assert set(fatal(table)) == {(2, "note"), (3, "effect"), (4, "unit")}
    with pytest.raises(sources.IntakeError) as caught:
        sources.read_effects(tmp_path / "mine.csv")
    assert len(str(caught.value)) < 3_000
    assert time.perf_counter() - started < 15


def test_a_column_without_a_heading_is_shown(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {})
    header, one, two = path.read_text().splitlines()
    path.write_text("\n".join([header + ",", one + ",12", two + ","]))
    assert "row 2 is not read" in looked_at(problems_of(path), "S")


def test_terminal_signs_never_reach_the_message(tmp_path: Path) -> None:
    with pytest.raises(sources.IntakeError) as caught:
        sources.read_effects(csv_file(tmp_path, {"effect": "\x1b[2J\u202e9", "unit": "\x07"}))
    assert not set("\x1b\u202e\x07") & set(str(caught.value))


def test_reading_leaves_this_process_as_it_was(tmp_path: Path) -> None:
    import csv

    limit, files = csv.field_size_limit(), len(list(Path("/proc/self/fd").iterdir()))
    sources.read_effects(workbook(tmp_path, {}))
    assert csv.field_size_limit() == limit
    assert len(list(Path("/proc/self/fd").iterdir())) <= files
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.xlsx"]


def test_a_few_cells_far_to_the_right_are_no_huge_table(tmp_path: Path) -> None:
    far = b"".join(b'<row r="%d"><c r="SF%d"><v>1</v></c></row>' % (i, i) for i in range(3, 20_003))
    path = rewritten(
        workbook(tmp_path, {}), SHEET, lambda x: x.replace(b"</sheetData>", far + b"</sheetData>")
    )
    started = time.perf_counter()
    with pytest.raises(DataError, match="more than 5,000,000 cells"):
        sources.read_effects(path)
    assert time.perf_counter() - started < 5
