"""The gate: every request passes it before anything else of the server sees it."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.gate import addresses, answers, hosts, landing, policy
from almpo_kit.workbench.apps.gate.addresses import Address
from almpo_kit.workbench.apps.gate.door import Door
from almpo_kit.workbench.apps.gate.identity import SETTING

_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
#: Opened by people, thus answered with pages; the rest is asked for by pages.
_PAGES: Final = frozenset({"landing", "app", "login"})

#: Characters of a refused address that are logged.
_LONGEST_SAID: Final = 200


@dataclass(frozen=True)
class Terms:
    """How the server is reached.

    Parameters
    ----------
    word : str
        Token or password, "" for none.
    base : str
        Base address, with strokes around it.
    names : tuple of str
        More names under which it is asked for.
    behind_proxy : bool
        Believe ``X-Forwarded-For``, ``-Proto`` and ``-Host``; only where nobody but the proxy can reach the port.
    """

    word: str = ""
    base: str = "/"
    names: tuple[str, ...] = ()
    behind_proxy: bool = False


def base_address(said: str) -> str:
    """A base address with strokes around it.

    Raises
    ------
    ParameterError
        Something that is no plain path.
    """
    parts = [part for part in said.split("/") if part]
    if any(part.strip(".") == "" or not all(c.isalnum() or c in "-._~@%" for c in part) for part in parts):
        raise ParameterError(f"--base-url {said!r} is not a path; give it as in /apps/.")
    return "/".join(["", *parts, ""])


class Gate:
    """What stands before a tornado application.

    Parameters
    ----------
    app : tornado.web.Application
    folder : Path
        Of the apps' notebooks.
    terms : Terms
    participants : bool
        Whether the page of participants is among the application's addresses.
    """

    def __init__(self, app: Any, folder: Path, terms: Terms, *, participants: bool = True) -> None:
        found = landing.read(folder)
        self._app, self._terms, self._participants = app, terms, participants
        self._pass: Callable[[Any], Any] = app.find_handler
        self._apps = frozenset(one.name for one in found)
        self._known = addresses.known(self._apps)
        self._hosts = hosts.hosts(terms.names)
        self._landing = landing.Landing(found, terms.base)
        self.door = Door(terms.word, terms.base)

    def find_handler(self, request: Any) -> Any:
        """As tornado's routers: what answers this request."""
        if self._terms.behind_proxy:
            _believe_proxy(request)
        asked = addresses.find(request.path, self._terms.base, self._known)
        if asked is not None and asked.name == "participants":
            if not self._participants:
                asked = None
            elif request.method in asked.methods:
                # Its pages have rules and headers of their own.
                request.connection = policy.Dressed(request, "", self._terms.base)
                return self._pass(request)
        has_own_code = asked is not None and asked.name == "app"
        request.connection = policy.Dressed(
            request, policy.app_policy(request.host) if has_own_code else policy.PLAIN, self._terms.base
        )
        return self._answer(request, asked)

    def _answer(self, request: Any, asked: Address | None) -> Any:
        if status := self._refusal(request, asked):
            return self._refuse(request, status, asked)
        assert asked is not None
        request.connection.set_max_body_size(asked.largest_body)
        if asked.name in ("landing", "app") and request.query:
            # Neither templates nor tokens by address, and none that stays in the browser's history.
            return self._by(request, answers.Elsewhere, to=request.path)
        if not asked.open and not self.door.lets_in(request):
            return self._stranger(request, asked)
        if asked.name == "app" and hosts.from_elsewhere(request.headers):
            # Without the cookie that says whose it is, she would be somebody new, and her other tabs nobody's.
            return self._by(request, answers.Again)
        if own := self._own(asked.name):
            return self._by(request, own[0], **own[1])
        return self._pass(request)

    def _refusal(self, request: Any, asked: Address | None) -> int:
        """The status with which this is refused whoever asks, 0 where it is not."""
        if request.method not in _METHODS:
            return 405
        if not self._hosts.knows(request.host):
            return 421
        if asked is None:
            return 404
        if request.method not in asked.methods:
            return 405
        if asked.name == "socket" and not hosts.own_origin(request.headers, request.host):
            return 403
        if hosts.from_elsewhere(request.headers) and asked.name != "health":
            return 0 if asked.name in _PAGES and _is_visit(request) else 403
        return 0

    def _refuse(self, request: Any, status: int, asked: Address | None) -> Any:
        # Refusals are logged: a mistyped address may hold a token, or signs that a terminal obeys.
        request.query, request.uri = (
            "",
            quote(request.path, safe="/%~:@!$&'()*+,;=", encoding="latin-1")[:_LONGEST_SAID],
        )
        # So much is read that the refusal can be read, too.
        request.connection.set_max_body_size(addresses.SMALL_FORM)
        allow = ", ".join(sorted(asked.methods if asked else _METHODS)) if status == 405 else ""
        return self._by(request, answers.Refused, status=status, allow=allow)

    def _stranger(self, request: Any, asked: Address) -> Any:
        if asked.name not in _PAGES:
            return self._refuse(request, 403, asked)
        if hosts.from_elsewhere(request.headers):
            return self._by(request, answers.Again)
        app = request.path.rpartition("/")[2].removesuffix(".ipynb") if asked.name == "app" else ""
        return self._by(
            request, answers.Elsewhere, to=f"{self._terms.base}login{f'?next={app}' if app else ''}"
        )

    def _own(self, name: str) -> tuple[type, dict[str, Any]] | None:
        base = self._terms.base
        return {
            "landing": (answers.Start, {"landing": self._landing, "door": self.door}),
            "login": (answers.Login, {"door": self.door, "base": base, "apps": self._apps}),
            "logout": (answers.Logout, {"door": self.door, "base": base}),
            "health": (answers.Health, {}),
        }.get(name)

    def _by(self, request: Any, answering: type, **given: Any) -> Any:
        return self._app.get_handler_delegate(request, answering, given)


def stand_before(app: Any, folder: Path, terms: Terms, *, participants: bool = True) -> Gate:
    """Put a gate before an application.

    Parameters
    ----------
    As for :class:`Gate`.
    """
    gate = Gate(app, folder, terms, participants=participants)
    app.find_handler = gate.find_handler
    app.settings[SETTING] = gate.door
    return gate


def _is_visit(request: Any) -> bool:
    return request.method == "GET" and hosts.followed_a_link(request.headers)


def _believe_proxy(request: Any) -> None:
    """Take over what the nearest proxy says; what a visitor put before it in the same header is not believed."""

    def last(name: str) -> str:
        return str(request.headers.get(name, "")).rpartition(",")[2].strip()

    with contextlib.suppress(ValueError):
        request.remote_ip = str(ipaddress.ip_address(last("X-Forwarded-For")))
    # Each of several proxies adds its word, and the outermost meets the browser; who invents one marks only her own cookie.
    if said := request.headers.get("X-Forwarded-Proto", "").lower():
        request.protocol = "https" if "https" in said else "http"
    if host := last("X-Forwarded-Host"):
        request.host = host
        request.host_name = host.partition(":")[0]
