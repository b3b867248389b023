"""Bounds on guessing links: a link is 256 bits by lot, so this saves the store work, not the links their secret."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

#: Wrong links from one address within ten minutes; a room full of people shares one address.
MOST: Final = 60
_SECONDS: Final = 600
_ADDRESSES, _LINKS = 10_000, 50_000


class Guesses:
    """Which addresses tried too many links that open nothing.

    Links that opened something before still open it from there: nobody can shut others out.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._good: OrderedDict[str, None] = OrderedDict()

    def too_many(self, address: str, token: str) -> bool:
        """Whether this link is not even looked for."""
        times = self._wrong.get(address)
        if times is None or _of(token) in self._good:
            return False
        while times and self._clock() - times[0] > _SECONDS:
            times.popleft()
        return len(times) >= MOST

    def wrong(self, address: str) -> None:
        """A link opened nothing."""
        times = self._wrong.setdefault(address, deque(maxlen=MOST))
        times.append(self._clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)

    def good(self, token: str) -> None:
        """A link opened something."""
        self._good[_of(token)] = None
        self._good.move_to_end(_of(token))
        while len(self._good) > _LINKS:
            self._good.popitem(last=False)


def _of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
