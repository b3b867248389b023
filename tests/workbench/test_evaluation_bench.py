"""The evaluation bench in plain Python: hostile files and designs, what stays when one is refused, what is shown."""

from __future__ import annotations

import base64
import datetime
import io
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import workbench
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench.apps.evaluation import bench as benches
from almpo_kit.workbench.apps.evaluation.bench import Bench
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.evaluation_files import Case, uploaded

TAG = "<img src=x onerror=alert(1)>"
DESIGN = """
assignment = "rct"
comparison = "no programme"
question = "What did it do?"
[covariates]
age = "precision"
[[outcomes]]
columns = ["employed_12"]
outcome = "employment_probability"
unit = "percentage_points"
months = [12]
"""


def people(n: int = 240) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    arm = np.where(np.arange(n) % 2 == 0, "training", "no programme")
    return pd.DataFrame(
        {
            "id": [f"P{i}x" for i in range(n)],
            "treatment": arm,
            "age": rng.integers(20, 60, n),
            "employed_12": (rng.random(n) < 0.4 + 0.2 * (arm == "training")).astype(int),
            "satisfied": rng.integers(0, 2, n),
            "office": np.arange(n) // 2 % 3,
            "start": "2022-03",
            "measured_at": "2023-03",
        }
    )


def csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """A bench over a small example; one for all tests, as a person goes on after each refusal."""
    example = uploaded({"persons": ("example.csv", csv(people())), "design": ("d.toml", DESIGN.encode())})
    with pytest.MonkeyPatch.context() as patch:
        case = Case("Example", example.persons, example.plan)
        patch.setattr(benches, "evaluation_case", lambda **_: case)
        yield Bench()


def give(bench: Bench, **files: bytes | str) -> str:
    """Drop files into the bench and press the button; what is told and the first tab."""
    now = datetime.datetime.now(datetime.UTC)
    for kind, given in files.items():
        content = given.encode() if isinstance(given, str) else given
        ending = "toml" if kind == "design" else "csv"
        one = {"name": f"{kind}{TAG}\u202e.{ending}", "type": "text/csv", "size": len(content)}
        bench.uploads[kind].value = ({**one, "content": memoryview(content), "last_modified": now},)
    bench.read.click()
    return shown(bench)


def shown(bench: Bench) -> str:
    """All words on the screen."""
    refused = [c.value for tab in bench.tabs.children for c in tab.children if hasattr(c, "value")]
    return "\n".join([bench.told.value, *(s.answer.value for s in bench.screens.values()), *refused])


def ask(screen: Screen) -> None:
    assert screen.button is not None
    screen.button.click()


def no_markup_of_theirs(html: str) -> None:
    assert "<img" not in html and "<script" not in html and "\u202e" not in html
    assert "Traceback" not in html and "not foreseen" not in html


