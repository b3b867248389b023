"""What must not be told: secrets of the environment, kept out of kernels, and blacked out in whatever is written down."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

#: Names of variables that hold a secret, wherever they come from.
SECRET = re.compile(
    r"PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTHKEY|WEBHOOK|COOKIE|(^|_)PWD?$|_DSN$",
    re.IGNORECASE,
)
#: Variables that look so, and are not.
_HARMLESS = frozenset({"PWD", "OLDPWD"})
_LOGIN = re.compile(r"(?<=://)[^/\s@]*:[^/\s]*@")
_HIDDEN = "…"
#: Shorter values would black out ordinary words.
_SHORTEST = 8


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
        if name in keep or not (_is_secret(name) or _LOGIN.search(value))
    }


def secret_values(environment: Mapping[str, str]) -> list[str]:
    """Values that must not be shown: of secret variables, and passwords within addresses; the longest first."""
    found = set()
    for name, value in environment.items():
        if _is_secret(name):
            found.add(value.strip())
        if _LOGIN.search(value):
            found |= _passwords(value)
    return sorted((v for v in found if len(v) >= _SHORTEST), key=lambda value: (-len(value), value))


def _passwords(address: str) -> set[str]:
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return set()
    return {password, unquote(password)}


def redacted(text: str, environment: Mapping[str, str] | None = None) -> str:
    """``text`` without the secrets of the environment and without logins in addresses.

    Parameters
    ----------
    text : str
    environment : mapping of str to str, optional
        This process's own when left out.
    """
    for value in secret_values(os.environ if environment is None else environment):
        text = text.replace(value, _HIDDEN)
    return _LOGIN.sub(f"{_HIDDEN}@", text)
