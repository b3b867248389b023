"""How a claim ends: given back, put off to another try, or settled, with the edition published in the same act."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime

from almpo_kit.workbench.redaction import redacted
from almpo_kit.workbench.schedules.claims import Claim, require
from almpo_kit.workbench.schedules.store import Store, slot_text

_LONGEST = 1_000


def give_back(store: Store, held: Claim, now: datetime, why: str) -> None:
    """Leave the work to whoever looks next; what is made of it stays."""
    with store.transaction() as db:
        require(db, held)
        db.execute(
            "UPDATE runs SET state = 'waiting', token = '', not_before = ? WHERE id = ?",
            (now.timestamp(), held.run),
        )
        store.note(db, now, held.schedule, slot_text(held.slot), "stopped", why)


def put_off(store: Store, held: Claim, now: datetime, until: datetime, why: str) -> None:
    """Try again later."""
    with store.transaction() as db:
        require(db, held)
        db.execute(
            "UPDATE runs SET state = 'waiting', token = '', tries = tries + 1, not_before = ?, said = ? WHERE id = ?",
            (until.timestamp(), redacted(why)[:_LONGEST], held.run),
        )
        store.note(db, now, held.schedule, slot_text(held.slot), "tried", why)


def settle(
    store: Store,
    held: Claim,
    now: datetime,
    state: str,
    said: str,
    *,
    edition: str = "",
    publish: Callable[[], None] = lambda: None,
) -> None:
    """End the work for good, and publish what it made: both happen while no other process can have the claim.

    A process killed in between leaves a published edition and an open claim; whoever takes that over finds the
    edition and settles without making it again.

    Raises
    ------
    ClaimLostError
        Another process has the work; nothing was published.
    """
    with store.transaction() as db:
        require(db, held)
        publish()
        db.execute(
            "UPDATE runs SET state = ?, token = '', ended = ?, said = ?, edition = ?, notice = ? WHERE id = ?",
            (
                *(state, now.timestamp(), redacted(said)[:_LONGEST], edition),
                *(_notice(db, held, state), held.run),
            ),
        )
        store.note(
            db, now, held.schedule, slot_text(held.slot), "published" if state == "done" else state, said
        )


def _notice(db: sqlite3.Connection, held: Claim, state: str) -> str:
    """People are told of a failure, and of the first good edition after one, which may be the same made once more."""
    if state != "done":
        return "failure"
    own = db.execute("SELECT notice FROM runs WHERE id = ?", (held.run,)).fetchone()
    if own["notice"] == "told":
        return "recovery"
    before = db.execute(
        "SELECT state, notice FROM runs WHERE schedule = ? AND slot < ? AND state IN ('done', 'partly', 'failed', 'missed') "
        "ORDER BY slot DESC LIMIT 1",
        (held.schedule, slot_text(held.slot)),
    ).fetchone()
    return "recovery" if before is not None and before["state"] != "done" and before["notice"] else ""


def miss(store: Store, schedule: str, report: str, work: str, slot: datetime, now: datetime) -> None:
    """Keep, once, that a slot went by and is too old to be made up."""
    text, said = slot_text(slot), "Nobody looked for too long; too old to be made up."
    with store.transaction() as db:
        made = db.execute(
            "INSERT OR IGNORE INTO runs (schedule, report, parameters, slot, state, began, ended, said, notice) "
            "VALUES (?, ?, ?, ?, 'missed', ?, ?, ?, 'failure')",
            (schedule, report, work, text, now.timestamp(), now.timestamp(), said),
        )
        if made.rowcount:
            store.note(db, now, schedule, text, "missed", said)
