"""What is due now: the newest slot that nobody carried out, and work that was cut off or waits for another try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from almpo_kit.workbench.schedules import claims, running, settling, sweeping
from almpo_kit.workbench.schedules.claims import LEASE
from almpo_kit.workbench.schedules.running import Ran
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import Store, slot_moment, slot_text
from almpo_kit.workbench.schedules.sweeping import Say, Sweeper
from almpo_kit.workbench.schedules.times import Clock, now

#: So many slots passed over are counted; beyond, there are "more than".
_MOST_COUNTED = 1_000


def run_due(
    store: Store,
    schedules: Sequence[Schedule],
    *,
    clock: Clock = now,
    say: Say = lambda text: None,
    sweep: Sweeper = sweeping.swept,
    lease: timedelta = LEASE,
    who: str = "run-due",
) -> list[Ran]:
    """Carry out what is due, one after the other, the slot that waits longest first.

    Parameters
    ----------
    store : Store
    schedules : sequence of Schedule
    clock : callable
        Tells the time; tests hand in their own.
    say : callable
        Told in a line what is being done.
    sweep : callable
        Carries out the work of a schedule into a folder.
    lease : timedelta
        After so long without a heartbeat, the work of a process that cannot be asked is taken over.
    who : str
        Who looks, for `almpo schedule list`.

    Raises
    ------
    ScheduleError
        What is kept cannot be written.
    """
    store.looked(who, clock())
    found = []
    for schedule, slot in sorted(_due(store, schedules, clock), key=lambda pair: pair[1]):
        held = claims.claim(store, schedule, slot, clock, lease)
        if held is None:
            continue
        say(f"{schedule.name}: {schedule.when.local(slot):%d %B %Y %H:%M}")
        found.append(running.run(store, schedule, held, clock=clock, say=say, sweep=sweep, lease=lease))
    return found


@dataclass(frozen=True)
class _Row:
    slot: datetime
    state: str


def _due(store: Store, schedules: Sequence[Schedule], clock: Clock) -> list[tuple[Schedule, datetime]]:
    found = []
    for schedule in schedules:
        slot = due(store, schedule, clock())
        if slot is not None:
            found.append((schedule, slot))
    return found


def due(store: Store, schedule: Schedule, moment: datetime) -> datetime | None:
    """The slot of a schedule to try to claim now; None where nothing is left to do.

    Only slots after the schedule was first seen count: a new file does not make up for the past.
    """
    since = _since(store, schedule, moment)
    slot = schedule.when.latest(moment)
    rows = _rows(store, schedule)
    open_slots = [row.slot for row in rows if row.state in ("running", "waiting") and row.slot <= moment]
    if slot is None or slot <= since or any(row.slot == slot for row in rows):
        return max(open_slots, default=None)
    if moment - slot > schedule.tolerance:
        settling.miss(store, schedule.name, schedule.report, schedule.work, slot, moment)
        return max(open_slots, default=None)
    _tell_passed_over(store, schedule, since, rows, slot, moment)
    return slot


def _rows(store: Store, schedule: Schedule) -> list[_Row]:
    with store.transaction() as db:
        return [
            _Row(slot_moment(row["slot"]), row["state"])
            for row in db.execute(
                "SELECT slot, state FROM runs WHERE report = ? AND parameters = ? ORDER BY slot",
                (schedule.report, schedule.work),
            )
        ]


def _since(store: Store, schedule: Schedule, moment: datetime) -> datetime:
    """When this work at these times was first seen; a date in the future is of a clock that was set back."""
    with store.transaction() as db:
        row = db.execute("SELECT * FROM seen WHERE schedule = ?", (schedule.name,)).fetchone()
        known = row is not None and row["signature"] == schedule.signature
        if known and row["since"] <= moment.timestamp():
            return datetime.fromtimestamp(row["since"], UTC)
        db.execute(
            "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)",
            (schedule.name, schedule.signature, moment.timestamp()),
        )
        if not known:
            store.note(db, moment, schedule.name, "", "seen", f"First seen: {schedule.when.explained()}.")
        return moment


def _tell_passed_over(
    store: Store, schedule: Schedule, since: datetime, rows: list[_Row], slot: datetime, moment: datetime
) -> None:
    """Keep that earlier slots went by unseen: the newest alone is made up."""
    after = max([since, *(row.slot for row in rows if row.slot < slot)])
    count, at = 0, schedule.when.next_after(after)
    while at < slot and count < _MOST_COUNTED:
        count, at = count + 1, schedule.when.next_after(at)
    if not count:
        return
    told = (
        f"{'More than ' if count == _MOST_COUNTED else ''}{count} earlier missed; this one alone is made up."
    )
    with store.transaction() as db:
        said = db.execute(
            "SELECT 1 FROM events WHERE schedule = ? AND slot = ? AND kind = 'passed over'",
            (schedule.name, slot_text(slot)),
        ).fetchone()
        if not said:
            store.note(db, moment, schedule.name, slot_text(slot), "passed over", told)
