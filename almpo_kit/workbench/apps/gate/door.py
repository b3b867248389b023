"""Who is let in: the secret, the sessions begun with it, and the cookie that names one."""

from __future__ import annotations

import hashlib
from http.cookies import SimpleCookie
from typing import Any

from almpo_kit.workbench.apps.gate import secret
from almpo_kit.workbench.apps.gate.guesses import Guesses
from almpo_kit.workbench.apps.gate.sessions import Sessions


class Door:
    """Opens to whoever knows the secret; stands open where there is none.

    Parameters
    ----------
    word : str
        Token or password, "" for none.
    base : str
        Base address, with strokes around it: two servers behind one name do not take each other's cookies.
    """

    def __init__(self, word: str, base: str = "/") -> None:
        self._held = secret.digest(word) if word else b""
        self._base = base
        self.guesses = Guesses()
        self.sessions = Sessions()

    @property
    def is_locked(self) -> bool:
        """Whether a secret is needed."""
        return bool(self._held)

    def is_right(self, guess: str) -> bool:
        """Whether somebody said the secret."""
        return bool(self._held) and secret.is_right(guess, self._held)

    def lets_in(self, request: Any) -> bool:
        """Whether this request may see the apps."""
        return not self.is_locked or self.sessions.holds(self.session(request))

    def cookie(self, host: str) -> str:
        """Name of the cookie: browsers keep those of all ports of a machine together."""
        return f"almpo-{hashlib.sha256(f'{host}{self._base}'.encode()).hexdigest()[:12]}"

    def session(self, request: Any) -> str:
        """What the cookie of this request says, "" for nothing."""
        cookies: SimpleCookie = request.cookies
        found = cookies.get(self.cookie(request.host.lower()))
        return found.value if found else ""
