"""Answers that fit their item are kept as they were given; everything else is refused, with the reason."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.records import AnswerError
from almpo_kit.records.answer_rules import checked
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.panels import plan, right_answers

PLAN = plan()
_POINTS = {"jobs": 40, "months": 30, "saving": 30}
_ENDS = {"best:jobs>months": 2, "best:jobs>saving": 6, "worst:jobs>saving": 6, "worst:months>saving": 3}


def codes(answers: Any, reasons: Any = None) -> list[tuple[str, str, str]]:
    with pytest.raises(AnswerError) as refused:
        checked(PLAN, answers, reasons or {})
    return [(p.item, p.part, p.code) for p in refused.value.problems]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_right_answers_are_kept(seed: int) -> None:
    said = right_answers(seed)
    kept, _ = checked(PLAN, said, {})
    assert kept == said
    assert all(type(v) is float for values in kept.values() for v in values.values())


@pytest.mark.parametrize(
    ("item", "values", "part", "code"),
    [
        ("agree", {"": 0}, "", "out_of_range"),
        ("agree", {"": 10}, "", "out_of_range"),
        ("agree", {"": 4.5}, "", "no_whole_step"),
        ("agree", {"": "7"}, "", "no_number"),
        ("agree", {"": True}, "", "no_number"),
        ("agree", {"": None}, "", "no_number"),
        ("agree", {"": math.nan}, "", "no_number"),
        ("agree", {"": math.inf}, "", "no_number"),
        ("agree", {"": 10**400}, "", "no_number"),
        ("agree", {"": [7]}, "", "no_number"),
        ("agree", {"": {"": 7}}, "", "no_number"),
        ("agree", {"other": 7}, "other", "unknown_part"),
        ("share", _POINTS | {"jobs": 41}, "", "sum"),
        ("share", _POINTS | {"jobs": -10, "months": 80}, "jobs", "out_of_range"),
        ("share", {"jobs": 60, "months": 40}, "saving", "missing_part"),
        ("share", _POINTS | {"extra": 0}, "extra", "unknown_part"),
        ("swing", {"jobs": 90, "months": 80, "saving": 50}, "", "highest"),
        ("swing", {"jobs": 120, "months": 80, "saving": 50}, "jobs", "out_of_range"),
        ("pairs", {"jobs>months": 0.1}, "jobs>months", "out_of_range"),
        ("pairs", {"jobs>months": 10}, "jobs>months", "out_of_range"),
        ("pairs", {"months>jobs": 2}, "months>jobs", "unknown_part"),
        ("ends", {**_ENDS, "best:jobs>months": 2.5}, "best:jobs>months", "no_whole_step"),
        ("ends", {**_ENDS, "worst:jobs>saving": 5}, "worst:jobs>saving", "best_worst"),
        (
            "ends",
            {k: v for k, v in _ENDS.items() if k != "worst:months>saving"},
            "worst:months>saving",
            "missing_part",
        ),
        ("ends", {**_ENDS, "best:months>jobs": 2}, "", "best_worst"),
        ("ends", {"best:jobs>months": 2, "best:jobs>saving": 2}, "", "best_worst"),
        ("effect", {"0.1": 3, "0.5": 2, "0.9": 6}, "", "order"),
        ("effect", {"0.1": 3, "0.5": 3, "0.9": 3}, "", "order"),
        ("effect", {"0.1": 3, "0.9": 6}, "0.5", "missing_part"),
        ("effect", {"0.1": -21, "0.5": 2, "0.9": 6}, "0.1", "out_of_range"),
        ("fund", {"jobs": 1, "months": 1, "saving": 1}, "", "over_budget"),
        ("fund", {"jobs": 0.5, "months": 0, "saving": 0}, "jobs", "no_whole_step"),
        ("fund", {"jobs": 1, "months": 0}, "saving", "missing_part"),
        ("nothing", {"": 1}, "", "unknown_item"),
    ],
)
def test_wrong_answers_are_told(item: str, values: Any, part: str, code: str) -> None:
    assert codes({item: values}) == [(item, part, code)]


def test_all_of_them_are_told_at_once() -> None:
    found = codes(
        {"agree": {"": 0}, "share": _POINTS, "fund": {"jobs": 2, "months": 0, "saving": 0}},
        {"swing": "call 0176 123 456 78"},
    )
    assert [(i, c) for i, _, c in found] == [
        ("agree", "out_of_range"),
        ("fund", "out_of_range"),
        ("swing", "personal"),
    ]
    with pytest.raises(AnswerError, match=r"2 more answers do not fit. Nothing was written"):
        checked(PLAN, {"agree": {"": 0}, "share": {}, "fund": {"jobs": 2}, "swing": {"jobs": 1}}, {})


def test_slack_where_browsers_round() -> None:
    assert checked(PLAN, {"share": {"jobs": 33.3, "months": 33.3, "saving": 33.3}}, {})
    assert checked(PLAN, {"pairs": {"jobs>months": 0.1111}}, {})
    assert codes({"share": {"jobs": 33.3, "months": 33.3, "saving": 32.8}})[0][2] == "sum"
    assert checked(PLAN, {"fund": {"jobs": 1, "months": 1, "saving": 0}}, {})
    assert checked(PLAN, {"agree": {"": np.float64(7)}}, {})[0] == {"agree": {"": 7.0}}


@pytest.mark.parametrize(
    "answers",
    [
        None,
        [],
        "agree",
        {"agree": 7},
        {"agree": [7]},
        {"agree": {str(k): k for k in range(301)}},
        {str(k): {} for k in range(8)},
    ],
    ids=range(7),
)
def test_what_no_page_sends(answers: Any) -> None:
    with pytest.raises(ParameterError) as refused:
        checked(PLAN, answers, {})
    assert not isinstance(refused.value, AnswerError) and len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 2001, "too_long"),
        ("x" * 5_000_000, "too_long"),
        ("write to anna@example.eu", "personal"),
        ("born on 12/03/1975", "personal"),
        ("ΑΜΚΑ 12037501234", "personal"),
    ],
    ids=["long", "very long", "address", "birthday", "number"],
)
def test_reasons_that_are_refused(text: str, code: str) -> None:
    assert codes({}, {"agree": text}) == [("agree", "", code)]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE answers; --",
        "{{ 7 * 7 }} ${7*7} {% raw %}",
        '=HYPERLINK("http://x")',
        "Χωρίς δρομολόγια τον χειμώνα κανείς δεν έρχεται.",
    ],
)
def test_words_are_kept_as_they_are(text: str) -> None:
    assert checked(PLAN, {}, {"agree": text})[1] == {"agree": text}


def test_reasons_without_control_characters() -> None:
    assert checked(PLAN, {}, {"agree": " a\x00b\x1b[31m\ud800 "})[1] == {"agree": "a b [31m"}
    with pytest.raises(ParameterError, match="must be text"):
        checked(PLAN, {}, {"agree": 7})


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*(i.id for i in PLAN.items), "x"]),
        st.dictionaries(
            st.sampled_from(
                ["", "jobs", "months", "saving", "0.1", "0.5", "0.9", "jobs>months", "best:jobs>months"]
            ),
            st.one_of(
                st.floats(allow_nan=True), st.integers(-3, 101), st.text(max_size=3), st.none(), st.booleans()
            ),
        ),
        max_size=4,
    )
)
def test_whatever_is_kept_fits_the_plan(answers: Any) -> None:
    try:
        kept, _ = checked(PLAN, answers, {})
    except AnswerError:
        return
    for name, values in kept.items():
        item = PLAN.item(name)
        assert set(values) <= set(item.parts())
        assert all(math.isfinite(v) for v in values.values())
        if values and item.kind == "points":
            assert abs(sum(values.values()) - 100) <= 0.5
        if values and item.kind == "statement":
            assert values[""] in range(1, 10)
