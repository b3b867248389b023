from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places

GOOD: dict[str, Any] = {
    "advised": "Training",
    "chosen": "Wage subsidy",
    "reason": "an employer has a place from Monday on",
    "role": "caseworker",
    "region": "ITF3",
    "model_run": "0f3a9c",
    "model_version": "3",
}


@pytest.fixture(scope="module")
def untouched(places: Places) -> records.Store:
    """For what is refused: nothing is ever written, so one will do."""
    return records.open_store(places())


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


def log(store: records.Store, **other: Any) -> int:
    return store.log_override(**({"advice_id": records.new_advice_id()} | GOOD | other))


def test_an_override_is_kept_and_read(store: records.Store) -> None:
    began = datetime.now(UTC)
    advice = records.new_advice_id()
    number = log(store, advice_id=advice, region="GR30")
    (row,) = store.overrides().to_dict("records")
    assert row["override_id"] == number and row["advice_id"] == advice
    assert {c: row[c] for c in GOOD} == GOOD | {"region": "EL30"}
    assert began <= row["at"] <= datetime.now(UTC)
    assert not row["withdrawn"]
    # What the table has is all there is: nothing about the person.
    assert set(row) == {"override_id", "advice_id", *GOOD, "at", "why_withdrawn", "withdrawn"}


def test_choosing(store: records.Store) -> None:
    log(store, region="ITF3")
    log(store, region="ITC4", model_run="b")
    log(store, region="", advice_id="a" * 16)
    assert len(store.overrides(region="IT")) == 2
    assert list(store.overrides(region="ITF3")["region"]) == ["ITF3"]
    assert len(store.overrides(model_run="b")) == 1
    assert len(store.overrides(advice_id="a" * 16)) == 1
    assert store.overrides(since=datetime.now(UTC) + timedelta(minutes=1)).empty
    assert len(store.overrides(since=datetime.now(UTC) - timedelta(minutes=1))) == 3


def test_withdrawing_is_a_new_row(store: records.Store) -> None:
    number = log(store)
    kept = log(store)
    store.withdraw_override(number, reason="logged for the wrong advice")
    assert list(store.overrides()["override_id"]) == [kept]
    both = store.overrides(withdrawn=True).set_index("override_id")
    assert both.loc[number, "why_withdrawn"] == "logged for the wrong advice"
    assert both["withdrawn"].tolist() == [True, False]
    with pytest.raises(ParameterError, match="withdrawn already"):
        store.withdraw_override(number, reason="logged for the wrong advice")
    with pytest.raises(ParameterError, match="no override 99"):
        store.withdraw_override(99, reason="logged for the wrong advice")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"reason": "too far"}, "12 characters or more"),
        ({"reason": "            x"}, "12 characters or more"),
        ({"reason": "aaaaaaaaaaaaaaaa"}, "in words"),
        ({"reason": ". . . . . . . . . ."}, "in words"),
        ({"reason": "ask anna.rossi@pes.example about it"}, "e-mail address"),
        ({"reason": "her telephone is 0176 123 456 78"}, "telephone or identity number"),
        ({"role": "caseworker 850312-1234"}, "identity number"),
        ({"role": ""}, "role has 0 characters"),
        ({"advised": "Wage subsidy"}, "follows the advice"),
        ({"chosen": ""}, "chosen"),
        ({"region": "Atlantis"}, "no NUTS or country code"),
        ({"advice_id": "1985031212341234"}, "no number of a person"),
        ({"advice_id": "anna"}, "new_advice_id"),
        ({"advice_id": ["a"]}, "new_advice_id"),
        ({"model_run": "a b"}, "identifier of a run"),
        ({"reason": 12}, "must be text"),
    ],
)
def test_what_is_refused(untouched: records.Store, other: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        log(untouched, **other)
    assert untouched.overrides(withdrawn=True).empty


def test_a_refusal_does_not_repeat_what_it_refuses(store: records.Store) -> None:
    with pytest.raises(ParameterError) as refused:
        log(store, reason="ask anna.rossi@pes.example about it")
    assert "anna" not in str(refused.value)


def test_advice_ids_are_new_every_time() -> None:
    assert len({records.new_advice_id() for _ in range(100)}) == 100
