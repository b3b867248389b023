"""``almpo evidence editions | add | diff`` as a person types them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.workbench import edition_commands
from almpo_kit.workbench.cli import main
from almpo_kit.workbench.intake_options import spoken

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


# --- files are never replaced; options reach the reader ---------------------------------------------------


def test_a_table_never_replaces_a_file(home: Path, capsys: Capture) -> None:
    sheet = ours(home)
    other = home / "kept.csv"
    other.write_text("my work")
    link = home / "link.csv"
    link.symlink_to(home / "nowhere")
    before = sheet.read_bytes()
    for target in (sheet, other, link, home):
        assert main(["evidence", "diff", str(sheet), "2026-2", "--csv", str(target)]) == 2
        out, err = capsys.readouterr()
        assert out == "" and f"{target} is there already" in err and "--csv" in err
    assert sheet.read_bytes() == before and other.read_text() == "my work"
    assert not (home / "nowhere").exists()


def test_a_table_is_whole_before_anything_is_printed(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = home / "moved.csv"

    def gone(*_: object) -> list[str]:
        """The reader has closed the pipe when the first line comes."""
        assert target.read_bytes().startswith(b"\xef\xbb\xbfwhat,")
        raise BrokenPipeError

    monkeypatch.setattr(edition_commands, "told", gone)
    monkeypatch.setattr("os.dup2", lambda *_: None)
    assert main(["evidence", "diff", "2026-1.1", "2026-2", "--csv", str(target)]) == 1
    assert len(pd.read_csv(target)) == 3
    assert "Traceback" not in capfd.readouterr().err


def test_a_full_disk_leaves_no_table(home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    target = home / "moved.csv"
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        assert main(["evidence", "diff", "2026-1.1", "2026-2", "--csv", str(target)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert not target.exists() and not list(home.glob(".*.tmp"))


def greek(home: Path) -> Path:
    """A sheet in another encoding, with a heading of its own, whose rows look as if they shared people."""
    table = pd.read_csv(home / "data/effects.csv", dtype=str, keep_default_na=False).head(2)
    table = table.assign(note="Ελλάδα", study_id=["a2019", "b2019"], sample_id="", n="77", estimate_id="")
    table.rename(columns={"effect": "Std estimate"}).to_csv(home / "el.csv", index=False, encoding="cp1253")
    return home / "el.csv"


def test_add_and_diff_take_the_options_of_check(home: Path, capsys: Capture) -> None:
    sheet = str(greek(home))
    options = ["--map", "Std estimate=effect", "--encoding", "windows-1253", "--separate"]
    assert main(["evidence", "add", sheet, "--edition", "el", *options]) == 0
    err = capsys.readouterr().err
    assert (
        f"`almpo evidence check {sheet} --encoding windows-1253 --map 'Std estimate=effect' --separate`"
        in err
    )
    kept = sources.effects("el")
    assert kept["note"].tolist() == ["Ελλάδα"] * 2 and kept["sample_id"].nunique() == 2
    assert main(["evidence", "diff", "el", sheet, *options]) == 0
    assert "No conclusion moved from el to el.csv" in " ".join(capsys.readouterr().out.split())
    assert main(["evidence", "diff", "2026-1.1", "2026-2", "--separate"]) == 2
    assert "two editions are compared" in capsys.readouterr().err


def test_a_guessed_encoding_is_said_when_it_is_kept(home: Path, capsys: Capture) -> None:
    sheet = ours(home)
    sheet.write_bytes(sheet.read_bytes().replace(b"MDRC", "Zażółć".encode("cp1250"), 1))
    for asked in (["add", str(sheet), "--edition", "pl"], ["diff", str(sheet), "2026-2"]):
        assert main(["evidence", *asked]) == 0
        err = capsys.readouterr().err
        assert "which is a guess" in err and "--encoding 'windows-1253'" in err
    assert main(["evidence", "check", str(sheet)]) == 0
    assert "look at  the file is not UTF-8" in capsys.readouterr().out


def test_rows_that_hold_are_kept_when_asked(home: Path, capsys: Capture) -> None:
    sheet = ours(home)
    sheet.write_text(sheet.read_text() + "Source: own coding\n")
    assert main(["evidence", "add", str(sheet), "--edition", "ours"]) == 1
    assert "--keep-valid" in capsys.readouterr().err
    assert main(["evidence", "add", str(sheet), "--edition", "ours", "--keep-valid"]) == 0
    out, err = capsys.readouterr()
    assert "Kept 40 estimates" in out and "1 row left out" in err and "MEND  row 42" in err
    assert main(["evidence", "check", str(sheet), "--keep-valid"]) == 0


@pytest.mark.parametrize(
    ("python", "command"),
    [
        ("pass mapping={'Std. error': 'se'}; or", "use --map 'Std. error=se'; or"),
        ("""pass mapping={"it's": 'se'}""", """use --map 'it'"'"'s=se'"""),
        ("read it with separate=True if", "read it with --separate if"),
        ("rows that hold with keep='valid'.", "rows that hold with --keep-valid."),
        ("Say which, e.g. sheet='Tabelle 1', or", "Say which, e.g. --sheet 'Tabelle 1', or"),
        ("it has no sheet 'x'; leave sheet out.", "it has no sheet 'x'; leave --sheet out."),
        ("mapping: the file has no column 'x'.", "--map: the file has no column 'x'."),
    ],
)
def test_messages_speak_of_options(python: str, command: str) -> None:
    assert spoken(python) == command


def test_messages_name_the_file_as_it_was_named(
    home: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "sub").mkdir()
    ours(home, "sub/broken.csv", effect="a lot")
    monkeypatch.chdir(home)
    assert main(["evidence", "add", "sub/broken.csv", "--edition", "x"]) == 1
    assert capsys.readouterr().err.startswith("almpo: sub/broken.csv: 40 problems")
    assert main(["evidence", "add", "sub/gone.csv", "--edition", "x"]) == 1
    assert "there is no file sub/gone.csv" in capsys.readouterr().err
    assert main(["evidence", "check", "sub/broken.csv", "--sheet", "x"]) == 2
    assert capsys.readouterr().err.startswith("almpo: sub/broken.csv is no workbook")
    assert main(["evidence", "diff", "2026-2", "sub/broken.csv", "--map", "x=effect"]) == 2
    assert capsys.readouterr().err.startswith("almpo: sub/broken.csv: --map: the file has no column 'x'")


def test_an_own_edition_of_a_projects_name_is_compared_by_whose_it_is(home: Path, capsys: Capture) -> None:
    assert main(["evidence", "add", str(ours(home)), "--edition", "mine"]) == 0
    assert main(["evidence", "diff", "own:mine", "project:2026-2"]) == 0
    assert "from own:mine to project:2026-2" in " ".join(capsys.readouterr().out.split())
