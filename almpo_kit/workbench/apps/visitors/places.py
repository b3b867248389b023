"""Who has a place at the app server: one open tab each, with a kernel that is hers alone.

Nothing here knows of kernels or browsers, and time is told from outside.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_VARIABLE = "ALMPO_APPS_MOST_PEOPLE"
#: What one session may come to need, with an answer being computed in it.
_BYTES_A_SESSION = 250_000_000
#: Most sessions wait for their person; more than this many on one core would wait for each other.
_A_CORE = 25
_MOST_WAITING = 200


@dataclass(frozen=True)
class Patience:
    """How long is waited for people, in seconds.

    Parameters
    ----------
    back : float
        For a tab whose connection was cut.
    reload : float
        For a tab that said it is going, which a reload does too.
    first : float
        For a page that was sent to connect for the first time.
    slow : float
        For a page that was sent, has not connected, and asks after its kernel.
    idle : float
        Without a choice made, after which a place is given up even though the tab is open.
    yielding : float
        The same, when others wait for a place.
    retry : float
        Between two attempts of somebody who found no place.
    """

    back: float = 20
    reload: float = 8
    first: float = 60
    slow: float = 600
    idle: float = 4 * 3600
    yielding: float = 1200
    retry: float = 15


@dataclass(eq=False)
class Place:
    """One tab.

    Parameters
    ----------
    visitor : str
        Of her browser's signed cookie.
    app : str
        Name of the notebook.
    since : float
        When it was last heard of.
    kernel : str
        Empty while she waits for one.
    """

    visitor: str
    app: str
    since: float
    kernel: str = ""
    lines: int = 0
    connected: bool = False
    leaving: bool = False
    used: float = field(default=0.0)


class Places:
    """The places there are.

    Parameters
    ----------
    most : int
        Tabs at once.
    patience : Patience
    """

    def __init__(self, most: int, patience: Patience | None = None) -> None:
        self.most, self.patience = most, patience or Patience()
        self._taken: list[Place] = []
        self._waiting: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._taken)

    def __iter__(self) -> Iterator[Place]:
        return iter(list(self._taken))

    def take(self, visitor: str, app: str, now: float, *, known: bool, moves: bool = False) -> Place | None:
        """A place, or None when all are taken or promised to others.

        Parameters
        ----------
        visitor, app : str
        now : float
        known : bool
            Her browser has come back with its cookie, so she can be kept a place; whoever drops connections cannot.
        moves : bool
            She has just given up her place at another app, and keeps her turn.
        """
        self._forget_waiting(now)
        before_her = 0 if moves else self._before(visitor)
        if len(self._taken) + before_her >= self.most:
            if known and (visitor in self._waiting or len(self._waiting) < _MOST_WAITING):
                self._waiting[visitor] = (self._waiting.get(visitor, (now, now))[0], now)
            return None
        self._waiting.pop(visitor, None)
        place = Place(visitor, app, now, used=now)
        self._taken.append(place)
        return place

    def _before(self, visitor: str) -> int:
        return list(self._waiting).index(visitor) if visitor in self._waiting else len(self._waiting)

    def is_full(self) -> bool:
        """Whether every place is taken."""
        return len(self._taken) >= self.most

    def sits(self, visitor: str) -> bool:
        """Whether she has any tab."""
        return any(place.visitor == visitor and place.connected for place in self._taken)

    def moved_from(self, visitor: str) -> Place | None:
        """The place whose tab said that it is going: at another app, when she asks for the next one."""
        return next((p for p in self._taken if p.visitor == visitor and p.kernel and p.leaving), None)

    def left_behind(self, visitor: str, app: str) -> Place | None:
        """The place that she just left without another tab in it: a reload, or a page come back to."""
        return next(
            (
                place
                for place in reversed(self._taken)
                if (place.visitor, place.app) == (visitor, app)
                and place.kernel
                and place.connected
                and (place.leaving or not place.lines)
            ),
            None,
        )

    def reclaim(self, place: Place, now: float) -> None:
        """A reload has found it; what the page before says still is not about this one."""
        place.connected, place.leaving, place.since = False, False, now

    def is_at(self, visitor: str, app: str) -> bool:
        """Whether she has a tab with this app."""
        return any(
            (place.visitor, place.app, place.connected) == (visitor, app, True) for place in self._taken
        )

    def of(self, kernel: str) -> Place | None:
        """Whose kernel that is."""
        return next((place for place in self._taken if place.kernel == kernel), None) if kernel else None

    def heard(self, kernel: str, now: float) -> None:
        """A tab that has not connected yet asks after its kernel: a slow line, or a slow browser."""
        # A browser that cannot open a line at all, behind some proxies, would ask for ever.
        if (place := self.of(kernel)) and not place.connected and now - place.used < self.patience.slow:
            place.since = now

    def connect(self, kernel: str, now: float) -> None:
        """A tab opened a line to its kernel."""
        if place := self.of(kernel):
            place.lines += 1
            place.connected, place.leaving, place.since = True, False, now

    def disconnect(self, kernel: str, now: float) -> None:
        """A line was closed, or cut."""
        if place := self.of(kernel):
            place.lines = max(0, place.lines - 1)
            place.since = now

    def leave(self, kernel: str, now: float) -> None:
        """The tab says that it is closing or loading again."""
        if (place := self.of(kernel)) and place.connected:
            place.leaving, place.since = True, now

    def give_up(self, place: Place) -> None:
        """The place is free."""
        if place in self._taken:
            self._taken.remove(place)

    def overdue(self, now: float) -> list[Place]:
        """Places that nobody sits in any more."""
        self._forget_waiting(now)
        gone = [place for place in self._taken if place.kernel and now - place.since > self._allowed(place)]
        staying = [place for place in self._taken if place.kernel and place not in gone]
        longest = sorted(staying, key=lambda place: place.used)
        idle = [place for place in longest if now - place.used > self.patience.idle]
        # Places of people who wait: those that were left alone longest, as many as are asked for.
        asked = len(self._waiting) - (self.most - len(self._taken)) - len(gone) - len(idle)
        yielding = [p for p in longest if p not in idle and now - p.used > self.patience.yielding]
        return [*gone, *idle, *yielding[: max(0, asked)]]

    def _allowed(self, place: Place) -> float:
        if place.leaving:
            return self.patience.reload
        if place.lines:
            return float("inf")
        return self.patience.back if place.connected else self.patience.first

    def _forget_waiting(self, now: float) -> None:
        longest = 2.5 * self.patience.retry
        self._waiting = {who: asked for who, asked in self._waiting.items() if now - asked[1] <= longest}


def most_people(asked: int | None = None) -> int:
    """How many tabs there may be at once: as asked for, as the environment says, or what this machine bears.

    Raises
    ------
    ParameterError
        Not a whole number of at least one.
    """
    from almpo_kit.vocabulary.errors import ParameterError

    said = str(asked) if asked is not None else os.environ.get(MOST_VARIABLE, "")
    if said:
        if not said.isdecimal() or not 1 <= int(said) <= 100_000:
            raise ParameterError(
                f"--most-people (or {MOST_VARIABLE}) takes a whole number of at least 1, not {said!r}."
            )
        return int(said)
    import psutil

    memory = int(psutil.virtual_memory().available * 0.8) // _BYTES_A_SESSION
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(2, min(memory, _A_CORE * cores))
