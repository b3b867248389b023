"""One slot of one work is carried out by one process: claimed under a unique key, held by a heartbeat.

A claim ends when its process settles it. A process that died leaves it to the next that looks: at once where the
machine can tell that it died, else when its lease is over. Whoever holds the token may publish; a process that was
asleep and wakes up without it may not.
"""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from almpo_kit.workbench.schedules import holder
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import ScheduleError, Store, slot_text
from almpo_kit.workbench.schedules.times import Clock

LEASE = timedelta(minutes=2)
#: Clocks are put right by seconds all the time.
_SLACK = 5.0
#: A work that takes its process down each time must not do so for ever.
_MOST_CUT_OFFS = 20


class ClaimLostError(ScheduleError):
    """Another process took the work over while this one did not answer; what this one made is not published."""


@dataclass(frozen=True)
class Claim:
    """The right to carry out a slot: ``attempt`` counts the processes that had it, ``tries`` the sweeps that failed.

    ``again``: it was published before, and somebody asked for it once more.
    """

    run: int
    token: str
    schedule: str
    slot: datetime
    attempt: int
    tries: int
    again: bool = False


def claim(
    store: Store, schedule: Schedule, slot: datetime, clock: Clock, lease: timedelta = LEASE
) -> Claim | None:
    """Claim a slot; None when it is settled, waits, or another process has it or an earlier one of this schedule."""
    with store.transaction() as db:
        now, text = clock(), slot_text(slot)
        for row in db.execute(
            "SELECT * FROM runs WHERE state = 'running' AND (schedule = ? OR (report = ? AND parameters = ? "
            "AND slot = ?))",
            (schedule.name, schedule.report, schedule.work, text),
        ).fetchall():
            if not _lapsed(db, row, now, lease):
                return None
        row = db.execute(
            "SELECT * FROM runs WHERE report = ? AND parameters = ? AND slot = ?",
            (schedule.report, schedule.work, text),
        ).fetchone()
        if row is None:
            return _first(store, db, schedule, slot, now)
        if row["state"] == "waiting":
            return _again(store, db, schedule, row, slot, now) if _ready(row, schedule, now) else None
        return _taken_over(store, db, schedule, row, slot, now) if row["state"] == "running" else None


def _ready(row: sqlite3.Row, schedule: Schedule, now: datetime) -> bool:
    """Whether the wait before the next try is over; one longer than any is that of a clock that was set back."""
    left = row["not_before"] - now.timestamp()
    return left <= 0 or left > schedule.wait(64).total_seconds() + _SLACK


def _lapsed(db: sqlite3.Connection, row: sqlite3.Row, now: datetime, lease: timedelta) -> bool:
    alive = holder.lives(row["holder"])
    if alive is False:
        return True
    age = now.timestamp() - row["heartbeat"]
    # The clock was set back: the lease counts anew, or nobody could take over for as long as it was set back.
    # And a process that lives here after a long sleep of the machine gets one lease to answer.
    spare = age < -_SLACK or (age > lease.total_seconds() and alive is True and not row["spared"])
    if spare:
        db.execute(
            "UPDATE runs SET heartbeat = ?, spared = ? WHERE id = ?",
            (now.timestamp(), row["spared"] or age > 0, row["id"]),
        )
        return False
    return bool(age > lease.total_seconds())


def _first(store: Store, db: sqlite3.Connection, schedule: Schedule, slot: datetime, now: datetime) -> Claim:
    token, text = uuid.uuid4().hex, slot_text(slot)
    made = db.execute(
        "INSERT INTO runs (schedule, report, parameters, slot, state, token, holder, heartbeat, began) "
        "VALUES (?, ?, ?, ?, 'running', ?, ?, ?, ?)",
        (
            *(schedule.name, schedule.report, schedule.work, text),
            *(token, holder.here(), now.timestamp(), now.timestamp()),
        ),
    )
    _pass_over_earlier(store, db, schedule, text, now)
    store.note(db, now, schedule.name, text, "began", f"{schedule.report} began.")
    return Claim(int(made.lastrowid or 0), token, schedule.name, slot, 1, 0)


