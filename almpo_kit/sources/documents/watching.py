"""A watch folder: what is put there is taken in once it no longer grows; what was seen is remembered over restarts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from almpo_kit.sources.documents import inbox, keeping
from almpo_kit.sources.documents.library_tables import Tables
from almpo_kit.sources.documents.originals import Originals
from almpo_kit.sources.documents.taken_in import REFUSED, TakenIn, taken_in
from almpo_kit.vocabulary.errors import ParameterError

#: A file that has been seen once and may still grow.
_SEEN, _DONE = "seen", "done"
#: Size in bytes and time of the last change in nanoseconds: another pair is another file.
State = tuple[int, int]


def watch(
    tables: Tables,
    originals: Originals,
    folder: Path,
    *,
    seconds: float,
    rounds: int | None,
    origin: str,
) -> Iterator[TakenIn]:
    """See :meth:`Library.watch`."""
    folder = folder.expanduser().absolute()
    if not folder.is_dir():
        raise ParameterError(f"{folder} is no folder; make it, or name another one to watch.")
    if not 0.01 <= seconds <= 86_400:
        raise ParameterError(f"seconds={seconds!r} must lie between 0.01 and 86,400, e.g. seconds=5.")
    return _rounds(tables, originals, folder, seconds, rounds, origin)


def _rounds(
    tables: Tables, originals: Originals, folder: Path, seconds: float, rounds: int | None, origin: str
) -> Iterator[TakenIn]:
    number = 0
    while rounds is None or number < rounds:
        if number:
            time.sleep(seconds)
        number += 1
        found = look(tables, originals, folder, origin)
        if found is not None:
            yield found


def look(tables: Tables, originals: Originals, folder: Path, origin: str) -> TakenIn | None:
    """One look into the folder; None where nothing was taken in or refused."""
    rows, synthetic = list[tuple[str, ...]](), False
    before = _remembered(tables, folder)
    waiting = list[tuple[str, State]]()
    for path in inbox.files_in(folder):
        now = _state(path)
        # Names of files need not be text; a database keeps nothing else.
        place = str(path).encode("utf-8", "backslashreplace").decode()
        size, changed, outcome = before.get(place, (-1, -1, ""))
        if now is None or (now == (size, changed) and outcome == _DONE):
            continue
        if now != (size, changed):
            waiting.append((place, now))
            continue
        item = inbox.held(path)
        # A file that changed while it was read is not what was seen; it is looked at again.
        if _state(path) != now:
            continue
        found, invented = inbox.one(tables, originals, item, origin or str(path))
        _remember(tables, [(place, now)], _DONE, "; ".join(row[4] for row in found if row[3] == REFUSED))
        rows += found
        synthetic |= invented
    _remember(tables, waiting, _SEEN, "")
    return taken_in(rows, inbox.shown_name(folder.name), synthetic) if rows else None


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _remembered(tables: Tables, folder: Path) -> dict[str, tuple[int, int, str]]:
    beginning = str(folder).encode("utf-8", "backslashreplace").decode()
    with tables.reading() as db:
        rows = db.execute(
            "SELECT place, size, changed, outcome FROM looks WHERE substr(place, 1, ?) = ?",
            [len(beginning), beginning],
        ).fetchall()
    return {place: (size, changed, outcome) for place, size, changed, outcome in rows}


def _remember(tables: Tables, found: list[tuple[str, State]], outcome: str, why: str) -> None:
    if not found:
        return
    at = keeping.now()
    with tables.writing() as db:
        db.executemany(
            "INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?, ?, ?)",
            [(place, size, changed, outcome, why[:2_000], at) for place, (size, changed) in found],
        )
