"""One pull at a time: a lock that the system takes away with the process, so that a killed pull locks nobody out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from almpo_kit.sources.services.faults import SAFE, PullRunningError, UnkeptError


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a store.

    Raises
    ------
    PullRunningError
        Another process holds it.
    UnkeptError
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UnkeptError(
            f"{folder} cannot be written ({error.strerror}), so nothing new was kept. {SAFE} Make it writable, free "
            "space, or point ALMPO_HOME at another folder."
        ) from None
    try:
        _take(handle)
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    # Not everywhere; who never pulls does not need it.
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 200, 0).decode("utf-8", "replace").strip() or "another process"
        raise PullRunningError(
            f"Another pull is running ({holder}). {SAFE} Wait until it ends, or end it, then pull again."
        ) from None
    except OSError as error:
        raise UnkeptError(
            f"The cache lies where files cannot be locked ({error.strerror}), so nothing new was kept. {SAFE} Point "
            "ALMPO_HOME at a folder on a disk of this machine."
        ) from None
    with contextlib.suppress(OSError):
        # Told to whoever is refused; a full disk only loses the courtesy.
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC".encode(), 0)
