"""The time that attempts may take, kept by whoever runs long: a method asks by reporting its progress."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class OutOfTime(Exception):  # noqa: N818 (nothing went wrong)
    """The time allowed is used up. It never leaves the room: the attempt is told as not finished."""


class Clock:
    """Counts down from ``whole_seconds``.

    Parameters
    ----------
    whole_seconds : float
    now : callable, optional
        Seconds from any start; replaced in tests.
    """

    def __init__(self, whole_seconds: float, now: Callable[[], float] = monotonic):
        self.whole_seconds = whole_seconds
        self._now = now
        self._end = self._attempt = self._until = now() + whole_seconds

    @property
    def over(self) -> bool:
        """True when nothing more may be started."""
        return self._now() >= self._until

    @property
    def left(self) -> float:
        """Seconds until everything has to be done."""
        return max(self._end - self._now(), 0.0)

    def set_aside(self, share: float) -> None:
        """Let what has to be done before the first attempt have a share of the whole time."""
        self._attempt = self._until = self._now() + share * self.whole_seconds

    def allow(self, attempts_left: int) -> None:
        """Let the next attempt have up to twice its share of what is left, so that none takes the time of all others."""
        left = self.left
        self._attempt = self._until = self._now() + min(left, 2 * left / max(attempts_left, 1))

    def share(self, effects_left: int) -> None:
        """Let the attempt on one effect have up to twice its share of what the attempt on all has left."""
        left = max(self._attempt - self._now(), 0.0)
        self._until = self._now() + min(left, 2 * left / max(effects_left, 1))

    def check(self, done: int = 0, total: int = 0) -> None:
        """Stop what is running when time is over; has the form of a progress callback on purpose.

        Raises
        ------
        OutOfTime
        """
        if self.over:
            raise OutOfTime
