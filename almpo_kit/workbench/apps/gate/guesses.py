"""How often one may be wrong with a token or password: by address, and all together.

A token of 16 random characters cannot be guessed; a password may be. Who is over the limit gets no comparison at all, so
also the right word is refused until the time is over. All together there is always one more try every few seconds: many
who guess slow down those who know, but do not shut them out.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_ADDRESSES: Final = 10_000


@dataclass
class _Bucket:
    tries: float
    seen: float


class Guesses:
    """Tries that are left: each wrong one costs one, and they come back with time.

    Parameters
    ----------
    clock : callable
        Seconds; for tests.
    most, every : int, float
        Wrong tries of one address in a row, and seconds until one of them comes back.
    most_together, every_together : int, float
        The same for all addresses together.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        *,
        most: int = 8,
        every: float = 60,
        most_together: int = 200,
        every_together: float = 2,
    ) -> None:
        self._clock = clock
        self._most, self._every = most, every
        self._most_together, self._every_together = most_together, every_together
        self._held: OrderedDict[str, _Bucket] = OrderedDict()
        self._together = _Bucket(most_together, clock())

    def __len__(self) -> int:
        return len(self._held)

    def wait(self, address: str) -> int:
        """Seconds until this address may try again; 0 where it may now."""
        one = self._held.get(_network(address))
        seconds = self._missing(one, self._most, self._every) if one else 0.0
        seconds = max(seconds, self._missing(self._together, self._most_together, self._every_together))
        # Tries come back in small pieces, whose sum is a whole one but for the last digits.
        return math.ceil(round(seconds, 3))

    def wrong(self, address: str) -> None:
        """This address was wrong."""
        name = _network(address)
        one = self._held.setdefault(name, _Bucket(self._most, self._clock()))
        self._held.move_to_end(name)
        self._fill(one, self._most, self._every)
        self._fill(self._together, self._most_together, self._every_together)
        one.tries -= 1
        self._together.tries -= 1
        while len(self._held) > _ADDRESSES:
            self._held.popitem(last=False)

    def _fill(self, bucket: _Bucket, most: int, every: float) -> None:
        now = self._clock()
        bucket.tries = min(most, bucket.tries + (now - bucket.seen) / every)
        bucket.seen = now

    def _missing(self, bucket: _Bucket, most: int, every: float) -> float:
        self._fill(bucket, most, every)
        return max(0.0, (1 - bucket.tries) * every)


def _network(address: str) -> str:
    """One line has 2**64 addresses of version 6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
