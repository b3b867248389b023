"""Where it is kept what ran, what runs and what was told: one SQLite file beside the reports.

Every act is one transaction that either happened or did not. A connection lives as long as its transaction, so
threads and processes need no agreement.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from almpo_kit.sources import root
from almpo_kit.vocabulary.errors import AlmpoError
from almpo_kit.workbench.redaction import redacted

_PATIENCE = 30.0
#: What the history keeps; a year of a daily schedule is some thousands.
_MOST_EVENTS, _LONGEST_TEXT = 50_000, 1_000
_NETWORKED = ("nfs", "cifs", "smb", "afs", "9p", "fuse.sshfs", "ceph", "glusterfs", "lustre")

_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    schedule TEXT NOT NULL, report TEXT NOT NULL, parameters TEXT NOT NULL, slot TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'done', 'partly', 'failed', 'missed')),
    attempt INTEGER NOT NULL DEFAULT 1, tries INTEGER NOT NULL DEFAULT 0, cut_offs INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0,
    token TEXT NOT NULL DEFAULT '', holder TEXT NOT NULL DEFAULT '', heartbeat REAL NOT NULL DEFAULT 0,
    spared INTEGER NOT NULL DEFAULT 0,
    began REAL NOT NULL, ended REAL, edition TEXT NOT NULL DEFAULT '', said TEXT NOT NULL DEFAULT '',
    notice TEXT NOT NULL DEFAULT '', notice_told TEXT NOT NULL DEFAULT '', notice_tries INTEGER NOT NULL DEFAULT 0,
    notice_until REAL NOT NULL DEFAULT 0,
    UNIQUE (report, parameters, slot)
);
CREATE INDEX IF NOT EXISTS runs_by_schedule ON runs (schedule, slot);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, schedule TEXT NOT NULL, slot TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS seen (schedule TEXT PRIMARY KEY, signature TEXT NOT NULL, since REAL NOT NULL);
CREATE TABLE IF NOT EXISTS looks (who TEXT PRIMARY KEY, at REAL NOT NULL);
"""


class ScheduleError(AlmpoError):
    """What is scheduled cannot be kept, claimed or published; the message names the way out."""


def path() -> Path:
    """The file: ``reports/schedules.db`` unless ``ALMPO_SCHEDULES_DB`` says otherwise."""
    given = os.environ.get("ALMPO_SCHEDULES_DB", "").strip()
    return Path(given).expanduser().absolute() if given else root() / "reports" / "schedules.db"


def slot_text(slot: datetime) -> str:
    """A slot as it is kept: sorts as time does."""
    return slot.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def slot_moment(text: str) -> datetime:
    """The moment that :func:`slot_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


class Store:
    """The runs, the history, and since when each schedule is known."""

    def __init__(self, where: Path | None = None) -> None:
        self.path = where or path()
        self._ready = False

    def exists(self) -> bool:
        """Whether anything was ever kept."""
        return self.path.exists()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One act: all of it is kept, or nothing where an error leaves the block.

        Raises
        ------
        ScheduleError
            The file cannot be opened or written, or is damaged.
        """
        try:
            connection = self._connection()
        except (sqlite3.Error, OSError) as error:
            raise ScheduleError(_way_out(self.path, error)) from error
        with contextlib.closing(connection):
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise ScheduleError(_way_out(self.path, error)) from error

    def _connection(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # A file that somebody moved away is made anew, also under a daemon that has been running for months.
        fresh = not self._ready or not self.path.exists()
        connection = sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            if fresh:
                self._make_ready(connection)
            # What is claimed or published stays so through a power cut.
            connection.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_ready(self, connection: sqlite3.Connection) -> None:
        # Readers that do not wait need memory shared between processes, which a network drive does not have.
        mode = "DELETE" if networked(self.path) else "WAL"
        ends = time.monotonic() + _PATIENCE
        while connection.execute("PRAGMA journal_mode").fetchone()[0].upper() != mode:
            try:
                connection.execute(f"PRAGMA journal_mode = {mode}")
            except sqlite3.OperationalError:
                # Several processes that make the file at once: the change of mode does not wait by itself.
                if time.monotonic() > ends:
                    raise
                time.sleep(0.05)
        connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        self._ready = True

    def note(
        self, connection: sqlite3.Connection, at: datetime, schedule: str, slot: str, kind: str, text: str
    ) -> None:
        """Write one line of the history, without secrets."""
        kept = redacted(text)[:_LONGEST_TEXT]
        found = connection.execute(
            "INSERT INTO events (at, schedule, slot, kind, text) VALUES (?, ?, ?, ?, ?)",
            (at.timestamp(), schedule, slot, kind, kept),
        )
        connection.execute("DELETE FROM events WHERE id <= ?", ((found.lastrowid or 0) - _MOST_EVENTS,))

    def history(self, schedule: str = "", most: int = 50) -> list[sqlite3.Row]:
        """The last lines of the history, the oldest of them first."""
        with self.transaction() as connection:
            found = connection.execute(
                "SELECT * FROM events WHERE ? IN ('', schedule) ORDER BY id DESC LIMIT ?", (schedule, most)
            ).fetchall()
        return found[::-1]

    def runs(self, schedule: str) -> list[sqlite3.Row]:
        """Runs of a schedule, the newest slot first."""
        with self.transaction() as connection:
            return connection.execute(
                "SELECT * FROM runs WHERE schedule = ? ORDER BY slot DESC LIMIT 100", (schedule,)
            ).fetchall()

    def looked(self, who: str, at: datetime) -> None:
        """Keep that somebody looked for what is due."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", (who, at.timestamp()))

    def last_look(self) -> datetime | None:
        """When somebody last looked for what is due."""
        with self.transaction() as connection:
            at = connection.execute("SELECT max(at) FROM looks").fetchone()[0]
        return None if at is None else datetime.fromtimestamp(at, UTC)


def networked(path: Path) -> bool:
    """Whether a file is on a drive of another machine, as far as the system tells."""
    import psutil

    where, best, kind = str(path.absolute()), "", ""
    for part in psutil.disk_partitions(all=True):
        inside = where.startswith(part.mountpoint.rstrip("/") + "/")
        if inside and len(part.mountpoint) >= len(best):
            best, kind = part.mountpoint, part.fstype.lower()
    return kind.startswith(_NETWORKED)


def _way_out(path: Path, error: Exception) -> str:
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return (
            f"{path} is damaged ({error}). Published editions are untouched; move the file away: a new one is made, "
            "and nothing that is published runs again."
        )
    return (
        f"{path} cannot be used ({getattr(error, 'strerror', None) or error}). Nothing was started; free space, make "
        "the folder writable, or choose another file with ALMPO_SCHEDULES_DB."
    )
