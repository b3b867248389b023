"""Plans in versions until the first round opens; rounds in order; invitations that fit the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from almpo_kit import records
from almpo_kit.records.consultations import STATES
from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from tests.records.conftest import Places
from tests.records.outside import change, refused
from tests.records.panels import NAME, agree, answered, begun, plan, right_answers, rows


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


@pytest.fixture(scope="module")
def untouched(places: Places) -> records.Store:
    """For what is refused: nothing is ever written beyond one plan."""
    store = records.open_store(places())
    store.keep_consultation(NAME, plan())
    return store


def test_a_plan_has_versions_until_the_first_round_opens(store: records.Store) -> None:
    first = store.keep_consultation(
        "Plan for  tourism", plan(), author_role="facilitator", expected_version=0
    )
    assert (first.name, first.version, first.state, first.round) == ("Plan for tourism", 1, "planned", 0)
    assert first.plan == plan() and first.digest == plan().digest
    # The order in which options are asked is kept: parts of pairs depend on it.
    assert list(first.plan.item("pairs").options) == ["jobs", "months", "saving"]
    assert store.keep_consultation(first.name, plan()).version == 1
    second = store.keep_consultation(first.name, plan(rounds=2), expected_version=1)
    assert second.version == 2 and second.digest != first.digest
    with pytest.raises(records.ConflictError, match="moved on: you began from version 1, the latest is 2"):
        store.keep_consultation(first.name, plan(rounds=4), expected_version=1)
    store.open_round(first.name, 1)
    with pytest.raises(records.RoundError, match="fixed when its first round was opened"):
        store.keep_consultation(first.name, plan(rounds=4))
    assert store.consultation(first.name).plan.rounds == 2
    listed = store.consultations()
    assert listed.loc[
        0, ["name", "version", "state", "round", "rounds", "invited", "synthetic"]
    ].tolist() == [*("Plan for tourism", 2, "open", 1, 2, 0, True)]


def test_rounds_go_one_after_another(store: records.Store) -> None:
    store.keep_consultation(NAME, plan(rounds=2))
    for number, said in ((2, "next round of 'tourism' is 1"), (3, "planned with 2 rounds")):
        with pytest.raises(records.RoundError, match=said):
            store.open_round(NAME, number)
    with pytest.raises(records.RoundError, match="round 1 of 'tourism' is not open; none is"):
        store.close_round(NAME, 1)
    states = []
    for number in (1, 2):
        states.append(store.open_round(NAME, number).state)
        with pytest.raises(records.RoundError, match="Close it first"):
            store.open_round(NAME, number + 1 if number < 2 else 2)
        states.append(store.close_round(NAME, number).state)
    assert states == ["open", "between", "open", "finished"] and set(states) < set(STATES)
    held = store.rounds(NAME)
    assert list(held["round"]) == [1, 2] and (held["opened"] < held["closed"]).all()
    assert list(held["answered"]) == [0, 0]
    for number in (1, 2, 3):
        with pytest.raises(records.RoundError):
            store.open_round(NAME, number)


def test_an_open_round_has_no_end_yet(store: records.Store) -> None:
    invited = begun(store)
    answered(store, invited[:3])
    held = store.rounds(NAME)
    assert pd.isna(held["closed"].iloc[0]) and held["answered"].tolist() == [3]


def test_what_is_no_consultation(untouched: records.Store) -> None:
    with pytest.raises(ParameterError, match="there are 'tourism'"):
        untouched.consultation("Tourism")
    for call in (untouched.judgements, untouched.reasons, untouched.participation, untouched.rounds):
        with pytest.raises(ParameterError, match="there is no consultation 'nothing'"):
            call("nothing")
    with pytest.raises(ParameterError, match="must be a Plan"):
        untouched.keep_consultation("x", {"title": "x"})  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="e-mail"):
        untouched.keep_consultation("anna@example.eu", plan())
    with pytest.raises(ParameterError, match="rounds 1 to 3, not 4"):
        untouched.judgements(NAME, 4)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"role": "ministry", "geo": "EL42"}, "row 2: role 'ministry' is none of the plan's"),
        ({"role": "employers", "geo": "DE11"}, "row 2: 'DE11' lies in none of the plan's places"),
        ({"role": "employers"}, "row 2"),
        ({"role": "employers", "geo": "EL42", "sector": "J62"}, "row 2: 'J62' is none of the plan's sectors"),
        ({"role": "employers", "geo": "EL42", "language": "fr"}, "row 2: language 'fr' is none"),
        ({"role": "employers", "geo": "EL42", "name": "Anna"}, "nothing that tells who a person is"),
        ("employers", "is no mapping"),
    ],
)
def test_invitations_that_do_not_fit(untouched: records.Store, row: Any, said: str) -> None:
    with pytest.raises(AlmpoError, match=said):
        untouched.invite(NAME, [*rows(1), row])
    # All or nobody.
    assert untouched.participation(NAME).empty


def test_how_many_can_be_invited(untouched: records.Store) -> None:
    for given in ([], rows(1)[0], "employers", rows(2001)):
        with pytest.raises(ParameterError, match="invite 1 to 2000 people"):
            untouched.invite(NAME, given)  # type: ignore[arg-type]


def test_links_are_shown_once_and_kept_as_hashes(store: records.Store) -> None:
    store.keep_consultation(NAME, plan())
    invited = store.invite(NAME, rows(3)) + store.invite(
        NAME, [{"role": "employers", "geo": "EL421", "sector": "I55"}]
    )
    assert [i.number for i in invited] == ["P-001", "P-002", "P-003", "P-004"]
    assert len({i.token for i in invited}) == 4 and all(len(i.token) == 43 for i in invited)
    assert invited[0].token not in repr(invited)
    with store.engine.begin() as db:
        kept = str(db.exec_driver_sql("SELECT * FROM invitation_links").fetchall())
    assert not any(i.token in kept for i in invited)
    people = store.participation(NAME)
    assert list(people["state"]) == ["invited"] * 4 and set(people["rounds_answered"]) == {""}
    assert people["geo"].iloc[3] == "EL421" and people["sector"].iloc[3] == "I55"


def test_a_plan_that_was_changed_from_outside_is_told(store: records.Store) -> None:
    store.keep_consultation(NAME, plan())
    easier = plan(least_group=3).to_plain()
    import json

    text = json.dumps(easier).replace("'", "''").replace("%", "%%")
    change(store, "consultations", f"UPDATE consultations SET plan = '{text}'")
    with pytest.raises(records.RecordsError, match="changed from outside"):
        store.consultation(NAME)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answers SET content = '{}'",
        "UPDATE answers SET content = NULL, item = 'share'",
        "UPDATE answers SET submission = submission",
        "UPDATE answer_submissions SET digest = 'x'",
        "UPDATE answer_submissions SET digest = NULL, round = 2",
        "UPDATE consents SET code_hash = 'mine'",
        "UPDATE consents SET participant = 'me'",
        "UPDATE consents SET digest = NULL",
        "UPDATE invitation_links SET hash = 'mine'",
        "UPDATE code_trials SET at = '1999'",
        "DELETE FROM code_trials",
        "DELETE FROM answers",
        "DELETE FROM consents",
        "DELETE FROM consultation_rounds",
        "UPDATE consultations SET digest = ''",
    ],
)
def test_rows_cannot_be_changed_or_deleted(held: records.Store, statement: str) -> None:
    if statement == "UPDATE answers SET submission = submission":
        # The same row again is no change; it must leave the row as it was.
        before = held.judgements(NAME)
        with held.engine.execution_options(writes=True).begin() as db:
            db.exec_driver_sql(statement)
        pd.testing.assert_frame_equal(held.judgements(NAME), before)
        return
    refused(held, statement)


@pytest.fixture(scope="module")
def held(places: Places) -> records.Store:
    """One round that is over, in which everybody answered, and somebody mistyped his code."""
    store = records.open_store(places())
    invited = begun(store)
    answered(store, invited)
    store.close_round(NAME, 1)
    with pytest.raises(records.CodeError):
        store.enter(invited[0].token, "wrong code")
    return store


def test_a_plan_cannot_change_between_reading_and_agreeing(store: records.Store) -> None:
    old = store.keep_consultation(NAME, plan()).digest
    one = store.invite(NAME, rows(1))[0]
    with pytest.raises(records.ConsentError, match="has not begun yet"):
        store.consent(one.token, language="en", digest=old, code="blue horse")
    store.keep_consultation(NAME, plan(rounds=2))
    store.open_round(NAME, 1)
    with pytest.raises(records.ConsentError, match="not the plan as it stands"):
        store.consent(one.token, language="en", digest=old, code="blue horse")
    with pytest.raises(records.ConsentError, match="agree first"):
        store.answer(one.token, 1, right_answers(), key="round-1", code="blue horse")
    agree(store, one)
    assert store.enter(one.token, "blue horse").known
