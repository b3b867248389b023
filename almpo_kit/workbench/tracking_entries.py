"""Entries of the outbox: runs kept whole in a folder each, in milliseconds, without MLflow.

An entry is a folder ``mlruns/outbox/<time>-<digest>`` that appears by a rename and goes by one, so that none is ever seen
half written or half removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import TrackingError
from almpo_kit.workbench import tracking_store
from almpo_kit.workbench.tracking_writing import Entry, entry_of

#: Files of one run beyond this are left out; where they are published is not touched.
MOST_BYTES = 64 * 1024 * 1024
_FORM, _RUN, _FILES, _BEGUN, _REASON = 1, "run.json", "files", "begun", "reason.txt"
_HALF, _DONE, _REFUSED = ".making-", ".done-", "refused"
_HOUR_SECONDS = 3_600


def folder() -> Path:
    """``mlruns/outbox``."""
    return tracking_store.folder() / "outbox"


def new_key() -> str:
    """A key that no other run has; keys of later runs sort after those of earlier ones."""
    now = time.time_ns()
    digest = hashlib.sha256(f"{now} {os.getpid()} {secrets.token_hex(16)}".encode()).hexdigest()[:12]
    stamp = datetime.fromtimestamp(now // 1_000_000_000, UTC).strftime("%Y%m%dT%H%M%S")
    return f"{stamp}.{now % 1_000_000_000 // 1_000:06d}Z-{digest}"


def keep(
    name: str,
    *,
    parameters: Mapping[str, Any],
    record: Mapping[str, Any],
    tags: Mapping[str, str] | None = None,
    files: tuple[Path, ...] = (),
    key: str = "",
    begun: bool = False,
) -> Path:
    """Keep a run whole until it is logged; takes milliseconds and needs no run store.

    Parameters
    ----------
    name : str
    parameters, record, tags, files
        As :func:`almpo_kit.workbench.tracking.log_run` takes them.
    key : str
        Of a run that may be in the store already; a new one when left out.
    begun : bool
        That run may have been begun.

    Returns
    -------
    Path
        The entry.

    Raises
    ------
    TrackingError
        The outbox cannot be written. Nothing was kept.
    """
    key = key or new_key()
    # Entries are drained in the order of their names; a key that says no time gets one.
    entry = folder() / (key if key[:1].isdigit() else f"{new_key().split('-')[0]}-{key}")
    half = folder() / f"{_HALF}{entry.name}"
    try:
        (half / _FILES).mkdir(parents=True)
        kept, left_out = _copied(files, half / _FILES)
        content = {
            "form": _FORM,
            "key": key,
            "name": name,
            "at": int(time.time() * 1000),
            "store": address(),
            "parameters": {k: None if v is None else str(v) for k, v in parameters.items()},
            "record": dict(record),
            "tags": dict(tags or {}) | ({"files_left_out": ", ".join(left_out)} if left_out else {}),
            "files": kept,
        }
        if begun:
            (half / _BEGUN).touch()
        (half / _RUN).write_text(json.dumps(content, default=str), encoding="utf-8")
        half.rename(entry)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        raise TrackingError(
            f"the run could not be kept in {folder()} either ({error.strerror}). Make that folder writable."
        ) from None
    return entry


def _copied(files: tuple[Path, ...], into: Path) -> tuple[list[str], list[str]]:
    """Names of files that are kept and of those that are too large together."""
    kept: list[str] = []
    left_out: list[str] = []
    room = MOST_BYTES
    for path in files:
        size = path.stat().st_size
        if size > room:
            left_out.append(path.name)
            continue
        room -= size
        # A copy and not a link: what is published may be edited in place by its reader.
        shutil.copyfile(path, into / path.name)
        kept.append(path.name)
    return kept, left_out


def address() -> str:
    """Which store a run is meant for; without password, which may change meanwhile."""
    return "" if tracking_store.is_embedded() else tracking_store.shown(tracking_store.uri())


def entries() -> list[Path]:
    """Entries that wait, the oldest first."""
    try:
        with os.scandir(folder()) as found:
            return sorted(Path(e.path) for e in found if e.name[:1].isdigit())
    except OSError:
        return []


def read(path: Path) -> tuple[Entry, str]:
    """An entry, and the address of the store it is meant for.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        It is damaged.
    """
    held = json.loads((path / _RUN).read_text(encoding="utf-8"))
    if held["form"] != _FORM:
        raise ValueError(f"form {held['form']!r} is not known; it is of a later version of the package")
    files = tuple(path / _FILES / Path(name).name for name in held["files"])
    entry = entry_of(
        str(held["key"]),
        str(held["name"]),
        held["at"] / 1000,
        held["parameters"],
        held["record"],
        held["tags"],
        files,
    )
    return entry, str(held["store"])


def begin(path: Path) -> bool:
    """Note that an entry is being logged, before the store is asked for anything; True if it was noted before."""
    mark = path / _BEGUN
    before = mark.exists()
    mark.touch()
    return before


def remove(path: Path) -> None:
    """Take an entry out that is logged."""
    done = path.with_name(f"{_DONE}{path.name}")
    path.rename(done)
    shutil.rmtree(done, ignore_errors=True)


def set_aside(path: Path, reason: str) -> None:
    """Keep an entry that no store will take where it stands in nobody's way, with the reason."""
    aside = folder() / _REFUSED
    aside.mkdir(exist_ok=True)
    (path / _REASON).write_text(reason + "\n", encoding="utf-8")
    path.rename(aside / path.name)


def clear() -> None:
    """Remove what killed processes left: entries half kept, and entries half removed."""
    for left in folder().glob(f"{_DONE}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in folder().glob(f"{_HALF}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _HOUR_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
