"""The app server: Voila over ``notebooks/apps``, closed to everything that is not an app."""

from __future__ import annotations

import functools
import ipaddress
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench import notebooks, servers, tracking
from almpo_kit.workbench.answering.server import LARGEST_REQUEST
from almpo_kit.workbench.apps import server_end, server_log, site_files
from almpo_kit.workbench.apps.gate import addresses as gate_addresses
from almpo_kit.workbench.apps.gate import gate, hosts, secret
from almpo_kit.workbench.apps.visitors.opening import Visitors
from almpo_kit.workbench.assets import FOLDER

TOKEN_VARIABLE = secret.TOKEN_VARIABLE
#: What a browser may send at once, thus the largest file that can be dropped into an app. The libraries' own bound of
#: 10 MiB cuts the connection without a word.
LARGEST_UPLOAD = 100_000_000
#: How long one message may be under way: 100 MB on a line that sends 1.4 Mbit/s. Some browsers answer no ping while they
#: send, and the libraries' own bound of 90 s would cut a file of more than 11 MB on a line of 1 Mbit/s.
UPLOAD_SECONDS = 600


@dataclass(frozen=True)
class Limits:
    """What one connection may take before it is closed. Files come over a websocket and are not meant.

    Parameters
    ----------
    headers_seconds : float
        From the first byte, or from the page before, to the end of the headers.
    body_seconds : float
        For a form: the largest one on a line of 270 kbit/s; a participant's answers are a few kB.
    largest_body, largest_headers : int
        Bytes.
    """

    headers_seconds: float = 120
    body_seconds: float = 30
    largest_body: int = LARGEST_REQUEST
    largest_headers: int = 32_768


def _is_loopback(ip: str) -> bool:
    if ip == "localhost":
        return True
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False


def configuration(*, ip: str, port: int, base: str = "/") -> Any:
    """traitlets configuration of the server.

    Parameters
    ----------
    ip, port
        Where to listen.
    base : str
        Base address, with strokes around it.

    Raises
    ------
    ParameterError
        An address other people can reach, without a token in the environment.
    """
    import zmq
    from traitlets.config import Config

    token = secret.read()
    if not _is_loopback(ip) and not token:
        raise ParameterError(
            f"serving on {ip} lets others in, so it needs a token: set {TOKEN_VARIABLE} to 16 or more random "
            f"characters (`python -c 'import secrets; print(secrets.token_urlsafe())'`), or leave out --ip."
        )
    c = Config()
    c.Voila.ip = ip
    c.Voila.port = port
    c.Voila.port_retries = 0
    c.Voila.open_browser = False
    c.Voila.base_url = base
    c.Voila.identity_provider_class = "almpo_kit.workbench.apps.gate.identity.Identity"
    c.IdentityProvider.cookie_options = {"samesite": "Strict"}
    if token:
        c.Voila.token = token
    c.Voila.tornado_settings = {
        "websocket_max_message_size": LARGEST_UPLOAD + 1_000_000,
        "ws_ping_timeout": UPLOAD_SECONDS * 1000,
        "xsrf_cookie_kwargs": {"samesite": "Strict"},
    }
    c.VoilaConfiguration.template = "almpo"
    # Another template or theme by query string reaches into the file system; a file under the served root
    # is public to Voila. Neither is needed.
    c.VoilaConfiguration.allow_template_override = "NO"
    c.VoilaConfiguration.allow_theme_override = "NO"
    c.VoilaConfiguration.file_allowlist = []
    c.VoilaConfiguration.show_tracebacks = False
    # JupyterLab's other extensions only slow the page down and complain about Voila's older core.
    c.VoilaConfiguration.extension_allowlist = list(gate_addresses.EXTENSIONS)
    # Without it, whoever else has an account on this machine could read along what kernels say.
    if zmq.has("curve"):
        c.KernelManager.transport_encryption = "auto"
    return c


