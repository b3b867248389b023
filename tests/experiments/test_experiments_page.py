"""What docs/experiments.md promises a stranger who draws again."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd

from almpo_kit.experiments import assign, late
from almpo_kit.experiments.assigning.kernels.turns import turns
from almpo_kit.vocabulary.trial_designs import TrialDesign

_PAGE = Path(__file__).parents[2] / "docs" / "experiments.md"
_SEED = "lottery 2027-01-09: 4 11 23 31 40 44"
_ARMS = ("no programme", "digital course")
_HALVES = TrialDesign("blocked", arms=dict.fromkeys(_ARMS, 0.5), people=6)


def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def _list(n: int, offices: tuple[str, ...] = ("Athens", "Pátra", "Volos")) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [f"P-{k}" for k in range(n)], "office": [offices[k % 7 % 3] for k in range(n)]}
    )


def test_the_strangers_script_draws_what_is_published(tmp_path: Path) -> None:
    script = tmp_path / "draw_again.py"
    script.write_text(next(b for b in _code("python") if "hashlib" in b), encoding="utf-8")
    three = {"no programme": 0.5, "short": 0.25, "long": 0.25}
    asked = (
        (_HALVES, ["office"], _ARMS),
        (TrialDesign("individual", arms=dict.fromkeys(_ARMS, 0.5), people=6), [], _ARMS),
        (TrialDesign("blocked", arms=three, people=6), ["office"], (*three, "no programme")),
    )
    for design, blocks, row in asked:
        units = _list(101)
        units.to_csv(tmp_path / "list.csv", index=False)
        command = [sys.executable, script, tmp_path / "list.csv", _SEED, "".join(blocks), *row]
        said = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
        ours = assign(units, design, seed=_SEED, blocks=blocks).assignments
        assert sorted(said.split("\n")[:-1]) == sorted(ours["id"] + "," + ours["arm"])


def test_the_worked_example_is_what_is_drawn() -> None:
    rows = re.findall(r"^\| \d \| (\w+) \| (P-\d) \| `(\w{16})` \| ([\w ]+) \|$", _page(), flags=re.M)
    assert len(rows) == 6
    units = pd.DataFrame([r[:2] for r in rows], columns=["office", "id"])
    drawn = assign(units, _HALVES, seed=_SEED, blocks=["office"]).assignments.set_index("id")["arm"]
    for _, who, lot, arm in rows:
        assert (_lot("list: units", who), drawn[who]) == (lot, arm)
    for stage, name in (("list: blocks", "Patra"), ("list: blocks", "Athens"), ("list: start", "")):
        assert f"`{_lot(stage, name)}`" in _page()


def test_the_rows_of_turns_are_those_of_the_draw() -> None:
    told = dict(
        pair
        for shares, rows in re.findall(r"^\| (\d to [^|]*) \| ([abc ;]+) \|$", _page(), flags=re.M)
        for pair in zip(shares.split("; "), rows.split("; "), strict=True)
    )
    assert len(told) == 8
    for shares, row in told.items():
        assert row == " ".join("abc"[k] for k in turns(tuple(map(int, shares.split(" to "))))), shares


def test_late_entrants_are_drawn_as_the_page_says() -> None:
    units = _list(60)
    drawn = assign(units, _HALVES, seed=_SEED, blocks=["office"])
    came = units.assign(id="L" + units["id"])
    found = late(drawn, came, seed="another", blocks=["office"], stage="late 1").assignments
    expected = [_ARMS[int(_lot("late 1: units", i, "another"), 16) % 2] for i in found["id"]]
    assert found["arm"].tolist() == expected


def _code(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", _page(), flags=re.S)


def _lot(stage: str, name: str, seed: str = _SEED) -> str:
    return hashlib.sha256(f"{seed}\n{stage}\n{name}".encode()).hexdigest()[:16]
