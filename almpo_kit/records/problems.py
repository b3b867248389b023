"""What can go wrong with kept records, in words a person can act on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from almpo_kit.vocabulary.errors import AlmpoError


class RecordsError(AlmpoError):
    """The store of records cannot be opened, read or written; the message says what is safe and what to do."""


class ConflictError(RecordsError):
    """Somebody else kept a newer version meanwhile; nothing was overwritten."""


class StateError(RecordsError):
    """A trial is not where it would have to be for what was asked; nothing was written."""


#: What the database says -> what happened and what to do.
_SAID = (
    ("disk is full", "the disk is full. Free some space and keep it again"),
    ("no space left", "the disk is full. Free some space and keep it again"),
    ("readonly", "it is read-only. Make it writable, or set ALMPO_RECORDS to another place"),
    ("read-only", "it is read-only. Make it writable, or set ALMPO_RECORDS to another place"),
    ("attempt to write", "it is read-only. Make it writable, or set ALMPO_RECORDS to another place"),
    (
        "database is locked",
        "another program has held it for a minute. Wait, close that program, and try again",
    ),
    (
        "not a database",
        "the file there is no store of records. Name another file; a new one is created where there is none",
    ),
    ("malformed", "the file is damaged. Restore it from the last copy of it, and keep the damaged one aside"),
    (
        "disk i/o error",
        "the disk refused. Check that there is space and that the folder is on a healthy disk",
    ),
    ("unable to open", "the file cannot be reached or made. Check that its folder exists and may be written"),
    ("append-only", "rows are only ever added. Withdraw one by keeping a row that says so"),
    ("could not connect", "the server does not answer. Check that it runs and that ALMPO_RECORDS names it"),
    ("connection", "the server does not answer. Check that it runs and that ALMPO_RECORDS names it"),
)


def reason(error: BaseException) -> str:
    """What a database's error means, with the way out."""
    said = str(getattr(error, "orig", None) or error)
    for word, meaning in _SAID:
        if word in said.lower():
            return meaning
    return f"the database said: {said.splitlines()[0] if said else type(error).__name__}"


@contextlib.contextmanager
def told(place: str, doing: str, safe: str) -> Iterator[None]:
    """Turn a database's errors into ours.

    Parameters
    ----------
    place : str
        Where the store is, without a password.
    doing : str
        E.g. "written".
    safe : str
        What did not happen, e.g. "Nothing was written".
    """
    from sqlalchemy.exc import DatabaseError, InterfaceError

    try:
        yield
    except (DatabaseError, InterfaceError, OSError) as error:
        raise RecordsError(f"the records in {place} cannot be {doing}: {reason(error)}. {safe}.") from None
