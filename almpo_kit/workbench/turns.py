"""Whose notebook computes: so many at a time. Others have their kernel ready meanwhile, or finish their page.

A turn is a lock on a file, which the system gives back when its holder dies, however that happens.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

_LOOK_SECONDS = 0.005


class Turns:
    """So many may compute at once, of all processes that name the same folder.

    Parameters
    ----------
    folder : path, optional
        A folder of their own; whoever is given none never waits.
    many : int
    """

    def __init__(self, folder: Path | None = None, many: int = 1) -> None:
        self._folder, self._many = folder, many
        #: Seconds waited so far, which are nobody's work.
        self.waited = 0.0

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs."""
        if self._folder is None:
            yield
            return
        began = time.perf_counter()
        held = self._next(self._folder)
        self.waited += time.perf_counter() - began
        try:
            yield
        finally:
            os.close(held)

    def _next(self, folder: Path) -> int:
        files = [os.open(folder / f"turn-{k}", os.O_RDWR | os.O_CREAT, 0o600) for k in range(self._many)]
        try:
            while (taken := next((file for file in files if _is_ours(file)), None)) is None:
                time.sleep(_LOOK_SECONDS)
            files.remove(taken)
            return taken
        finally:
            for file in files:
                os.close(file)


def _is_ours(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
