"""Writing what was read into the tables of a library; all of a file or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from almpo_kit.sources.documents.drafts import Draft
from almpo_kit.sources.documents.taken_in import DEGRADED, KNOWN, NEW, REFUSED, as_row

_DOCUMENT = (
    "INSERT OR IGNORE INTO documents (document_id, title, authors, year, doi, url, language, kind, pages, origin, source, "
    "file) VALUES (:document_id, :title, :authors, :year, :doi, :url, :language, :kind, :pages, :origin, :source, :file)"
)
_CONTENT = "INSERT OR IGNORE INTO contents VALUES (?, ?, ?, ?)"
_TAKING = (
    "INSERT OR IGNORE INTO takings (at, name, origin, file, bytes, document_id, outcome, why, reader, label) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class Taking:
    """Where something came from.

    Parameters
    ----------
    name : str
        Of the file.
    origin : str
        In the words of whoever took it in.
    file : str
        SHA-256 of the bytes, "" where there were none.
    size : int
        Bytes.
    reader : str
        What read it, with its version.
    """

    name: str
    origin: str = ""
    file: str = ""
    size: int = 0
    reader: str = ""


def now() -> str:
    """The time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def keep(db: sqlite3.Connection, drafts: Iterable[Draft], taking: Taking) -> Iterator[tuple[str, ...]]:
    """Keep documents.

    Yields
    ------
    tuple of str
        ``TAKEN_COLUMNS``: a document that is held already is ``known``, whatever file it came in this time.
    """
    at = now()
    for draft in drafts:
        row = draft.row
        added = db.execute(_DOCUMENT, {**row, "file": taking.file}).rowcount == 1
        if added:
            db.execute(_CONTENT, (row["document_id"], row["abstract"], row["text"], draft.blob))
        outcome = (DEGRADED if draft.degraded else NEW) if added else KNOWN
        why = draft.degraded if added else "held already"
        name = draft.name or taking.name
        known = (row["document_id"], outcome, why, taking.reader, draft.label)
        db.execute(_TAKING, (at, name, taking.origin, taking.file, taking.size, *known))
        yield as_row(name, row["document_id"], row["title"], outcome, why)


def prepare(drafts: Iterable[Draft]) -> None:
    """Work that needs no database, so that other writers wait only while rows are written.

    Raises
    ------
    FrameError
        A passage is not what stands at its place in the text.
    """
    for draft in drafts:
        _ = draft.blob


def refuse(db: sqlite3.Connection, name: str, why: str, taking: Taking) -> tuple[str, ...]:
    """Keep that something was refused, once for the same bytes and the same reason."""
    refused = ("", REFUSED, why, taking.reader, "")
    db.execute(_TAKING, (now(), name, taking.origin, taking.file, taking.size, *refused))
    return as_row(name, "", "", REFUSED, why)