def _again(
    store: Store, db: sqlite3.Connection, schedule: Schedule, row: sqlite3.Row, slot: datetime, now: datetime
) -> Claim:
    store.note(db, now, schedule.name, row["slot"], "went on", "Went on with what was left.")
    return _hold(db, schedule, row, slot, now, row["cut_offs"])


def _taken_over(
    store: Store, db: sqlite3.Connection, schedule: Schedule, row: sqlite3.Row, slot: datetime, now: datetime
) -> Claim | None:
    before = holder.told(row["holder"])
    if row["cut_offs"] >= _MOST_CUT_OFFS:
        said = f"Given up: cut off {row['cut_offs'] + 1} times, last in {before}."
        db.execute(
            "UPDATE runs SET state = 'failed', token = '', ended = ?, said = ?, notice = 'failure' WHERE id = ?",
            (now.timestamp(), said, row["id"]),
        )
        store.note(db, now, schedule.name, row["slot"], "failed", said)
        return None
    store.note(
        db, now, schedule.name, row["slot"], "taken over", f"Taken over from {before}, which was cut off."
    )
    return _hold(db, schedule, row, slot, now, row["cut_offs"] + 1)


def _hold(
    db: sqlite3.Connection,
    schedule: Schedule,
    row: sqlite3.Row,
    slot: datetime,
    now: datetime,
    cut_offs: int,
) -> Claim:
    token = uuid.uuid4().hex
    db.execute(
        "UPDATE runs SET state = 'running', schedule = ?, attempt = attempt + 1, cut_offs = ?, token = ?, holder = ?, "
        "heartbeat = ?, spared = 0 WHERE id = ?",
        (schedule.name, cut_offs, token, holder.here(), now.timestamp(), row["id"]),
    )
    again = bool(row["edition"])
    return Claim(row["id"], token, schedule.name, slot, row["attempt"] + 1, row["tries"], again)


def _pass_over_earlier(
    store: Store, db: sqlite3.Connection, schedule: Schedule, slot: str, now: datetime
) -> None:
    """Earlier slots that were cut off or wait for another try make room: the newest is what people want."""
    for row in db.execute(
        "SELECT * FROM runs WHERE schedule = ? AND slot < ? AND state IN ('running', 'waiting')",
        (schedule.name, slot),
    ).fetchall():
        said = "Not finished when the next came; that one was made instead."
        db.execute(
            "UPDATE runs SET state = 'missed', token = '', ended = ?, said = ? WHERE id = ?",
            (now.timestamp(), said, row["id"]),
        )
        store.note(db, now, schedule.name, row["slot"], "missed", said)


def require(db: sqlite3.Connection, held: Claim) -> None:
    """Within a transaction: this process still has the claim.

    Raises
    ------
    ClaimLostError
        It does not.
    """
    if not db.execute("SELECT 1 FROM runs WHERE id = ? AND token = ?", (held.run, held.token)).fetchone():
        raise ClaimLostError(
            f"{held.schedule}: another process took this work over while this one did not answer. Nothing was "
            "published from here."
        )


@contextmanager
def heartbeat(store: Store, held: Claim, clock: Clock, lease: timedelta = LEASE) -> Iterator[threading.Event]:
    """Keep a claim alive; the event is set when it was lost."""
    done, lost = threading.Event(), threading.Event()

    def beat() -> None:
        while not done.wait(lease.total_seconds() / 6):
            try:
                with store.transaction() as db:
                    require(db, held)
                    db.execute(
                        "UPDATE runs SET heartbeat = ?, spared = 0 WHERE id = ?",
                        (clock().timestamp(), held.run),
                    )
            except ClaimLostError:
                lost.set()
                return
            except ScheduleError:
                continue  # a disk that is full for a moment: the lease is longer than one beat

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        done.set()
        thread.join(timeout=lease.total_seconds())
