"""Frames whose index repeats, is text, or has levels: as tables come from a concat, a filter or a pivot."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.vocabulary.frames import check

#: Of each frame its columns in two rows, and the columns that tell the rows apart.
ROWS = {
    "effects": (
        {"estimate_id": ["a1", "a2"], "study_id": "a", "sample_id": "a", "programme_type": "training"}
        | {"target_group": "all", "comparator": "no_programme", "country": "DE", "nuts": None}
        | {"outcome": "employment_probability", "unit": "percentage_points", "horizon_months": 12.0}
        | {"horizon_from": "start", "effect": 2.0, "se": 1.0, "se_source": "reported", "significance": None}
        | {"design": "rct", "start_year": 2010.0, "end_year": 2011.0, "n": 200.0, "unemployment_rate": 7.0}
        | {"quality": None, "includes_subsidised_job": "excluded"},
        ["estimate_id"],
    ),
    "indicators": (
        {"geo": "EL42", "nuts_version": "2024", "indicator": "rate", "unit": "PC", "period": ["2023", "2024"]}
        | {"value": 9.1, "flag": None},
        ["period"],
    ),
    "taxonomy": (
        {"code": ["C1", "C2"], "label": "a", "parent": None, "level": 1, "version": "1"},
        ["code"],
    ),
    "locations": ({"geo": ["EL41", "EL42"], "lon": 25.0, "lat": 37.0}, ["geo"]),
    "appraisals": (
        {"study_id": ["a", "b"], "instrument": "robins_i", "coder": "one", "domain": "confounding"}
        | {"judgement": "low", "basis": "p. 3"},
        ["study_id"],
    ),
    "seekers": ({"id": ["a", "b"], "geo": "EL42", "occupation": "51"}, ["id"]),
    "vacancies": ({"id": ["a", "b"], "geo": "EL42", "occupation": "51"}, ["id"]),
    "stocks": (
        {"geo": "EL42", "occupation": ["25", "51"], "unemployed": 3.0, "vacancies": 1.0},
        ["occupation"],
    ),
    "persons": ({"id": ["a", "b"], "treatment": "training"}, ["id"]),
    "unit_periods": ({"id": ["a", "b"], "treatment": "training"}, []),
    "person_months": ({"id": "a", "period": ["2024-01", "2024-02"], "employed": 1.0}, ["period"]),
    "programme_entries": ({"id": "a", "programme": ["x", "y"], "start": "2024-01"}, ["programme"]),
    "judgements": (
        {"participant": ["a", "b"], "role": "employers", "geo": "EL42", "sector": "I", "item": "goals"}
        | {"part": "jobs", "round": 1, "value": 3.0},
        ["participant"],
    ),
}


def two(name: str) -> tuple[pd.DataFrame, list[str]]:
    columns, keys = ROWS[name]
    return pd.DataFrame({"source": "by hand"} | columns), keys


@pytest.mark.parametrize("name", ROWS)
def test_a_repeated_index_hides_no_problem_and_makes_none(name: str) -> None:
    frame, keys = two(name)
    good = frame.set_axis([0, 0])
    assert check(good, name).index.tolist() == [0, 0]  # type: ignore[arg-type]
    if keys:
        with pytest.raises(FrameError) as caught:
            check(good.assign(**{k: frame[k].iloc[0] for k in keys}), name)  # type: ignore[arg-type]
        assert all(f"row {r}, column {keys[0]!r}" in str(caught.value) for r in (2, 3))


@pytest.mark.parametrize(
    ("index", "rows"),
    [(["x", "y"], (2, 3)), ([5, 9], (7, 11)), ([0.5, float("nan")], (2, 3)), ([-1, 0], (2, 3))],
)
def test_rows_are_those_of_the_file_where_the_index_still_counts_them(
    index: list[object], rows: tuple[int, int]
) -> None:
    frame, _ = two("unit_periods")
    frame = frame.set_axis(index)
    assert check(frame, "unit_periods").index.equals(frame.index)
    with pytest.raises(FrameError) as caught:
        check(frame.assign(id=None), "unit_periods")
    assert all(f"row {r}, column 'id'" in str(caught.value) for r in rows)


def test_an_index_of_levels_is_kept_and_rows_are_counted() -> None:
    frame, _ = two("judgements")
    levels = pd.MultiIndex.from_tuples([("a", 1), ("a", 1)])
    assert check(frame.set_axis(levels), "judgements").index.equals(levels)
    with pytest.raises(FrameError, match="row 3, column 'role': 'nobody'"):
        check(frame.assign(role=["employers", "nobody"]).set_axis(levels), "judgements")
