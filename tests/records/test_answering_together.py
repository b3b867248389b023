"""Forty people answer at once, processes are killed, disks are full: nothing that was acknowledged is lost."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from almpo_kit import records
from almpo_kit.records import Invitation
from tests.records.answering_together import said_by
from tests.records.conftest import Places
from tests.records.panels import CODE, NAME, agree, begun, right_answers
from tests.records.servers import Server
from tests.records.together import run


def prepared(folder: Path, place: str, n: int, **other: object) -> tuple[records.Store, list[Invitation]]:
    """A store with an open round, and a folder that says where it is and which links there are."""
    store = records.open_store(place)
    invited = begun(store, n, **other)
    (folder / "place").write_text(place, encoding="utf-8")
    (folder / "tokens").write_text("\n".join(i.token for i in invited), encoding="utf-8")
    return store, invited


def nothing_is_lost(store: records.Store, invited: list[Invitation], number: int, code: str = "") -> None:
    """Each finds her own last answer, and those who read all of them find each once."""
    for k, one in enumerate(invited):
        held = store.own_answers(one.token, code)
        assert held[number] == said_by(k, number, 1)
        assert held.reasons[number] == {"agree": f"Because of what I saw, {k} times."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all of it happened, in one process and its forks."""
    here = tmp_path_factory.mktemp("together")
    calls = []
    for name, call in (("crowd", (8, 1)), ("killed_while_answering", (4, 3)), ("fill_the_disk", (60_000,))):
        (here / name).mkdir()
        store, invited = prepared(here / name, str(here / name / "records.db"), 40, disclosure="by_role")
        if name != "crowd":
            agree(store, invited[0])
            agree(store, invited[1])
        calls.append((name, here / name, *call))
    run(*calls, module="answering_together")
    return here


def kept(folder: Path) -> tuple[records.Store, list[str]]:
    return records.open_store(folder / "records.db"), (folder / "tokens").read_text().split()


def test_forty_at_once_lose_nothing(folder: Path) -> None:
    store, tokens = kept(folder / "crowd")
    invited = [Invitation(f"P-{k:03d}", token, "", "", "") for k, token in enumerate(tokens, 1)]
    nothing_is_lost(store, invited, 1)
    judged = store.judgements(NAME)
    assert judged["participant"].nunique() == 40 and len(store.reasons(NAME)) == 40
    assert len(judged) == 40 * sum(map(len, right_answers().values()))
    assert set(store.participation(NAME)["state"]) == {"answered"}
    with store.engine.begin() as db:
        # Two requests each; the one that was sent twice was carried out once.
        assert db.exec_driver_sql("SELECT count(*) FROM answer_submissions").scalar() == 80


def test_a_kill_while_answering_leaves_the_store_whole(folder: Path) -> None:
    whole_after_kills(folder / "killed_while_answering")


