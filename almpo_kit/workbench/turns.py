"""Whose notebook computes: so many at a time. Others have their kernel ready meanwhile, or finish their page.

A turn is a lock on a file, which the system gives back when its holder dies, however that happens.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

_LOOK_SECONDS, _TELL_SECONDS = 0.005, 5.0
T = TypeVar("T")


class Waiting:
    """Waiting that is counted, and told of while it lasts: whoever waits is not stuck.

    Parameters
    ----------
    tell : callable
    """

    def __init__(self, tell: Callable[[], None] = lambda: None) -> None:
        self._tell = tell
        #: Seconds waited so far, which are nobody's work.
        self.seconds = 0.0

    def until(self, attempt: Callable[[], T | None]) -> T:
        """What ``attempt`` gives, once it gives something."""
        began = told = time.perf_counter()
        try:
            while (found := attempt()) is None:
                time.sleep(_LOOK_SECONDS)
                if time.perf_counter() - told > _TELL_SECONDS:
                    told = time.perf_counter()
                    self._tell()
            return found
        finally:
            self.seconds += time.perf_counter() - began


class Turns:
    """So many may compute at once, of all processes that name the same folder.

    Parameters
    ----------
    folder : path, optional
        A folder of their own; whoever is given none never waits.
    many : int
    tell : callable
        Called now and then while it is waited, and when it is over.
    """

    def __init__(
        self, folder: Path | None = None, many: int = 1, tell: Callable[[], None] = lambda: None
    ) -> None:
        self._folder, self._many, self._tell = folder, many, tell
        self._waiting = Waiting(tell)

    @property
    def waited(self) -> float:
        """Seconds waited so far."""
        return self._waiting.seconds

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it while the block runs."""
        if self._folder is None:
            yield
            return
        held = self._next(self._folder)
        self._tell()
        try:
            yield
        finally:
            os.close(held)

    def _next(self, folder: Path) -> int:
        files = [os.open(folder / f"turn-{k}", os.O_RDWR | os.O_CREAT, 0o600) for k in range(self._many)]
        try:
            taken = self._waiting.until(lambda: next((file for file in files if _is_ours(file)), None))
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
    except OSError:
        # A file system that cannot lock: too many compute at once, which is slower and not wrong.
        return True
    return True
