"""Who is in: kept in memory, until they leave, for twelve hours, or until the server ends."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

SECONDS: Final = 12 * 3600
_MOST: Final = 10_000


class Sessions:
    """Names of sessions, each 256 bits by lot.

    Parameters
    ----------
    clock : callable
        Seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: OrderedDict[str, float] = OrderedDict()

    def begin(self) -> str:
        """A new session; its name goes into a cookie."""
        name = secrets.token_urlsafe(32)
        self._begun[name] = self._clock()
        while len(self._begun) > _MOST:
            self._begun.popitem(last=False)
        return name

    def holds(self, name: str) -> bool:
        """Whether this session was begun, has not been left, and is not over."""
        begun = self._begun.get(name)
        if begun is not None and self._clock() - begun > SECONDS:
            del self._begun[name]
            return False
        return begun is not None

    def end(self, name: str) -> None:
        """Somebody leaves."""
        self._begun.pop(name, None)
