"""``almpo evidence``: every problem printed, an exit code a script can rely on, nothing half written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.intake.coding_rules import COLUMNS, WRITTEN
from almpo_kit.workbench import cli

sys.path.insert(0, str(Path(__file__).parents[1] / "sources"))
from intake_sheets import GOOD, csv_file, workbook

Printed = pytest.CaptureFixture[str]


def test_a_sheet_that_holds(tmp_path: Path, capsys: Printed) -> None:
    assert cli.main(["evidence", "check", str(csv_file(tmp_path, {}, {}))]) == 0
    assert "2 estimates of 2 studies" in capsys.readouterr().out


def test_every_problem_is_printed_and_the_exit_code_says_so(tmp_path: Path, capsys: Printed) -> None:
    path = csv_file(tmp_path, *[{"effect": "x", "comparator": ""}] * 30)
    before = sorted(tmp_path.iterdir())
    assert cli.main(["evidence", "check", str(path)]) == 1
    printed = capsys.readouterr()
    assert printed.out.count("MEND") == 30
    assert "row 31, 'effect' holds 'x'" in printed.out
    assert "look at" in printed.out
    assert printed.err.strip() == f"almpo: {path}: 30 to mend before it can be taken in."
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no.csv", None),
        ("a.csv", b""),
        ("a.xlsx", b"PK\x03\x04x"),
        ("a.xls", b"\xd0\xcf\x11\xe0"),
        ("a.csv", b"\x00"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_message(
    tmp_path: Path, capsys: Printed, name: str, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert cli.main(["evidence", "check", str(tmp_path / name)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("almpo: ")
    assert printed.err.count("\n") == 1


def test_options_reach_the_reader(tmp_path: Path, capsys: Printed) -> None:
    frame = pd.DataFrame([GOOD | {"source": "ΟΑΕΔ"}]).rename(columns={"effect": "b=1"})
    frame.to_csv(tmp_path / "a.csv", index=False, encoding="cp1253")
    assert (
        cli.main(
            [
                "evidence",
                "check",
                str(tmp_path / "a.csv"),
                "--encoding",
                "windows-1253",
                "--map",
                "b=1=effect",
            ]
        )
        == 0
    )
    assert cli.main(["evidence", "check", str(tmp_path / "a.csv"), "--map", "b"]) == 2
    assert "THEIRS=OURS" in capsys.readouterr().err
    assert cli.main(["evidence", "check", str(workbook(tmp_path, {})), "--sheet", "no"]) == 2
    assert "no sheet 'no'" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_template_filled_in_is_taken_in(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"mine.{kind}"
    assert cli.main(["evidence", "template", "--out", str(path)]) == 0
    filled = GOOD | {"se": "", "ci_low": 1.0, "ci_high": 5.4, "ci_level": 95}
    if kind == "xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book["effects"]
        columns = [c.value for c in sheet[1]]
        sheet.append([filled.get(c) or None for c in columns])
        book.save(path)
    else:
        columns = path.read_text(encoding="utf-8-sig").strip().split(",")
        with path.open("a", encoding="utf-8") as file:
            file.write(",".join(str(filled.get(c, "")) for c in columns) + "\n")
    assert columns == [*COLUMNS] and set(sources.codebook()["column"]) == {*COLUMNS, *WRITTEN}
    taken = sources.read_effects(path)
    assert taken.effects["se_source"].tolist() == ["derived_ci"]
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_the_template_explains_itself(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sources.write_template(tmp_path / "a.xlsx"))
    assert book.sheetnames == ["effects", "codebook", "lists"]
    explained = [[c.value for c in row] for row in book["codebook"].iter_rows()]
    assert explained[0] == list(sources.codebook().columns)
    assert len(explained) == len(sources.codebook()) + 1
    rules = book["effects"].data_validations.dataValidation
    assert len(rules) == sum(bool(c.value) for c in book["lists"][1])
    picked = [c.value for c in next(book["lists"].iter_cols(min_col=1, max_col=1))]
    assert picked[:3] == ["programme_type", "services", "training"]


def test_a_filled_sheet_is_never_replaced(tmp_path: Path, capsys: Printed) -> None:
    path = workbook(tmp_path, {})
    before = path.read_bytes()
    assert cli.main(["evidence", "template", "--out", str(path)]) == 2
    assert "there already" in capsys.readouterr().err
    assert path.read_bytes() == before
    assert cli.main(["evidence", "template", "--out", str(tmp_path / "a.docx")]) == 2
    assert cli.main(["evidence", "template", "--out", str(tmp_path / "no" / "a.csv")]) == 2


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert cli.main(["evidence", "template", "--out", str(tmp_path / "a.xlsx")]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_reader_that_stops_reading_sees_no_traceback(tmp_path: Path) -> None:
    path = csv_file(tmp_path, *[{"effect": "x"}] * 1_200)
    command = [sys.executable, "-m", "almpo_kit.workbench.cli", "evidence", "check", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None and running.stderr is not None
        assert running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
    assert running.returncode == 1
