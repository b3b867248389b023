"""Who is told when a slot failed, and when the series is whole again.

A notice is kept with the run in the same act that settles it, so none is forgotten by a machine that goes down. It is
sent at least once: a process killed after sending and before it could say so sends it again. That it could not be
sent is written to the history and never an error: no report fails because of it.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from almpo_kit.workbench.schedules import mail, webhook
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import ScheduleError, Store, slot_moment
from almpo_kit.workbench.schedules.telling import VARIABLE, Notice, NotToldError, hidden
from almpo_kit.workbench.schedules.times import Clock, now

_MOST_TRIES = 4
#: How long one process has to send; afterwards another may. Doubles with every try, in seconds.
_SPACING = 60.0


def deliver(
    store: Store,
    schedules: Sequence[Schedule],
    *,
    clock: Clock = now,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Send the notices that wait, each way once; what fails is tried again by a later call, a few times."""
    known = {schedule.name: schedule for schedule in schedules}
    env = os.environ if environment is None else environment
    while (row := _taken(store, clock())) is not None:
        schedule = known.get(row["schedule"])
        ways = _ways(schedule, row, clock(), env) if schedule is not None else {}
        _deliver_one(store, row, ways, clock, env)


def _taken(store: Store, moment: datetime) -> sqlite3.Row | None:
    """The next notice that waits and that no other process is sending."""
    at = moment.timestamp()
    with store.transaction() as db:
        row: sqlite3.Row | None = db.execute(
            # A time too far ahead is of a clock that was set back.
            "SELECT * FROM runs WHERE notice IN ('failure', 'recovery') AND notice_tries < ? "
            "AND (notice_until <= ? OR notice_until > ?) ORDER BY id LIMIT 1",
            (_MOST_TRIES, at, at + _SPACING * 2**_MOST_TRIES),
        ).fetchone()
        if row is not None:
            db.execute(
                "UPDATE runs SET notice_tries = notice_tries + 1, notice_until = ? WHERE id = ?",
                (at + _SPACING * 2 ** row["notice_tries"], row["id"]),
            )
        return row


Way = Callable[[], None]


def _ways(
    schedule: Schedule, row: sqlite3.Row, moment: datetime, environment: Mapping[str, str]
) -> dict[str, Way]:
    """How this notice is to go out, by name."""
    notice, notify = _notice(schedule, row, moment, environment), schedule.notify
    found: dict[str, Way] = {}
    if notify.email:
        found["e-mail"] = lambda: mail.send(
            notice, [_expanded(address, environment) for address in notify.email], environment
        )
    if notify.webhook:
        found["webhook"] = lambda: webhook.send(notice, _expanded(notify.webhook, environment))
    return found


def _deliver_one(
    store: Store, row: sqlite3.Row, ways: Mapping[str, Way], clock: Clock, environment: Mapping[str, str]
) -> None:
    told, last = set(filter(None, row["notice_told"].split(","))), row["notice_tries"] + 1 >= _MOST_TRIES
    lines, again = [], False
    for name, send in ways.items():
        if name in told:
            continue
        try:
            send()
        except NotToldError as error:
            again = again or not error.final
            ending = "; trying again" if not (error.final or last) else "; given up"
            lines.append(("notice failed", f"{name}: {error}{ending}."))
            if not error.final:
                continue
        except Exception as error:  # noqa: BLE001 - no notice may take the schedule down
            lines.append(("notice failed", f"{name}: {type(error).__name__}; given up."))
        else:
            lines.append(("notice sent", f"Told by {name}."))
        told.add(name)
    state = row["notice"] if again and not last else "told"
    with store.transaction() as db:
        db.execute(
            "UPDATE runs SET notice = ?, notice_told = ? WHERE id = ?",
            (state, ",".join(sorted(told)), row["id"]),
        )
        for kind, text in lines:
            store.note(db, clock(), row["schedule"], row["slot"], kind, hidden(text, environment))


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    """``text`` with its variables.

    Raises
    ------
    NotToldError
        One of them is not set.
    """

    def value(found: re.Match[str]) -> str:
        held = environment.get(found[1], "").strip()
        if not held or "\n" in held or "\r" in held:
            raise NotToldError(f"{found[1]} is not set in the environment", final=True)
        return held

    return VARIABLE.sub(value, text)


def _notice(schedule: Schedule, row: sqlite3.Row, moment: datetime, environment: Mapping[str, str]) -> Notice:
    when = f"{schedule.when.local(slot_moment(row['slot'])):%d %B %Y %H:%M}".lstrip("0")
    what = {"failed": "failed", "partly": "is published, but some places failed", "missed": "was missed"}
    state = "is whole again" if row["notice"] == "recovery" else what.get(row["state"], f"is {row['state']}")
    following = schedule.when.local(schedule.when.next_after(moment))
    lines = [
        f"The edition of {when} ({schedule.when.zone}) of {schedule.report} {state}.",
        row["said"],
        f"It is in {row['edition']}." if row["edition"] else "The last good edition is untouched.",
        f"Next: {following:%d %B %Y %H:%M}. What happened: almpo schedule history {schedule.name}",
    ]
    written = (*schedule.notify.email, schedule.notify.webhook)
    text = hidden("\n\n".join(line for line in lines if line), environment, written)
    return Notice(
        kind=row["notice"],
        schedule=schedule.name,
        report=schedule.report,
        slot=row["slot"],
        state=row["state"],
        subject=f"{schedule.name}: the edition of {when} {state}",
        text=text,
        at=moment,
    )


class Courier:
    """Sends notices beside the work, so that a server that hangs holds nothing up."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    def send(self, store: Store, schedules: Sequence[Schedule], clock: Clock) -> None:
        """Start sending what waits, unless that is going on."""
        if self._thread is not None and self._thread.is_alive():
            return

        def work() -> None:
            try:
                deliver(store, schedules, clock=clock)
            except ScheduleError:
                return  # the store is away: the notice waits in it

        self._thread = threading.Thread(target=work, name="notices", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Give what is being sent so long to arrive."""
        if self._thread is not None:
            self._thread.join(seconds)
