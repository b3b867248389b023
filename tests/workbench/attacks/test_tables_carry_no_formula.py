"""Tables that people take away: a spreadsheet shows them and carries nothing out."""

from __future__ import annotations

import ast
import csv
import io
import re
import time
from pathlib import Path

import pandas as pd
import pytest

import almpo_kit.workbench
from almpo_kit.records import Invitation
from almpo_kit.workbench.codesign_commands import links_csv
from almpo_kit.workbench.edition_commands import _table
from almpo_kit.workbench.safe_csv import safe_csv

HOSTILE = '=HYPERLINK("http://127.0.0.1:9/","x")'
#: Modules that write CSV for themselves and not for a person: a digest, a comparison with the safe one, a scratch file.
OWN = {"safe_csv.py", "trial_publishing.py", "trial_files.py", "learning_conclusions.py"}


#: One of each kind of sign that a spreadsheet may pass over: control, space, joiner, direction, filler, tag.
UNSEEN = [
    *("", "\x00", "\x0b", "\x1f", "\x7f", "\xa0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u2007", "\u202f"),
    *(
        "\u200b",
        "\u2066",
        "\u3000",
        "\u3164",
        "\ufe0f",
        "\ufeff",
        "\uffa0",
        "\ufffa",
        "\U000e0041",
        " \u200d\t\r\n ",
    ),
]


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫")
def test_no_sign_that_nobody_sees_hides_a_formula(sign: str) -> None:
    held = [f"{unseen}{sign}1" for unseen in UNSEEN] + [f"a;{unseen.strip()}{sign}1" for unseen in UNSEEN]
    text = safe_csv(pd.DataFrame({f"\u200b{sign}h": held}))
    cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))]
    assert len(cells) == 1 + len(held)
    for cell in cells:
        assert "'" in cell
        for piece in re.split(r"[;\t\r\n]", cell):
            assert not piece.lstrip("".join(UNSEEN)).startswith(sign)


def test_numbers_stay_numbers_between_words() -> None:
    table = pd.DataFrame(
        {"a": [-0.5, "=x", None, True], "b": pd.to_datetime(["2020-01-01", None, None, None])}
    )
    assert safe_csv(table).splitlines() == ["a,b", "-0.5,2020-01-01", "'=x,", ",", "True,"]


@pytest.mark.parametrize("pump", ["\n", "\t ", ";", "\u200b", ";\u200b", "\r\n", " "])
def test_a_cell_of_nothing_but_signs_between_costs_no_time(pump: str) -> None:
    """A pattern that looked from each of them to the end of all took minutes."""
    table, begun = pd.DataFrame({"a": [pump * (200_000 // len(pump)) + "a"]}), time.process_time()
    safe_csv(table)
    assert time.process_time() - begun < 2


def test_links_of_people_who_were_invited() -> None:
    one = Invitation("P-001", "token", f" {HOSTILE}", "@SUM(1)", "-2+3")
    text = links_csv([one], "https://ask.example.org/", ["el"])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["link"].startswith("https://ask.example.org/") and rows[0]["link"].endswith(
        "/token?lang=el"
    )
    assert [rows[0][c][0] for c in ("role", "geo", "sector")] == ["'"] * 3


def test_what_moved_between_two_editions() -> None:
    moved = pd.DataFrame({"what": [HOSTILE, "x"], "before": [-0.5, f"\u200b{HOSTILE}"]}, dtype="object")
    cells = list(csv.reader(io.StringIO(_table(moved).decode("utf-8-sig"))))
    assert cells[1:] == [[f"'{HOSTILE}", "-0.5"], ["x", f"'\u200b{HOSTILE}"]]


def test_nothing_else_writes_csv_for_people() -> None:
    """Whoever adds a table to take away writes it through ``safe_csv``, or says here why not."""
    rooms = Path(almpo_kit.workbench.__file__).parent
    writing = {
        path.name
        for path in rooms.rglob("*.py")
        if re.search("csv|excel", text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and (node.attr in ("to_csv", "to_excel") or ast.unparse(node) in ("csv.writer", "csv.DictWriter"))
    }
    assert writing <= OWN
