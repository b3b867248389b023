"""The tables of a library of documents, in one SQLite file in WAL mode; what was taken in is never changed or deleted."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from almpo_kit.vocabulary.errors import DataError

#: Raised with every change of a table.
FORM: Final = 1
#: Seconds that a writer waits for another one.
BUSY: Final = 60.0
_SAFE = "What was taken in before is untouched."
#: Rows of these are only ever added.
_KEPT = ("documents", "contents", "takings", "marks")
_TABLES = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, document_id TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    authors TEXT NOT NULL, year INTEGER, doi TEXT NOT NULL, url TEXT NOT NULL, language TEXT NOT NULL,
    kind TEXT NOT NULL, pages INTEGER NOT NULL, origin TEXT NOT NULL, source TEXT NOT NULL, file TEXT NOT NULL);
CREATE INDEX documents_doi ON documents (doi) WHERE doi <> '';
CREATE TABLE contents (
    document_id TEXT PRIMARY KEY REFERENCES documents (document_id), abstract TEXT NOT NULL, text TEXT NOT NULL,
    passages BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE takings (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, name TEXT NOT NULL, origin TEXT NOT NULL,
    file TEXT NOT NULL, bytes INTEGER NOT NULL, document_id TEXT NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL,
    reader TEXT NOT NULL, label TEXT NOT NULL, UNIQUE (file, name, origin, document_id, outcome, why));
CREATE INDEX takings_document ON takings (document_id);
CREATE TABLE marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (document_id), left_out INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE INDEX marks_document ON marks (document_id);
CREATE TABLE looks (
    place TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL, outcome TEXT NOT NULL, why TEXT NOT NULL,
    at TEXT NOT NULL);
"""
#: What SQLite says -> what happened and what to do.
_SAID = (
    ("full", "the disk is full. Free some space and take it in again"),
    ("readonly", "it is read-only. Make it writable, or set ALMPO_LIBRARY to another folder"),
    ("locked", "another program has held it for a minute. Wait until it ends and try again"),
    ("not a database", "the file there is no library. Set ALMPO_LIBRARY to another folder"),
    ("malformed", "its file is damaged. Put it aside and restore the last copy of the folder"),
    ("append-only", "rows are only ever added; leave a document out with library.leave_out(id, reason)"),
    ("disk i/o", "the disk refused. Check that there is space and that the disk is healthy"),
    ("unable to open", "it cannot be reached or made. Check the folder, or set ALMPO_LIBRARY to another one"),
)


class LibraryError(DataError):
    """The library cannot be opened, read or written; the message says what is safe and what to do."""


def meaning(error: BaseException) -> str:
    """What a database's or a disk's error means, with the way out."""
    said = (getattr(error, "strerror", None) or str(error)).lower()
    if "no space" in said or "file too large" in said:
        said = "full"
    found = next((words for mark, words in _SAID if mark in said), None)
    return found or f"the system said: {said.splitlines()[0] if said else type(error).__name__}"


@contextlib.contextmanager
def told(place: Path, doing: str) -> Iterator[None]:
    """Turn the errors of the database and the disk into ours."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise LibraryError(f"The library in {place} cannot be {doing}: {meaning(error)}. {_SAFE}") from None


class Tables:
    """Connections to the file of a library; each is opened for one transaction, so that forks and threads share none.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "library.db"
        with told(folder, "opened"):
            if self._form() == 0:
                self._make()
            form = self._form()
        if form != FORM:
            raise LibraryError(
                f"The library in {folder} has form {form}, this package knows form {FORM}: it was made by a newer version "
                "of it. Nothing was changed; use that version, or set ALMPO_LIBRARY to another folder."
            )

    def _connect(self, mode: str = "rw") -> sqlite3.Connection:
        address = f"file:{quote(str(self.file))}?mode={mode}"
        # Without isolation level the driver begins no transaction by itself.
        made = sqlite3.connect(address, uri=True, timeout=BUSY, isolation_level=None)
        made.execute("PRAGMA foreign_keys=ON")
        # In WAL mode this loses nothing when a process is killed; FULL also survives a power cut.
        made.execute("PRAGMA synchronous=FULL")
        return made

    def _form(self) -> int:
        if not self.file.exists():
            return 0
        with contextlib.closing(self._connect()) as db:
            return int(db.execute("PRAGMA user_version").fetchone()[0])

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(self._connect("rwc")) as db:
            _write_ahead(db)
            db.execute("BEGIN IMMEDIATE")
            # Somebody else may have made them while we waited for our turn.
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _TABLES.split(";\n"):
                    db.execute(statement)
                for table in _KEPT:
                    for verb in ("UPDATE", "DELETE"):
                        db.execute(
                            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
                        )
                db.execute(f"PRAGMA user_version={FORM}")
            db.execute("COMMIT")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent view, whatever others write meanwhile."""
        with told(self.folder, "read"), contextlib.closing(self._connect()) as db:
            db.execute("BEGIN")
            yield db

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; a writer takes its turn before it reads, so that what it read is still true when it writes."""
        with told(self.folder, "written"), contextlib.closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                # A full disk rolls back by itself.
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise


def _write_ahead(db: sqlite3.Connection) -> None:
    """WAL mode, with which readers never wait for a writer; SQLite does not queue for this one, so we do."""
    until = time.monotonic() + BUSY
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)
