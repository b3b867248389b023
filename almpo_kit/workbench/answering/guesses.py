"""A brake on guessing links: who tried too many that open nothing waits for each further answer.

A link is 256 bits by lot, so this saves the server work, not the links their secret. A link that opens something opens it
whatever others at the same address tried: behind a proxy, or in one room, many people share an address.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

#: Wrong links from one address within ten minutes.
MOST: Final = 60
#: How long each further one waits for its answer.
WAIT_SECONDS: Final = 1.0
_SECONDS: Final = 600
_ADDRESSES: Final = 10_000


class Guesses:
    """Which addresses tried too many links that open nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wrong(self, address: str) -> bool:
        """A link opened nothing; whether there were too many."""
        times = self._wrong.setdefault(address, deque(maxlen=MOST + 1))
        while times and self._clock() - times[0] > _SECONDS:
            times.popleft()
        times.append(self._clock())
        self._wrong.move_to_end(address)
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)
        return len(times) > MOST
