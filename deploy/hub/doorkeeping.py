"""Who may come in: people ask for an account, an administrator lets them in."""

from __future__ import annotations

from typing import Any

import bcrypt
from accounts import NAME
from jupyterhub.handlers.login import LoginHandler
from nativeauthenticator import NativeAuthenticator
from nativeauthenticator.handlers import DiscardHandler, ToggleAuthorizationHandler
from nativeauthenticator.orm import UserInfo
from tornado.web import HTTPError
from traitlets import Unicode


def _pressed_here(handler: type) -> type:
    """A handler that acts on GET, for links on the hub's own pages only: not for one in a mail or on another site."""

    class PressedHere(handler):  # type: ignore[misc, valid-type]
        def prepare(self) -> Any:
            if self.request.headers.get("Sec-Fetch-Site") != "same-origin":
                raise HTTPError(403, "Open the page of requests and press the button there.")
            return super().prepare()

    return PressedHere


_ACTING_ON_GET = (ToggleAuthorizationHandler, DiscardHandler)


class Doorkeeper(NativeAuthenticator):
    """NativeAuthenticator, with four doors shut that it leaves open.

    Administrators exist before anybody can ask for their name; nobody is let in just because the hub has seen the name
    before; a name is a plain file name; a link from elsewhere lets nobody in.
    """

    administrator = Unicode(help="Name of the administrator.").tag(config=True)
    administrators_password = Unicode(help="Sets the password where the administrator has none yet.").tag(
        config=True
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.administrator and not self.user_exists(self.administrator):
            if not self.is_password_strong(self.administrators_password):
                raise ValueError(
                    f"the administrator's password is common or shorter than {self.minimum_password_length} characters."
                )
            secret = bcrypt.hashpw(self.administrators_password.encode(), bcrypt.gensalt())
            self.db.add(UserInfo(username=self.administrator, password=secret, is_authorized=True))
            self.db.commit()

    def get_authed_users(self) -> set[str]:
        """Those an administrator let in; not also every name that the hub has seen before."""
        return {info.username for info in UserInfo.all_users(self.db) if info.is_authorized}

    def get_handlers(self, app: Any) -> list[Any]:
        """JupyterHub's own login; and pages of requests that act on links pressed there, on none from elsewhere."""
        # NativeAuthenticator 1.3's own login page fails under JupyterHub 6.
        return [
            (r"/login", LoginHandler),
            *(
                (address, _pressed_here(handler) if handler in _ACTING_ON_GET else handler)
                for address, handler in super().get_handlers(app)
                if address != r"/login"
            ),
        ]

    def validate_username(self, username: str) -> bool:
        """Whether a name can be that of a folder."""
        return bool(NAME.match(username)) and super().validate_username(username)

    def create_user(self, username: str, password: str, **given: Any) -> Any:
        """Take a request in; an administrator's name cannot be asked for."""
        if self.normalize_username(username) == self.administrator:
            return None
        # More bytes than bcrypt looks at are an error in its newer versions.
        return None if len(password.encode()) > 72 else super().create_user(username, password, **given)