# Bad input of the issue, through files as the report reads them and through the app: what each says.
BAD: dict[str, tuple[Any, str, str]] = {
    "constant treatment": (lambda d: d.assign(treatment="training"), DESIGN, "same for everybody"),
    "one arm nearly empty": (
        lambda d: d.assign(treatment=np.where(d.index < 3, "training", "no programme")),
        DESIGN,
        "fewer than 10 persons",
    ),
    "treatment after outcome": (
        lambda d: d.assign(start="2024-01"),
        DESIGN.replace("[covariates]", 'started = "start"\n[covariates]') + 'at = "measured_at"\n',
        "cannot have caused it",
    ),
    "perfect prediction": (
        lambda d: d.assign(age=np.where(d["treatment"] == "training", 60, 20)),
        DESIGN.replace('"rct"', '"matching"'),
        "alone says who is in",
    ),
    "three clusters": (
        lambda d: d,
        DESIGN.replace("[covariates]", 'cluster = "office"\n[covariates]'),
        "3 clusters",
    ),
    "circle": (
        lambda d: d,
        DESIGN.replace("[covariates]", 'graph = "age -> treatment; treatment -> age"\n[covariates]'),
        "runs in a circle",
    ),
    "collider": (
        lambda d: d,
        DESIGN.replace('"rct"', '"matching"').replace(
            "[covariates]",
            'graph = "age -> treatment; age -> employed_12; treatment -> employed_12; treatment -> satisfied; '
            'employed_12 -> satisfied"\n[covariates]\nsatisfied = "confounder"',
        ),
        "It is a collider, not a confounder",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_through_files_is_explained(name: str, tmp_path: Path) -> None:
    change, design, said = BAD[name]
    (tmp_path / "p.csv").write_bytes(csv(change(people())))
    (tmp_path / "d.toml").write_text(design, encoding="utf-8")
    case = workbench.evaluation_case(persons=str(tmp_path / "p.csv"), design=str(tmp_path / "d.toml"))
    walk = workbench.walk(case)
    assert said in "".join(f.sentence + "".join(c.sentence for c in f.checks) for f in walk)
    assert getattr(walk.verdict, "verdict", "not identified") == "not identified"
    assert not hasattr(walk.estimate, "fit"), "nothing is estimated"
    assert not re.search(r"P\d+x", "".join(f.sentence + str(f.checks) for f in walk))


@pytest.mark.parametrize("name", BAD)
def test_bad_input_through_the_bench_is_explained(bench: Bench, name: str) -> None:
    change, design, said = BAD[name]
    html = give(bench, persons=csv(change(people())), design=design)
    assert said in html
    no_markup_of_theirs(html)


def test_endless_outcomes_duplicates_and_gaps_through_files(bench: Bench) -> None:
    table = people()
    table["employed_12"] = table["employed_12"].astype(float).where(table.index > 1, np.inf)
    told = give(bench, persons=csv(table), design=DESIGN)
    assert "employed_12" in told and "What did it do?" not in told
    again = pd.concat([people(), people().iloc[[4]].assign(age=99)])
    assert "set aside" in give(bench, persons=csv(again), design=DESIGN)
    gaps = people()
    lost = (gaps["treatment"] == "training") & (gaps["employed_12"] == 0) & (gaps.index % 4 == 0)
    gaps["employed_12"] = gaps["employed_12"].astype(float).mask(lost)
    assert "evaluation.bounds" in give(bench, persons=csv(gaps), design=DESIGN)


HOSTILE_DESIGNS: dict[str, str | bytes] = {
    "empty": "",
    "no toml": "assignment = rct",
    "bytes": b"\xff\xfe\x00a",
    "nul": b'assignment = "rct"\x00',
    "deep": "a = " + "[" * 5_000 + "]" * 5_000,
    "unknown key": DESIGN.replace("question", "qestion"),
    "tag as key": f'"{TAG}" = 1\n{DESIGN}',
    "no assignment": DESIGN.replace('assignment = "rct"', ""),
    "no outcomes": DESIGN.split("[[outcomes]]")[0],
    "assignment a list": DESIGN.replace('"rct"', '["rct"]'),
    "assignment of nobody": DESIGN.replace('"rct"', f'"{TAG}"'),
    "comparison a number": DESIGN.replace('"no programme"', "3"),
    "comparison a date": DESIGN.replace('"no programme"', "2024-01-01"),
    "role a list": DESIGN.replace('"precision"', '["precision"]'),
    "role a table": DESIGN.replace('"precision"', "{a = 1}"),
    "covariates a list": DESIGN.replace('[covariates]\nage = "precision"', 'covariates = ["age"]'),
    "outcomes a number": DESIGN.split("[[outcomes]]")[0].replace(
        "[covariates]", "outcomes = 3\n[covariates]"
    ),
    "columns a number": DESIGN.replace('["employed_12"]', "3"),
    "columns of numbers": DESIGN.replace('["employed_12"]', "[3]"),
    "months a bomb": DESIGN.replace("[12]", '"1-99999999999"'),
    "months endless": DESIGN.replace("[12]", "[inf]"),
    "months words": DESIGN.replace("[12]", '["a"]'),
    "months a table": DESIGN.replace("[12]", "{a = 1}"),
    "scale words": DESIGN + 'scale = "x"\n',
    "scale nan": DESIGN + "scale = nan\n",
    "scale endless": DESIGN + "scale = inf\n",
    "at a number": DESIGN + "at = 3\n",
    "outcome a list": DESIGN.replace('"employment_probability"', '["a"]'),
    "unit a table": DESIGN.replace('"percentage_points"', "{a = 1}"),
    "no such column": DESIGN.replace("employed_12", f"{TAG}"),
    "modifiers a number": DESIGN.replace("[covariates]", "modifiers = 3\n[covariates]"),
    "graph a number": DESIGN.replace("[covariates]", "graph = 3\n[covariates]"),
    "cluster a list": DESIGN.replace("[covariates]", 'cluster = ["office"]\n[covariates]'),
    "study a word": 'study = "x"\n' + DESIGN,
    "study unknown": DESIGN + "[study]\nnobody = 1\n",
    "study override": DESIGN + '[study]\noverride = "because I say so, that is why"\n',
    "study types": DESIGN + '[study]\nprogramme_types = "x"\n',
    "study types of a list": DESIGN + "[study]\nprogramme_types = { training = [1] }\n",
    "study target": DESIGN + "[study]\ntarget_group = [1]\nstart_year = {a = 1}\n",
}


@pytest.mark.parametrize("name", HOSTILE_DESIGNS)
def test_hostile_designs_are_refused_in_words_and_what_was_there_stays(bench: Bench, name: str) -> None:
    bench.tabs.selected_index = 0
    before = bench.held.case
    html = give(bench, persons=csv(people()), design=HOSTILE_DESIGNS[name])
    bench.tabs.selected_index = 4
    html += shown(bench)
    bench.tabs.selected_index = 0
    no_markup_of_theirs(html)
    refused = "Not answered" in html or "do not allow it" in html
    assert refused or name.startswith("study")
    if bench.held.case is before:
        assert "Still shown:" in bench.told.value and escape(before.name) in bench.told.value
    assert not any(up.value for up in bench.uploads.values()), "nothing was kept"


HOSTILE_PEOPLE: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n\n \n",
    "only headings": b"id,treatment,age,employed_12\n",
    "one person": b"id,treatment,age,employed_12\nA1,training,30,1\n",
    "nul": b"id\x00,treatment\n1,a\n",
    "not text": bytes(range(256)) * 40,
    "zip that is none": b"PK\x03\x04" + b"\x00" * 200,
    "parquet that is none": b"PAR1" + b"\x00" * 200 + b"PAR1",
    "no id": csv(people().drop(columns="id")),
    "no treatment": csv(people().drop(columns="treatment")),
    "names of nobody": csv(people().assign(treatment=lambda d: (d["treatment"] == "training").astype(int))),
    "alike up to case": csv(
        people().assign(treatment=lambda d: d["treatment"].where(d.index > 30, "Training"))
    ),
    "endless name": csv(people().assign(treatment=lambda d: d["treatment"].replace("training", "x" * 5_000))),
    "huge numbers": csv(people().assign(age=lambda d: d["age"].astype(float) * 1e250)),
    "number of many digits": csv(people().assign(age="9" * 4_000)),
}


@pytest.mark.parametrize("name", HOSTILE_PEOPLE)
def test_hostile_persons_are_refused_in_words(bench: Bench, name: str) -> None:
    html = give(bench, persons=HOSTILE_PEOPLE[name], design=DESIGN)
    no_markup_of_theirs(html)
    # What is the same for everybody changes nothing, whatever it is.
    assert "Not answered" in html or "do not allow it" in html or name == "number of many digits"
    assert "x" * 200 not in html and "9" * 200 not in html
    assert not re.search(r"P\d+x", html)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_of_offices_are_read(bench: Bench, encoding: str) -> None:
    table = people().assign(treatment=lambda d: d["treatment"].replace("training", "Ausbildung für Ältere"))
    html = give(bench, persons=table.to_csv(index=False).encode(encoding), design=DESIGN)
    assert "Ausbildung für Ältere" in html


def test_markup_and_formulas_in_names_stay_text(bench: Bench) -> None:
    arm = f"=cmd|' /C calc'!A0 {TAG}"
    column = "age<script>alert(1)</script>"
    table = (
        people()
        .assign(treatment=lambda d: d["treatment"].replace("training", arm))
        .rename(columns={"age": column})
    )
    design = DESIGN.replace("age =", f'"{column}" =').replace("What did it do?", TAG) + (
        f"[study]\nstudy_id = '=1+1{TAG}'\ncountry = 'EL'\nstart_year = 2022\nend_year = 2022\n"
    )
    html = give(bench, persons=csv(table), design=design)
    assert "&lt;img" in html and "the effect" in html
    for tab in (1, 2, 3, 4):
        bench.tabs.selected_index = tab
        for step in ("", "design", "overlap", "estimate", "verdict") if tab == 1 else ():
            bench.screens[1].controls["step"].value = step
            no_markup_of_theirs(bench.screens[1].answer.value)
    screen = bench.screens[4]
    screen.refresh()
    answers = "".join(s.answer.value for s in bench.screens.values()) + bench.told.value
    assert "<script>" not in answers and "<img" not in answers
    assert "Rows for the evidence base" in screen.answer.value
    for coded in re.findall(r"base64,([A-Za-z0-9+/=]+)", answers):
        text = base64.b64decode(coded).decode("utf-8-sig", errors="ignore")
        if "," in text.split("\n")[0] and not text.lstrip().startswith("<"):
            cells = pd.read_csv(io.StringIO(text), dtype=str).to_numpy().ravel()
            assert not [c for c in cells if isinstance(c, str) and re.match(r"[=+@]", c)]
    assert "/" not in re.findall(r'download="([^"]*)"', screen.answer.value)[0]


def test_a_reason_that_is_none_is_refused_and_a_good_one_is_recorded(bench: Bench) -> None:
    change, design, _ = BAD["three clusters"]
    bench.tabs.selected_index = 0
    give(bench, persons=csv(change(people())), design=design)
    screen = bench.screens[0]
    screen.controls["override"].value = "x"
    ask(screen)
    assert "is no reason" in screen.answer.value
    screen.controls["override"].value = f"a reason that is long enough {TAG}"
    ask(screen)
    assert "Reason given" in screen.answer.value and "<img" not in screen.answer.value


def test_what_nobody_foresaw_is_said_without_its_words(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> Case:
        raise KeyError("Anna Papadopoulou")

    monkeypatch.setattr(benches, "uploaded", fail)
    before = bench.held.case
    give(bench, persons=csv(people()), design=DESIGN)
    assert "KeyError" in bench.told.value and "Anna" not in bench.told.value
    assert bench.held.case is before


@pytest.mark.parametrize(
    "kinds", [("design",), ("persons",), ("persons", "design", "entries"), ("entries", "months")]
)
def test_a_part_of_the_files_is_refused(bench: Bench, kinds: tuple[str, ...]) -> None:
    files = {k: DESIGN.encode() if k == "design" else csv(people()) for k in kinds}
    html = give(bench, **files)
    no_markup_of_theirs(html)
    assert "Not answered" in html and "100 MB" in html


def test_an_override_that_is_no_text_goes_past_nothing() -> None:
    change, design, _ = BAD["three clusters"]
    case = uploaded({"persons": ("p.csv", csv(change(people()))), "design": ("d.toml", design.encode())})
    for reason in (3, True, ["because of this and that"], {"a": 1}, None):
        walk = workbench.walk(case, override=reason)  # type: ignore[arg-type]
        assert "said stop" in walk.overlap.sentence
    with pytest.raises(AlmpoError, match="no reason"):
        workbench.walk(case, override="short")


def test_a_case_and_a_walk_show_no_rows_in_a_notebook() -> None:
    case = uploaded({"persons": ("p.csv", csv(people())), "design": ("d.toml", DESIGN.encode())})
    assert "P0x" in set(case.persons["id"])
    assert not re.search(r"P\d+x", repr(case) + repr(workbench.walk(case)))


def test_what_was_read_is_told_without_a_cell_of_anybody() -> None:
    table = people().assign(geo="EL30")
    table.loc[7, "geo"] = "Maria Papadaki, Odos 7"
    case = uploaded({"persons": ("p.csv", csv(table)), "design": ("d.toml", DESIGN.encode())})
    (read,) = case.intakes
    assert read.failed and "Papadaki" not in read._repr_html_() + read.table.to_csv()
