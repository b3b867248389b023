"""What browsers ask for around a kernel: the page, its kernel's line, whether it lives, and that it is not needed more."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import time
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, authenticated

from almpo_kit.workbench.apps.visitors.full_page import full

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.visitors.house import House
    from almpo_kit.workbench.apps.visitors.places import Place
    from almpo_kit.workbench.apps.visitors.wakings import Awake

SETTING = "almpo_house"
#: Something is sent as often while somebody waits, or a proxy would cut the connection.
_SIGN_OF_LIFE_SECONDS = 10
#: A line whose other end is gone without a word is found dead after about a minute, by the system and not by pings,
#: which some browsers do not answer while they send a file.
_DEAD_LINE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 60_000}
#: Of one kernel; the oldest gives way.
_MOST_LINES = 4
_NOT_STARTED = (
    '<p role="alert">The app could not be started. Load the page again in a minute; if it comes back, tell whoever '
    "runs this server.</p>"
)


def _house(handler: Any) -> House:
    house: House = handler.settings[SETTING]
    return house


class _OfAVisitor:
    """Knows whose browser it is: by a signed cookie that no script can read."""

    def visitor(self: Any) -> str:
        """Name of her browser; empty without a cookie of ours."""
        said = self.get_signed_cookie(self._cookie(), max_age_days=30)
        return said.decode("ascii", "replace") if said else ""

    def new_visitor(self: Any) -> str:
        """A name, kept by her browser for as long as it is open."""
        name = secrets.token_urlsafe(18)
        self.set_signed_cookie(
            self._cookie(),
            name,
            expires_days=None,
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
            path=self.base_url,
        )
        return name

    def _cookie(self: Any) -> str:
        # Browsers keep the cookies of all ports of one machine together.
        return f"almpo-visitor-{_house(self).port}"

    def own(self: Any, kernel: str) -> Place:
        """The place with this kernel, if it is hers; for everybody else it does not exist."""
        place = _house(self).places.of(kernel)
        visitor = self.visitor()
        if (
            place is None
            or not visitor
            or not secrets.compare_digest(place.visitor.encode(), visitor.encode())
        ):
            raise HTTPError(404)
        return place


class Visit(_OfAVisitor, JupyterHandler):  # type: ignore[misc, unused-ignore]
    """The page of an app."""

    _waits: asyncio.Task[Any] | None = None
    _gone = False

    @authenticated
    async def get(self, name: str) -> None:
        """Send the first view at once, and the rest when a kernel is awake."""
        house, app = _house(self), name.removesuffix(".ipynb")
        if app not in house.titles or not name.endswith(".ipynb"):
            raise HTTPError(404)
        self._say_what_it_is()
        known = self.visitor()
        visitor = known or self.new_visitor()
        if place := await house.left_behind(visitor, app):
            await self._serve(house, app, place, back=True)
            return
        moves = await house.moves(visitor)
        place_or_none = house.places.take(visitor, app, time.monotonic(), known=bool(known), moves=moves)
        if place_or_none is None:
            self._refuse(house, app, hers=house.places.sits(visitor))
            return
        await self._serve(house, app, place_or_none)

    def on_connection_close(self) -> None:
        """She did not wait."""
        self._gone = True
        if self._waits is not None:
            self._waits.cancel()

    async def _serve(self, house: House, app: str, place: Place, *, back: bool = False) -> None:
        seen = False
        awake: Awake | None = None
        try:
            await self._send(house.begin_page(app))
            if back and (found := await house.come_back(place, anew=self._asks_anew())):
                await self._send(house.skeleton.finish(found.kernel, found.outputs), last=True)
                return
            awake = await self._awake(house, app)
            if awake is None:
                await self._send(_NOT_STARTED, last=True)
                return
            # From here on whoever has the page can connect, so the kernel is hers.
            seen = True
            house.seat(place, awake)
            await self._send(house.skeleton.finish(awake.kernel, awake.outputs), last=True)
        except (StreamClosedError, asyncio.CancelledError):
            pass
        finally:
            if not seen and not place.kernel:
                house.places.give_up(place)
                if awake is not None:
                    house.wakings.give_back(awake)

    async def _awake(self, house: House, app: str) -> Awake | None:
        """A kernel in turn; None if there is none to be had."""
        self._waits = asyncio.ensure_future(house.next(app))
        try:
            while not self._waits.done():
                await asyncio.wait({self._waits}, timeout=_SIGN_OF_LIFE_SECONDS)
                if not self._waits.done():
                    await self._send("<!-- in turn -->")
            if self._gone and not self._waits.cancelled() and not self._waits.exception():
                house.wakings.give_back(self._waits.result())
                raise StreamClosedError
            return self._waits.result()
        except (StreamClosedError, asyncio.CancelledError):
            self._waits.cancel()
            raise
        except Exception:  # noqa: BLE001 - it is in the log; she is told that there is none
            return None

    async def _send(self, html: str, *, last: bool = False) -> None:
        if self._gone:
            raise StreamClosedError
        self.write(html)
        if last:
            await self.finish()
        else:
            await self.flush()

    def _refuse(self, house: House, app: str, *, hers: bool) -> None:
        retry = int(house.places.patience.retry)
        self.set_status(503)
        self.set_header("Retry-After", str(retry))
        self.finish(
            full(
                house.skeleton,
                house.titles[app],
                house.views.get(app, ""),
                people=len(house.places),
                retry=retry,
                hers=hers,
            )
        )

    def _say_what_it_is(self) -> None:
        # The page's goodbye carries it.
        assert self.xsrf_token
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    def _asks_anew(self) -> bool:
        """Whether she loaded the page with the key that says: forget everything."""
        return "no-cache" in self.request.headers.get("Cache-Control", "")


class Line(_OfAVisitor, KernelWebsocketHandler):  # type: ignore[misc, unused-ignore]
    """The line between a tab and its kernel."""

    async def pre_get(self) -> None:
        """Only hers."""
        self.own(self.kernel_id)
        await super().pre_get()

    def get_websocket_protocol(self) -> Any:
        """Without tornado's own pings: it takes for seconds what the Jupyter server, which pings too, says in ms."""
        protocol = super().get_websocket_protocol()
        if protocol is not None:
            protocol.params.ping_interval = protocol.params.ping_timeout = None
        return protocol

    async def open(self, kernel_id: str) -> None:
        """Notice when the other end is gone, then as the library does."""
        stream = getattr(self.ws_connection, "stream", None)
        line = getattr(stream, "socket", None)
        if line is not None:
            with contextlib.suppress(OSError):
                line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                for name, value in _DEAD_LINE.items():
                    if (option := getattr(socket, name, None)) is not None:
                        line.setsockopt(socket.IPPROTO_TCP, option, value)
        self._make_room(kernel_id)
        await super().open(kernel_id)

    def _make_room(self, kernel_id: str) -> None:
        """A tab has one line, and perhaps one that was cut: each more takes files that all visitors share."""
        lines = _house(self).lines.setdefault(kernel_id, {})
        while len(lines) >= _MOST_LINES:
            oldest = next(iter(lines))
            del lines[oldest]
            # Not asked first: who opens many would not answer, and until then its files stay taken.
            if (held := oldest.ws_connection) is not None:
                held.stream.close()
        lines[self] = None

    def on_close(self) -> None:
        """The tab is gone, or its network."""
        _house(self).lines.get(self.kernel_id, {}).pop(self, None)
        if self.connection is not None:
            super().on_close()


class Model(_OfAVisitor, APIHandler):  # type: ignore[misc, unused-ignore]
    """Whether a kernel lives; nothing can be done to it here."""

    @authenticated
    async def get(self, kernel_id: str) -> None:
        """Its model, for whose it is."""
        self.own(kernel_id)
        _house(self).places.heard(kernel_id, time.monotonic())
        model = self.kernel_manager.kernel_model(kernel_id)
        self.finish(json.dumps({key: model[key] for key in ("id", "name", "execution_state")}))


class Goodbye(_OfAVisitor, APIHandler):  # type: ignore[misc, unused-ignore]
    """A tab says that it closes, or loads again."""

    @authenticated
    async def post(self, kernel_id: str) -> None:
        """Her place is kept for a moment, in case it is a reload."""
        self.own(kernel_id)
        _house(self).places.leave(kernel_id, time.monotonic())
        self.set_status(204)
        self.finish()
