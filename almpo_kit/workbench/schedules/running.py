"""One slot carried out: staged, swept, tried again later where places failed, published once."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError
from almpo_kit.workbench.schedules import settling, sweeping
from almpo_kit.workbench.schedules.claims import LEASE, Claim, ClaimLostError, heartbeat
from almpo_kit.workbench.schedules.editions import Editions
from almpo_kit.workbench.schedules.schedule import Schedule
from almpo_kit.workbench.schedules.store import ScheduleError, Store, slot_text
from almpo_kit.workbench.schedules.sweeping import Say, Sweeper, Swept
from almpo_kit.workbench.schedules.telling import hidden
from almpo_kit.workbench.schedules.times import Clock


@dataclass(frozen=True)
class Ran:
    """How carrying out a slot ended: ``done``, ``partly``, ``failed``, ``waiting`` (for another try) or ``lost``."""

    schedule: str
    slot: datetime
    state: str
    said: str


def run(
    store: Store,
    schedule: Schedule,
    held: Claim,
    *,
    clock: Clock,
    say: Say,
    sweep: Sweeper,
    lease: timedelta = LEASE,
) -> Ran:
    """Carry out a claimed slot.

    Raises
    ------
    KeyboardInterrupt
        Stopped: the claim is given back, what is made so far stays and is gone on with.
    ScheduleError
        Neither the edition nor the state can be written; the claim lapses and another call goes on.
    """
    editions = Editions(schedule)
    try:
        with heartbeat(store, held, clock, lease) as lost:
            ran = _carried_out(store, schedule, held, editions, clock, say, sweep, lost)
    except ClaimLostError as error:
        return Ran(schedule.name, held.slot, "lost", str(error))
    except KeyboardInterrupt:
        with contextlib.suppress(AlmpoError):
            settling.give_back(store, held, clock(), "Stopped; what is made so far stays.")
        raise
    except ScheduleError as error:
        ran = _unwritten(store, schedule, held, clock, str(error))
    if ran.state in ("done", "partly"):
        _retain(store, schedule, held, editions, clock)
    return ran


def _carried_out(
    store: Store,
    schedule: Schedule,
    held: Claim,
    editions: Editions,
    clock: Clock,
    say: Say,
    sweep: Sweeper,
    lost: threading.Event,
) -> Ran:
    found = editions.published(held.slot)
    if found is not None and not held.again:
        return _already(store, held, editions, clock, list(found.get("failed", [])))
    stage = editions.stage(held.slot, held.attempt)
    swept = _swept(schedule, stage, say, sweep, _alive(held, lost))
    if swept.failed and held.tries < schedule.retries and not swept.hopeless:
        return _put_off(store, schedule, held, clock(), swept.counted, sweeping.told(swept.failed))
    return _settled(store, held, editions, clock, stage, swept)


def _put_off(store: Store, schedule: Schedule, held: Claim, now: datetime, what: str, why: str) -> Ran:
    until = now + schedule.wait(held.tries + 1)
    said = f"{what}; trying again from {schedule.when.local(until):%H:%M}. {why}"
    settling.put_off(store, held, now, until, said)
    return Ran(schedule.name, held.slot, "waiting", said)


def _unwritten(store: Store, schedule: Schedule, held: Claim, clock: Clock, why: str) -> Ran:
    """A folder could not be written: that may be over at the next try."""
    if held.tries < schedule.retries:
        return _put_off(store, schedule, held, clock(), "Nothing was published", why)
    settling.settle(store, held, clock(), "failed", why)
    return Ran(schedule.name, held.slot, "failed", why)


def _alive(held: Claim, lost: threading.Event) -> Callable[[], None]:
    def check() -> None:
        if lost.is_set():
            raise ClaimLostError(f"{held.schedule}: another process took this work over.")

    return check


@dataclass(frozen=True)
class _Outcome:
    """What a sweep came to, whatever it raised; ``hopeless`` where trying again cannot help."""

    good: int
    counted: str
    failed: tuple[tuple[str, str], ...]
    hopeless: bool = False


def _swept(schedule: Schedule, stage: Path, say: Say, sweep: Sweeper, alive: Callable[[], None]) -> _Outcome:
    written = (*schedule.notify.email, schedule.notify.webhook)

    def safe(text: str) -> str:
        return hidden(text, os.environ, written)

    def said(text: str) -> None:
        alive()
        say(safe(text))

    try:
        found: Swept = sweep(schedule, stage, said, alive)
    except ClaimLostError:
        raise
    except ParameterError as error:
        return _Outcome(0, "Nothing was made", (("every report", safe(str(error))),), hopeless=True)
    except Exception as error:  # noqa: BLE001 - whatever ends a sweep, the slot must end in words, and people be told
        alive()
        reason = str(error) if isinstance(error, AlmpoError) else f"{type(error).__name__}: {error}"
        return _Outcome(0, "Nothing was made", (("every report", safe(reason)),))
    alive()
    failed = tuple((safe(what), safe(reason)) for what, reason in found.failed)
    return _Outcome(found.made + found.unchanged, found.sentence, failed)


def _settled(
    store: Store, held: Claim, editions: Editions, clock: Clock, stage: Path, swept: _Outcome
) -> Ran:
    state = "done" if not swept.failed else "partly" if swept.good else "failed"
    said = f"{swept.counted}." + (f" {sweeping.told(swept.failed)}" if swept.failed else "")
    if state == "failed":
        # What was published before in part stays so.
        there = str(editions.folder / editions.name(held.slot)) if editions.published(held.slot) else ""
        state = "partly" if there else state
        settling.settle(store, held, clock(), state, said, edition=there)
        editions.drop(held.slot)
        return Ran(held.schedule, held.slot, state, said)
    now = clock()
    about = {
        "failed": [{"report": what, "reason": reason} for what, reason in swept.failed],
        "sentence": said,
        "published_at": slot_text(now),
    }
    editions.flush(stage)
    settling.settle(
        store,
        held,
        now,
        state,
        said,
        edition=str(editions.folder / editions.name(held.slot)),
        publish=lambda: editions.publish(stage, held.slot, about, again=held.again),
    )
    return Ran(held.schedule, held.slot, state, said)


def _already(store: Store, held: Claim, editions: Editions, clock: Clock, failed: list[object]) -> Ran:
    """The edition was published by a process that was killed before it could say so."""
    state = "partly" if failed else "done"
    about = editions.published(held.slot) or {}
    said = str(about.get("sentence", "Published."))
    where = str(editions.folder / editions.name(held.slot))
    settling.settle(store, held, clock(), state, said, edition=where, publish=editions.point)
    return Ran(held.schedule, held.slot, state, said)


def _retain(store: Store, schedule: Schedule, held: Claim, editions: Editions, clock: Clock) -> None:
    gone = editions.retain(held.slot)
    if gone:
        with store.transaction() as db:
            told = f"Removed above {schedule.keep} editions: {', '.join(gone)}."
            store.note(db, clock(), schedule.name, slot_text(held.slot), "removed", told)
