"""The token or password of the apps: from the environment or a file it names, and gone from the environment then."""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

from almpo_kit.vocabulary.errors import ParameterError

TOKEN_VARIABLE: Final = "ALMPO_APPS_TOKEN"
PASSWORD_VARIABLE: Final = "ALMPO_APPS_PASSWORD"
#: Least characters: a token is made by lot, a password is chosen by people and guarded by the limit on guesses.
LEAST: Final = {TOKEN_VARIABLE: 16, PASSWORD_VARIABLE: 12}
#: What can be typed into the form; more is not compared.
LONGEST: Final = 1024


def read(environ: MutableMapping[str, str] = os.environ) -> str:
    """The secret, "" where there is none.

    ``ALMPO_APPS_TOKEN``, or ``ALMPO_APPS_PASSWORD``, or a file that either of them with ``_FILE`` names.

    Raises
    ------
    ParameterError
        Both, too short, too long, or a file that cannot be read.
    """
    found = {name: value for name in LEAST if (value := _value(name, environ))}
    if len(found) > 1:
        raise ParameterError(f"set either {TOKEN_VARIABLE} or {PASSWORD_VARIABLE}, not both.")
    for name, value in found.items():
        if not LEAST[name] <= len(value) <= LONGEST:
            raise ParameterError(
                f"{name} has {len(value)} characters; it needs a token of {LEAST[name]} to {LONGEST}, for example from "
                "`python -c 'import secrets; print(secrets.token_urlsafe())'`."
            )
        return value
    return ""


def _value(name: str, environ: MutableMapping[str, str]) -> str:
    if not (path := environ.get(f"{name}_FILE", "")):
        return environ.get(name, "").strip()
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(f"the file that {name}_FILE names cannot be read ({error}).") from None


def forget(environ: MutableMapping[str, str] = os.environ) -> None:
    """Take it out of the environment, which kernels inherit."""
    for name in LEAST:
        environ.pop(name, None)
        environ.pop(f"{name}_FILE", None)


def digest(word: str) -> bytes:
    """Of a secret or a guess, so that comparing takes as long for one as for another."""
    plain = unicodedata.normalize("NFC", word.strip())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def is_right(guess: str, held: bytes) -> bool:
    """Whether a guess is the secret of this digest."""
    return len(guess) <= LONGEST and hmac.compare_digest(digest(guess), held)
