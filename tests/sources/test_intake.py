"""Taking in a coded sheet: our own table comes back identical; every problem is listed at once, none mended in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from intake_sheets import GOOD, csv_file, fatal, looked_at, problems_of, rows, workbook

from almpo_kit import sources
from almpo_kit.sources.intake.coding_rules import COLUMNS, SHEET_UNITS
from almpo_kit.sources.intake.conversions import target
from almpo_kit.vocabulary import frames
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.outcomes import UNITS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ours() -> pd.DataFrame:
    return sources.effects().drop(columns="citation")


def _written(ours: pd.DataFrame, kind: str, folder: Path) -> Path:
    path = folder / f"ours.{kind}"
    if kind == "xlsx":
        ours.to_excel(path, index=False, sheet_name="effects")
    elif kind == "dta":
        ours.astype({c: object for c in ours.columns if ours[c].dtype != float}).fillna(
            {c: "" for c in ours.columns if ours[c].dtype != float}
        ).to_stata(path, write_index=False, version=118)
    elif kind == "parquet":
        ours.to_parquet(path)
    elif kind == "semicolons":
        path = path.with_suffix(".csv")
        text = ours.to_csv(index=False, sep=";", decimal=",")
        path.write_bytes(text.encode("utf-16"))
    else:
        ours.to_csv(path, index=False, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize("kind", ["csv", "semicolons", "xlsx", "dta", "parquet"])
def test_our_own_table_comes_back_identical(ours: pd.DataFrame, kind: str, tmp_path: Path) -> None:
    taken = sources.read_effects(_written(ours, kind, tmp_path))
    pd.testing.assert_frame_equal(taken.effects, ours)
    assert not fatal(taken.problems)
    assert len(taken.effects) == 318


def test_the_file_and_its_checksum_are_in_the_provenance(tmp_path: Path) -> None:
    path = tmp_path / "copy.csv"
    shutil.copy(ROOT / "data/effects.csv", path)
    (version,) = sources.read_effects(path).provenance.data
    assert version.dataset == "copy.csv"
    assert version.kind == "file"
    assert len(version.sha256) == 64
    assert str(tmp_path) not in str(version)


def test_the_codebook_file_is_the_codebook_and_agrees_with_the_frame() -> None:
    held = pd.read_csv(ROOT / "data/codebook.csv", dtype="str", keep_default_na=False)
    pd.testing.assert_frame_equal(held, sources.codebook().fillna(""), check_dtype=False)
    schema = frames._columns("effects")
    assert set(schema) - {"estimand", "estimand_source", "take_up"} == set(frames.EFFECT_COLUMNS)
    assert set(schema) <= set(COLUMNS)
    for name, column in schema.items():
        (allowed,) = [c.statistics["allowed_values"] for c in column.checks if c.name == "isin"] or [None]
        extra = set(SHEET_UNITS) if name == "unit" else set()
        assert set(COLUMNS[name].allowed) == set(allowed or ()) | extra, name
        # What the frame demands is either asked of the person or filled.
        assert (COLUMNS[name].need != "no") >= (not column.nullable and name not in ("take_up",)), name


def test_every_unit_of_a_sheet_becomes_one_of_the_frame() -> None:
    assert {target(u) for u in (*SHEET_UNITS, *UNITS)} <= set(UNITS)


def test_every_problem_is_listed_at_once_with_row_column_and_value(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {},
        {"se": -1},
        {"unit": "points", "effect": "abc", "country": "Grece"},
        {"programme_type": "trainig", "n": 1.5, "start_year": 1700},
        {"source": "", "se": 0},
        {"end_year": 2013},
    )
    with pytest.raises(FrameError) as caught:
        sources.read_effects(path)
    table = caught.value.problems
    expected = {
        3: "se",
        4: "country unit effect",
        5: "programme_type start_year n",
        6: "se source",
        7: "end_year",
    }
    assert sorted(fatal(table)) == sorted((row, c) for row, names in expected.items() for c in names.split())
    assert [r for r, _ in fatal(table)] == sorted(r for r, _ in fatal(table))
    said = str(caught.value)
    assert "Did you mean 'training'?" in said
    assert "Did you mean EL (Greece)?" in said
    assert "row 4, 'effect' holds 'abc'" in said
    assert (table["remedy"].str.len() > 3).all()


def test_the_message_shows_twenty_and_the_table_all(tmp_path: Path) -> None:
    path = csv_file(tmp_path, *[{"effect": "x"}] * 50)
    with pytest.raises(FrameError, match="and 30 more") as caught:
        sources.read_effects(path)
    assert len(fatal(caught.value.problems)) == 50
    assert str(caught.value).count("\n  row ") == 20


def test_rows_are_left_out_only_when_asked_and_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {}, {"effect": "x"}, {}, {"se": "y"})
    with pytest.raises(FrameError, match="keep='valid'"):
        sources.read_effects(path)
    taken = sources.read_effects(path, keep="valid")
    assert taken.left_out == (3, 5)
    assert list(taken.effects["study_id"]) == ["study0", "study2"]
    assert taken.failed[0].sentence.startswith("2 rows left out")
    assert taken.metrics() == {
        "rows": 2,
        "left_out": 2,
        "to_look_at": float((taken.problems["severity"] == "look at").sum()),
    }
    with pytest.raises(FrameError, match="no row holds"):
        sources.read_effects(csv_file(tmp_path, {"effect": "x"}), keep="valid")
    with pytest.raises(ParameterError, match="'valid'"):
        sources.read_effects(path, keep="some")  # type: ignore[arg-type]


def test_headings_match_whatever_case_and_spaces(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows({}, {})).rename(columns=lambda c: f" {c.replace('_', ' ').title()} ")
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert len(sources.read_effects(tmp_path / "a.csv").effects) == 2


def test_other_headings_come_by_mapping_and_unknown_ones_get_a_suggestion(tmp_path: Path) -> None:
    frame = (
        pd.DataFrame(rows({}, {}))
        .rename(columns={"effect": "Estimate", "outcome": "outcom"})
        .assign(colour="red")
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(FrameError, match="Is it 'outcom'") as caught:
        sources.read_effects(tmp_path / "a.csv")
    assert fatal(caught.value.problems) == [(None, "outcome"), (None, "effect")]
    taken = sources.read_effects(tmp_path / "a.csv", mapping={"estimate": "effect", "outcom": "outcome"})
    assert list(taken.effects["colour"]) == ["red", "red"]
    assert "not in the codebook" in looked_at(taken.problems, "colour")
    with pytest.raises(ParameterError, match="Did you mean 'Estimate'"):
        sources.read_effects(tmp_path / "a.csv", mapping={"Estimat": "effect"})
    with pytest.raises(ParameterError, match="Did you mean 'effect'"):
        sources.read_effects(tmp_path / "a.csv", mapping={"Estimate": "efect"})


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    text = (csv_file(tmp_path, {})).read_text().replace("horizon_from", "Effect ", 1)
    (tmp_path / "a.csv").write_text(text)
    assert (None, "effect") in fatal(problems_of(tmp_path / "a.csv", keep="valid"))


def test_other_spellings_are_read_and_reported(tmp_path: Path) -> None:
    taken = sources.read_effects(
        csv_file(
            tmp_path, {"programme_type": "Job-search services", "country": "gr", "unit": "Percentage points"}
        )
    )
    row = taken.effects.iloc[0]
    assert (row["programme_type"], row["country"], row["unit"]) == ("services", "EL", "percentage_points")
    said = " ".join(c.sentence for c in taken.checks)
    assert "'gr' as EL" in said
    assert "'Job-search services' as services" in said


def test_empty_cells_with_a_meaning_are_filled_and_reported(tmp_path: Path) -> None:
    taken = sources.read_effects(
        csv_file(tmp_path, {"comparator": "", "study_id": "a"}, {"study_id": "a", "horizon_months": 12})
    )
    assert list(taken.effects["comparator"]) == ["not_stated", "no_programme"]
    assert list(taken.effects["estimate_id"]) == ["a-01", "a-02"]
    assert list(taken.effects["sample_id"]) == ["a", "a"]
    assert "empty in row 2:" in looked_at(taken.problems, "comparator")
    assert "rows 2–3" in looked_at(taken.problems, "estimate_id")


def test_a_key_that_stands_twice_is_refused_on_both_rows(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {"estimate_id": "k"}, {"estimate_id": "k"}, {"estimate_id": ""})
    assert fatal(problems_of(path)) == [(2, "estimate_id"), (3, "estimate_id")]


def test_a_table_without_estimand_stays_without(tmp_path: Path) -> None:
    frame = pd.DataFrame(rows({})).drop(columns="estimand")
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert "estimand" not in sources.read_effects(tmp_path / "a.csv").effects
    with_it = sources.read_effects(csv_file(tmp_path, {"take_up": 0.4, "estimand": ""}))
    assert with_it.effects.loc[0, ["estimand", "take_up"]].tolist() == ["not_stated", 0.4]


def test_significance_means_favourable(tmp_path: Path) -> None:
    days = {"outcome": "days_unemployed", "unit": "days", "effect": -62, "se": 20}
    assert not fatal(problems_of(csv_file(tmp_path, days | {"significance": "positive"})))
    assert fatal(problems_of(csv_file(tmp_path, days | {"significance": "negative"}))) == [
        (2, "significance")
    ]


def test_values_that_usually_mean_a_slip_are_shown(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"effect": 0.032, "se": 0.011},
        {"effect": 320, "se": 1.1, "unit": "days", "outcome": "days_employed"},
        {"significance": "none", "effect": 5, "se": 1},
        {"significance": "positive", "effect": 1, "se": 1},
        {"nuts": "FR10"},
        {"country": "XX"},
    )
    table = problems_of(path)
    assert not fatal(table)
    assert set(table.loc[table["severity"] == "look at", "row"].dropna()) == {2, 3, 4, 5, 6, 7}
    assert fatal(problems_of(csv_file(tmp_path, {"effect": 320}))) == [(2, "effect")]


def test_text_cells_stay_text(tmp_path: Path) -> None:
    evil = "=cmd|'/c calc'!A1"
    taken = sources.read_effects(
        csv_file(tmp_path, {"note": evil}, {"note": "\x1b[31mred"}, {"study_id": "2019", "note": "-5 points"})
    )
    assert taken.effects["note"].tolist() == [evil, "\x1b[31mred", "-5 points"]
    assert taken.effects["study_id"].iloc[2] == "2019"
    assert "never computed" in looked_at(taken.problems, "note")
    assert "invisible" in looked_at(taken.problems, "note")


def test_a_finding_that_shows_itself(tmp_path: Path) -> None:
    taken = sources.read_effects(workbook(tmp_path, {}, {"effect": 4}))
    assert "2 estimates of 2 studies" in taken.sentence
    assert "2 estimates" in taken._repr_html_()
    assert GOOD["study_id"]


@pytest.mark.parametrize(
    ("column", "text", "says"),
    [
        ("unit", "%", "percent \\(relative"),
        ("unit", "pp", "'percentage_points'"),
        ("target_group", "LTU", "'long_term_unemployed'"),
    ],
)
def test_abbreviations_are_answered_and_not_read(tmp_path: Path, column: str, text: str, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        sources.read_effects(csv_file(tmp_path, {column: text}))
