"""``almpo trial …`` as a person types it: each act, its exit code, and what it refuses."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import records, sources
from almpo_kit.workbench.cli import main
from almpo_kit.workbench.example_trials import NAME, example_trial
from almpo_kit.workbench.trial_files import read_published, read_units
from almpo_kit.workbench.typed_acts import three_digits

Capture = pytest.CaptureFixture[str]
SEED = "lottery 2027-01-09: 4 11 23 31 40 44"


@pytest.fixture
def desk(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with plan, list, late entrants; and a registry of its own."""
    monkeypatch.setenv("ALMPO_RECORDS", str(home / "records.db"))
    monkeypatch.chdir(home)
    made = example_trial()
    (home / "plan.json").write_text(json.dumps(made.plan.to_plain()))
    made.units.to_csv(home / "list.csv", index=False)
    made.late_units.to_csv(home / "late.csv", index=False)
    return home


def said(capsys: Capture, *asked: str) -> tuple[int, str, str]:
    code = main(["trial", *asked])
    out = capsys.readouterr()
    return code, out.out, out.err


def drawn(capsys: Capture) -> None:
    for asked in (
        ("plan", "plan.json"),
        ("register", NAME),
        ("draw", NAME, "list.csv", "--seed", SEED, "--out", "draw.csv"),
    ):
        code, _, err = said(capsys, *asked)
        assert (code, err) == (0, "")


def test_the_whole_way(desk: Path, capsys: Capture) -> None:
    assert "No trial has been kept yet" in said(capsys, "list")[1]
    code, out, _ = said(capsys, "example")
    assert code == 0 and json.loads(out)["synthetic"] is True
    code, out, _ = said(capsys, "size", "plan.json")
    assert code == 0 and "2 400 people" in out
    drawn(capsys)
    code, out, _ = said(capsys, "verify", NAME, "draw.csv", "list.csv")
    assert code == 0 and "all 2 400 units get what was published" in out
    late = ("late", NAME, "late.csv", "--published", "draw.csv", "--seed", "lottery 2027-03-01: 7", "--out")
    assert said(capsys, *late, "late-draw.csv")[0] == 0
    # A kill or a lost answer: asked again, it is the same wave, and the file stays.
    assert said(capsys, *late, "late-draw.csv")[0] == 0
    parts = ("--published", "draw.csv", "--published", "late-draw.csv")
    both = pd.concat([read_published("draw.csv"), read_published("late-draw.csv")])
    made = example_trial()
    made.outcomes(both, up_to=4).to_csv("so_far.csv", index=False)
    made.outcomes(both).to_csv("data.csv", index=False)
    code, out, _ = said(capsys, "monitor", NAME, "so_far.csv", *parts)
    assert code == 0 and "whenever one looks" in out
    code, _, err = said(capsys, "analyse", NAME, "data.csv", *parts)
    assert code == 1 and "a trial is closed before it is analysed" in err
    assert said(capsys, "close", NAME)[0] == 0
    code, _, err = said(capsys, "analyse", NAME, "data.csv", "--published", "draw.csv")
    assert code == 2 and "give all parts of the published draw" in err
    assert "--published draw.csv --published late_1.csv" in err and "published=[" not in err
    assert "2\u202f436 were drawn" in err or "2 436 were drawn" in err
    code, out, _ = said(capsys, "analyse", NAME, "data.csv", *parts)
    assert code == 0 and "employed" in out and "SYNTHETIC" in out
    (row,) = [line for line in out.splitlines() if line.split()[:2] == ["employed", "primary"]]
    assert max(len(n.strip("0")) for n in re.findall(r"\d+\.(\d+)", row)) <= 3
    code, _, err = said(capsys, "publish", NAME, "--edition", "ministry-1")
    assert code == 2 and "SYNTHETIC-ministry-1" in err
    code, out, _ = said(capsys, "publish", NAME, "--edition", "SYNTHETIC-1")
    assert code == 0 and "Nothing that was published before was changed" in out
    assert "SYNTHETIC-1" in set(sources.editions()["edition"])
    code, out, _ = said(capsys, "list")
    assert code == 0 and "published" in out and "SYNTHETIC-1" in out
    for kind in (".md", ".html", ".json"):
        assert (
            said(capsys, "export", NAME, "--out", f"plan{kind}x"[:-1].replace("plan.json", "again.json"))[0]
            == 0
        )
    text = Path("plan.md").read_text()
    assert SEED in text and made.plan.digest in text and "Somebody looked 1 time" in text
    assert json.loads(Path("again.json").read_text()) == made.plan.to_plain()


