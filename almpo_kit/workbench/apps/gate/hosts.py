"""Under which names this server is asked for, and whether a request comes from one of its own pages.

A page elsewhere can have its own name lead to this machine (DNS rebinding) and then read what it likes; so a name that
nobody gave this server is refused. Numbers cannot be rebound.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from almpo_kit.vocabulary.errors import ParameterError


@dataclass(frozen=True)
class Hosts:
    """Names that this server answers to, in small letters and without ports."""

    names: frozenset[str]

    def knows(self, host: str) -> bool:
        """Whether a ``Host`` header names this server."""
        name = _name(host)
        return bool(name) and (name in self.names or _is_number(name))


def hosts(more: Iterable[str] = ()) -> Hosts:
    """This machine by its usual names, and by those it was given.

    Raises
    ------
    ParameterError
        Something that is no bare name, e.g. an address with ``https://``.
    """
    given = [name.strip().lower().rstrip(".") for name in more if name.strip()]
    for name in given:
        if _name(name) != name or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():
            raise ParameterError(
                f"--host {name!r} is not a name; give it as in apps.example.org, without more."
            )
    return Hosts(frozenset({"localhost", socket.gethostname().lower(), *given}))


def _name(host: str) -> str:
    """Of ``name:port``; "" for what is none."""
    if not host or any(sign in host for sign in "/@\\?# \t,"):
        return ""
    try:
        split = urlsplit(f"//{host}")
        _ = split.port
        return (split.hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def own_origin(headers: Mapping[str, str], host: str) -> bool:
    """Whether ``Origin`` is there and is this server; browsers send it with every socket."""
    try:
        origin = urlsplit(headers.get("Origin", ""))
        return origin.scheme in ("http", "https") and origin.netloc.lower() == host.lower()
    except ValueError:
        return False


def from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a page of another site asks for this, as far as browsers say."""
    return headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


def followed_a_link(headers: Mapping[str, str]) -> bool:
    """Whether somebody opens this as a page of its own, and no other page takes it in."""
    return headers.get("Sec-Fetch-Mode") == "navigate" and headers.get("Sec-Fetch-Dest") == "document"
