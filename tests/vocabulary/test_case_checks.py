"""What a record of a case may hold."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from almpo_kit.vocabulary.case_checks import case_problems, check_cases
from almpo_kit.vocabulary.case_studies import CASE_COLUMNS, MECHANISMS, parts
from almpo_kit.vocabulary.errors import FrameError

GOOD: dict[str, Any] = {c.name: c.example for c in CASE_COLUMNS.values()}


def one(**more: Any) -> pd.DataFrame:
    return pd.DataFrame([GOOD | more], columns=list(CASE_COLUMNS))


def test_the_examples_of_the_columns_are_a_case() -> None:
    assert case_problems(one()) == []
    checked = check_cases(one())
    assert checked["start_year"].iloc[0] == 2019.0 and pd.isna(checked["end_year"].iloc[0])
    assert check_cases(checked).equals(checked)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", ""),
        ("source", None),
        ("country", "GR"),
        ("country", "Greece"),
        ("nuts", "IT43"),
        ("nuts", "el43"),
        ("nuts", "EL"),
        ("nuts", "somewhere"),
        ("nuts_version", ""),
        ("sector", "tourism"),
        ("sector", "55"),
        ("programme_type", "miracle"),
        ("target_group", "everybody"),
        ("mechanism", "luck|skills"),
        ("mechanism", "skills|skills"),
        ("mechanism_basis", "argued"),
        ("mechanism_basis", "argued|proved"),
        ("result", "better"),
        ("result", "splendid"),
        ("grounds", "hearsay"),
        ("unemployment", "very high"),
        ("start_year", "soon"),
        ("start_year", "19"),
        ("end_year", "2001"),
    ],
)
def test_each_rule_is_kept(column: str, value: Any) -> None:
    found = case_problems(one(**{column: value}))
    assert column in {p.column for p in found} and all(p.remedy for p in found)
    with pytest.raises(FrameError, match=column):
        check_cases(one(**{column: value}))


def test_a_description_cannot_say_that_anything_worked() -> None:
    for grounds in ("description", "monitoring"):
        assert case_problems(one(grounds=grounds, result="worse"))
        assert not case_problems(one(grounds=grounds, result="unclear"))
    assert not case_problems(one(grounds="randomised", result="worse"))


def test_a_key_stands_once() -> None:
    twice = pd.concat([one(), one()])
    assert [p.problem for p in case_problems(twice)] == ["stands twice"]


def test_missing_columns_and_many_problems() -> None:
    with pytest.raises(FrameError, match="read_case_studies"):
        check_cases(pd.DataFrame({"title": []}))
    with pytest.raises(FrameError, match="and 10 more"):
        check_cases(pd.concat([one(case_id=f"c{i}", grounds="x") for i in range(30)]))


def test_mechanisms_are_defined() -> None:
    assert len(MECHANISMS) == 22
    assert len({m.label for m in MECHANISMS.values()}) == 22
    assert {m.key for m in MECHANISMS.values() if m.works == "against"} == {
        "lock_in",
        "deadweight",
        "displacement",
        "worse_jobs",
    }


def test_parts() -> None:
    assert parts("a| b||") == ["a", "b"] and parts(None) == parts(float("nan")) == parts("") == []