def _ours(
    server: Any, limits: Limits, terms: gate.Terms | None = None, visitors: Visitors | None = None
) -> Any:
    """Voila behind our gate, with the page of participants beside its apps: whoever was invited needs her link, not the
    apps' token; and with limits on how long a connection may be kept waiting."""

    class Apps(server):
        def init_handlers(self) -> list[Any]:
            from almpo_kit.records import RecordsError
            from almpo_kit.workbench import record_keeping
            from almpo_kit.workbench.answering.server import addresses

            apps = super().init_handlers()
            if visitors is not None:
                apps = site_files.in_place_of(visitors.addresses(apps, self.base_url), self.base_url)
            try:
                participants = addresses(record_keeping.store())
            except RecordsError as error:
                # The apps need no records to be looked at.
                print(f"  No page for participants: {error}", file=sys.stderr)
                participants = []
            gate.stand_before(
                self.app, Path(self.root_dir), terms or gate.Terms(), participants=bool(participants)
            )
            return [*participants, *apps]

        def listen(self) -> None:
            if visitors is not None:
                visitors.open(self)
            self.app.listen = functools.partial(
                self.app.listen,
                idle_connection_timeout=limits.headers_seconds,
                body_timeout=limits.body_seconds,
                max_body_size=limits.largest_body,
                max_header_size=limits.largest_headers,
            )
            super().listen()

        def _handle_signal_stop(self, sign: int, frame: Any) -> None:
            # Before there is a loop nothing runs that would have to be ended.
            if (loop := getattr(self, "ioloop", None)) is None:
                raise KeyboardInterrupt
            loop.add_callback_from_signal(loop.stop)

        def stop(self) -> None:
            server_end.end(self.ioloop.asyncio_loop, self.kernel_manager, self.log)
            shutil.rmtree(self.connection_dir, ignore_errors=True)

    return Apps


def serve(
    *,
    ip: str = "127.0.0.1",
    port: int = 8866,
    open_browser: bool = True,
    limits: Limits | None = None,
    base_url: str = "/",
    names: tuple[str, ...] = (),
    behind_proxy: bool = False,
    most_people: int | None = None,
) -> int:
    """Serve the apps until Ctrl-C.

    Parameters
    ----------
    ip, port
        Where to listen.
    open_browser : bool
    limits : Limits
    base_url : str
        Path below which the apps lie, for a server that shares its name with others.
    names : tuple of str
        More names under which browsers ask for this server; numbers and this machine's own names are known.
    behind_proxy : bool
        Believe ``X-Forwarded-*``; only where nobody but the proxy can reach the port.
    most_people : int, optional
        Tabs that may be open at once; what memory and cores bear when left out.
    """
    base = gate.base_address(base_url)
    settings = configuration(ip=ip, port=port, base=base)
    terms = gate.Terms(secret.read(), base, names, behind_proxy)
    hosts.hosts(names)
    servers.require_address(ip, port)
    if not (notebooks.folder() / "apps").is_dir():
        raise ParameterError(
            f"there are no apps in {notebooks.folder() / 'apps'}; restore that folder from a clone."
        )
    os.environ["JUPYTER_PATH"] = os.pathsep.join(
        part for part in (str(FOLDER), os.environ.get("JUPYTER_PATH", "")) if part
    )
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    from voila.app import Voila

    served: Path = notebooks.folder() / "apps"
    for_others = behind_proxy or not _is_loopback(ip)
    visitors = Visitors(served, tracking.folder(), most_people, for_others=for_others)
    address = f"http://{'127.0.0.1' if ip in ('0.0.0.0', '::') else ip}:{port}"
    key = " They ask for the token or password." if terms.word else ""
    # Kernels inherit the environment.
    secret.forget()
    apps = ", ".join(sorted(path.stem for path in served.glob("*.ipynb")))
    print(f"Participants of a consultation: {address}/codesign_answer/(link)", file=sys.stderr)
    print(f"Apps ({apps}): {address}{base}{key}  (Ctrl-C stops the server)", file=sys.stderr)
    if not _is_loopback(ip) and not behind_proxy:
        print(
            "  Token and answers travel unencrypted from here. Put a proxy with TLS in front (--behind-proxy).",
            file=sys.stderr,
        )
    if open_browser:
        servers.open_when_up(f"{address}{base}")
    with server_log.never_waiting(), visitors:
        visitors.settle(settings)
        server = _ours(Voila, limits or Limits(), terms, visitors)(config=settings)
        server_log.quiet(server.log)
        _run(server, served)
    return 0


def _run(server: Any, served: Path) -> None:
    try:
        server.initialize([str(served)])
        server.start()
    finally:
        # Also when it was asked to end before there was a loop, thus before anything would have been stopped.
        if server.connection_dir:
            shutil.rmtree(server.connection_dir, ignore_errors=True)
