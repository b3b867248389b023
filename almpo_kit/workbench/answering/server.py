"""The server of the participant's page: by itself, or its addresses for the app server."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.answering.rendering import PATH

if TYPE_CHECKING:
    from almpo_kit.records import Store

#: Pages asked for at the same time that wait for the store; hashing a code takes most of it.
_THREADS = 8
LARGEST_REQUEST = 1_000_000
_TOKEN = r"([A-Za-z0-9_-]{1,128})"


def addresses(store: Store, languages: Sequence[Path] = ()) -> list[Any]:
    """Addresses and what answers them, for a tornado application; what the first page needs is loaded.

    Parameters
    ----------
    store : Store
    languages : sequence of Path
        More folders of catalogues.
    """
    from almpo_kit.workbench.answering import acts, forms
    from almpo_kit.workbench.answering.desk import ParticipantDesk
    from almpo_kit.workbench.answering.guesses import Guesses
    from almpo_kit.workbench.answering.pages import Office
    from almpo_kit.workbench.answering.sessions import Sessions
    from almpo_kit.workbench.localisation import speeches

    desk = ParticipantDesk(store, speeches(*languages))
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="codesign_answer")
    shared = {"office": Office(desk, Sessions(), Guesses(), pool)}
    # Not in a thread beside the app server's own start: two threads that import at once can wait for each other.
    _warm()
    link = f"{PATH}/{_TOKEN}"
    return [
        (rf"{PATH}/assets/([0-9a-f]{{16}})/([a-z.]{{1,40}})", acts.Asset),
        (link, forms.Start, shared),
        (f"{link}/consent", acts.Consent, shared),
        (f"{link}/code", forms.Code, shared),
        (f"{link}/answer", forms.Answer, shared),
        (f"{link}/save", forms.Save, shared),
        (f"{link}/thanks", acts.Thanks, shared),
        (f"{link}/erase", acts.Erase, shared),
        (f"{link}/leave", acts.Leave, shared),
        (rf"{PATH}(?:/.*)?", acts.Nowhere, shared),
        # A link mistyped before its secret part: the app server would write the whole address into its log.
        (rf"(?i).*{PATH.strip('/')}/.*", acts.Nowhere, shared),
    ]


def _warm() -> None:
    """Load what the first page would otherwise wait for."""
    from babel.numbers import format_decimal

    from almpo_kit import codesign

    format_decimal(1.5, locale="en")
    _ = codesign.feedback


def application(store: Store, languages: Sequence[Path] = ()) -> Any:
    """The page by itself: nothing else is served."""
    from tornado.web import Application

    from almpo_kit.workbench.answering import acts

    made = addresses(store, languages)
    shared = made[-1][2]
    # Not all addresses begin with a stroke; what matches nothing is logged with its link.
    return Application([*made, (r".*", acts.Nowhere, shared)], compress_response=True)


def serve(
    *,
    store: Store,
    ip: str = "127.0.0.1",
    port: int = 8867,
    languages: Sequence[Path] = (),
    behind_proxy: bool = False,
) -> int:
    """Serve the page until Ctrl-C.

    Parameters
    ----------
    store : Store
    ip, port
        Where to listen. Encryption is a proxy's matter: outside of this machine put one in front.
    languages : sequence of Path
        More folders of catalogues.
    behind_proxy : bool
        Believe ``X-Forwarded-For`` and ``X-Forwarded-Proto``; only where nobody but the proxy can reach the port.
    """
    import asyncio

    from almpo_kit.workbench.servers import require_address

    require_address(ip, port)
    made = application(store, languages)
    shown = f"[{ip}]" if ":" in ip else ip
    print(
        f"Participant's page: http://{shown}:{port}{PATH}/(link)  (Ctrl-C stops the server)", file=sys.stderr
    )
    if not _is_loopback(ip) and not behind_proxy:
        print(
            "  Links and answers travel unencrypted from here. Put a proxy with TLS in front and listen on 127.0.0.1.",
            file=sys.stderr,
        )

    async def run() -> None:
        from tornado.httpserver import HTTPServer

        server = HTTPServer(
            made,
            xheaders=behind_proxy,
            max_body_size=LARGEST_REQUEST,
            max_header_size=32_768,
            idle_connection_timeout=120,
            body_timeout=30,
        )
        server.listen(port, ip)
        await asyncio.Event().wait()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        print("Stopped; what was answered is kept.", file=sys.stderr)
    return 0


def _is_loopback(ip: str) -> bool:
    if ip == "localhost":
        return True
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False
