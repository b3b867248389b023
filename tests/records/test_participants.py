"""What a link opens, what it does not, and that nothing that was answered is lost or read by another."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.records import personal_codes
from almpo_kit.vocabulary.errors import ParameterError
from tests.records.conftest import Places
from tests.records.panels import CODE, NAME, agree, answered, begun, right_answers


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


@pytest.fixture(scope="module")
def shared(places: Places) -> records.Store:
    """One store for many consultations; each test takes one of its own."""
    return records.open_store(places())


def kept(one: records.Receipt) -> tuple[int, int]:
    return one.round, one.revision


def test_the_way_of_a_participant(store: records.Store) -> None:
    one, other, *_ = begun(store)
    page = store.enter(one.token)
    assert (page.number, page.role, page.geo, page.sector, page.language) == (
        "P-001",
        "jobseekers",
        "EL42",
        "I",
        "en",
    )
    assert (page.needs_code, page.consented, page.known, page.rounds_answered) == (True, False, False, ())
    assert page.consultation.state == "open" and page.consultation.plan.item("agree").scale == (1, 9)
    digest = page.consultation.digest
    page = store.consent(one.token, language="el", digest=digest, code="Blue  Horse ")
    assert page.consented and page.known
    # Telephones write a capital first.
    assert kept(store.answer(one.token, 1, {"agree": {"": 7}}, key="first", code="blue horse")) == (1, 1)
    said = {"agree": {"": 8}, "effect": {"0.1": 0, "0.5": 3, "0.9": 6}}
    receipt = store.answer(
        one.token, 1, said, reasons={"agree": " I have seen it. "}, key="second", code=CODE
    )
    assert receipt == records.Receipt(1, 2, ("agree", "effect"), ("agree",))
    mine = store.own_answers(one.token, CODE)
    assert mine == {1: said} and mine.reasons == {1: {"agree": "I have seen it."}}
    assert store.enter(one.token, CODE).rounds_answered == (1,)
    # Nothing of it is told to the link alone.
    assert store.enter(one.token).rounds_answered == () and not store.enter(one.token).known
    agree(store, other)
    assert store.own_answers(other.token, CODE) == {}


def test_whoever_has_not_seen_the_last_answers_replaces_none(store: records.Store) -> None:
    one = begun(store)[0]
    agree(store, one)
    seven = {"agree": {"": 7}}
    assert kept(store.answer(one.token, 1, seven, key="from-a", code=CODE, seen=0)) == (1, 1)
    # The same request again is no second one, whatever was seen.
    assert kept(store.answer(one.token, 1, seven, key="from-a", code=CODE, seen=0)) == (1, 1)
    with pytest.raises(records.MovedOnError, match="Nothing was written"):
        store.answer(one.token, 1, {"agree": {"": 3}}, key="from-b", code=CODE, seen=0)
    mine = store.own_answers(one.token, CODE)
    assert mine == {1: seven} and mine.revisions == {1: 1}
    assert mine.written == {1: {"agree": records.Written("from-a", datetime.now(UTC).date().isoformat())}}
    assert kept(store.answer(one.token, 1, {"agree": {}}, key="back", code=CODE, seen=1)) == (1, 2)
    assert store.own_answers(one.token, CODE).written[1]["agree"].key == "back"


def test_answers_can_be_taken_back(store: records.Store) -> None:
    one = begun(store, disclosure="by_role")[0]
    agree(store, one)
    store.answer(one.token, 1, {"agree": {"": 7}}, reasons={"agree": "Because."}, key="first")
    store.answer(one.token, 1, {"agree": {}}, key="second")
    assert store.own_answers(one.token) == {} and store.own_answers(one.token).reasons == {
        1: {"agree": "Because."}
    }
    store.answer(one.token, 1, {}, reasons={"agree": ""}, key="third")
    assert store.own_answers(one.token).reasons == {}
    assert store.participation(NAME)["state"].iloc[0] == "consented"
    assert store.judgements(NAME).empty and store.reasons(NAME).empty


def test_an_answer_only_counts_in_the_round_that_is_open(store: records.Store) -> None:
    one = begun(store, disclosure="by_role")[0]
    agree(store, one)
    store.answer(one.token, 1, {"agree": {"": 7}}, key="first")
    with pytest.raises(records.RoundError, match="round 2 is not open; round 1 is open now"):
        store.answer(one.token, 2, {"agree": {"": 1}}, key="early")
    store.close_round(NAME, 1)
    with pytest.raises(records.RoundError, match=r"no round is open now.*what was kept before stays"):
        store.answer(one.token, 1, {"agree": {"": 1}}, key="late")
    # A page that did not hear the answer sends the request again: it was carried out.
    assert kept(store.answer(one.token, 1, {"agree": {"": 7}}, key="first")) == (1, 1)
    store.open_round(NAME, 2)
    store.answer(one.token, 2, {"agree": {"": 6}}, key="again")
    assert store.own_answers(one.token) == {1: {"agree": {"": 7}}, 2: {"agree": {"": 6}}}


def test_a_request_sent_again_is_carried_out_once(store: records.Store) -> None:
    one, other, *_ = begun(store, disclosure="by_role")
    agree(store, one)
    agree(store, other)
    first = store.answer(one.token, 1, {"agree": {"": 7}}, reasons={"agree": "Because."}, key="same-key")
    assert (
        store.answer(one.token, 1, {"agree": {"": 7}}, reasons={"agree": "Because."}, key="same-key") == first
    )
    for changed in ({"agree": {"": 6}}, {"agree": {"": 7}, "swing": right_answers()["swing"]}):
        with pytest.raises(records.ConflictError, match="sent under the same key"):
            store.answer(one.token, 1, changed, reasons={"agree": "Because."}, key="same-key")
    # Another person's key is hers.
    assert kept(store.answer(other.token, 1, {"agree": {"": 2}}, key="same-key")) == (1, 1)
    assert store.own_answers(one.token) == {1: {"agree": {"": 7}}}
    for key in ("", "abc", "a" * 65, "drop table", None, "key\n"):
        with pytest.raises(ParameterError, match="key must be"):
            store.answer(one.token, 1, {"agree": {"": 7}}, key=key)  # type: ignore[arg-type]


_NO_LINKS: list[Any] = [
    *("", " ", "x", "P-001", "../P-001", "' OR 1=1 --", "%", "a" * 43, "a" * 10_000_000, "\x00", "\ud800"),
    *(None, 1, b"token", ["token"], secrets.token_urlsafe(32)),
]


@pytest.mark.parametrize("token", _NO_LINKS, ids=range(len(_NO_LINKS)))
def test_guessed_links_open_nothing(shared: records.Store, token: Any) -> None:
    if shared.consultations().empty:
        agree(shared, begun(shared)[0])
    said = set()
    for call in (
        lambda: shared.enter(token),
        lambda: shared.enter(token, "code"),
        lambda: shared.consent(token, language="en", digest="x" * 64, code=CODE),
        lambda: shared.answer(token, 1, {"agree": {"": 1}}, key="guess", code=CODE),
        lambda: shared.own_answers(token, CODE),
        lambda: shared.erase(token, CODE),
    ):
        with pytest.raises(records.LinkError) as refused:
            call()
        said.add(str(refused.value))
    assert len(said) == 1 and "Check that the whole link was copied" in said.pop()


def test_a_link_that_is_nearly_right_opens_nothing(shared: records.Store) -> None:
    one = begun(shared, name="nearly")[0]
    for token in (one.token[:-1], one.token + "a", one.token.swapcase(), f" {one.token}", one.token[::-1]):
        with pytest.raises(records.LinkError):
            shared.enter(token)


def test_dead_links_say_what_unknown_ones_say(store: records.Store) -> None:
    invited = begun(store)
    answered(store, [invited[0], *invited[2:]])
    with pytest.raises(records.LinkError) as unknown:
        store.enter("a" * 43)
    fresh = store.renew_invitation(NAME, "P-001")
    store.withdraw_invitation(NAME, "P-002")
    store.erase(invited[2].token, CODE)
    store.erase_invited(NAME, "P-004", reason="asked for it by letter")
    for one in invited[:4]:
        with pytest.raises(records.LinkError) as dead:
            store.own_answers(one.token, CODE)
        assert str(dead.value) == str(unknown.value)
    # A new link is the same person, and shows nothing without her code.
    assert fresh.number == "P-001" and fresh.token != invited[0].token
    with pytest.raises(records.CodeError):
        store.own_answers(fresh.token)
    assert store.own_answers(fresh.token, CODE)[1] == right_answers(100)
    for call in (store.renew_invitation, store.withdraw_invitation):
        with pytest.raises(ParameterError, match="it was withdrawn"):
            call(NAME, "P-002")
        with pytest.raises(ParameterError, match="its answers were deleted"):
            call(NAME, "P-003")
    with pytest.raises(ParameterError, match="has no invitation 'P-999'"):
        store.renew_invitation(NAME, "P-999")


# ---- personal codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["", "abc", "a" * 65, "1111", "1234", "dcba", "aabb", "  12  ", None, 1234])
def test_codes_that_anybody_would_guess(shared: records.Store, code: Any) -> None:
    name = "codes"
    if name not in set(shared.consultations()["name"]):
        begun(shared, name=name)
    one = shared.renew_invitation(name, "P-001")
    digest = shared.consultation(name).digest
    with pytest.raises(ParameterError, match="personal code"):
        shared.consent(one.token, language="en", digest=digest, code=code)
    assert not shared.enter(one.token).consented


def test_codes_are_salted_and_slow(store: records.Store, real_codes: None) -> None:
    one, other, *_ = begun(store)
    agree(store, one)
    agree(store, other)
    with store.engine.begin() as db:
        rows = db.exec_driver_sql("SELECT salt, code_hash FROM consents").fetchall()
    assert len({r[0] for r in rows}) == 2 == len({r[1] for r in rows})
    import hashlib

    # RFC 7914's function with a cost that takes 16 MB and tens of milliseconds a guess.
    salt, found = rows[0]
    again = hashlib.scrypt(b"blue horse", salt=bytes.fromhex(salt), n=2**14, r=8, p=1, dklen=32)
    assert found == again.hex()


def test_whoever_made_the_links_cannot_read_answers(store: records.Store) -> None:
    one = begun(store)[0]
    agree(store, one)
    store.answer(one.token, 1, {"agree": {"": 7}}, key="first", code=CODE)
    link = store.renew_invitation(NAME, one.number).token
    digest = store.consultation(NAME).digest
    for call in (
        lambda: store.own_answers(link),
        lambda: store.own_answers(link, "guess 1"),
        lambda: store.enter(link, "guess 2"),
        lambda: store.erase(link, "guess 3"),
        lambda: store.answer(link, 1, {"agree": {"": 1}}, key="theirs", code="guess 4"),
        # Agreeing once more does not set another code.
        lambda: store.consent(link, language="en", digest=digest, code="guess 5"),
    ):
        with pytest.raises(records.CodeError) as refused:
            call()
        assert refused.value.kind in ("missing", "wrong")
    # Five were wrong: now the right one is not looked at either.
    with pytest.raises(records.CodeError, match=r"wrong 5 times.*try again from 20.* UTC") as locked:
        store.own_answers(link, CODE)
    assert locked.value.kind == "locked"
    assert not store.enter(link).known


def test_a_lock_ends(store: records.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one = begun(store)[0]
    agree(store, one)
    began = datetime.now(UTC)
    for turn in range(4):
        monkeypatch.setattr(personal_codes, "_moment", lambda turn=turn: began + timedelta(minutes=16 * turn))
        assert store.enter(one.token, CODE).known
        for k in range(5):
            with pytest.raises(records.CodeError, match="not the one"):
                store.enter(one.token, f"guess {turn} {k}")
        if turn < 3:
            with pytest.raises(records.CodeError, match="wrong 5 times") as locked:
                store.enter(one.token, CODE)
            assert locked.value.until == began + timedelta(minutes=16 * turn + 15)
    # Who comes back every quarter of an hour is stopped for the day.
    monkeypatch.setattr(personal_codes, "_moment", lambda: began + timedelta(hours=23))
    with pytest.raises(records.CodeError, match="wrong 20 times") as locked:
        store.enter(one.token, CODE)
    # It opens when it says, and not a second earlier.
    until = locked.value.until or began
    assert began + timedelta(hours=24) <= until <= began + timedelta(hours=25)
    monkeypatch.setattr(personal_codes, "_moment", lambda: until - timedelta(seconds=1))
    with pytest.raises(records.CodeError, match="wrong 20 times"):
        store.enter(one.token, CODE)
    monkeypatch.setattr(personal_codes, "_moment", lambda: until)
    assert store.enter(one.token, CODE).known
    monkeypatch.setattr(personal_codes, "_moment", lambda: began + timedelta(hours=26))
    assert store.enter(one.token, CODE).known


def test_tries_at_the_same_time_are_counted(store: records.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one = begun(store)[0]
    agree(store, one)
    # Each as if in a process of its own, with no turn to wait for.
    monkeypatch.setattr(personal_codes, "turn", lambda _: threading.Lock())
    said: list[str] = []

    def guess(k: int) -> None:
        try:
            store.enter(one.token, f"guess {k}")
        except records.CodeError as error:
            said.append(error.kind)

    threads = [threading.Thread(target=guess, args=(k,)) for k in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("wrong") == 5 and said.count("locked") == 15


def test_no_codes_where_roles_are_shown(store: records.Store) -> None:
    one = begun(store, disclosure="by_role")[0]
    digest = store.consultation(NAME).digest
    assert not store.enter(one.token).needs_code
    with pytest.raises(ParameterError, match="has no personal codes"):
        store.consent(one.token, language="en", digest=digest, code=CODE)
    with pytest.raises(ParameterError, match="language 'fr'"):
        store.consent(one.token, language="fr", digest=digest)
    assert store.consent(one.token, language="en", digest=digest).known
    # A second window of hers.
    assert store.consent(one.token, language="en", digest=digest).known


# ---- deletion ------------------------------------------------------------------------------------------


def test_what_is_deleted_is_gone(store: records.Store) -> None:
    invited = begun(store, disclosure="by_pseudonym")
    answered(store, invited)
    word = "Quintessentially"
    store.answer(invited[0].token, 1, {}, reasons={"agree": f"{word} mine."}, key="word")
    hers = set(store.judgements(NAME)["participant"])
    assert store.erase(invited[0].token) == 9
    assert store.erase_invited(NAME, "P-002", reason="asked for it by letter") == 8
    left = store.judgements(NAME)
    assert len(hers - set(left["participant"])) == 2 and left["participant"].nunique() == 10
    assert not store.reasons(NAME)["reason"].str.contains(word).any()
    people = store.participation(NAME).set_index("number")
    assert list(people.loc[["P-001", "P-002"], "state"]) == ["erased", "erased"]
    assert list(people.loc[["P-001", "P-002"], "rounds_answered"]) == ["", ""]
    with store.engine.begin() as db:
        rows = db.exec_driver_sql("SELECT blanked, reason FROM invitation_ends ORDER BY id").fetchall()
        gone = db.exec_driver_sql("SELECT count(*) FROM answers WHERE content IS NULL").scalar()
        names = db.exec_driver_sql("SELECT count(*) FROM consents WHERE participant IS NULL").scalar()
    assert [tuple(r) for r in rows] == [(9, ""), (8, "asked for it by letter")]
    assert gone == 17 and names == 2
    with pytest.raises(ParameterError, match="deleted already"):
        store.erase_invited(NAME, "P-002", reason="asked for it by letter")
    with pytest.raises(ParameterError, match="reason"):
        store.erase_invited(NAME, "P-003", reason="")


def test_deleted_words_leave_the_file(tmp_path: Any) -> None:
    store = records.open_store(tmp_path / "records.db")
    invited = begun(store, disclosure="by_pseudonym")
    word = "Quintessentially"
    agree(store, invited[0])
    for k in range(5):
        store.answer(invited[0].token, 1, {}, reasons={"agree": f"{word} mine {k}."}, key=f"word-{k}")
    there = [p for p in tmp_path.iterdir() if word.encode() in p.read_bytes()]
    assert there
    store.erase(invited[0].token)
    assert not [p for p in tmp_path.iterdir() if word.encode() in p.read_bytes()]


def test_a_slow_reader_does_not_hold_up_those_who_answer(tmp_path: Any) -> None:
    place = tmp_path / "records.db"
    store = records.open_store(place)
    invited = begun(store, 2, disclosure="by_pseudonym")
    for one in invited:
        agree(store, one)
    store.answer(invited[0].token, 1, {}, reasons={"agree": "Quintessentially."}, key="word-1")
    reader = sqlite3.connect(place)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM answers").fetchone()
    began = time.monotonic()
    assert store.erase(invited[0].token) == 1
    store.answer(invited[1].token, 1, {"agree": {"": 3}}, key="word-2")
    # A connection waits a minute for the file; nobody waits for the reader.
    assert time.monotonic() - began < 20
    reader.close()
    store.consultations()
    assert not [p for p in tmp_path.iterdir() if b"Quintessentially" in p.read_bytes()]


def test_a_withdrawn_person_can_still_be_deleted(store: records.Store) -> None:
    invited = begun(store, disclosure="by_role")
    answered(store, invited[:2])
    store.withdraw_invitation(NAME, "P-001")
    # Who was withdrawn has answered all the same.
    assert store.judgements(NAME)["participant"].nunique() == 2
    store.erase_invited(NAME, "P-001", reason="asked for it by letter")
    assert store.judgements(NAME)["participant"].nunique() == 1
    assert store.participation(NAME)["state"].iloc[0] == "erased"