def test_a_seed_that_was_known_is_told(desk: Path, capsys: Capture) -> None:
    drawn(capsys)
    code, out, _ = said(
        *(capsys, "late", NAME, "late.csv", "--published", "draw.csv", "--seed", SEED, "--out", "known.csv")
    )
    assert code == 0 and out.startswith("MIND  The seed is that of an earlier draw.")


@pytest.mark.parametrize(
    ("value", "words"),
    [(12.3456, "12.3"), (-1234.5, "-1230"), (0.0123456, "0.0123"), (100.4, "100"), (999.6, "1000"),
     (3.0, "3"), (0.0, "0"), (1e-9, "1e-09"), (math.inf, "inf"), (math.nan, "nan")],
)  # fmt: skip
def test_three_digits_say_enough(value: float, words: str) -> None:
    assert three_digits(value) == words


def test_a_draw_is_not_repeated(desk: Path, capsys: Capture) -> None:
    drawn(capsys)
    before = Path("draw.csv").read_bytes()
    code, _, err = said(capsys, "draw", NAME, "list.csv", "--seed", "another", "--out", "other.csv")
    assert code == 1 and "never replaced" in err and not Path("other.csv").exists()
    # The same draw again, after a kill between file and registry, is no conflict.
    assert said(capsys, "draw", NAME, "list.csv", "--seed", SEED, "--out", "draw.csv")[0] == 0
    assert Path("draw.csv").read_bytes() == before
    code, _, err = said(capsys, "draw", NAME, "list.csv", "--seed", SEED, "--out", "list.csv")
    assert code == 2 and "never replaced" in err


def test_a_changed_list_and_a_changed_draw_are_detected(desk: Path, capsys: Capture) -> None:
    drawn(capsys)
    lines = Path("list.csv").read_text().splitlines(keepends=True)
    Path("shorter.csv").write_text("".join(lines[:1] + lines[2:]))
    code, out, _ = said(capsys, "verify", NAME, "draw.csv", "shorter.csv")
    assert code == 1 and "The list was changed after the draw" in out
    # The order of rows says nothing.
    Path("turned.csv").write_text("".join([lines[0], *lines[:0:-1]]))
    assert said(capsys, "verify", NAME, "draw.csv", "turned.csv")[0] == 0
    frame = pd.read_csv("draw.csv", dtype=str, keep_default_na=False)
    frame.loc[0, "arm"] = next(a for a in frame["arm"].unique() if a != frame.loc[0, "arm"])
    frame.to_csv("touched.csv", index=False)
    code, out, _ = said(capsys, "verify", NAME, "touched.csv", "list.csv")
    assert code == 1 and "1 of 2 400 units" in out
    example_trial().outcomes(read_published("draw.csv")).to_csv("data.csv", index=False)
    said(capsys, "close", NAME)
    code, _, err = said(capsys, "analyse", NAME, "data.csv", "--published", "touched.csv")
    assert code == 1 and "draw" in err and "is not the one that was registered" in err
    assert "--because draw='the reason'" in err and "deviations=" not in err
    assert records.open_store(desk / "records.db").trial(NAME).results == ()


