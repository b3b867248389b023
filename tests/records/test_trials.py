"""The registry of trials: what was fixed stays fixed, a state follows from another, a draw is kept once."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import records
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.trial_plans import STATES
from tests.records.conftest import Places
from tests.records.trial_worlds import COUNTS, DIGESTS, NAME, WHY, closed, drawn, plan, row

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(places: Places) -> records.Store:
    return records.open_store(places())


def test_a_plan_in_versions(store: records.Store) -> None:
    first = store.keep_trial_plan(NAME, plan(), author_role="programme owner", expected_version=0)
    assert (first.version, first.digest, first.plan) == (1, plan().digest, plan())
    assert store.keep_trial_plan(NAME, plan()).version == 1
    # Before it is registered no reason is needed, and none is kept.
    second = store.keep_trial_plan(NAME, plan(alpha=0.1), reason=WHY, expected_version=1)
    assert (second.version, second.reason) == (2, "")
    with pytest.raises(records.ConflictError, match="you began from version 1, the latest is 2"):
        store.keep_trial_plan(NAME, plan(alpha=0.2), expected_version=1)
    assert store.trial_plan(NAME).plan.alpha == 0.1 and store.trial_plan(NAME, 1).plan == plan()
    with pytest.raises(ParameterError, match="versions 1 to 2, not 3"):
        store.trial_plan(NAME, 3)
    assert store.trial(NAME).state == "planned" and store.trial(NAME).amendments == ()


def test_registering_fixes_the_plan(store: records.Store) -> None:
    store.keep_trial_plan(NAME, plan())
    one = store.advance_trial(NAME, "registered")
    assert one.registered is not None and datetime.now(UTC) - one.registered < timedelta(minutes=1)
    assert one.steps[-1].plan_digest == plan().digest
    with pytest.raises(records.StateError, match=r"was fixed when it was registered\. Nothing was written"):
        store.keep_trial_plan(NAME, plan(alpha=0.1))
    amended = store.keep_trial_plan(NAME, plan(alpha=0.1), reason=WHY)
    assert (amended.version, amended.reason) == (2, WHY)
    assert [a.reason for a in store.trial(NAME).amendments] == [WHY]
    # The plan that stood when units were drawn is the one that counts.
    store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS)
    store.keep_trial_plan(NAME, plan(alpha=0.2), reason=WHY)
    after = store.trial(NAME)
    assert after.held.version == 2 and after.latest.version == 3 and len(after.amendments) == 2


def test_only_what_follows_may_follow(store: records.Store) -> None:
    store.keep_trial_plan(NAME, plan())
    for state in set(STATES) - {"planned", "registered", "abandoned"}:
        with pytest.raises(records.StateError, match=f"is planned and cannot become {state}"):
            store.advance_trial(NAME, state)
    with pytest.raises(ParameterError, match="no state of a trial"):
        store.advance_trial(NAME, "finished")
    store.advance_trial(NAME, "registered")
    with pytest.raises(records.StateError, match="no draw of 'digital course' was kept"):
        store.advance_trial(NAME, "drawn")
    store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS)
    for state in ("drawn", "running", "closed"):
        # Asked for again, after an answer that was lost, it is what it is.
        assert store.advance_trial(NAME, state).steps == store.advance_trial(NAME, state).steps
    with pytest.raises(records.StateError, match="no analysis of 'digital course' was kept"):
        store.advance_trial(NAME, "analysed")
    with pytest.raises(records.StateError, match="is closed: its plan cannot be amended any more"):
        store.keep_trial_plan(NAME, plan(alpha=0.2), reason=WHY)
    with pytest.raises(ParameterError, match="must say why in words"):
        store.advance_trial(NAME, "abandoned")
    store.advance_trial(NAME, "abandoned", reason="the offices were merged meanwhile")
    assert store.trial(NAME).may_become == ()
    assert [s.state for s in store.trial(NAME).steps] == [
        *("planned", "registered", "drawn", "running", "closed", "abandoned")
    ]


def test_a_draw_is_kept_once(store: records.Store) -> None:
    store.keep_trial_plan(NAME, plan())
    with pytest.raises(records.StateError, match="register the plan first"):
        store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS)
    store.advance_trial(NAME, "registered")
    kept = store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS)
    assert (kept.seed, kept.counts, kept.plan_version) == ("1", COUNTS, 1)
    assert store.keep_trial_draw(NAME, seed="1", **DIGESTS, counts=COUNTS) == kept
    for other in ({"seed": 2}, {"seed": 1, "list_digest": "c" * 64}, {"seed": 1, "draw_digest": "c" * 64}):
        with pytest.raises(records.ConflictError, match="a draw is never replaced"):
            store.keep_trial_draw(NAME, **(DIGESTS | other), counts=COUNTS)  # type: ignore[arg-type]
    with pytest.raises(records.StateError, match="is registered"):
        store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS, stage="late 1")
    store.advance_trial(NAME, "drawn")
    store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts={"course": 1}, stage="late 1")
    assert [d.stage for d in store.trial(NAME).draws] == ["list", "late 1"]
    assert store.trials()["people"].tolist() == [121]


def test_looks_are_counted(store: records.Store) -> None:
    store.keep_trial_plan(NAME, plan())
    with pytest.raises(records.StateError, match="nothing to look at"):
        store.keep_trial_look(NAME, {"effect": 0.1})
    store.advance_trial(NAME, "registered")
    store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts=COUNTS)
    store.advance_trial(NAME, "drawn")
    assert store.keep_trial_look(NAME, {"effect": 0.1}).number == 1
    assert store.keep_trial_look(NAME, {"effect": 0.1}).number == 1
    assert store.keep_trial_look(NAME, {"effect": 0.2}).content == {"effect": 0.2}
    assert store.trials()["looks"].tolist() == [2]


def test_a_result_is_held_to_the_plan(store: records.Store) -> None:
    one = closed(store)
    given: dict[str, Any] = {"digest": "d" * 64, "rows": [row()], "sentence": "More were in work."}
    with pytest.raises(records.StateError, match="units were drawn under plan"):
        store.keep_trial_result(NAME, plan_digest=plan(alpha=0.2).digest, **given)
    told = {"what": "outcome", "planned": "12", "done": "18", "reason": WHY, "serious": True}
    kept = store.keep_trial_result(NAME, plan_digest=one.held.digest, deviations=[told], **given)
    assert kept.number == 1 and kept.deviations == (told,) and kept.frame()["effect"].tolist() == [12.5]
    assert store.keep_trial_result(NAME, plan_digest=one.held.digest, deviations=[told], **given) == kept
    assert store.keep_trial_result(NAME, plan_digest=one.held.digest, **given).number == 2
    store.advance_trial(NAME, "analysed")
    store.advance_trial(NAME, "published", detail={"edition": "own-1"})
    shown = store.trials().iloc[0]
    assert shown["state"] == "published" and shown["edition"] == "own-1" and bool(shown["synthetic"])
    assert shown["result"] == "More were in work." and shown["deviations"] == 0
    with pytest.raises(records.StateError, match="nothing follows"):
        store.advance_trial(NAME, "abandoned", reason="nobody liked the result")


def test_nothing_about_a_person_is_kept(store: records.Store) -> None:
    one = closed(store)
    given: dict[str, Any] = {"plan_digest": one.held.digest, "digest": "d" * 64}
    with pytest.raises(ParameterError, match="never rows about people"):
        store.keep_trial_result(NAME, rows=[row(person="A-17")], **given)
    with pytest.raises(FrameError):
        store.keep_trial_result(NAME, rows=[row(design="guess")], **given)
    with pytest.raises(ParameterError, match="never rows about people"):
        store.keep_trial_look(NAME, {"ids": [f"person {i}" for i in range(2000)]})
    with pytest.raises(ParameterError, match="how many came to each arm"):
        store.keep_trial_draw(NAME, seed=1, **DIGESTS, counts={"A-17": "course"}, stage="late 1")
    with pytest.raises(ParameterError, match="an e-mail address"):
        store.keep_trial_plan("x", plan(name="x", population="Ask anna@example.org for the list."))
    with pytest.raises(ParameterError, match="a deviation has what"):
        store.keep_trial_result(NAME, deviations=[{"what": "x", "id": "A-17"}], **given)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda s: s.trial("other"), "there is no trial 'other'; there are 'digital course'"),
        (lambda s: s.keep_trial_plan("other", plan()), "calls its trial 'digital course'"),
        (lambda s: s.keep_trial_plan(NAME, {"name": NAME}), "must be a TrialPlan"),
        (lambda s: s.keep_trial_draw(NAME, seed=1, list_digest="a", draw_digest="b", counts=COUNTS), "SHA-256"),
        (lambda s: s.keep_trial_draw(NAME, seed="", **DIGESTS, counts=COUNTS), "seed"),
        (lambda s: s.advance_trial(NAME, "running", detail={"at": object()}), "which JSON does not have"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(store: records.Store, call: Any, said: str) -> None:
    drawn(store)
    with pytest.raises(ParameterError, match=said):
        call(store)


def test_what_was_kept_cannot_be_changed(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    store = records.open_store(place)
    one = closed(store)
    store.keep_trial_look(NAME, {"effect": 0.1})
    store.keep_trial_result(NAME, plan_digest=one.held.digest, digest="d" * 64, rows=[row()])
    tables = ("trial_plans", "trial_states", "trial_draws", "trial_looks", "trial_results")
    with sqlite3.connect(place) as db:
        for table in tables:
            for change in (f"UPDATE {table} SET at = ''", f"DELETE FROM {table}"):
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    db.execute(change)
        # Whoever removes the guard is found out all the same.
        for table, column, words in (
            ("trial_plans", "plan", json.dumps(plan(alpha=0.3).to_plain())),
            ("trial_results", "content", '{"sentence": "", "rows": [], "deviations": []}'),
            ("trial_looks", "content", "{}"),
        ):
            (before,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
            db.execute(f"DROP TRIGGER {table}_no_update")
            db.execute(f"UPDATE {table} SET {column} = ?", (words,))
            db.commit()
            with pytest.raises(
                records.RecordsError, match="is not what was kept: it was changed from outside"
            ):
                store.trial(NAME)
            db.execute(f"UPDATE {table} SET {column} = ?", (before,))
            db.commit()
    assert store.trial(NAME).result is not None


def test_many_at_once(places: Places) -> None:
    """Some amend, some draw, some advance: every step is there once and in order."""
    store = records.open_store(places())
    store.keep_trial_plan(NAME, plan())
    store.advance_trial(NAME, "registered")
    refused: list[str] = []

    def work(k: int) -> None:
        mine = records.open_store(store.place) if "://" not in store.place else store
        for call in (
            lambda: mine.keep_trial_plan(NAME, plan(alpha=0.01 + k / 100), reason=WHY),
            lambda: mine.keep_trial_draw(NAME, seed=k, **DIGESTS, counts=COUNTS),
            lambda: mine.advance_trial(NAME, "drawn"),
            lambda: mine.advance_trial(NAME, "running"),
        ):
            try:
                call()
            except (records.StateError, records.ConflictError) as error:
                refused.append(str(error))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one = store.trial(NAME)
    assert [s.state for s in one.steps] == ["planned", "registered", "drawn", "running"]
    # One seed won; the seven others were told so, and nobody drew again.
    assert len(one.draws) == 1 and sum("is never replaced" in said for said in refused) == 7
    assert all("is never replaced" in said or "is running and cannot" in said for said in refused)
    assert [p.version for p in one.plans] == list(range(1, 10))
    assert one.held.version == one.draws[0].plan_version == one.steps[-1].plan_version


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.records.trial_worlds", *map(str, arguments)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_whole(place: Path, told: Path) -> None:
    acknowledged = [tuple(map(int, line.split())) for line in told.read_text().splitlines() if " " in line]
    looks = records.open_store(place).trial(NAME).looks
    assert len(acknowledged) >= 2 and len(looks) - len(acknowledged) in (0, 1)
    for number, i in acknowledged:
        assert looks[number - 1].content["i"] == i
    with sqlite3.connect(place) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def kill_after(place: Path, told: Path, lines: int) -> None:
    told.touch()
    writer = start("look_for_ever", place, told)
    until = time.monotonic() + 60
    while len(told.read_text().splitlines()) < lines and time.monotonic() < until:
        time.sleep(0.003)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()


def test_a_kill_leaves_the_registry_whole(tmp_path: Path) -> None:
    place, told = tmp_path / "records.db", tmp_path / "told"
    drawn(records.open_store(place))
    kill_after(place, told, 5)
    killed_whole(place, told)
    assert records.open_store(place).advance_trial(NAME, "running").state == "running"


@pytest.mark.slow
def test_many_kills(tmp_path: Path) -> None:
    for turn in range(12):
        place, told = tmp_path / f"{turn}.db", tmp_path / f"told{turn}"
        drawn(records.open_store(place))
        kill_after(place, told, 2 + turn)
        killed_whole(place, told)


@pytest.mark.slow
def test_processes_go_the_same_way(tmp_path: Path) -> None:
    place = tmp_path / "records.db"
    drawn(records.open_store(place))
    running = [start("go_through", place, who) for who in "abc"]
    said = [one.communicate(timeout=120)[1] for one in running]
    one = records.open_store(place).trial(NAME)
    assert [s.state for s in one.steps][-3:] == ["running", "closed", "analysed"]
    # Who looked when it was analysed already was told so; nothing else went wrong.
    for process, words in zip(running, said, strict=True):
        assert process.returncode == 0 or "nothing to look at" in words or "cannot become" in words, words
    assert 5 <= len(one.looks) <= 15 and 1 <= len(one.results) <= 3
    assert [r.number for r in one.results] == list(range(1, len(one.results) + 1))
