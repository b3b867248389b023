"""A form and the answers it stands for: the same both ways, and nothing that a browser sends is believed."""

from __future__ import annotations

from typing import Any

import pytest
from answer_world import ANSWERS, FIELDS, plan
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.records import answer_rules
from almpo_kit.workbench.answering.reading import Sent, fields_of, read
from almpo_kit.workbench.localisation import Speech

PLAN = plan()


def sent(fields: dict[str, str], kept: Any = None, former: Any = None, **more: Any) -> Sent:
    return read(PLAN, fields, kept or {}, more.pop("kept_reasons", {}), former or {}, **more)


def test_every_kind_is_read() -> None:
    found = sent(FIELDS)
    assert not found.problems
    assert found.answers.keys() == ANSWERS.keys()
    for item, values in ANSWERS.items():
        assert found.answers[item] == pytest.approx(values)
    # What is read is what the store takes.
    assert answer_rules.checked(PLAN, found.answers, {})[0] == found.answers


@pytest.mark.parametrize("language", ["en", "el"])
def test_an_answer_in_fields_is_read_as_the_same_answer(language: str) -> None:
    typed = Speech(language).typed
    fields = {k: v for i in PLAN.items for k, v in fields_of(i, ANSWERS[i.id], typed).items()}
    assert {i: pytest.approx(v) for i, v in sent(fields).answers.items()} == ANSWERS
    assert sent(fields, kept=ANSWERS) == Sent()


def test_nothing_is_no_answer_and_takes_back_what_was_kept() -> None:
    assert sent({}) == Sent()
    assert sent({}, kept={"winter": {"": 7.0}}).answers == {"winter": {}}
    assert sent({"winter~value": "none"}, kept={"winter": {"": 7.0}}).answers == {"winter": {}}
    assert sent({}, kept_reasons={"winter": "so"}).reasons == {"winter": ""}
    assert sent({"money~fund_none": "1"}).answers == {"money": {"school": 0.0, "lab": 0.0, "fund": 0.0}}


def test_a_former_answer_counts_again_only_when_kept_or_changed() -> None:
    former = {"winter": {"": 7.0}, "effect": ANSWERS["effect"]}
    shown = {"winter~value": "7", "effect~n~0.1": "-2", "effect~n~0.5": "4.5", "effect~n~0.9": "12"}
    # Scrolled past: not answered, or opinions would look stable that nobody held on to.
    assert sent(shown, former=former).answers == {}
    assert sent({**shown, "winter~turn": "keep"}, former=former).answers == {"winter": {"": 7.0}}
    assert sent({**shown, "winter~turn": "change"}, former=former).answers == {"winter": {"": 7.0}}
    assert sent({**shown, "winter~value": "3"}, former=former).answers == {"winter": {"": 3.0}}
    assert sent({"effect~turn": "keep"}, former=former).answers == {"effect": ANSWERS["effect"]}
    # Nobody keeps what she never said.
    assert sent({"winter~turn": "keep"}).answers == {}


@pytest.mark.parametrize(
    ("fields", "item", "code"),
    [
        ({"winter~value": "10"}, "winter", "out_of_range"),
        ({"winter~value": "2.5"}, "winter", "no_whole_step"),
        ({"winter~value": "seven"}, "winter", "no_number"),
        ({"winter~value": "1e1"}, "winter", "no_number"),
        ({"winter~value": "nan"}, "winter", "no_number"),
        ({"winter~value": "٧"}, "winter", "no_number"),
        ({"share~n~jobs": "50"}, "share", "missing_part"),
        ({"share~n~jobs": "50", "share~n~months": "30", "share~n~equity": "30"}, "share", "sum"),
        ({"swings~n~jobs": "90", "swings~n~months": "30", "swings~n~equity": "3"}, "swings", "highest"),
        ({"pairs~way~jobs>months": "first"}, "pairs", "how_much"),
        ({"pairs~way~jobs>months": "first", "pairs~much~jobs>months": "0.01"}, "pairs", "out_of_range"),
        ({"pairs~way~jobs>months": "sideways"}, "pairs", "unknown_part"),
        ({"ends~best": "jobs"}, "ends", "best_worst"),
        ({"ends~best": "jobs", "ends~worst": "jobs"}, "ends", "best_worst"),
        ({"ends~best": "jobs", "ends~worst": "equity"}, "ends", "how_much"),
        ({"ends~best": "nobody", "ends~worst": "jobs"}, "ends", "best_worst"),
        ({"effect~n~0.1": "1.250", "effect~n~0.5": "2", "effect~n~0.9": "3"}, "effect", "no_number"),
        ({"effect~n~0.1": "5", "effect~n~0.5": "2", "effect~n~0.9": "9"}, "effect", "order"),
        ({"effect~n~0.1": "-31", "effect~n~0.5": "2", "effect~n~0.9": "9"}, "effect", "out_of_range"),
        ({"money~fund~school": "1", "money~fund~lab": "1"}, "money", "over_budget"),
        ({"winter~why": "write to anna@example.org"}, "winter", "personal"),
        ({"winter~why": "x" * 2001}, "winter", "too_long"),
    ],
)
def test_what_does_not_fit_is_told_and_stops_nothing_else(
    fields: dict[str, str], item: str, code: str
) -> None:
    other = {"money~fund~fund": "1"} if item != "money" else {"winter~value": "5"}
    found = sent({**fields, **other})
    assert [(p.item, p.code) for p in found.problems] == [(item, code)]
    assert item not in found.answers
    assert len(found.answers) == 1


NAMES = st.sampled_from(sorted(FIELDS)) | st.text(max_size=12)
TEXTS = st.sampled_from(
    ["", "1", "9", "100", "first", "second", "same", "jobs", "equity", "keep", "-3"]
) | st.text(max_size=8)


@settings(max_examples=10)
@given(st.dictionaries(NAMES, TEXTS, max_size=25))
def test_whatever_is_sent_gives_answers_that_the_store_takes_or_problems(fields: dict[str, str]) -> None:
    found = sent(fields)
    assert not set(found.answers) & {p.item for p in found.problems}
    answer_rules.checked(PLAN, found.answers, found.reasons)


@settings(max_examples=30)
@given(st.dictionaries(NAMES, TEXTS, max_size=25))
def test_former_answers_are_never_lost_to_a_strange_form(fields: dict[str, str]) -> None:
    found = sent(fields, former=ANSWERS)
    answer_rules.checked(PLAN, found.answers, found.reasons)
    assert all(values for values in found.answers.values())
