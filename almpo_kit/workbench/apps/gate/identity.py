"""The door's answer for the libraries' own pages and sockets, which ask who somebody is."""

from __future__ import annotations

import hashlib
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User

#: Where the application keeps its door.
SETTING = "almpo_door"


class Identity(IdentityProvider):
    """Somebody with a session of the door; whoever comes where no secret is needed. No token in an address or header."""

    @property
    def auth_enabled(self) -> bool:
        """Whether a secret is needed."""
        return bool(self.token)

    def get_handlers(self) -> list[tuple[str, object]]:
        """None: the form and its address are the gate's."""
        return []

    def get_user(self, handler: Any) -> Any:
        """Somebody, or None for a stranger."""
        door = handler.settings.get(SETTING)
        if door is None:
            return None
        if not door.is_locked:
            return super().get_user(handler)
        name = door.session(handler.request)
        if not door.sessions.holds(name):
            return None
        # Not the session itself: names are logged.
        return User(username=hashlib.sha256(name.encode()).hexdigest()[:32], name="Visitor")
