"""How patient we are with a service: timeouts, attempts, pauses.

Pauses grow exponentially with "full jitter" (Brooker 2015, "Exponential backoff and jitter"), so that many
workbenches that were cut off together do not come back together. Sleep, clock and chance are fields, so that
tests do not wait.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

#: Digits of a number of seconds that are read, and the longest wait that is told: a year.
_DIGITS, _LONGEST = 12, 31_536_000.0


@dataclass(frozen=True)
class Manners:
    """Seconds unless said otherwise.

    Parameters
    ----------
    connect, read : float
        Without a connection, without a byte.
    body : float
        For one body in all: a service that drips one byte at a time never trips ``read``.
    attempts : int
        Tries of one request.
    first_pause, longest_pause : float
        The n-th pause is drawn from 0.5–1 times ``first_pause`` · 2ⁿ⁻¹, and never longer than the longest. A
        service that asks for a longer one (``Retry-After``) is left alone for today.
    poll, patience : float
        First pause between questions after a queued answer, and how long we wait for it in all.
    largest : int
        Bytes of a decoded body; the largest official file we ask for is a fifth of this.
    """

    connect: float = 10.0
    read: float = 60.0
    body: float = 900.0
    attempts: int = 5
    first_pause: float = 1.0
    longest_pause: float = 120.0
    poll: float = 2.0
    patience: float = 900.0
    largest: int = 500_000_000
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def pause(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row (1, 2, …)."""
        longest = min(self.longest_pause, self.first_pause * 2.0 ** (failures - 1))
        return longest * (0.5 + 0.5 * self.chance())


DEFAULT = Manners()


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number or a date (RFC 9110, 10.2.3); None for neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        # A thousand digits are infinitely many seconds, which no message can say.
        return min(float(text[:_DIGITS]), _LONGEST)
    try:
        until = parsedate_to_datetime(text)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        wait = (until - (now or datetime.now(UTC))).total_seconds()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return min(max(0.0, wait), _LONGEST)