def test_what_was_not_planned_needs_its_reason(desk: Path, capsys: Capture) -> None:
    drawn(capsys)
    said(capsys, "close", NAME)
    data = example_trial().outcomes(read_published("draw.csv"))
    data.drop(columns="employed").assign(hired=data["employed"]).to_csv("data.csv", index=False)
    code, _, err = said(capsys, "analyse", NAME, "data.csv", "--published", "draw.csv")
    assert code == 1 and "primary outcome of the plan, 'employed'" in err
    data.to_csv("data.csv", index=False)
    code, out, err = said(
        *(capsys, "analyse", NAME, "data.csv", "--published", "draw.csv", "--list", "list.csv"),
        *("--because", "looks=the board met once only"),
    )
    assert code == 0 and "Otherwise than planned: looks." in err and "the board met once only" in out
    kept = records.open_store(desk / "records.db").trial(NAME).result
    assert kept is not None and [d["reason"] for d in kept.deviations] == ["the board met once only"]


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        (("register", "nothing"), 2, "there is no trial 'nothing'"),
        (("plan", "list.csv"), 1, "is no JSON"),
        (("plan", "nowhere.json"), 1, "cannot be read"),
        (("export", NAME, "--out", "plan.docx"), 2, "choose .md, .html, .pdf, .json"),
        (("export", NAME, "--out", "plan.json"), 2, "never replaced"),
        (("export", NAME, "--out", "x.md", "--version", "7"), 2, "versions 1 to 1, not 7"),
        (("draw", NAME, "list.csv", "--seed", "1", "--out", "d.csv"), 1, "a draw follows the registered plan"),
        (("verify", NAME, "list.csv", "list.csv"), 1, "nobody was drawn"),
        (("publish", NAME, "--edition", "SYNTHETIC-1"), 1, "what was analysed is published"),
        (("abandon", NAME, "--reason", "no"), 2, "must say why in words"),
        (("analyse", NAME, "list.csv", "--published", "list.csv", "--because", "looks"), 2, "what and why"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(
    desk: Path, capsys: Capture, asked: tuple[str, ...], code: int, words: str
) -> None:
    said(capsys, "plan", "plan.json")
    found = said(capsys, *asked)
    assert found[0] == code and words in found[2] and "Traceback" not in found[2]


def test_a_registered_plan_is_amended_with_a_reason(desk: Path, capsys: Capture) -> None:
    said(capsys, "plan", "plan.json")
    said(capsys, "register", NAME)
    plan = json.loads(Path("plan.json").read_text()) | {"alpha": 0.1}
    Path("plan.json").write_text(json.dumps(plan))
    code, _, err = said(capsys, "plan", "plan.json")
    assert code == 1 and "was fixed when it was registered" in err
    code, out, _ = said(capsys, "plan", "plan.json", "--reason", "the board asked for ninety percent")
    assert code == 0 and "version 2" in out
    said(capsys, "export", NAME, "--out", "plan.md")
    assert "the board asked for ninety percent" in Path("plan.md").read_text()
    assert said(capsys, "abandon", NAME, "--reason", "the offices were merged")[0] == 0
    assert said(capsys, "register", NAME)[0] == 1


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("id,office\nP1,a\nP1,a\n", "more than once"),
        ("name,office\nP1,a\n", "no column id"),
        ("id,office\nP1,a\nP2,\n", "missing"),
        ("id,office\n=P1,a\nP2,a\nP3,b\nP4,b\n", "formulas"),
        ("id,town\nP1,a\nP2,b\n", "no column 'office'"),
        ("id,office\nP1,a\nP2,b\nP3,b\n", "block"),
    ],
)  # fmt: skip
def test_lists_that_cannot_be_drawn(desk: Path, capsys: Capture, rows: str, words: str) -> None:
    said(capsys, "plan", "plan.json")
    said(capsys, "register", NAME)
    Path("bad.csv").write_text(rows)
    code, _, err = said(capsys, "draw", NAME, "bad.csv", "--seed", "1", "--out", "d.csv")
    assert code != 0 and words in err
    assert not Path("d.csv").exists() and records.open_store(desk / "records.db").trial(NAME).draws == ()


def test_a_list_is_read_as_it_is_written(desk: Path) -> None:
    Path("own.csv").write_text("id;office;age;score\n007;01;30;0,5\n008;02;41;1,5\n")
    found = read_units("own.csv")
    assert found["id"].tolist() == ["007", "008"] and found["office"].tolist() == ["01", "02"]
    assert found["age"].tolist() == [30, 41] and found["score"].tolist() == ["0,5", "1,5"]
    same = read_units(("own.csv", Path("own.csv").read_bytes()))
    pd.testing.assert_frame_equal(found, same)
