"""Decisions on disagreements: beside the labels, with who and why, never on what was not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.vocabulary.documents import DECISION_COLUMNS
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places

WHY: dict[str, Any] = {"decided_by": "senior reviewer", "reason": "the abstract names a lottery"}


@pytest.fixture(scope="module")
def store(places: Places) -> records.Store:
    """One store; each test takes a review of its own."""
    return records.open_store(places())


def disagree(store: records.Store, review: str) -> list[int]:
    return [
        store.label(review, "d1", "design", value, coder=coder)
        for coder, value in (("coder A", "randomised"), ("coder B", "matching"))
    ]


def test_a_decision_is_kept_and_labels_stay(store: records.Store) -> None:
    labels = disagree(store, "kept")
    number = store.adjudicate("kept", "d1", "design", "randomised", **WHY, seen=labels)
    found = store.decisions("kept")
    assert tuple(found.columns) == DECISION_COLUMNS
    (row,) = found.to_dict("records")
    assert (row["decision_id"], row["value"], row["labels"]) == (
        number,
        "randomised",
        f"{labels[0]}|{labels[1]}",
    )
    assert (row["decided_by"], row["reason"], row["reopened"]) == (*WHY.values(), False)
    assert list(store.labels("kept")["value"]) == ["randomised", "matching"]
    assert store.decisions("nothing").empty and tuple(store.decisions("nothing").columns) == DECISION_COLUMNS
    assert store.reviews().set_index("review").loc["kept", "decided"] == 1


def test_hidden_from_who_has_not_labelled(store: records.Store) -> None:
    disagree(store, "blind")
    store.adjudicate("blind", "d1", "design", "randomised", **WHY)
    assert store.decisions("blind", hide_others_from="coder C").empty
    assert len(store.decisions("blind", hide_others_from="Coder A")) == 1
    store.label("blind", "d1", "country", "Italy", coder="coder C")
    assert store.decisions("blind", hide_others_from="coder C").empty


def test_decided_twice(store: records.Store) -> None:
    disagree(store, "twice")
    first = store.adjudicate("twice", "d1", "design", "randomised", **WHY)
    with pytest.raises(records.ConflictError, match=f"'randomised' by senior reviewer.*expected={first}"):
        store.adjudicate("twice", "d1", "design", "matching", **WHY)
    second = store.adjudicate("twice", "d1", "design", "matching", **WHY, expected=first)
    assert list(store.decisions("twice")["value"]) == ["matching"]
    history = store.decisions("twice", current=False)
    assert list(history["decision_id"]) == [first, second] and history["replaces"].iloc[1] == first
    assert len(store.decisions("twice", documents=["d2"])) == 0


def test_reopened(store: records.Store) -> None:
    disagree(store, "open")
    number = store.adjudicate("open", "d1", "design", "randomised", **WHY)
    with pytest.raises(records.ConflictError):
        store.reopen("open", "d1", "design", **WHY, expected=number + 1)
    store.reopen("open", "d1", "design", **WHY, expected=number)
    assert store.decisions("open").empty
    assert list(store.decisions("open", current=False)["reopened"]) == [False, True]
    with pytest.raises(records.ConflictError, match="there is none, or the case was reopened"):
        store.reopen("open", "d1", "design", **WHY, expected=number)
    with pytest.raises(records.ConflictError):
        store.adjudicate("open", "d1", "design", "matching", **WHY, expected=number)
    store.adjudicate("open", "d1", "design", "matching", **WHY)
    assert list(store.decisions("open")["value"]) == ["matching"]


def test_on_labels_that_changed_meanwhile(store: records.Store) -> None:
    first, second = disagree(store, "meanwhile")
    store.label("meanwhile", "d1", "design", "randomised", coder="coder B", expected=second)
    with pytest.raises(records.ConflictError, match="changed since they were looked at"):
        store.adjudicate("meanwhile", "d1", "design", "matching", **WHY, seen=[first, second])
    assert store.decisions("meanwhile", current=False).empty


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "no"},
        {"reason": "aaaa aaaa aaaa"},
        {"decided_by": ""},
        {"decided_by": "anna@example.org"},
        {"decided_by": "Coder  A"},
        {"value": ""},
        {"field": "country"},
        {"expected": 0},
    ],
)
def test_what_is_refused(store: records.Store, wrong: dict[str, Any]) -> None:
    if store.labels("refused").empty:
        disagree(store, "refused")
    row: dict[str, Any] = {"field": "design", "value": "matching", **WHY} | wrong
    with pytest.raises(ParameterError):
        store.adjudicate("refused", "d1", row.pop("field"), row.pop("value"), **row)
    assert store.decisions("refused", current=False).empty


def test_together_is_not_alone(store: records.Store) -> None:
    disagree(store, "both")
    both: dict[str, Any] = {
        "decided_by": "coder A and coder B",
        "reason": "read the methods section together",
    }
    assert store.adjudicate("both", "d1", "design", "randomised", **both) > 0


def test_steps_are_kept_once(store: records.Store) -> None:
    content = {"digest": "ab", "better": True, "difference": [0.1, 0.3]}
    number = store.log_step("rounds", "2026-11", "compared", content)
    assert store.log_step("rounds", "2026-11", "compared", dict(reversed(content.items()))) == number
    with pytest.raises(records.ConflictError, match="another content"):
        store.log_step("rounds", "2026-11", "compared", content | {"better": False})
    store.log_step("rounds", "2026-12", "compared", {}, decided_by="evidence officer")
    found = store.steps("rounds")
    assert list(found["content"]) == [content, {}]
    assert list(found["decided_by"]) == ["", "evidence officer"]
    assert len(store.steps("rounds", "2026-11")) == 1 and store.steps("elsewhere").empty


@pytest.mark.parametrize(
    "wrong",
    [{"round_id": "two words"}, {"step": "Two"}, {"content": {"x": float("nan")}}, {"content": [1]}],
)
def test_steps_that_are_none(store: records.Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        row: dict[str, Any] = {"round_id": "r1", "step": "began", "content": {}} | wrong
        store.log_step("wrong", **row)
    assert store.steps("wrong").empty


def test_a_step_changed_from_outside(tmp_path: Path) -> None:
    import sqlite3

    own = records.open_store(tmp_path / "records.db")
    own.log_step("rounds", "r1", "promoted", {"version": 3})
    with sqlite3.connect(own.place) as db:
        db.execute("DROP TRIGGER learning_steps_no_update")
        db.execute("UPDATE learning_steps SET content = '{\"version\": 4}'")
    with pytest.raises(records.RecordsError, match="changed from outside"):
        own.steps("rounds")
