"""Who gave her personal code on which device: kept in memory only, for two hours after the last page."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

_SECONDS: Final = 2 * 3600
_MOST: Final = 20_000


class Sessions:
    """Names of sessions -> the code that was given; a restart of the server forgets all of them.

    Parameters
    ----------
    clock : callable
        Seconds; for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: OrderedDict[str, tuple[str, str, float]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, token: str, code: str) -> str:
        """A new session of one link; the name goes into a cookie."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._held[name] = (_of(token), code, self._clock())
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
        return name

    def code(self, name: str, token: str) -> str:
        """The code that was given for this link in this session, "" where there is none."""
        with self._lock:
            held = self._held.get(name)
            if held is None or held[0] != _of(token):
                return ""
            if self._clock() - held[2] > _SECONDS:
                del self._held[name]
                return ""
            self._held[name] = (held[0], held[1], self._clock())
            self._held.move_to_end(name)
            return held[1]

    def end(self, name: str) -> None:
        """Forget a session."""
        with self._lock:
            self._held.pop(name, None)


def _of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
