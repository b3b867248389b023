"""What participants see: everything adds up, nothing of small groups, nothing of one person."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.codesign import feedback
from almpo_kit.vocabulary.errors import FrameError, ParameterError

from .made_panels import answers, made_plan

PLAN = made_plan()


def _of(item: str, parts: dict[str, list[float]]) -> pd.DataFrame:
    return pd.concat([answers(v, item=item, part=p) for p, v in parts.items()], ignore_index=True)


def test_a_statement() -> None:
    found = feedback(answers([1, 5, 7, 8, 9, 9, 9]), PLAN, "courses")
    assert found.shown and found.n == 7
    assert found.table["count"].tolist() == [1, 0, 0, 0, 1, 0, 1, 1, 3]
    assert found.table["step"].tolist() == list(range(1, 10))
    assert found.summary.iloc[0].tolist() == ["", 7, 8.0, 5.0, 9.0]
    assert not {"participant", "role", "geo"} & set(found.table.columns)


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(3, 8))
@settings(max_examples=15, deadline=None)
def test_shares_add_up_or_nothing_is_shown(values: list[int], least: int) -> None:
    plan = made_plan(least_group=least)
    rows = pd.concat([answers(values), answers([3.0] * 20, item="housing")])
    found = feedback(rows, plan, "courses")
    assert found.shown == (len(values) >= least)
    if found.shown:
        assert found.table["share"].sum() == pytest.approx(1)
        assert found.table["count"].sum() == len(values)
    else:
        assert found.table.empty and found.summary.empty and found.rests_on == ""
        assert str(len(values)) not in found.sentence or str(least) in found.sentence
        assert found.failed


def test_every_kind() -> None:
    goals = feedback(_of("goals", {"jobs": [40.0] * 5 + [100.0], "months": [60.0] * 6}), PLAN, "goals")
    jobs = goals.table[goals.table["part"] == "jobs"]
    assert jobs["count"].tolist() == [0, 0, 0, 0, 5, 0, 0, 0, 0, 1]
    assert goals.summary["part"].tolist() == ["jobs", "months"]
    swings = feedback(_of("swings", {"jobs": [0.0] * 5, "saving": [1.0]}), PLAN, "swings")
    assert swings.table["part"].unique().tolist() == ["jobs"], "one answer alone would be somebody's"
    assert any("left out: 1" in c.sentence for c in swings.checks)
    guess = feedback(
        _of("guess", {"0.1": [-5.0] * 5, "0.5": [0, 0, 3, 39.9, 40], "0.9": [40.0] * 5}), PLAN, "guess"
    )
    assert guess.table["count"].tolist() == [0, 0, 0, 3, 0, 0, 0, 0, 0, 2]
    assert guess.summary["median"].tolist() == [-5, 3, 40] and "percentage points" in guess.sentence
    money = feedback(_of("money", {"jobs": [1, 1, 0, 0, 0], "months": [1] * 5}), PLAN, "money")
    assert money.table[["part", "count", "share"]].to_numpy().tolist() == [
        ["jobs", 2, 0.4],
        ["months", 5, 1.0],
    ]


def test_pairs_either_way_round() -> None:
    one = answers({f"a{k}": 3.0 for k in range(4)}, item="pairs", part="jobs>months")
    other = answers({f"b{k}": v for k, v in enumerate([1 / 3, 1.0, 9.0])}, item="pairs", part="months>jobs")
    found = feedback(pd.concat([one, other]), PLAN, "pairs")
    assert found.table["part"].unique().tolist() == ["jobs>months"]
    assert dict(zip(found.table["step"], found.table["count"], strict=True)) == {
        -2: 1,
        -1: 0,
        0: 1,
        1: 5,
        2: 0,
    }


def test_best_and_worst_are_counted_by_person() -> None:
    rows = {"best:jobs>months": [2.0] * 5, "best:jobs>saving": [9.0] * 5, "worst:months>saving": [4.0] * 5}
    found = feedback(_of("ends", rows), PLAN, "ends")
    told = found.table[found.table["count"] > 0]
    assert told[["part", "count"]].to_numpy().tolist() == [["best:jobs", 5], ["worst:saving", 5]]


def test_rounds_apart_and_synthetic_kept() -> None:
    rows = pd.concat([answers([1] * 6), answers([9] * 6, round=2, source="SYNTHETIC panel")])
    assert feedback(rows, PLAN, "courses", 1).summary["median"][0] == 1
    assert feedback(rows, PLAN, "courses", 2).summary["median"][0] == 9
    assert feedback(rows, PLAN, "courses", 1).provenance.synthetic
    alone = feedback(answers([1] * 6), made_plan(synthetic=True), "courses")
    assert (
        alone.sentence.startswith("SYNTHETIC")
        and not feedback(answers([1] * 6), PLAN, "courses").provenance.synthetic
    )
    assert alone.provenance.options["plan"] == made_plan(synthetic=True).digest


def test_nobody_answered_yet() -> None:
    empty = answers([])
    assert not feedback(empty, PLAN, "courses", 3).shown


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"value": float("nan")}, "no number"),
        ({"value": 4.5}, "whole numbers from 1 to 9"),
        ({"value": 10.0}, "whole numbers from 1 to 9"),
        ({"round": 4}, "rounds 1 to 3"),
        ({"round": 1.5}, "rounds 1 to 3"),
        ({"item": "other"}, "does not ask"),
        ({"part": "x"}, "does not have"),
        ({"participant": ""}, "no participant"),
        ({"participant": "p001"}, "twice"),
    ],
)
def test_hostile_answers(change: dict[str, object], says: str) -> None:
    rows = answers([5] * 6).astype({"round": object})
    for column, value in change.items():
        rows.loc[0, column] = value
    with pytest.raises(FrameError, match=says):
        feedback(rows, PLAN, "courses")


def test_hostile_arguments() -> None:
    rows = answers([5] * 6)
    with pytest.raises(FrameError, match="no column 'value'"):
        feedback(rows.drop(columns="value"), PLAN, "courses")
    for asked in (0, 4, True, "1"):
        with pytest.raises(ParameterError, match="rounds 1 to 3"):
            feedback(rows, PLAN, "courses", asked)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="no item"):
        feedback(rows, PLAN, "nothing")
    with pytest.raises(ParameterError, match="plan"):
        feedback(rows, {"title": "x"}, "courses")  # type: ignore[arg-type]
