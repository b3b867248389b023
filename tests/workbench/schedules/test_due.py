"""What is due: the newest slot, once; whatever happens to the machine and its clock in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from schedule_worlds import HandClock, schedule, sweeping

from almpo_kit.workbench.schedules.due import run_due
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.store import Store


def looked(store: Store, clock: HandClock, *plans: Any, sweep: Any = None) -> list[str]:
    return [ran.state for ran in run_due(store, plans, clock=clock, sweep=sweep or sweeping())]


def names(plan: Any) -> list[str]:
    return [path.name for path in Editions(plan).all()]


def test_a_new_schedule_waits_for_its_first_slot_and_runs_it_once(store: Store, clock: HandClock) -> None:
    plan = schedule()
    assert looked(store, clock, plan) == []  # 06:00 of today went by before anybody wrote the file
    clock.pass_(hours=16, minutes=59)
    assert looked(store, clock, plan) == []
    clock.pass_(minutes=2)
    assert looked(store, clock, plan) == ["done"]
    assert looked(store, clock, plan) == []
    assert names(plan) == ["2026-11-30T0600+0100"]
    clock.pass_(days=1)
    assert looked(store, clock, plan) == ["done"]


def test_after_a_week_away_the_newest_alone_is_made_up(store: Store, clock: HandClock) -> None:
    plan = schedule()
    looked(store, clock, plan)
    clock.pass_(days=7)
    assert looked(store, clock, plan) == ["done"]
    assert looked(store, clock, plan) == []
    assert names(plan) == ["2026-12-06T0600+0100"]
    told = [event["text"] for event in store.history("briefs") if event["kind"] == "passed over"]
    assert told == ["6 earlier missed; this one alone is made up."]


def test_too_old_to_be_made_up_is_told_once(store: Store, clock: HandClock) -> None:
    plan = schedule("quarterly at 06:00", catch_up=48)
    looked(store, clock, plan)
    clock.at = datetime(2027, 1, 3, 6, tzinfo=UTC)
    assert looked(store, clock, plan) == []
    assert looked(store, clock, plan) == []
    assert [row["state"] for row in store.runs("briefs")] == ["missed"]
    assert [row["notice"] for row in store.runs("briefs")] == ["failure"]
    clock.at = datetime(2027, 4, 1, 6, tzinfo=UTC)
    assert looked(store, clock, plan) == ["done"]


def test_without_making_up_a_timer_may_still_be_an_hour_late(store: Store, clock: HandClock) -> None:
    plan = schedule(catch_up=0)
    looked(store, clock, plan)
    clock.at = datetime(2026, 11, 30, 5, 59, tzinfo=UTC)
    assert looked(store, clock, plan) == ["done"]
    clock.at = datetime(2026, 12, 1, 6, 1, tzinfo=UTC)
    assert looked(store, clock, plan) == []


def test_other_times_or_other_work_wait_for_their_next_slot(store: Store, clock: HandClock) -> None:
    plan = schedule()
    looked(store, clock, plan)
    clock.pass_(days=1)
    assert looked(store, clock, plan) == ["done"]
    assert looked(store, clock, schedule("daily at 07:00")) == []
    assert looked(store, clock, replace(plan, each={"country": "IT"})) == []
    assert looked(store, clock, replace(plan, jobs=2, keep=3)) == []


def test_a_clock_set_back_runs_nothing_twice_and_loses_nothing(store: Store, clock: HandClock) -> None:
    plan = schedule("0 * * * *")
    looked(store, clock, plan)
    done = []
    for hours in (1, 1, 1, -2.5, 0.5, 1, 1, 1, -0.2, 1):
        clock.pass_(hours=hours)
        done += looked(store, clock, plan)
    assert done == ["done"] * len(names(plan))
    last = clock.at
    assert names(plan)[0] == Editions(plan).name(plan.when.latest(last))  # type: ignore[arg-type]
    assert len(set(names(plan))) == len(names(plan)) == 4


def test_a_clock_years_ahead_and_put_right_does_not_stop_the_series(store: Store, clock: HandClock) -> None:
    plan = schedule()
    looked(store, clock, plan)
    clock.pass_(days=2000)
    assert looked(store, clock, plan) == ["done"]
    clock.pass_(days=-1999)
    assert looked(store, clock, plan) == ["done"]
    # And one that was first seen in that future.
    late = schedule(name="others", each={"country": "FR"})
    clock.pass_(days=1999)
    looked(store, clock, late)
    clock.pass_(days=-1998)
    assert looked(store, clock, late) == []
    clock.pass_(days=1)
    assert looked(store, clock, late) == ["done"]


def test_a_slot_on_the_day_of_a_jump_runs_once(store: Store, clock: HandClock) -> None:
    for day, expected in (
        (datetime(2026, 3, 28, 22, tzinfo=UTC), "2026-03-29T0300+0200"),
        (datetime(2026, 10, 24, 22, tzinfo=UTC), "2026-10-25T0230+0200"),
    ):
        plan = schedule("30 2 * * *", name=f"on{day:%m}", each={"country": f"{day:%m}"})
        clock.at = day
        looked(store, clock, plan)
        done: list[str] = []
        for _ in range(20):
            clock.pass_(minutes=25)
            done += looked(store, clock, plan)
        assert (done, names(plan)) == (["done"], [expected])


def test_a_lost_history_makes_nothing_again(store: Store, clock: HandClock) -> None:
    plan = schedule()
    looked(store, clock, plan)
    clock.pass_(hours=18)
    assert looked(store, clock, plan) == ["done"]
    for left in store.path.parent.glob("schedules.db*"):
        left.unlink()
    fresh = Store()
    assert looked(fresh, clock, plan) == []

    # Even where it remembers the schedule but not the run, the edition that is published says so.
    with fresh.transaction() as db:
        db.execute("UPDATE seen SET since = since - 86400")

    def never(*_: Any) -> Any:
        raise AssertionError("made again")

    assert looked(fresh, clock, plan, sweep=never) == ["done"]
    assert names(plan) == ["2026-11-30T0600+0100"]


def test_two_files_of_the_same_work_make_it_once(store: Store, clock: HandClock) -> None:
    one, two = schedule(name="one"), schedule(name="two")
    looked(store, clock, one, two)
    clock.pass_(days=1)
    assert looked(store, clock, one, two) == ["done"]


def test_a_damaged_history_names_the_way_out(store: Store, clock: HandClock) -> None:
    store.path.write_bytes(b"not a database" * 1000)
    with pytest.raises(Exception, match=r"schedules\.db is damaged.*move the file away"):
        looked(store, clock, schedule())


def test_earlier_work_that_was_not_finished_makes_room(store: Store, clock: HandClock) -> None:
    plan = schedule(retries=5)
    looked(store, clock, plan)
    clock.pass_(hours=18)
    failing = {"ES"}
    assert looked(store, clock, plan, sweep=sweeping(lambda: failing)) == ["waiting"]
    clock.pass_(days=1)
    assert looked(store, clock, plan) == ["done"]
    assert [row["state"] for row in store.runs("briefs")] == ["done", "missed"]
    assert not list(Editions(plan).folder.glob(".making-*"))


def test_daily_across_the_jump_looked_at_now_and_then(store: Store, clock: HandClock) -> None:
    """Looked at every seven hours, each day is made exactly once."""
    plan = schedule("30 2 * * *", keep=3)
    clock.at = datetime(2026, 10, 22, 12, tzinfo=UTC)
    looked(store, clock, plan)
    end, done = clock.at + timedelta(days=7), 0
    while clock.at < end:
        clock.pass_(hours=7)
        done += len(looked(store, clock, plan))
    assert done == 7
    assert len(names(plan)) == 3
