"""All that an app server holds for its visitors, and what it does every second."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from pathlib import Path
from typing import Any

from almpo_kit.workbench.apps.visitors import kept_views
from almpo_kit.workbench.apps.visitors.first_views import first_view
from almpo_kit.workbench.apps.visitors.kernels import AppKernels
from almpo_kit.workbench.apps.visitors.pages import Skeleton, skeleton, titles
from almpo_kit.workbench.apps.visitors.places import Place, Places
from almpo_kit.workbench.apps.visitors.wakings import Awake, Wakings

_LOOK_SECONDS = 1.0
_GOODBYE_SECONDS = 0.4
#: For an answer that was asked for before the reload; what takes longer is what she reloads for.
_BUSY_SECONDS = 5.0
#: Looking at all data takes the server's time while many come at once.
_DIGESTS_SECONDS = 10.0
#: An app that shows nothing by then is broken.
_WAKING_SECONDS = 180
_NOT_SHOWN = {
    "output_type": "display_data",
    "metadata": {},
    "data": {"text/html": "<p>The app could not be shown.</p>"},
}


class House:
    """Places, kernels and first views of one server.

    Parameters
    ----------
    server : Voila
        With its settings made.
    places : Places
    """

    def __init__(self, server: Any, places: Places) -> None:
        self.server, self.places = server, places
        self.port = server.port
        self.folder = Path(server.root_dir)
        self.titles = titles(self.folder)
        self.views = {app: kept_views.read(self._notebook(app)) for app in self.titles}
        #: Of each kernel, the oldest first.
        self.lines: dict[str, dict[Any, None]] = {}
        self.skeleton = Skeleton("", "", "")
        self._awake: dict[str, Awake] = {}
        self._made: dict[str, dict[str, str]] = {}
        self._digests: dict[str, asyncio.Future[dict[str, str]]] = {}
        self._looked_at: dict[str, float] = {}
        self._looks: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Future[None]] = set()
        self.kernels: AppKernels = server.kernel_manager
        self.kernels.places = places
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self.wakings = Wakings(self._wake, self.kernels.end, self.titles, at_once=max(1, cores))

    async def prepare(self) -> None:
        """Make the page, before anybody asks for it."""
        self.skeleton = await skeleton(self.server)

    async def begin(self) -> None:
        """Wake a kernel of each app, and look after all of them."""
        self.wakings.pump()
        self._looks = asyncio.ensure_future(self._look_after())

    async def close(self) -> None:
        """Nothing is begun any more."""
        if self._looks:
            self._looks.cancel()
        await self.wakings.close()

    def begin_page(self, app: str) -> str:
        """What is sent at once."""
        return self.skeleton.begin(self.titles[app], self.views.get(app, ""))

    async def next(self, app: str) -> Awake:
        """A kernel that is alive, in turn."""
        while True:
            awake = await self.wakings.next(app)
            if self.kernels.is_alive(awake.kernel):
                return awake
            await self.kernels.end(awake.kernel)

    def seat(self, place: Place, awake: Awake) -> None:
        """The kernel is hers from here on."""
        place.kernel, place.since = awake.kernel, time.monotonic()
        self._awake[awake.kernel] = awake

    async def left_behind(self, visitor: str, app: str) -> Place | None:
        """Her place, if this is a reload; browsers ask for a page while its goodbye is still under way."""
        until = time.monotonic() + _GOODBYE_SECONDS
        while True:
            if place := self.places.left_behind(visitor, app):
                self.places.reclaim(place, time.monotonic())
                return place
            if time.monotonic() > until or not self.places.is_at(visitor, app):
                return None
            await asyncio.sleep(0.05)

    async def moves(self, visitor: str) -> bool:
        """Whether she goes from one app to another on a full server: she gives one place up and may have the next."""
        until = time.monotonic() + _GOODBYE_SECONDS
        while self.places.is_full() and self.places.sits(visitor):
            if place := self.places.moved_from(visitor):
                # Not waited for: nobody shall take her place in between.
                self.places.give_up(place)
                ending = asyncio.ensure_future(self._end_kernel(place))
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)
                return True
            if time.monotonic() > until:
                break
            await asyncio.sleep(0.05)
        return False

    async def come_back(self, place: Place, *, anew: bool) -> Awake | None:
        """The kernel that a reload finds again; None where it would not answer or is not wanted: it is ended."""
        until = time.monotonic() + _BUSY_SECONDS
        while not anew and self.kernels.is_alive(place.kernel):
            if not self.kernels.is_busy(place.kernel):
                return self._awake[place.kernel]
            if time.monotonic() > until:
                break
            await asyncio.sleep(0.1)
        await self._end_kernel(place)
        return None

    async def _end(self, place: Place) -> None:
        self.places.give_up(place)
        await self._end_kernel(place)

    async def _end_kernel(self, place: Place) -> None:
        kernel, place.kernel = place.kernel, ""
        self._awake.pop(kernel, None)
        for line in self.lines.pop(kernel, {}):
            with contextlib.suppress(Exception):
                line.close(4000, "ended")
        await self.kernels.end(kernel)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self._look()
            except Exception:
                self.server.log.exception("The places could not be looked after; it is tried again.")

    async def _look(self) -> None:
        now = time.monotonic()
        for place in self.places:
            if place.kernel:
                place.used = max(place.used, now - self.kernels.used(place.kernel))
        for kernel in [k for k in self.wakings.ready if not self.kernels.is_alive(k)]:
            self.wakings.forget(kernel)
            await self.kernels.end(kernel)
        dead = [place for place in self.places if place.kernel and not self.kernels.is_alive(place.kernel)]
        overdue = [place for place in self.places.overdue(now) if place not in dead]
        await asyncio.gather(*(self._end(place) for place in (*dead, *overdue)))
        await self.wakings.drop_stale()

    async def _wake(self, app: str) -> Awake:
        import nbformat
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError

        text = await asyncio.to_thread(self._notebook(app).read_text, encoding="utf-8")
        made = await self._made_from(app)
        notebook = nbformat.reads(text, as_version=4)
        kernel = await self._start()
        try:
            client = NotebookClient(notebook, km=self.kernels.get_kernel(kernel), timeout=_WAKING_SECONDS)
            client.kc = await client.async_start_new_kernel_client()
            try:
                for at, cell in enumerate(notebook.cells):
                    await client.async_execute_cell(cell, at, store_history=False)
                outputs = _shown(notebook)
                view = first_view(outputs, client.widget_state)
            except (CellExecutionError, CellTimeoutError) as error:
                self.server.log.error("The app %s failed: %s", app, error)
                outputs, view = (_NOT_SHOWN,), ""
            finally:
                client.kc.stop_channels()
        except BaseException:
            await self.kernels.end(kernel)
            raise
        if view and (view, made) != (self.views[app], self._made.get(app)):
            self.views[app], self._made[app] = view, made
            await asyncio.to_thread(kept_views.keep, self._notebook(app), view, made)
        return Awake(kernel, app, outputs, asyncio.get_running_loop().time())

    async def _made_from(self, app: str) -> dict[str, str]:
        """What the app is made from, as it was a moment ago: if it changed since, the view is only made once more."""
        now = time.monotonic()
        if now - self._looked_at.get(app, -_DIGESTS_SECONDS) >= _DIGESTS_SECONDS:
            self._looked_at[app] = now
            self._digests[app] = asyncio.ensure_future(
                asyncio.to_thread(kept_views.made_from, self._notebook(app))
            )
        return await asyncio.shield(self._digests[app])

    def _notebook(self, app: str) -> Path:
        return self.folder / f"{app}.ipynb"

    async def _start(self) -> str:
        import uuid

        from jupyter_server.utils import ApiPath

        kernel = str(uuid.uuid4())
        environment = self.kernels.environment(kernel)
        started: str = await self.kernels.start_kernel(
            kernel_id=kernel, kernel_name="python3", path=ApiPath(""), env=environment
        )
        return started


def _shown(notebook: Any) -> tuple[dict[str, Any], ...]:
    """What the page shows of the outputs: not what was printed."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    kept = [
        json.loads(json.dumps(o)) for o in found if o["output_type"] in ("display_data", "execute_result")
    ]
    for output in kept:
        output.pop("execution_count", None)
    return tuple(kept)
