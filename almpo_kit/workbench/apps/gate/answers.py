"""The gate's own answers: a refusal, a way elsewhere, health, the form that lets somebody in, and leaving."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from tornado.web import HTTPError, RequestHandler

from almpo_kit.workbench.answering.headers import same_site
from almpo_kit.workbench.apps.gate import pages
from almpo_kit.workbench.apps.gate.door import Door
from almpo_kit.workbench.apps.gate.landing import Landing
from almpo_kit.workbench.apps.gate.policy import OWN_WORDS
from almpo_kit.workbench.apps.visitors.requests import SETTING as HOUSE

#: Of a closed socket; the numbers from 4000 are free for applications.
_LEFT: Final = 4001


class Page(RequestHandler):
    """A page of the gate."""

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")

    def check_xsrf_cookie(self) -> None:
        """Forms are checked by where they come from, and cookies are not sent with those from elsewhere."""

    def write_error(self, status_code: int, **_: Any) -> None:
        """The page of the status is put in on the way out; see :class:`policy.Dressed`."""
        self.finish()

    def log_exception(self, *what: Any) -> None:
        if not isinstance(what[1], HTTPError):
            super().log_exception(*what)


class Refused(Page):
    """Whatever was asked, the answer is this status."""

    def initialize(self, status: int, allow: str = "") -> None:
        self.status, self.allow = status, allow

    def prepare(self) -> None:
        self.set_status(self.status)
        if self.allow:
            self.set_header("Allow", self.allow)
        self.finish()


class Elsewhere(Page):
    """On to another address of ours."""

    def initialize(self, to: str) -> None:
        self.to = to

    def prepare(self) -> None:
        self.redirect(self.to, status=303)


class Again(Page):
    """The same page once more, from here: browsers keep our cookie back while a link of another site is followed."""

    def get(self) -> None:
        self.finish(pages.render("again", address=self.request.path))


class Health(Page):
    """For whoever watches over the server."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok")

    head = get


class Start(Page):
    """The landing page."""

    def initialize(self, landing: Landing, door: Door) -> None:
        self.landing, self.door = landing, door

    def get(self) -> None:
        self.finish(self.landing.page(can_leave=self.door.is_locked))

    head = get


class Login(Page):
    """The form for the secret."""

    def initialize(self, door: Door, base: str, apps: frozenset[str]) -> None:
        self.door, self.base, self.apps = door, base, apps

    def get(self) -> None:
        if self.door.lets_in(self.request):
            self.redirect(self._next(), status=303)
            return
        self._ask("")

    head = get

    def post(self) -> None:
        if not same_site(self.request.headers, self.request.host):
            raise HTTPError(403)
        address = str(self.request.remote_ip)
        if wait := self.door.guesses.wait(address):
            self.set_status(429)
            self.set_header("Retry-After", str(wait))
            self._ask(f"Too many wrong tries. Wait {_said(wait)}, then try again.")
        elif not self.door.is_right(self.get_body_argument("word", "")):
            self.door.guesses.wrong(address)
            self.set_status(403)
            self.set_header(OWN_WORDS, "yes")
            self._ask("This is not the token or password of these apps. Check for missing characters.")
        else:
            self._let_in()

    def _let_in(self) -> None:
        self.door.sessions.end(self.door.session(self.request))
        self.set_cookie(
            self.door.cookie(self.request.host.lower()),
            self.door.sessions.begin(),
            path=self.base,
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )
        self.redirect(self._next(), status=303)

    def _ask(self, trouble: str) -> None:
        self.finish(pages.render("login", trouble=trouble, base=self.base, next=self._app()))

    def _app(self) -> str:
        asked = self.get_argument("next", "")
        return asked if asked in self.apps else ""

    def _next(self) -> str:
        return f"{self.base}voila/render/{quote(app)}.ipynb" if (app := self._app()) else self.base


class Logout(Page):
    """Leaving: the session ends here, not only in the browser."""

    def initialize(self, door: Door, base: str) -> None:
        self.door, self.base = door, base

    def post(self) -> None:
        name = self.door.session(self.request)
        self.door.sessions.end(name)
        self._hang_up(name)
        self.clear_cookie(self.door.cookie(self.request.host.lower()), path=self.base)
        self.redirect(self.base, status=303)

    def _hang_up(self, name: str) -> None:
        """Close the sockets of this session's apps in other tabs; their kernels go with them."""
        house = self.settings.get(HOUSE)
        for line in [line for lines in house.lines.values() for line in lines] if house else []:
            if self.door.session(line.request) == name:
                line.close(_LEFT, "left")


def _said(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"