def whole_after_kills(folder: Path) -> None:
    store, tokens = kept(folder)
    told = [int(line) for line in (folder / "told").read_text().split()]
    # Whatever was acknowledged was carried out, once, in its order.
    assert told == list(range(1, len(told) + 1)) and len(told) >= 3
    assert store.own_answers(tokens[0]) == {1: said_by(0, 1, len(told) - 1)}
    with sqlite3.connect(store.place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        per = db.execute("SELECT count(*) FROM answers GROUP BY submission").fetchall()
    # Each request is there with all of its answers or not at all.
    assert set(per) == {(7,)} and len(per) == len(told)


def test_a_full_disk_loses_nothing(folder: Path) -> None:
    told = json.loads((folder / "fill_the_disk" / "full").read_text())
    assert "Nothing was written" in told["said"] and told["failed"] > 0 and told["held"]
    assert told["revision"] == told["failed"] + 2
    store, tokens = kept(folder / "fill_the_disk")
    assert store.own_answers(tokens[1]) == {1: said_by(1, 1, told["failed"])}


def test_a_store_that_became_read_only(tmp_path: Path) -> None:
    store, invited = prepared(tmp_path, str(tmp_path / "records.db"), 6, disclosure="by_role")
    agree(store, invited[0])
    store.answer(invited[0].token, 1, {"agree": {"": 7}}, key="first")
    Path(store.place).chmod(0o444)
    closed = records.open_store(store.place)
    assert closed.own_answers(invited[0].token) == {1: {"agree": {"": 7}}}
    assert len(closed.judgements(NAME)) == 1
    for call in (
        lambda: closed.answer(invited[0].token, 1, {"agree": {"": 1}}, key="second"),
        lambda: closed.consent(invited[1].token, language="en", digest=closed.consultation(NAME).digest),
        lambda: closed.erase(invited[0].token),
        lambda: closed.close_round(NAME, 1),
        lambda: closed.invite(NAME, [{"role": "employers", "geo": "EL42"}]),
    ):
        with pytest.raises(records.RecordsError, match=r"read-only.*Nothing was written"):
            call()
    assert closed.own_answers(invited[0].token) == {1: {"agree": {"": 7}}}


def test_a_round_that_is_closed_while_people_answer(places: Places) -> None:
    store = records.open_store(places())
    invited = begun(store, 8, disclosure="by_role")
    for one in invited:
        agree(store, one)
    kept_late: list[str] = []

    def go_on(one: Invitation) -> None:
        for i in range(1000):
            try:
                store.answer(one.token, 1, {"agree": {"": 1 + i % 9}}, key=f"request-{i}")
            except records.RoundError:
                return
            if over.is_set():
                kept_late.append(one.number)

    over = threading.Event()
    threads = [threading.Thread(target=go_on, args=(one,)) for one in invited]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    store.close_round(NAME, 1)
    seen = store.judgements(NAME)
    for thread in threads:
        thread.join()
    # What was shown when the round was closed is what it is.
    assert store.judgements(NAME).equals(seen)


def test_two_windows_of_one_person(places: Places) -> None:
    store = records.open_store(places())
    one = begun(store, 4, disclosure="by_role")[0]
    agree(store, one)
    receipts: list[records.Receipt] = []

    def send(k: int) -> None:
        # Half of them send the same request.
        answers, key = ({"agree": {"": 5}}, "same") if k % 2 else ({"agree": {"": 1 + k}}, f"own-{k}")
        receipts.append(store.answer(one.token, 1, answers, key=key))

    threads = [threading.Thread(target=send, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted({r.revision for r in receipts}) == [1, 2, 3, 4, 5]


@pytest.mark.slow
def test_many_kills_while_answering(tmp_path: Path) -> None:
    store, invited = prepared(tmp_path, str(tmp_path / "records.db"), 4, disclosure="by_role")
    agree(store, invited[0])
    run(("killed_while_answering", tmp_path, 120, 5), module="answering_together")
    whole_after_kills(tmp_path)


@pytest.mark.slow
def test_two_hundred_people_in_three_rounds(places: Places, tmp_path: Path, real_codes: None) -> None:
    store, invited = prepared(tmp_path, places(), 200)
    for number in (1, 2, 3):
        if number > 1:
            store.open_round(NAME, number)
        began = time.monotonic()
        run(("crowd", tmp_path, 8, number), module="answering_together")
        print(f"round {number}: {time.monotonic() - began:.1f} s for 200 people, 40 at once")
        store.close_round(NAME, number)
    began = time.monotonic()
    judged = store.judgements(NAME)
    print(f"all judgements: {time.monotonic() - began:.2f} s")
    assert len(judged) == 3 * 200 * sum(map(len, right_answers().values()))
    assert judged["participant"].nunique() == 200 and set(judged["round"]) == {1, 2, 3}
    assert set(store.rounds(NAME)["answered"]) == {200} and len(store.reasons(NAME)) == 600
    # Every value that was acknowledged is there, as often as it was given.
    for number in (1, 2, 3):
        given = sorted(said_by(k, number, 1)["effect"]["0.9"] for k in range(200))
        shown = judged[(judged["round"] == number) & (judged["item"] == "effect") & (judged["part"] == "0.9")]
        assert sorted(shown["value"]) == given
        nothing_is_lost(store, invited[:20], number, CODE)


@pytest.mark.slow
def test_a_server_that_crashes(postgresql: Server, tmp_path: Path) -> None:
    store, invited = prepared(tmp_path, postgresql.new_database(), 4, disclosure="by_role")
    agree(store, invited[0])
    acknowledged: list[int] = []
    failed: list[str] = []

    def go_on() -> None:
        i = 0
        while len(acknowledged) < 200:
            try:
                acknowledged.append(
                    store.answer(invited[0].token, 1, said_by(0, 1, i), key=f"request-{i}").revision
                )
                i += 1
            except records.RecordsError as error:
                failed.append(str(error))
                time.sleep(0.05)

    writer = threading.Thread(target=go_on)
    writer.start()
    while len(acknowledged) < 20:
        time.sleep(0.01)
    postgresql.stop("immediate")
    time.sleep(0.3)
    postgresql.start()
    writer.join()
    # A page that heard nothing sends the same request again: each was carried out once.
    assert failed and all(
        "Nothing was written" in said or "What was kept is untouched" in said for said in failed
    )
    assert acknowledged == list(range(1, 201))
    assert store.own_answers(invited[0].token) == {1: said_by(0, 1, 199)}
