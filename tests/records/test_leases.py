"""A queue without collisions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.records import leases
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places

PILE = [f"d{i}" for i in range(8)]


@pytest.fixture(scope="module")
def store(places: Places) -> records.Store:
    """One store; each test takes a review of its own."""
    return records.open_store(places())


def test_two_do_not_read_the_same(store: records.Store) -> None:
    assert store.claim("apart", "coder A", PILE, 3) == ["d0", "d1", "d2"]
    assert store.claim("apart", "coder B", PILE, 3) == ["d3", "d4", "d5"]
    assert store.claim("apart", "coder C", PILE, 3) == ["d6", "d7"]
    # Asked again, she gets the same again, whoever else waits.
    assert store.claim("apart", "Coder A", PILE, 3) == ["d0", "d1", "d2"]
    held = store.leases("apart")
    assert sorted(held["document_id"]) == PILE and held["coder"].nunique() == 3
    assert (held["until"] - held["at"] == timedelta(minutes=30)).all()


def test_two_read_each_where_two_shall(store: records.Store) -> None:
    for coder in ("coder A", "coder B"):
        assert store.claim("double", coder, PILE[:2], 2, coders=2) == PILE[:2]
    assert store.claim("double", "coder C", PILE[:2], 2, coders=2) == []
    # Labels count as leases do, and a coder with both counts once.
    store.label("double", "d0", "relevant", "yes", coder="coder A")
    assert store.claim("double", "coder C", PILE[:2], 2, coders=2) == []
    assert store.release("double", "coder B", ["d0"]) == 1
    assert store.claim("double", "coder C", PILE[:2], 2, coders=2) == ["d0"]


def test_what_was_read_is_passed_over(store: records.Store) -> None:
    number = store.label("read", "d0", "relevant", "no", coder="coder A")
    assert store.claim("read", "coder A", PILE, 1, coders=2) == ["d1"]
    assert store.claim("read", "coder B", PILE, 1) == ["d2"]
    # The same document can be wanting another field.
    assert store.claim("read", "coder A", PILE, 1, field="design") == ["d0"]
    store.undo_label(number, coder="coder A")
    assert store.claim("read", "coder A", PILE, 1) == ["d0"]


def test_given_back(store: records.Store) -> None:
    store.claim("back", "coder A", PILE, 8)
    assert store.claim("back", "coder B", PILE, 8) == []
    assert store.release("back", "coder A", ["d3", "d5", "elsewhere"]) == 2
    assert store.release("back", "coder A", ["d3"]) == 0
    assert store.claim("back", "coder B", PILE, 8) == ["d3", "d5"]
    assert store.release("back", "coder A") == 6
    assert set(store.leases("back")["coder"]) == {"coder B"}


def test_time_is_over(store: records.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.claim("over", "coder A", PILE, 8, minutes=5)
    later = (datetime.now(UTC) + timedelta(minutes=6)).isoformat(timespec="microseconds")
    monkeypatch.setattr(leases, "now", lambda: later)
    assert store.leases("over").empty
    assert store.claim("over", "coder B", PILE, 8) == PILE


def test_many_candidates(store: records.Store) -> None:
    pile = [f"x{i}" for i in range(1500)]
    rows = [{"review": "pile", "document_id": d, "field": "relevant", "value": "no"} for d in pile[:1400]]
    store.label_many(rows, coder="coder A")
    assert store.claim("pile", "coder B", pile, 2) == ["x1400", "x1401"]
    assert store.claim("pile", "coder B", [], 2) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": None},
        {"minutes": 0},
        {"minutes": float("nan")},
        {"minutes": 1e9},
        {"coders": 0},
        {"candidates": "d1"},
        {"candidates": ["two words"]},
        {"coder": "anna@example.org"},
        {"field": "Relevant"},
    ],
)
def test_what_is_refused(store: records.Store, wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        store.claim("refused", **({"coder": "coder A", "candidates": PILE} | wrong))
    assert store.leases("refused").empty
