"""Kernels are woken in turn: people first and in the order they came, a few at a time, and some kept ready for the next.

Nothing here knows how a kernel is woken.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

#: Kept ready beyond one, for an app that people are coming to.
_MORE_READY = 2
_COMING_SECONDS = 600.0
#: What is kept ready was computed then; records and data may have changed since.
_STALE_SECONDS = 1800.0
#: After the last person came, before what she took is made anew: her own kernel and browser come first.
_POLITE_SECONDS = 3.0
#: Before another is woken of an app that could not be.
_AFTER_FAILURE_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Awake:
    """A kernel that has run its app.

    Parameters
    ----------
    kernel, app : str
    outputs : tuple of dict
        What the notebook showed.
    made : float
        When, on the loop's clock.
    """

    kernel: str
    app: str
    outputs: tuple[dict[str, Any], ...]
    made: float = field(default=0.0)


class Wakings:
    """Who is woken next.

    Parameters
    ----------
    wake : callable
        Name of an app to a kernel that has run it; takes seconds.
    end : callable
        Ends a kernel by its id.
    apps : iterable of str
        Of which one kernel is kept ready.
    at_once : int
        Woken at the same time.
    spare : callable
        How many kernels there may be beyond those of people.
    """

    def __init__(
        self,
        wake: Callable[[str], Awaitable[Awake]],
        end: Callable[[str], Awaitable[None]],
        apps: Iterable[str],
        *,
        at_once: int,
        spare: Callable[[], int] = lambda: 1_000,
    ) -> None:
        self._wake, self._end, self._apps, self._at_once, self._spare = wake, end, tuple(apps), at_once, spare
        self._asked: deque[tuple[str, asyncio.Future[Awake]]] = deque()
        self._ready: dict[str, deque[Awake]] = defaultdict(deque)
        self._under_way: dict[asyncio.Task[None], str] = {}
        self._came: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=_MORE_READY))
        self._not_before: dict[str, float] = {}
        self._polite_until = 0.0
        self._later: asyncio.TimerHandle | None = None
        self._ended = False

    @property
    def waiting(self) -> int:
        """People whose kernel is not awake."""
        return sum(not future.done() for _, future in self._asked)

    @property
    def ready(self) -> list[str]:
        """Kernels that wait for somebody."""
        return [awake.kernel for held in self._ready.values() for awake in held]

    async def next(self, app: str) -> Awake:
        """A kernel for whoever asks now; in turn, if none is ready."""
        now = asyncio.get_running_loop().time()
        self._came[app].append(now)
        self._polite_until = now + _POLITE_SECONDS
        if self._ready[app]:
            awake = self._ready[app].popleft()
            self.pump()
            return awake
        future: asyncio.Future[Awake] = asyncio.get_running_loop().create_future()
        self._asked.append((app, future))
        self.pump()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and not future.exception():
                # Handed over in the moment she left: nobody has seen it.
                self.give_back(future.result())
            raise

    def give_back(self, awake: Awake) -> None:
        """A kernel that nobody has seen; the next one gets it."""
        for position, (app, future) in enumerate(self._asked):
            if app == awake.app and not future.done():
                del self._asked[position]
                future.set_result(awake)
                return
        self._ready[awake.app].append(awake)

    def pump(self) -> None:
        """Begin whatever may begin now."""
        if self._ended:
            return
        self._asked = deque((app, future) for app, future in self._asked if not future.done())
        while len(self._under_way) < self._at_once and (app := self._next_app()):
            task = asyncio.ensure_future(self._wake_one(app))
            self._under_way[task] = app
            task.add_done_callback(self._one_done)
        self._look_again()

    async def close(self) -> None:
        """Nothing is woken any more."""
        self._ended = True
        if self._later:
            self._later.cancel()
        for _, future in self._asked:
            future.cancel()
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def drop_stale(self) -> None:
        """End what was kept ready for too long; anew it is made by the next pump."""
        now = asyncio.get_running_loop().time()
        for held in self._ready.values():
            while held and now - held[0].made > _STALE_SECONDS:
                await self._end(held.popleft().kernel)
        self.pump()

    def forget(self, kernel: str) -> None:
        """That kernel is gone."""
        for held in self._ready.values():
            for awake in [a for a in held if a.kernel == kernel]:
                held.remove(awake)

    def _next_app(self) -> str:
        under_way = list(self._under_way.values())
        for app, _ in self._asked:
            if app in under_way:
                under_way.remove(app)
            else:
                return app
        now = asyncio.get_running_loop().time()
        if now < self._polite_until or len(self.ready) + len(self._under_way) >= self._spare():
            return ""
        short = [app for app in self._apps if self._is_short(app, now)]
        return min(short, key=lambda app: len(self._ready[app])) if short else ""

    def _is_short(self, app: str, now: float) -> bool:
        if now < self._not_before.get(app, 0.0):
            return False
        wanted = 1 + sum(now - came < _COMING_SECONDS for came in self._came[app])
        return len(self._ready[app]) + list(self._under_way.values()).count(app) < wanted

    def _look_again(self) -> None:
        """When politeness or the wait after a failure ends."""
        loop = asyncio.get_running_loop()
        moments = [m for m in (self._polite_until, *self._not_before.values()) if m > loop.time()]
        if self._later:
            self._later.cancel()
        self._later = loop.call_at(min(moments) + 0.01, self.pump) if moments else None

    async def _wake_one(self, app: str) -> None:
        try:
            awake = await self._wake(app)
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told
            self._not_before[app] = asyncio.get_running_loop().time() + _AFTER_FAILURE_SECONDS
            logging.getLogger(__name__).warning("The app %s could not be woken: %s", app, error)
            for asked, future in self._asked:
                if asked == app and not future.done():
                    future.set_exception(error)
                    break
            return
        if self._ended:
            await self._end(awake.kernel)
        else:
            self.give_back(awake)

    def _one_done(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self.pump()
