"""``almpo evidence editions | add | diff`` as a person types them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.workbench.cli import main

Capture = pytest.CaptureFixture[str]


def ours(home: Path, name: str = "ours.csv", **edits: object) -> Path:
    """A person's coded sheet: forty rows of our own table, some edited."""
    table = pd.read_csv(home / "data/effects.csv", dtype=str, keep_default_na=False).head(40)
    path = home / name
    table.assign(**edits).to_csv(path, index=False)
    return path


def test_the_diff_of_our_editions_reads_on_a_terminal(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    target = home / "moved.csv"
    assert main(["evidence", "diff", "2026-1.1", "2026-2", "--csv", str(target)]) == 0
    out, err = capsys.readouterr()
    assert max(map(len, out.splitlines())) <= 70
    flat = " ".join(out.split())
    assert flat.startswith("3 of 139 conclusions moved from 2026-1.1 to 2026-2")
    assert "Only 2026-2 has the column estimand." in flat
    assert "before 4 independent samples, 3 of which can enter an average" in flat
    assert "no longer eligible (can enter an average → another estimand (ATT)): schochet2018-01" in flat
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))
    assert [r["band"] for r in rows] == ["short", "medium", "long"]
    assert {r["kind"] for r in rows} == {"samples"}
    assert f"Wrote 3 rows to {target}" in err


def test_nothing_moved_is_also_a_success(home: Path, capsys: Capture) -> None:
    assert main(["evidence", "diff", "2026-2", "2026-2"]) == 0
    assert capsys.readouterr().out.startswith(
        "No conclusion moved from 2026-2 to 2026-2; the data are the same."
    )


def test_a_file_is_compared_with_an_edition(home: Path, capsys: Capture) -> None:
    sheet = ours(home)
    assert main(["evidence", "diff", str(sheet), "2026-2"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "from ours.csv to 2026-2" in out and "278 estimates added" in out
    assert str(home) not in out


def test_two_files_of_one_name_are_told_apart(home: Path, capsys: Capture) -> None:
    (home / "later").mkdir()
    first, second = ours(home), ours(home, "later/ours.csv", design="other")
    assert main(["evidence", "diff", str(first), str(second)]) == 0
    assert str(second) in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("2026-1", "2026-2"), "Did you mean '2026-1.1'?"),
        (("2026-2", "20262"), "Did you mean '2026-2'?"),
        (("2026-2", "nowhere.csv"), "there is no file 'nowhere.csv'"),
        (("../2026-2", "2026-2"), "there is no file '../2026-2'"),
    ],
)
def test_unknown_editions_are_errors(home: Path, capsys: Capture, asked: tuple[str, str], said: str) -> None:
    assert main(["evidence", "diff", *asked]) == 2
    out, err = capsys.readouterr()
    assert out == "" and said in err and "Traceback" not in err


def test_a_table_that_cannot_be_written_is_an_error(home: Path, capsys: Capture) -> None:
    assert main(["evidence", "diff", "2026-2", "2026-2", "--csv", str(home / "no/such/moved.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and f"there is no folder {home / 'no/such'}" in err and not (home / "no").exists()


def test_a_sheet_is_kept_listed_and_compared(home: Path, capsys: Capture) -> None:
    sheet = ours(home)
    assert main(["evidence", "add", str(sheet), "--edition", "ministry-1"]) == 0
    assert "Kept 40 estimates" in capsys.readouterr().out
    assert main(["evidence", "editions"]) == 0
    listed = capsys.readouterr().out
    assert "ministry-1" in listed and "from ours.csv" in listed and str(home) not in listed
    # The copy is the file's content: nothing moved, to the last digit.
    assert main(["evidence", "diff", "ministry-1", str(sheet)]) == 0
    assert capsys.readouterr().out.startswith(
        "No conclusion moved from ministry-1 to ours.csv; the data are the same."
    )
    assert main(["evidence", "diff", "ministry", "2026-2"]) == 2
    assert "Did you mean 'ministry-1'?" in capsys.readouterr().err


def test_a_damaged_sheet_is_not_kept(home: Path, capsys: Capture) -> None:
    broken = ours(home, effect="a lot")
    empty = home / "empty.csv"
    empty.write_bytes(b"")
    for sheet in (broken, empty, home / "gone.csv"):
        assert main(["evidence", "add", str(sheet), "--edition", "ours"]) == 1
        assert capsys.readouterr().err.startswith("almpo: ")
    assert not (home / "data/cache/editions").exists()
    assert main(["evidence", "diff", str(broken), "2026-2"]) == 1


def test_another_sheet_never_overwrites_an_edition(home: Path, capsys: Capture) -> None:
    assert main(["evidence", "add", str(ours(home)), "--edition", "ours"]) == 0
    assert main(["evidence", "add", str(ours(home, design="other")), "--edition", "ours"]) == 1
    assert "choose another name" in capsys.readouterr().err
    assert set(sources.effects("ours")["design"]) != {"other"}


def test_a_damaged_edition_makes_the_list_fail_but_shows_it(home: Path, capsys: Capture) -> None:
    assert main(["evidence", "add", str(ours(home)), "--edition", "ours"]) == 0
    (home / "data/cache/editions/ours/effects.csv").write_text("")
    capsys.readouterr()
    assert main(["evidence", "editions"]) == 1
    out = capsys.readouterr().out
    assert "DAMAGED" in out and "2026-1.1" in out


def test_what_a_file_says_never_steers_the_terminal(home: Path, capsys: Capture) -> None:
    frame = sources.effects()
    frame.loc[0, ["estimate_id", "significance"]] = ["\x1b[2J\x1b[31mgone", "positive"]
    sources.keep_edition(frame, "hostile", note="\x1b[2J")
    for asked in (["diff", "hostile", "2026-2"], ["editions"]):
        assert main(["evidence", *asked]) == 0
        out = capsys.readouterr().out
        assert "\x1b" not in out and "x1b[2J" in out
