"""Labels: kept beside each other, replaced and undone by new rows, never against what the coder has not seen."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almpo_kit import records
from almpo_kit.vocabulary.documents import ESTIMATE, LABEL_COLUMNS, NOT_STATED
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places
from tests.records.outside import refused

A, B = "coder A", "coder B"


@pytest.fixture(scope="module")
def shared(places: Places) -> records.Store:
    """One store; each test takes a review of its own."""
    return records.open_store(places())


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


def standing(store: records.Store, review: str, **which: Any) -> list[tuple[int, str]]:
    found = store.labels(review, **which)
    return list(zip(found["label_id"], found["value"], strict=True))


def test_a_label_is_kept_and_read(shared: records.Store) -> None:
    number = shared.label(
        "kept", "d1", "design", "randomised", coder=" coder  A ", start=10, end=25, model_version="m1"
    )
    found = shared.labels("kept")
    assert tuple(found.columns) == LABEL_COLUMNS
    (row,) = found.to_dict("records")
    assert row | {"at": None} == {
        "label_id": number,
        "review": "kept",
        "document_id": "d1",
        "field": "design",
        "item": "",
        "value": "randomised",
        "coder": A,
        "start": 10,
        "end": 25,
        "model_version": "m1",
        "at": None,
        "replaces": row["replaces"],
        "undone": False,
    }
    assert found["replaces"].isna().all() and str(found["at"].dtype) == "datetime64[us, UTC]"
    assert shared.labels("nothing here").dtypes.equals(found.dtypes)


def test_nobody_replaces_what_she_has_not_seen(shared: records.Store) -> None:
    first = shared.label("seen", "d1", "relevant", "yes", coder=A)
    with pytest.raises(records.ConflictError, match=f"'yes', label {first}.*nothing was overwritten"):
        shared.label("seen", "d1", "relevant", "no", coder=A)
    with pytest.raises(records.ConflictError, match="labelled"):
        shared.label("seen", "d1", "relevant", "no", coder=A, expected=first + 1_000)
    with pytest.raises(records.ConflictError, match="there is none, or it was taken back"):
        shared.label("seen", "d1", "design", "randomised", coder=A, expected=first)
    second = shared.label("seen", "d1", "relevant", "no", coder=A, expected=first)
    # Another coder's label is no reason for a conflict, and another coder's number is none of hers.
    third = shared.label("seen", "d1", "relevant", "yes", coder=B)
    with pytest.raises(records.ConflictError):
        shared.label("seen", "d1", "relevant", "no", coder=B, expected=second)
    assert standing(shared, "seen") == [(second, "no"), (third, "yes")]
    assert list(shared.labels("seen", current=False)["replaces"].fillna(0)) == [0, first, 0]


def test_the_same_answer_again_is_one_label(shared: records.Store) -> None:
    first = shared.label("again", "d1", "target_group", "youth|men", coder=A)
    assert shared.label("again", "d1", "target_group", "men | youth", coder="CODER a") == first
    assert shared.label("again", "d1", "target_group", "men|youth", coder=A, expected=first) == first
    # Another sentence is another label.
    with pytest.raises(records.ConflictError):
        shared.label("again", "d1", "target_group", "men|youth", coder=A, start=1, end=9)
    assert standing(shared, "again", coder="Coder A") == [(first, "men|youth")]


def test_undo_puts_back_what_stood_before(shared: records.Store) -> None:
    review = "undo"
    yes = shared.label(review, "d1", "relevant", "yes", coder=A, start=0, end=5)
    no = shared.label(review, "d1", "relevant", "no", coder=A, expected=yes)
    undone = shared.undo_label(no, coder=A)
    assert standing(shared, review) == [(undone, "yes")]
    assert list(shared.labels(review)["start"]) == [0]
    again = shared.undo_label(undone, coder="Coder a")
    assert standing(shared, review) == [(again, "no")]
    # Twice back, by the numbers of the labels themselves.
    shared.undo_label(no, coder=A)
    last = shared.undo_label(yes, coder=A)
    assert standing(shared, review) == []
    history = shared.labels(review, current=False)
    assert list(history["undone"]) == [True, True, True, True, True, True]
    # What she sees now is nothing, so that is what she expects.
    fresh = shared.label(review, "d1", "relevant", "no", coder=A)
    assert standing(shared, review) == [(fresh, "no")]
    with pytest.raises(records.ConflictError, match="not what stands"):
        shared.undo_label(last, coder=A)


def test_one_after_the_other_is_taken_back(shared: records.Store) -> None:
    review = "last"
    yes = shared.label(review, "d1", "relevant", "yes", coder=A)
    shared.label(review, "d2", "relevant", "yes", coder=A)
    no = shared.label(review, "d1", "relevant", "no", coder=A, expected=yes)
    other = shared.label(review, "d1", "relevant", "no", coder=B)
    seen = []
    for _ in range(3):
        last = shared.undo_last(review, coder=A)
        seen.append([(d, v) for d, v in shared.labels(review, coder=A)[["document_id", "value"]].to_numpy()])
    assert [sorted(one) for one in seen] == [[("d1", "yes"), ("d2", "yes")], [("d1", "yes")], []]
    with pytest.raises(ParameterError, match="nothing to take back"):
        shared.undo_last(review, coder=A)
    again = shared.undo_label(last, coder=A)
    assert standing(shared, review) == [(other, "no"), (again, "yes")] and no > yes


def test_only_her_own(shared: records.Store) -> None:
    mine = shared.label("own", "d1", "relevant", "yes", coder=A)
    with pytest.raises(ParameterError, match="only she can take it back"):
        shared.undo_label(mine, coder=B)
    with pytest.raises(ParameterError, match="no such label"):
        shared.undo_label(10**9, coder=A)
    assert standing(shared, "own") == [(mine, "yes")]


def test_all_or_none(shared: records.Store) -> None:
    review = "many"
    shared.label(review, "d2", "relevant", "yes", coder=A)
    rows = [{"review": review, "document_id": f"d{i}", "field": "relevant", "value": "no"} for i in range(4)]
    with pytest.raises(records.ConflictError, match="d2"):
        shared.label_many(rows, coder=A)
    assert len(standing(shared, review)) == 1
    numbers = shared.label_many(rows, coder=B)
    by_number = shared.labels(review, coder=B).set_index("label_id")["document_id"]
    assert [by_number[n] for n in numbers] == ["d0", "d1", "d2", "d3"]
    with pytest.raises(records.ConflictError, match="the same as another row"):
        shared.label_many([rows[0], rows[0]], coder="coder C")
    with pytest.raises(ParameterError, match=r"rows\[1\] must have"):
        shared.label_many([rows[0], {"document_id": "d1"}], coder="coder C")
    assert shared.label_many([], coder=A) == []


def test_a_request_sent_again_is_carried_out_once(shared: records.Store) -> None:
    review, token = "token", "request-0001"
    row = {"review": review, "document_id": "d1", "field": "relevant", "value": "yes"}
    first = shared.label_many([row], coder=A, token=token)
    shared.label(review, "d1", "relevant", "no", coder=A, expected=first[0])
    # A late copy of the first request neither conflicts nor brings the old answer back.
    assert shared.label_many([row], coder=A, token=token) == first
    assert [v for _, v in standing(shared, review)] == ["no"]
    with pytest.raises(records.ConflictError, match="for other labels"):
        shared.label_many([row | {"value": "no"}], coder=A, token=token)
    with pytest.raises(records.ConflictError, match="for other labels"):
        shared.label_many([row], coder=B, token=token)


def test_blind_double_coding(shared: records.Store) -> None:
    review = "blind"
    shared.label(review, "d1", "relevant", "yes", coder=A)
    shared.label(review, "d2", "relevant", "no", coder=A)
    assert standing(shared, review, hide_others_from=B) == []
    mine = shared.label(review, "d1", "relevant", "no", coder=B)
    assert [v for _, v in standing(shared, review, hide_others_from="Coder B")] == ["yes", "no"]
    assert standing(shared, review, hide_others_from=B, coder=B) == [(mine, "no")]
    assert [v for _, v in standing(shared, review, hide_others_from=B, coder=A)] == ["yes"]
    shared.undo_label(mine, coder=B)
    assert standing(shared, review, hide_others_from=B) == []
    assert set(shared.labels(review, current=False, hide_others_from=B)["coder"]) == {B}
    assert len(standing(shared, review)) == 2


def test_lists(shared: records.Store) -> None:
    for coder, document, field in itertools.product((A, B), ("d1", "d2", "d3"), ("country", "design")):
        shared.label("lists", document, field, f"x{document}", coder=coder)
    assert len(shared.labels("lists")) == 12
    assert len(shared.labels("lists", coder=A, field="design")) == 3
    assert set(shared.labels("lists", documents=["d3", "d1", "d9"])["document_id"]) == {"d1", "d3"}
    assert shared.labels("lists", documents=["d3", "d1"])["label_id"].is_monotonic_increasing
    with pytest.raises(ParameterError, match="must be a list"):
        shared.labels("lists", documents="d1")
    told = shared.reviews().set_index("review").loc["lists"]
    assert tuple(told[["documents", "labels", "coders", "decided"]]) == (3, 12, 2, 0)


def test_estimates_are_one_text_whoever_writes_them(shared: records.Store) -> None:
    one = shared.label("numbers", "d1", ESTIMATE, '{"se": 0.6, "effect": 2.4}', coder=A, item="estimate 1")
    two = shared.label("numbers", "d1", ESTIMATE, '{"effect":2.4,"se":0.6}', coder=B, item="estimate 1")
    shared.label("numbers", "d1", ESTIMATE, json.dumps({"effect": 1234567.125}), coder=A, item="estimate 2")
    values = shared.labels("numbers").set_index("label_id")["value"]
    assert values[one] == values[two] == '{"effect": 2.4, "se": 0.6}'


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": ""},
        {"value": "maybe"},
        {"value": 3},
        {"field": "target_group", "value": "|"},
        {"field": "target_group", "value": f"men|{NOT_STATED}"},
        {"field": "design", "value": "write to anna@example.org"},
        {"field": "design", "value": "x" * 30_000},
        {"field": "Relevant"},
        {"field": "x; DROP TABLE labels"},
        {"field": ESTIMATE, "value": "2.4", "item": "e1"},
        {"field": ESTIMATE, "value": '{"effect": NaN}', "item": "e1"},
        {"field": ESTIMATE, "value": "[" * 5_000, "item": "e1"},
        {"field": ESTIMATE, "value": '{"effect": 2.4}'},
        {"coder": ""},
        {"coder": "anna.kowalska@example.org"},
        {"coder": "0176 123 456 78"},
        {"coder": "x" * 80},
        {"coder": None},
        {"review": " "},
        {"document_id": "two words"},
        {"document_id": ""},
        {"start": 3},
        {"start": 3, "end": 3},
        {"start": -1, "end": 3},
        {"start": True, "end": 3},
        {"expected": 0},
        {"expected": "1"},
        {"model_version": "two words"},
        {"token": "short"},
    ],
)
def test_what_is_refused(shared: records.Store, wrong: dict[str, Any]) -> None:
    row = {"review": "refused", "document_id": "d1", "field": "relevant", "value": "yes", "coder": A} | wrong
    with pytest.raises(ParameterError):
        shared.label(row.pop("review"), row.pop("document_id"), row.pop("field"), row.pop("value"), **row)
    assert shared.labels("refused", current=False).empty


@pytest.mark.parametrize("name", ["labels", "decisions", "leases", "requests", "learning_steps", "coders"])
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET at = 'x'"])
def test_rows_are_only_added(shared: records.Store, name: str, verb: str) -> None:
    shared.label("added", name, "relevant", "yes", coder=A, token=f"only-added-{name}-{verb[0]}")
    shared.claim("added", A, ["d9"])
    shared.log_step("added", "r1", "began", {})
    if shared.decisions("added").empty:
        shared.adjudicate(
            "added", name, "relevant", "no", decided_by="reviewer", reason="no programme is evaluated"
        )
    refused(shared, verb.format(name))


class Model:
    """What a coder sees of one question, by a stack of answers: the same rules said in another way."""

    def __init__(self) -> None:
        self.stack: list[tuple[int, str]] = []
        self.shown: int | None = None
        self.last: tuple[int, str, tuple[int, str]] | None = None

    def label(self, number: int, value: str) -> None:
        self.stack.append((number, value))
        self.shown, self.last = number, None

    def undo(self, asked: int, number: int) -> bool:
        if self.last and asked == self.last[0]:
            _, kind, entry = self.last
            if kind == "popped":
                self.stack.append(entry)
                self.last = (number, "pushed", entry)
            else:
                self.last = (number, "popped", self.stack.pop())
        elif self.stack and asked == self.stack[-1][0]:
            self.last = (number, "popped", self.stack.pop())
        else:
            return False
        self.shown = number if self.stack else None
        return True


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_of_labels_and_undoings(shared: records.Store, data: st.DataObject) -> None:
    review = f"law {next(_COUNTER)}"
    model, known = Model(), [0]
    for _ in range(data.draw(st.integers(1, 8))):
        if data.draw(st.booleans()):
            value = data.draw(st.sampled_from(["yes", "no"]))
            expected = data.draw(st.sampled_from([model.shown, None, *known[1:]]))
            stands = model.stack[-1][1] if model.stack else None
            try:
                number = shared.label(review, "d1", "relevant", value, coder=A, expected=expected)
            except records.ConflictError:
                assert expected != model.shown
                continue
            if value == stands and number == model.shown:
                continue
            assert expected == model.shown
            model.label(number, value)
        else:
            asked = data.draw(st.sampled_from(known[1:] or [10**9]))
            try:
                number = shared.undo_label(asked, coder=A)
            except (records.ConflictError, ParameterError):
                assert not Model.undo(model, asked, -1) or asked == 10**9
                continue
            assert model.undo(asked, number)
        known.append(number)
        found = standing(shared, review)
        assert found == ([(model.shown, model.stack[-1][1])] if model.stack else [])
    history = shared.labels(review, current=False)
    assert list(history["label_id"]) == known[1:]
    alive = history.loc[~history["undone"], "label_id"]
    if model.stack:
        assert alive.iloc[-1] == model.shown
        assert {n for n, _ in model.stack[:-1]} <= set(alive)
    else:
        assert alive.empty


def test_an_answer_brought_back_twice_and_taken_back_is_gone(shared: records.Store) -> None:
    review = f"law {next(_COUNTER)}"
    first = shared.label(review, "d1", "relevant", "yes", coder=A)
    last = shared.undo_label(first, coder=A)
    for _ in range(2):
        shared.undo_label(last, coder=A)
        last = shared.undo_label(first, coder=A)
    history = shared.labels(review, current=False)
    assert len(history) == 6 and history["undone"].all()


_COUNTER = itertools.count()
