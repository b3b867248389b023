"""Cases from a person's own files: a design in TOML, units over time, a register of three tables, and every way out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evaluation, workbench
from almpo_kit.vocabulary.errors import DataError, DesignError, ParameterError
from almpo_kit.workbench.evaluation_files import Case, uploaded

ROOT = Path(__file__).parents[2]
_WORDS = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
#: The designs that docs/evaluation.md prints, as they stand there: of people, and of units over time.
PRINTED = re.findall(r"```toml\n(.*?)```", _WORDS, re.DOTALL)


def people(n: int = 240) -> pd.DataFrame:
    """A made table like the one in docs/evaluation.md."""
    rng = np.random.default_rng(5)
    before = rng.integers(0, 25, n)
    trained = rng.random(n) < 0.5
    table = {
        "id": [f"A{i}" for i in range(n)],
        "treatment": np.where(trained, "training", "no programme"),
        "age": rng.integers(20, 60, n),
        "months_employed_before": before,
        "earnings_before": (before * 60 + rng.integers(0, 200, n)).astype(float),
        "office": [f"{o:02d}" for o in rng.integers(1, 13, n)],
    }
    work = {f"employed_{m:02d}": rng.integers(0, 2, n) for m in (6, 12, 24)}
    return pd.DataFrame(table | work)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    people().to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "design.toml").write_text(PRINTED[0], encoding="utf-8")
    return tmp_path


def case(files: Path, text: str = "", **more: str) -> Case:
    if text:
        (files / "design.toml").write_text(text, encoding="utf-8")
    given = {"persons": str(files / "people.csv"), "design": str(files / "design.toml")}
    return workbench.evaluation_case(**(given | more))


def test_the_printed_design_works_as_it_is_printed(files: Path) -> None:
    found = case(files)
    design = evaluation.design(found.persons, **found.plan)
    assert design.plan.arms == ("no programme", "training")
    assert design.plan.cluster == "office" and 2 <= design.table["clusters"].min() <= 12
    assert design.plan.estimand == "att" and design.plan.modifiers == ("age",)
    assert [m.months for m in design.plan.outcomes] == [(6.0, 12.0, 24.0)]
    assert dict(design.plan.covariates)["earnings_before"] == "history"
    assert found.study["programme_types"] == {"training": "training"}


def test_what_the_printed_design_says_of_the_study_makes_rows(files: Path) -> None:
    found = case(files, PRINTED[0].replace('"matching"', '"rct"').replace('"att"', '"itt"'))
    walk = workbench.walk(found)
    rows = walk.rows(**found.study)
    assert rows.sentence.startswith("3 rows for the evidence base")
    assert set(rows.table["study_id"]) == {"ministry2026"} and set(rows.table["country"]) == {"EL"}
    assert list(rows.table["horizon_months"]) == [6, 12, 24]
    assert set(rows.table["quality"]) == {walk.verdict.verdict}  # type: ignore[attr-defined]

    untold = walk.rows()
    assert (
        untold.table.empty and "study_id, programme_types, country, start_year, end_year" in untold.sentence
    )
    assert "[study]" in untold.sentence
    wrong = walk.rows(**{**found.study, "country": "Greece", "start_year": "2022"})
    assert wrong.table.empty and "no country" in wrong.sentence and "start_year" in wrong.sentence
    nameless = walk.rows(**{**found.study, "programme_types": {"course": "training"}})
    assert "does not say what 'training' is" in nameless.sentence


def test_a_refused_design_gives_its_reason_once_and_no_rows(files: Path) -> None:
    found = case(files)
    constant = found.persons.assign(treatment="training")
    walk = workbench.walk(replace(found, persons=constant))
    sentences = {name: step.sentence for name, step in walk.findings.items()}
    assert "Not reached. Not reached" not in " ".join(sentences.values())
    for name in ("overlap", "estimate", "heterogeneity", "refutation"):
        assert sentences[name] == "Not reached: the evaluation stopped at “What is compared with what?”"
    assert sentences["verdict"].startswith("No verdict: the design was refused.")
    assert walk.estimate.question == "What did the programme do?"
    assert walk.rows(**found.study).table.empty


def test_a_column_that_the_reader_renames_is_found_by_its_heading_also_in_a_graph(files: Path) -> None:
    text = PRINTED[0].replace(
        "[covariates]",
        'graph = "office->treatment; office->employed_24"\n\n[covariates]\noffice = "confounder"',
    )
    found = case(files, text.replace('cluster = "office"', ""))
    design = evaluation.design(found.persons, **found.plan)
    assert dict(design.covariates.set_index("covariate")["used"])["office"]
    untouched = case(files, text.replace("office", "age").replace('age = "confounder"', "", 1))
    assert "office" not in untouched.persons and "cluster" in untouched.persons


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("estimand =", "estimant =", ParameterError, "a design has no 'estimant'; it has assignment"),
        ("unit =", "units =", ParameterError, "an outcome of the design has columns, outcome, unit"),
        ("study_id =", "study =", ParameterError, r"\[study\] has no 'study'"),
        ('comparison = "', "comparison = ", DataError, "is not TOML"),
        ("[6, 12, 24]", '"half a year"', ParameterError, 'e.g. "1-36"'),
        ("[6, 12, 24]", '"24-6"', ParameterError, 'e.g. "1-36"'),
        ("[6, 12, 24]", "[6, 12]", ParameterError, "give one month for every column"),
    ],
)
def test_what_a_design_cannot_say_is_refused_with_the_way_out(
    files: Path, old: str, new: str, error: type[Exception], said: str
) -> None:
    assert old in PRINTED[0]
    with pytest.raises(error, match=said):
        case(files, PRINTED[0].replace(old, new))


def test_a_table_of_study_that_is_a_word_is_refused(files: Path) -> None:
    with pytest.raises(ParameterError, match=r"\[study\] is a table"):
        case(files, 'study = "ministry2026"\n' + PRINTED[0].split("[study]")[0])


@pytest.mark.parametrize("which", ["entries", "months"])
def test_half_a_register_is_refused(files: Path, which: str) -> None:
    other = {"entries": "months", "months": "entries"}[which]
    with pytest.raises(DesignError, match=f"no file of {other} was given"):
        case(files, **{which: str(files / "people.csv")})


def test_files_without_people_or_without_a_design_are_refused(files: Path) -> None:
    with pytest.raises(DesignError, match="no file of persons"):
        workbench.evaluation_case(design=str(files / "design.toml"))
    with pytest.raises(DesignError, match=r"docs/evaluation\.md"):
        workbench.evaluation_case(persons=str(files / "people.csv"))
    with pytest.raises(DataError, match=r"none\.toml"):
        case(files, design=str(files / "none.toml"))
    with pytest.raises(ParameterError, match="jobs_ii"):
        workbench.evaluation_case(example="jobs")


def test_months_from_a_to_b_fill_a_pattern_with_or_without_zeros(files: Path) -> None:
    path = {f"employed_{m:02d}": people()["employed_06"] for m in range(1, 12)}
    people().drop(columns=["employed_06"]).assign(**path).to_csv(files / "people.csv", index=False)
    text = re.sub(r"columns = \[.*?\]", 'columns = "employed_{month:02}"', PRINTED[0])
    found = case(files, text.replace("[6, 12, 24]", '"1-12"'))
    (measured,) = found.plan["outcomes"]
    assert measured.columns[0] == "employed_01" and measured.columns[-1] == "employed_12"
    assert measured.months == tuple(map(float, range(1, 13)))
    assert len(evaluation.design(found.persons, **found.plan).plan.outcomes[0].columns) == 12
    plain = evaluation.measured(
        "employed_{month}", outcome="employment_probability", unit="percentage_points", months=(6, 12)
    )
    assert plain.columns == ("employed_6", "employed_12")


def test_units_over_time_are_read_with_the_printed_design(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    starts = ["", "2021-Q1", "2021-Q3"]
    quarters = [f"{y}-Q{q}" for y in (2019, 2020, 2021, 2022) for q in (1, 2, 3, 4)]
    rows = [
        (f"office {o:02d}", q, starts[o % 3], round(9 + rng.normal(), 2)) for o in range(36) for q in quarters
    ]
    table = pd.DataFrame(rows, columns=["office", "quarter", "since", "unemployment_rate"])
    table.to_csv(tmp_path / "offices.csv", index=False)
    (tmp_path / "design.toml").write_text(PRINTED[1], encoding="utf-8")
    found = workbench.evaluation_case(
        persons=str(tmp_path / "offices.csv"), design=str(tmp_path / "design.toml")
    )
    assert len(found.persons) == len(rows) and "576 rows" in found.intakes[0].sentence
    design = evaluation.design(found.persons, **found.plan)
    assert design.table["persons"].sum() == 36 and design.plan.assignment == "did"


def test_a_register_of_three_tables_is_compared_by_waiting_time() -> None:
    from almpo_kit import sources

    made = sources.synthetic_register(900, months=40, seed=4, country="EL")
    tables = {"persons": made.persons, "entries": made.entries, "months": made.months}
    given = {kind: (f"{kind}.csv", t.to_csv(index=False).encode()) for kind, t in tables.items()}
    toml = b'modifiers = ["age"]\n[study]\ncountry = "EL"\n'
    found = uploaded(given | {"design": ("design.toml", toml)})
    assert [type(i).__name__ for i in found.intakes] == ["RegisterIntake"] * 3 + ["WaitingGroups"]
    assert found.plan["block"] == "stratum" and found.plan["modifiers"] == ["age"]
    assert {"age", "female", "education"} <= set(found.plan["covariates"])
    assert found.study == {"country": "EL"}
    design = evaluation.design(found.persons, **found.plan)
    assert design.plan.arms[0] == "waiting" and "SYNTHETIC" in design.sentence
    assert design.plan.outcomes[0].months[0] == 1
