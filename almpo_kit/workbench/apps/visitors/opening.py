"""What the app server opens for its visitors before it listens, and closes when it ends."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.apps.visitors.places import Places, most_people

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.visitors.confined import Confined

#: Of the library's addresses, those that we answer otherwise or not at all.
_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"


class Visitors:
    """Kernels of visitors while a server runs.

    Parameters
    ----------
    served : Path
        Folder of the apps' notebooks.
    runs : Path
        Folder of runs and records.
    most : int, optional
        Tabs at once; what this machine bears when left out.
    for_others : bool
        People elsewhere can reach the server: its kernels must be confined.

    Raises
    ------
    ParameterError
        A limit or an account that cannot be; on entering, also that kernels cannot be confined though they must be.
    """

    def __init__(
        self, served: Path, runs: Path, most: int | None = None, *, for_others: bool = False
    ) -> None:
        self.served, self.runs, self.for_others = served, runs, for_others
        self.places = Places(most_people(most))
        self._held = contextlib.ExitStack()
        self._warm_address = ""
        self._confined: Confined | None = None

    def __enter__(self) -> Visitors:
        from almpo_kit.workbench.apps.visitors import confined
        from almpo_kit.workbench.warm import addresses, starting

        with contextlib.ExitStack() as opened:
            if addresses.is_possible():
                self._confine(opened)
            if self.for_others:
                confined.require_confined(self._confined)
            if addresses.is_possible():
                ahead = _imported_ahead(self.served)
                self._warm_address = opened.enter_context(starting.start(ahead, for_me_alone=True)).address
            self._held = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def settle(self, c: Any) -> None:
        """Put what concerns kernels into the server's configuration."""
        from almpo_kit.workbench.apps.visitors import confined

        c.VoilaConfiguration.multi_kernel_manager_class = (
            "almpo_kit.workbench.apps.visitors.kernels.AppKernels"
        )
        c.Voila.kernel_websocket_connection_class = "almpo_kit.workbench.apps.visitors.messages.Line"
        # The library's own pool, restarts and idle times know nothing of people.
        c.VoilaConfiguration.preheat_kernel = False
        c.KernelManager.autorestart = False
        c.MappingKernelManager.cull_idle_timeout = 0
        c.MappingKernelManager.allow_tracebacks = False
        c.WarmKernelManager.warm_address = self._warm_address
        place = str(self._confined.root) if self._confined else confined.place_of_sockets()
        if place:
            c.Voila.connection_dir_root = place

    def addresses(self, theirs: list[Any], base: str) -> list[Any]:
        """Ours in place of the library's that have to do with kernels."""
        from almpo_kit.workbench.apps.visitors import requests

        ours = [
            (rf"{base}api/kernels/{_KERNEL}/channels", requests.Line),
            (rf"{base}api/kernels/{_KERNEL}", requests.Model),
            (rf"{base}voila/api/shutdown/{_KERNEL}", requests.Goodbye),
            (rf"{base}voila/render/([^/]+)", requests.Visit),
        ]
        closed = (
            "/api/kernels/",
            "/voila/api/shutdown/",
            "/voila/render/",
            "/voila/query/",
            "/voila/execution/",
        )
        return [*ours, *(one for one in theirs if not any(part in one[0] for part in closed))]

    def open(self, server: Any) -> None:
        """Make what visitors are shown, and look after them once the server's loop runs."""
        from tornado.ioloop import IOLoop

        from almpo_kit.workbench.apps.visitors.house import House
        from almpo_kit.workbench.apps.visitors.requests import SETTING

        server.kernel_manager.confined = self._confined
        house = House(server, self.places)
        server.app.settings[SETTING] = house
        server.kernel_manager.before_end = house.close
        IOLoop.current().run_sync(house.prepare)
        IOLoop.current().add_callback(house.begin)

    def _confine(self, opened: contextlib.ExitStack) -> None:
        from almpo_kit.workbench.apps.visitors import confined

        self._confined = confined.prepare(self.runs, lambda words: print(words, file=sys.stderr))
        if self._confined is not None:
            opened.callback(confined.remove, self._confined)


def _imported_ahead(served: Path) -> tuple[str, ...]:
    """What the apps will import, so that their kernels have it from the start."""
    import json
    import re

    from almpo_kit.workbench.warm import preloads

    sources = []
    for path in sorted(served.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
        sources += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    named = re.findall(r"^from (almpo_kit\.workbench\.apps[\w.]*) import (\w+)$", "\n".join(sources), re.M)
    own = tuple(f"{package}.{module}" for package, module in named)
    return (*preloads.for_sources(sources), *preloads.OF_APPS, *own)
