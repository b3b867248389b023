"""The pathways app in plain Python: hostile files and answers, what is refused, what is told of few people, what is kept."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench.advice_cases import uploaded
from almpo_kit.workbench.apps.pathways import bench as benches
from almpo_kit.workbench.apps.pathways.bench import Bench
from almpo_kit.workbench.jobseeker_forms import asked_field, encoded

TAG = "<img src=x onerror=alert(1)>"
DESIGN = """
assignment = "rct"
comparison = "no programme"
question = "What did it do?"
modifiers = ["age", "tell"]
[covariates]
age = "precision"
tell = "precision"
[[outcomes]]
columns = ["employed_6", "employed_12"]
outcome = "employment_probability"
unit = "percentage_points"
months = [6, 12]
[study]
programme_types = { training = "training" }
"""


def people(n: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    taken = np.arange(n) % 2 == 0
    return pd.DataFrame(
        {
            "id": [f"P{i}x" for i in range(n)],
            "treatment": np.where(taken, "training", "no programme"),
            "age": rng.integers(20, 60, n),
            "tell": rng.choice(["north", f"south {TAG}"], n),
            "employed_6": (rng.random(n) < 0.3 + 0.2 * taken).astype(int),
            "employed_12": (rng.random(n) < 0.4 + 0.2 * taken).astype(int),
        }
    )


def csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "records.db"


@pytest.fixture(scope="module")
def bench(store: Path) -> Iterator[Bench]:
    """A bench over a small trial; one for all tests, as a person goes on after each refusal."""
    case = uploaded({"persons": ("p.csv", csv(people())), "design": ("d.toml", DESIGN.encode())})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benches, "advice_case", lambda **_: case)
        patch.setenv("ALMPO_RECORDS", str(store))
        yield Bench()


def fine(html: str) -> str:
    """Words of ours: no markup of theirs, nothing unforeseen, nobody named."""
    assert (
        "<img" not in html
        and "<script" not in html
        and "Traceback" not in html
        and "not foreseen" not in html
    )
    assert not re.search(r"P\d+x", html)
    return html


def tab(bench: Bench, at: int) -> Any:
    bench.tabs.selected_index = at
    return bench.screens[at]


def ask(screen: Any, **said: Any) -> str:
    for name, value in said.items():
        screen.controls[name].value = value
    screen.button.click()
    return fine(str(screen.answer.value))


def give(bench: Bench, **files: bytes | str) -> str:
    for kind, given in files.items():
        content = given.encode() if isinstance(given, str) else given
        ending = "toml" if kind == "design" else "csv"
        now = datetime.datetime.now(datetime.UTC)
        one = {
            "name": f"{kind}{TAG}.{ending}",
            "type": "text/csv",
            "size": len(content),
            "last_modified": now,
        }
        bench.uploads._held[kind].value = ({**one, "content": memoryview(content)},)
    bench.uploads.button.click()
    return fine(bench.told.value)


def test_one_person_out_of_all_support_is_not_advised_and_nothing_of_her_is_kept(
    bench: Bench, store: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = tab(bench, 0)
    said = ask(one.screen, **{"asked: age": 41.5, "asked: tell": f"south {TAG}"})
    assert "against no programme" in said
    said = ask(one.screen, **{"asked: age": 4173.25})
    assert "Too little is known" in said and "What similar people experienced" in said
    assert "months in work (95%" not in said
    one.reason.value, one.role.value = "x", "caseworker"
    one.record.click()
    assert "Not answered" in fine(one.told.value)
    one.reason.value = "call her on +30 210 1234567"
    one.record.click()
    assert "Not answered" in fine(one.told.value) and not len(records.open_store(store).overrides())
    one.reason.value = f"A place in a course begins nearby {TAG}"
    one.chosen.value = "training"
    one.record.click()
    assert "Kept as decision 1" in fine(one.told.value)
    row = records.open_store(store).overrides().iloc[-1]
    assert row["advised"].startswith("nothing") and row["chosen"] == "training"
    assert "4173" not in store.read_bytes().decode("latin-1") + caplog.text
    for beside in store.parent.iterdir():
        assert b"4173" not in beside.read_bytes()


def test_a_decision_without_records_does_not_look_kept(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    one = tab(bench, 0)
    ask(one.screen, **{"asked: age": 41.0})
    monkeypatch.setenv("ALMPO_RECORDS", "/proc/nowhere/records.db")
    one.reason.value = "A place in a course begins nearby"
    one.record.click()
    assert "Not answered" in fine(one.told.value) and "Kept" not in one.told.value
    assert one.reason.value, "what was typed is still there"


def test_places_none_and_more_than_people_and_no_money(bench: Bench) -> None:
    screen = tab(bench, 3)
    assert "0 places" in ask(screen, **{"places training": 0}) or "no place" in screen.answer.value.lower()
    assert "Not answered" not in ask(screen, **{"places training": 10_000_000})
    few = ask(screen, **{"places training": 4})
    assert not re.search(r"offer for [1-9] of", few)
    for control in ("budget", "places training"):
        screen.controls[control].value = -5
        assert screen.controls[control].value == 0, "a negative budget cannot be typed"
    learned = bench.learned
    for wanted, more in (
        ({"astrology": 5}, {}),
        ({"training": -5}, {}),
        ({"training": 5}, {"budget": -1.0}),
        ({"training": 5}, {"budget": float("nan")}),
        ({"training": 5}, {"group": "nobody"}),
        ({"training": 5}, {"gap": -1.0, "group": "age"}),
        ({"training": 5}, {"offices": 7}),
        ({"training": 5}, {"risk": "high"}),
    ):
        with pytest.raises(AlmpoError):
            learned.places(wanted, **more)  # type: ignore[arg-type]


def test_an_answer_about_a_person_that_is_none_is_refused(bench: Bench) -> None:
    learned = bench.learned
    for known in (
        {"age": "forty"},
        {"age": float("nan")},
        {"age": 1e300},
        {"tell": TAG},
        {"nobody": 1},
        {"age": [1]},
    ):
        with pytest.raises(AlmpoError):
            learned.advice_about(known)
    with pytest.raises(AlmpoError):
        encoded([asked_field(people()["age"])], ["age"], {"age": 10**400})
    with pytest.raises(AlmpoError):
        encoded([asked_field(people()["employed_6"])], ["employed_6"], {"employed_6": [1]})


HOSTILE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "no design": {"persons": csv(people())},
    "no types": {"persons": csv(people()), "design": DESIGN.split("[study]")[0]},
    "an unknown feature": {
        "persons": csv(people()),
        "design": DESIGN.replace('["age", "tell"]', f'["{TAG}"]'),
    },
    "features a number": {"persons": csv(people()), "design": DESIGN.replace('["age", "tell"]', "3")},
    "programmes of bytes": {"persons": csv(people()), "design": DESIGN, "programmes": bytes(range(256))},
    "programmes empty": {"persons": csv(people()), "design": DESIGN, "programmes": b""},
    "programmes of nothing": {"persons": csv(people()), "design": DESIGN, "programmes": "a,b\n1,2\n"},
    "an unknown type": {
        "persons": csv(people()),
        "design": DESIGN,
        "programmes": f"programme,programme_type\ntraining,{TAG}\n",
    },
    "a cost of words": {
        "persons": csv(people()),
        "design": DESIGN,
        "programmes": "programme,programme_type,unit_cost_eur\ntraining,training,dear\n",
    },
    "a negative cost": {
        "persons": csv(people()),
        "design": DESIGN,
        "programmes": "programme,programme_type,unit_cost_eur\ntraining,training,-5\n",
    },
    "another programme": {
        "persons": csv(people()),
        "design": DESIGN,
        "programmes": f"programme,programme_type\n={TAG},training\n",
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_words(bench: Bench, name: str) -> None:
    bench.tabs.selected_index = 0
    before = bench.learned.case
    html = give(bench, **HOSTILE[name])
    if bench.learned.case is before:
        assert "Not answered" in html and "Still shown:" in html
        return
    # Taken, and found to be none when it is first asked: on every screen, in words.
    for at in range(5):
        bench.tabs.selected_index = at
        screen = bench.screens.get(at)
        shown = (
            ask(getattr(screen, "screen", screen)) if screen else bench.tabs.children[at].children[0].value
        )
        assert "Not answered" in fine(shown), (at, shown[:300])
    bench.back.click()


def test_what_advice_says_nothing_of_is_no_step_of_a_sequence(bench: Bench) -> None:
    learned = bench.learned
    with pytest.MonkeyPatch.context() as patch:
        silent = learned.model.sources.assign(refusal="too few took it here")
        patch.setitem(vars(learned), "model", replace(learned.model, sources=silent))
        found = learned.sequences()
    assert found.certainty == "too little to say" and "too few took it here" in found.sentence
