"""What must not be told: secrets of the environment, kept out of kernels, and blacked out in whatever is written down."""

from __future__ import annotations

import contextlib
import html
import json
import os
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

#: Names of variables that hold a secret, wherever they come from.
SECRET = re.compile(
    r"PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTHKEY|WEBHOOK|COOKIE|(^|_)PWD?$|_DSN$",
    re.IGNORECASE,
)
#: Variables that look so, and are not.
_HARMLESS = frozenset({"PWD", "OLDPWD"})
_LOGIN = re.compile(r"(?<=://)[^/\s@]*:[^/\s]*@")
#: In variables only: there a password may hold a slash, stand among the options of an address, or be all of a login.
_PASSWORDS = (
    re.compile(r"://[^\s:/@]*:(\S+)@"),
    re.compile(r"://([^\s:/@]{20,})@"),
    re.compile(r"(?:passw(?:or)?d|pwd|token|secret|api_?key)=([^&;\s'\"]+)", re.IGNORECASE),
)
_HIDDEN = "…"
#: Shorter values would black out ordinary words.
_SHORTEST = 6


# A report has hundreds of texts to look through, and an environment the same few dozen variables each time.
@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    return name not in _HARMLESS and bool(SECRET.search(name))


def without_secrets(environment: Mapping[str, str], keep: tuple[str, ...] = ()) -> dict[str, str]:
    """The variables that are no secret by their name and hold no address with a password.

    Parameters
    ----------
    environment : mapping of str to str
    keep : tuple of str
        Names that stay whatever they hold: what a process cannot do its work without.
    """
    return {
        name: value
        for name, value in environment.items()
        if name in keep or not (_is_secret(name) or _passwords(value))
    }


def secret_values(environment: Mapping[str, str]) -> list[str]:
    """Values that must not be shown: of secret variables, and passwords within addresses; the longest first."""
    found = set()
    for name, value in environment.items():
        if _is_secret(name):
            found.add(value.strip())
        found |= _passwords(value)
    return sorted((v for v in found if len(v) >= _SHORTEST), key=lambda value: (-len(value), value))


@lru_cache(maxsize=4096)
def _passwords(value: str) -> frozenset[str]:
    found = {match for pattern in _PASSWORDS for match in pattern.findall(value)}
    if _LOGIN.search(value):
        with contextlib.suppress(ValueError):  # no address; what stands before its last @ has been taken
            found.add(urlsplit(value).password or "")
    return frozenset(found | {unquote(password) for password in found})


def _written(secret: str) -> list[str]:
    """The ways in which a secret stands in a text, a page, a traceback, an address or a file of JSON."""
    plain = {secret, repr(secret)[1:-1]}
    plain |= {json.dumps(p, ensure_ascii=ascii_only)[1:-1] for p in plain for ascii_only in (True, False)}
    pages = {html.escape(p, quote=marks) for p in plain for marks in (True, False)}
    addresses = {quote(secret), quote(secret, safe=""), quote_plus(secret)}
    return sorted(plain | pages | addresses, key=lambda p: (-len(p), p))


def redacted(text: str, environment: Mapping[str, str] | None = None) -> str:
    """``text`` without the secrets of the environment and without logins in addresses.

    Parameters
    ----------
    text : str
    environment : mapping of str to str, optional
        This process's own when left out.
    """
    for secret in secret_values(os.environ if environment is None else environment):
        if secret.isdecimal():
            # Only where it stands alone: within a number or a colour, its digits are somebody else's.
            text = re.sub(rf"(?<![\w.#-]){secret}(?!\w|\.\d)", _HIDDEN, text)
            continue
        for written in _written(secret):
            text = text.replace(written, _HIDDEN)
    return _LOGIN.sub(f"{_HIDDEN}@", text)


def redacted_within(value: Any, environment: Mapping[str, str] | None = None) -> Any:
    """``value`` with every text in it :func:`redacted`: of JSON that is read, so that its form and numbers stay.

    Parameters
    ----------
    value : str, dict, list or other
    environment : mapping of str to str, optional
        This process's own when left out.
    """
    if isinstance(value, str):
        return redacted(value, environment)
    if isinstance(value, dict):
        return type(value)({key: redacted_within(held, environment) for key, held in value.items()})
    if isinstance(value, list):
        return [redacted_within(held, environment) for held in value]
    return value
