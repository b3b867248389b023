"""Rows that share people never come out as independent samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from intake_sheets import csv_file, looked_at

from almpo_kit import sources


def test_the_same_people_in_two_papers_become_one_sample(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"study_id": "a2019", "n": 719},
        {"study_id": "b2020", "n": 719, "outcome": "earnings", "unit": "eur_per_month"},
        {"study_id": "b2020", "n": 300, "target_group": "women"},
        {"study_id": "c2021", "n": 720},
    )
    taken = sources.read_effects(path)
    # The second paper's other rows are about the same people too.
    assert taken.effects["sample_id"].tolist() == ["a2019", "a2019", "a2019", "c2021"]
    assert taken.effects["sample_id_coded"].fillna("").tolist() == ["", "b2020", "b2020", ""]
    said = looked_at(taken.problems, "sample_id")
    assert "rows 2, 3 of a2019 and b2020" in said
    assert "separate=True" in said
    kept = sources.read_effects(path, separate=True)
    assert kept.effects["sample_id"].tolist() == ["a2019", "b2020", "b2020", "c2021"]
    assert "kept as separate" in looked_at(kept.problems, "sample_id")


def test_unknown_years_or_numbers_prove_nothing(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"n": ""},
        {"n": ""},
        {"n": 50, "start_year": "", "end_year": ""},
        {"n": 50, "start_year": "", "end_year": ""},
    )
    assert sources.read_effects(path).effects["sample_id"].nunique() == 4


def test_papers_that_say_they_share_a_sample_are_shown(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {"sample_id": "trial"}, {"sample_id": "trial", "effect": 5})
    taken = sources.read_effects(path)
    assert taken.effects["sample_id"].tolist() == ["trial", "trial"]
    assert "study0 and study1 share this sample" in looked_at(taken.problems, "sample_id")
    assert "sample_id_coded" not in taken.effects


def test_one_result_twice_is_one_sample(tmp_path: Path) -> None:
    same = {"study_id": "a", "n": 500}
    path = csv_file(
        tmp_path, same | {"sample_id": "x"}, same | {"sample_id": "y"}, same | {"sample_id": "y", "effect": 9}
    )
    taken = sources.read_effects(path)
    assert taken.effects["sample_id"].tolist() == ["x", "x", "x"]
    assert "rows 2, 3 hold one result twice" in looked_at(taken.problems, "effect")


def test_the_two_ends_of_a_range_are_one_result(tmp_path: Path) -> None:
    cell = {"study_id": "a", "n": 500, "se": "", "unit": "days", "outcome": "days_employed"}
    path = csv_file(
        tmp_path, cell | {"effect": 14, "sample_id": "x"}, cell | {"effect": 20, "sample_id": "y"}
    )
    taken = sources.read_effects(path)
    assert taken.effects["sample_id"].tolist() == ["x", "x"]
    assert "one range (14 to 20)" in looked_at(taken.problems, "effect")
    told_apart = csv_file(tmp_path, cell | {"effect": 14}, cell | {"effect": 20, "target_group": "women"})
    assert "range" not in looked_at(sources.read_effects(told_apart).problems, "effect")


def test_subgroups_with_errors_of_their_own_are_left_alone(tmp_path: Path) -> None:
    cell = {"study_id": "a", "n": 500}
    taken = sources.read_effects(
        csv_file(tmp_path, cell | {"target_group": "men"}, cell | {"target_group": "women"})
    )
    assert not looked_at(taken.problems, "effect")


def test_many_overlaps_cost_no_more_than_many_rows(tmp_path: Path) -> None:
    changes = [
        {"study_id": f"s{i}", "n": 10 + i // 2, "effect": i, "unit": "days", "outcome": "days_employed"}
        for i in range(2_000)
    ]
    assert sources.read_effects(csv_file(tmp_path, *changes)).effects["sample_id"].nunique() == 1_000


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Smith2019", "smith2019"),
        ("Smith 2019", "Smith2019"),
        ("z2019\u200b", "z2019"),
        ("mu\u0308ller2019\ufeff", "m\u00fcller2019"),
        ("Strasse2019", "STRASSE2019"),
    ],
)
def test_names_that_a_reader_cannot_tell_apart_are_one_sample(
    tmp_path: Path, first: str, second: str
) -> None:
    path = csv_file(
        tmp_path, {"study_id": first, "effect": 1}, {"study_id": second, "effect": 2}, {"study_id": "other"}
    )
    taken = sources.read_effects(path)
    assert taken.effects["sample_id"].nunique() == 2
    assert taken.effects["sample_id"].iloc[0] == taken.effects["sample_id"].iloc[1]
    said = looked_at(taken.problems, "study_id")
    assert "rows 2, 3 call it" in said and "\u200b" not in said
    if first == "Smith2019":
        assert sources.read_effects(path, separate=True).effects["sample_id"].nunique() == 3


def test_samples_coded_apart_are_not_joined_by_a_misspelt_study(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path,
        {"study_id": "Smith2019", "sample_id": "men", "target_group": "men"},
        {"study_id": "smith2019", "sample_id": "women", "target_group": "women"},
        {"study_id": "b", "sample_id": "Trial A"},
        {"study_id": "c", "sample_id": "trial a"},
    )
    taken = sources.read_effects(path)
    assert taken.effects["sample_id"].tolist() == ["men", "women", "Trial A", "Trial A"]
    assert "Write one name" in looked_at(taken.problems, "study_id")
    assert "rows 4, 5 call it" in looked_at(taken.problems, "sample_id")


def test_one_result_under_two_spellings_is_one_result_twice(tmp_path: Path) -> None:
    path = csv_file(tmp_path, {"study_id": "Smith2019"}, {"study_id": "smith 2019"})
    assert "hold one result twice" in looked_at(sources.read_effects(path).problems, "effect")
