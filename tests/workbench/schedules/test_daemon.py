"""The daemon: works at its times, ends when told, heals when killed, and shares with a timer without doing twice."""

from __future__ import annotations

import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, lines, process, schedule, sweeping

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.schedules import daemon
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store

THEIRS = schedule(each={"country": "IT,ES,FR"}, keep=1000)


def until(check: Any, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < ends
        time.sleep(0.02)


def test_told_to_stop_it_ends_cleanly_killed_it_heals_and_a_timer_beside_it_does_nothing_twice(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = HandClock()
    run_due(store, [THEIRS], clock=clock)
    clock.pass_(days=1)
    monkeypatch.setenv("AT", clock.at.isoformat())
    log = tmp_path / "log"

    first = process(log, pause=0.4, daemon=True)
    until(lambda: lines(log, "begin"))
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert lines(log, "Stopped")
    assert store.runs("briefs")[0]["state"] == "waiting"

    second = process(log, pause=0.4, daemon=True)
    until(lambda: len(lines(log, "begin")) == 2)
    second.kill()
    second.communicate()
    assert not lines(log, "end")

    third = process(log, pause=0.4, daemon=True)
    until(lambda: len(lines(log, "begin")) == 3)
    beside = process(log)
    out, _ = beside.communicate(timeout=60)
    assert out.strip() in ("[]", "['done']")
    until(lambda: store.runs("briefs")[0]["state"] == "done")
    third.terminate()
    third.communicate(timeout=30)
    assert third.returncode == 0
    assert len(lines(log, "end")) == 1
    (edition,) = Editions(THEIRS).all()
    assert {p.name for p in edition.iterdir()} == {"IT", "ES", "FR", "edition.json"}


class EnoughError(KeyboardInterrupt):
    """What a test interrupts the daemon with."""


def serve(
    store: Store, read: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, rounds: int, **more: Any
) -> list[str]:
    """The daemon for some rounds; what it said."""
    said: list[str] = []
    left = [rounds]

    def sleep(seconds: float) -> None:
        left[0] -= 1
        if not left[0]:
            raise EnoughError
        clock.pass_(seconds=seconds)

    monkeypatch.setattr(daemon.time, "sleep", sleep)
    daemon.serve(store, read=read, clock=clock, say=said.append, **more)
    return said


def test_it_sleeps_up_to_the_slot_and_not_past_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, clock, began = schedule(), HandClock(datetime(2026, 11, 30, 4, 58, 50, tzinfo=UTC)), []

    def sweep(*given: Any) -> Any:
        began.append(clock.at)
        return sweeping()(*given)

    serve(store, lambda: ([plan], []), clock, monkeypatch, 6, sweep=sweep)
    assert began == [datetime(2026, 11, 30, 5, 0, tzinfo=UTC)]


def test_files_are_read_anew_and_what_is_wrong_is_said_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, rounds = HandClock(), [0]

    def read() -> Any:
        rounds[0] += 1
        return ([schedule("* * * * *")] if rounds[0] > 2 else [], [ParameterError("bad.yml, line 1: no")])

    said = serve(store, read, clock, monkeypatch, 7, sweep=sweeping())
    assert said.count("bad.yml, line 1: no") == 1
    assert [line for line in said if line.startswith("briefs: 2 made")]


def test_a_history_that_is_away_is_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, plan = HandClock(), schedule("* * * * *")
    real, rounds = Store.looked, [0]

    def looked(self: Store, who: str, at: datetime) -> None:
        from almpo_kit.workbench.schedules.store import ScheduleError

        rounds[0] += 1
        if rounds[0] < 3:
            raise ScheduleError("schedules.db cannot be used (disk full)")
        real(self, who, at)

    monkeypatch.setattr(Store, "looked", looked)
    said = serve(store, lambda: ([plan], []), clock, monkeypatch, 9, sweep=sweeping())
    assert any("disk full" in line for line in said)
    assert any(line.startswith("briefs: 2 made") for line in said)


def test_a_history_that_is_moved_away_is_made_anew(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, plan, rounds = HandClock(), schedule("* * * * *"), [0]

    def read() -> Any:
        rounds[0] += 1
        if rounds[0] == 6:
            for left in store.path.parent.glob("schedules.db*"):
                left.unlink()
        return [plan], []

    said = serve(store, read, clock, monkeypatch, 14, sweep=sweeping())
    assert not [line for line in said if "cannot be used" in line]
    published = [path.name for path in Editions(plan).all()]
    assert len(published) >= 5 and store.runs("briefs")[0]["state"] == "done"


def test_thirty_threads_of_one_process_share_the_history(store: Store, clock: HandClock) -> None:
    """The courier and the heartbeat use it beside the work."""
    faults: list[Exception] = []

    def work(number: int) -> None:
        try:
            store.looked(f"thread {number}", clock() + timedelta(seconds=number))
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            faults.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert store.last_look() == clock() + timedelta(seconds=29)
