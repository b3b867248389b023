"""One slot, one process: six at once, killed ones, sleeping ones, other machines, clocks that jump."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from schedule_worlds import HandClock, forked, lines, process, schedule, sweeping

from almpo_kit.workbench.schedules import claims, holder, settling
from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store

PLACES = ("IT", "ES", "FR")


def slot_is_due(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schedule of the processes was seen a day before the time that their clock shows."""
    clock = HandClock()
    run_due(store, [theirs()], clock=clock)
    clock.pass_(days=1)
    monkeypatch.setenv("AT", clock.at.isoformat())


def theirs() -> Any:
    return schedule(each={"country": "IT,ES,FR"}, keep=1000)


def until(log: Path, word: str, count: int = 1, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while len(lines(log, word)) < count:
        assert time.monotonic() < ends, (
            f"waited for {count} lines of {word}: {log.read_text() if log.exists() else ''}"
        )
        time.sleep(0.01)


def finished(made: Any) -> str:
    out, err = made.communicate(timeout=60)
    assert made.returncode == 0, err
    return out.strip()


def assert_one_whole_edition() -> None:
    editions = Editions(theirs())
    (edition,) = editions.all()
    assert {p.name for p in edition.iterdir()} == {*PLACES, "edition.json"}
    assert all((edition / place / "page.html").stat().st_size == 100_000 for place in PLACES)
    assert (editions.folder / "latest").resolve() == edition
    assert {p.name for p in editions.folder.iterdir()} == {edition.name, "latest"}


def test_six_at_once_and_one_runs(store: Store, clock: HandClock) -> None:
    run_due(store, [theirs()], clock=clock)
    for _ in range(2):
        clock.pass_(days=1)
        gate = multiprocessing.get_context("fork").Barrier(6)
        made = [forked(clock, theirs(), 0.05, gate) for _ in range(6)]
        for one in made:
            one.join()
        assert [one.exitcode for one in made] == [0] * 6
    assert [e["kind"] for e in store.history()] == ["seen", *["began", "published"] * 2]
    assert [len(list(e.iterdir())) for e in Editions(theirs()).all()] == [4] * 2


def test_six_that_also_make_the_file_of_the_history_at_once(store: Store, clock: HandClock) -> None:
    gate = multiprocessing.get_context("fork").Barrier(6)
    made = [forked(clock, theirs(), 0, gate) for _ in range(6)]
    for one in made:
        one.join()
    assert [one.exitcode for one in made] == [0] * 6
    assert len([e for e in store.history() if e["kind"] == "seen"]) == 1


def test_killed_in_the_middle_another_goes_on_where_it_was(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot_is_due(store, monkeypatch)
    log = tmp_path / "log"
    victim = process(log, pause=0.5)
    editions = Editions(theirs())
    ends = time.monotonic() + 30
    while not list(editions.folder.glob(".making-*/IT/page.html")):
        assert time.monotonic() < ends
        time.sleep(0.01)
    victim.kill()
    victim.communicate()
    before = next(editions.folder.glob(".making-*/IT/page.html")).stat().st_ino
    assert not editions.all()

    assert finished(process(log)) == "['done']"
    assert_one_whole_edition()
    assert (editions.all()[0] / "IT" / "page.html").stat().st_ino == before  # gone on with, not begun anew
    assert [e["kind"] for e in store.history()] == ["seen", "began", "taken over", "published"]
    assert finished(process(log)) == "[]"


def test_a_process_that_cannot_be_asked_keeps_its_claim_for_its_lease(store: Store, clock: HandClock) -> None:
    """On another machine, or in another container: only its heartbeat tells."""
    plan = schedule()
    slot = plan.when.latest(clock())
    assert slot is not None
    held = claims.claim(store, plan, slot, clock)
    assert held is not None
    elsewhere(store, host="another-machine")
    for _ in range(11):
        clock.pass_(seconds=10)
        assert claims.claim(store, plan, slot, clock) is None
    clock.pass_(seconds=20)
    taken = claims.claim(store, plan, slot, clock)
    assert taken is not None and taken.attempt == 2

    # The first one wakes up: it can neither publish nor settle nor put off.
    def never() -> None:
        raise AssertionError("published")

    for act in (
        lambda: settling.settle(store, held, clock(), "done", "", publish=never),
        lambda: settling.put_off(store, held, clock(), clock(), ""),
        lambda: settling.give_back(store, held, clock(), ""),
    ):
        with pytest.raises(claims.ClaimLostError, match="Nothing was published"):
            act()
    assert store.runs("briefs")[0]["token"] == taken.token


def elsewhere(store: Store, **change: Any) -> None:
    held = json.loads(holder.here()) | change
    with store.transaction() as db:
        db.execute("UPDATE runs SET holder = ?", (json.dumps(held),))


@pytest.mark.parametrize("change", [{"boot": "before"}, {"number": 2**22 + 1}, {"began": "1"}])
def test_a_reboot_or_a_number_given_to_another_process_frees_at_once(
    store: Store, clock: HandClock, change: dict[str, Any]
) -> None:
    plan = schedule()
    slot = plan.when.latest(clock())
    assert slot is not None and claims.claim(store, plan, slot, clock) is not None
    assert claims.claim(store, plan, slot, clock) is None
    elsewhere(store, **change)
    assert claims.claim(store, plan, slot, clock) is not None


def test_a_process_that_the_system_hides_is_not_taken_for_dead(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = schedule()
    slot = plan.when.latest(clock())
    assert slot is not None and claims.claim(store, plan, slot, clock) is not None
    monkeypatch.setattr(holder, "_began", lambda number: "")
    assert claims.claim(store, plan, slot, clock) is None


def test_a_clock_set_back_far_delays_the_next_by_one_lease_only(store: Store, clock: HandClock) -> None:
    plan = schedule()
    slot = plan.when.latest(clock())
    assert slot is not None and claims.claim(store, plan, slot, clock) is not None
    elsewhere(store, host="another-machine")
    clock.pass_(hours=-5)
    assert claims.claim(store, plan, slot, clock) is None
    clock.pass_(seconds=100)
    assert claims.claim(store, plan, slot, clock) is None
    clock.pass_(seconds=30)
    assert claims.claim(store, plan, slot, clock) is not None


def test_a_process_asleep_gets_a_lease_to_answer_then_loses_and_publishes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEN", "0 0 1 1 *")
    plan = schedule("0 0 1 1 *", each={"country": "IT,ES,FR"}, catch_up=8760)
    run_due(store, [plan])
    with store.transaction() as db:
        db.execute("UPDATE seen SET since = 0")
    log = tmp_path / "log"
    sleeper = process(log, pause=1.0, lease=1.0)
    until(log, "begin")
    os.kill(sleeper.pid, signal.SIGSTOP)
    lease, began = timedelta(seconds=1), time.monotonic()
    found: list[Any] = []
    while not found and time.monotonic() - began < 20:
        found = run_due(store, [plan], sweep=sweeping(places=PLACES), lease=lease)
        time.sleep(0.05)
    assert [ran.state for ran in found] == ["done"]
    assert time.monotonic() - began > 1.5
    os.kill(sleeper.pid, signal.SIGCONT)
    assert finished(sleeper) == "['lost']"
    assert len(Editions(plan).all()) == 1


def test_a_heartbeat_keeps_the_claim_and_says_when_it_is_lost(store: Store) -> None:
    from almpo_kit.workbench.schedules import times

    plan, lease = schedule(), timedelta(seconds=0.6)
    slot = plan.when.latest(times.now())
    assert slot is not None
    held = claims.claim(store, plan, slot, times.now, lease)
    assert held is not None
    with claims.heartbeat(store, held, times.now, lease) as lost:
        elsewhere(store, host="another-machine")
        time.sleep(1.2)
        assert claims.claim(store, plan, slot, times.now, lease) is None
        assert not lost.is_set()
        with store.transaction() as db:
            db.execute("UPDATE runs SET token = 'of another'")
        assert lost.wait(3)
    assert not [t for t in threading.enumerate() if t.name == "heartbeat"]


def test_work_that_takes_its_process_down_every_time_is_given_up(store: Store, clock: HandClock) -> None:
    plan = schedule()
    slot = plan.when.latest(clock())
    assert slot is not None
    count = 0
    while claims.claim(store, plan, slot, clock) is not None:
        elsewhere(store, boot="before")
        count += 1
        assert count < 50
    (row,) = store.runs("briefs")
    assert (row["state"], row["notice"], count) == ("failed", "failure", 21)
    assert "Given up: cut off 21 times" in row["said"]


def killed_at_random(store: Store, kills: int, seed: int) -> None:
    """Processes killed at random moments, two at a time now and then, until an edition is out; again and again."""
    chance, clock = random.Random(seed), HandClock()
    run_due(store, [theirs()], clock=clock)
    killed = slots = 0
    while killed < kills:
        clock.pass_(days=1)
        slots += 1
        while not settled(store, slots):
            assert "failed" not in [row["state"] for row in store.runs("briefs")]
            together = [forked(clock, theirs(), 0.02) for _ in range(chance.choice((1, 1, 2)))]
            # Some are left alone, or on a slow machine none would ever come to its end.
            for one in together if chance.random() < 0.7 else ():
                time.sleep(chance.uniform(0, 0.3))
                one.kill()
            for one in together:
                one.join()
                assert one.exitcode in (0, -signal.SIGKILL)
                killed += one.exitcode != 0
    editions = Editions(theirs())
    assert len(editions.all()) == slots
    for edition in editions.all():
        assert {p.name for p in edition.iterdir()} == {*PLACES, "edition.json"}
        assert all((edition / place / "page.html").stat().st_size == 100_000 for place in PLACES)
    events = store.history(most=10_000)
    published = [e["slot"] for e in events if e["kind"] == "published"]
    assert len(published) == len(set(published)) == slots
    assert (editions.folder / "latest").resolve() == editions.all()[0]


def settled(store: Store, slots: int) -> bool:
    return [row["state"] for row in store.runs("briefs")][:slots] == ["done"] * min(slots, 100)


def test_killed_at_random_moments_a_handful(store: Store) -> None:
    killed_at_random(store, kills=6, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_killed_at_random_moments(store: Store, seed: int) -> None:
    killed_at_random(store, kills=40, seed=seed)


def test_killed_between_publishing_and_saying_so(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = schedule()
    run_due(store, [plan], clock=clock)
    clock.pass_(days=1)
    real = Store.note

    class PowerCutError(BaseException):
        pass

    def cut(self: Store, db: Any, at: Any, name: str, slot: str, kind: str, text: str) -> None:
        if kind == "published":
            raise PowerCutError
        real(self, db, at, name, slot, kind, text)

    monkeypatch.setattr(Store, "note", cut)
    with pytest.raises(PowerCutError):
        run_due(store, [plan], clock=clock, sweep=sweeping())
    monkeypatch.setattr(Store, "note", real)
    assert store.runs("briefs")[0]["state"] == "running"
    (edition,) = Editions(plan).all()
    inode = edition.stat().st_ino
    elsewhere(store, boot="before")

    def never(*_: Any) -> Any:
        raise AssertionError("made again")

    assert [ran.state for ran in run_due(store, [plan], clock=clock, sweep=never)] == ["done"]
    assert Editions(plan).all()[0].stat().st_ino == inode
