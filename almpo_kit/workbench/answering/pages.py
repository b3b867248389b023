"""Addresses of the participant's page, for tornado: by itself or within the app server."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RequestHandler, stream_request_body

from almpo_kit.records.consultation_problems import CodeError, ConsentError, LinkError
from almpo_kit.records.participants import Participant
from almpo_kit.workbench.answering import guesses, phrases, rendering
from almpo_kit.workbench.answering.desk import ParticipantDesk
from almpo_kit.workbench.answering.guesses import Guesses
from almpo_kit.workbench.answering.headers import HEADERS, same_site
from almpo_kit.workbench.answering.sessions import Sessions
from almpo_kit.workbench.localisation import Speech

T = TypeVar("T")
LARGEST_FORM = 256_000
MOST_FIELDS = 3000
_COOKIE = "almpo_answer"
#: Of a form, beside its answers.
CARRIED = ("round", "key", "settle")
_log = logging.getLogger("almpo.codesign_answer")


@dataclass(frozen=True)
class Office:
    """What all pages share."""

    desk: ParticipantDesk
    sessions: Sessions
    guesses: Guesses
    pool: ThreadPoolExecutor


@stream_request_body
class Page(RequestHandler):
    """One page of one link."""

    office: Office
    speech: Speech
    person: Participant
    token: str
    code: str
    #: Why a code that was right before does not open the page now.
    refused: CodeError | None
    fields: dict[str, str]
    largest_form, most_fields = LARGEST_FORM, MOST_FIELDS

    def initialize(self, office: Office) -> None:
        self.office, self.token, self.code, self.refused = office, "", "", None
        self._body, self.fields = bytearray(), {}

    # ---- before and after ------------------------------------------------------------------------------

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        # Bounded before it is read; within the app server other pages take whole files.
        connection: Any = self.request.connection
        connection.set_max_body_size(self.largest_form)
        length = self.request.headers.get("Content-Length") or "0"
        if not length.isascii() or not length.isdigit():
            raise HTTPError(400)
        if int(length[:20]) > self.largest_form:
            raise HTTPError(413)
        if self.request.protocol == "https":
            self.set_header("Strict-Transport-Security", "max-age=31536000")

    def data_received(self, chunk: bytes) -> None:
        self._body += chunk
        if len(self._body) > self.largest_form:
            raise HTTPError(413)

    def _read_form(self) -> None:
        if not same_site(self.request.headers, self.request.host):
            raise HTTPError(403)
        kind = self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise HTTPError(415)
        try:
            pairs = parse_qsl(
                self._body.decode("ascii"),
                keep_blank_values=True,
                max_num_fields=self.most_fields,
                errors="strict",
            )
        except (ValueError, UnicodeError):
            raise HTTPError(400) from None
        self.fields = dict(reversed(pairs))

    def _log(self) -> None:
        # The link is the secret: it stands in no log.
        took = 1000 * self.request.request_time()
        level = logging.WARNING if self.get_status() >= 500 else logging.INFO
        _log.log(level, "%s %s %d %.0f ms", self.request.method, type(self).__name__, self.get_status(), took)

    def _request_summary(self) -> str:
        return f"{self.request.method} {type(self).__name__}"

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, HTTPError):
            # Where it happened, not the message: that may hold what somebody typed.
            where = "".join(traceback.format_tb(tb))
            _log.error("%s failed: %s\n%s", self._request_summary(), getattr(typ, "__name__", typ), where)

    def write_error(self, status_code: int, **more: Any) -> None:
        speech = getattr(self, "speech", None) or self._speech()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            rendering.render(
                "refused", speech=speech, status=status_code, offered={}, here="", synthetic=False
            )
        )

    # ---- what pages do ---------------------------------------------------------------------------------

    async def away(self, work: Callable[[], T]) -> T:
        """Ask the store without keeping others waiting."""
        return await IOLoop.current().run_in_executor(self.office.pool, work)

    async def held(self, work: Callable[[], T]) -> T | None:
        """What the store holds of her; None where the link or the code has ceased to open it, and that has been said."""
        try:
            return await self.away(work)
        except CodeError as error:
            self.ask_code("", error)
        except (LinkError, ConsentError):
            # Deleted, or the link renewed, since this page was asked for.
            self.go()
        return None

    def _speech(self, person: Participant | None = None) -> Speech:
        given = self.request.query_arguments.get("lang", [b""])[0].decode("ascii", "replace")
        asked = self.fields.get("lang") or given
        return self.office.desk.speech(asked, person, self.request.headers.get("Accept-Language", ""))

    async def arrive(self, token: str) -> bool:
        """Find out whose page this is; False where it is nobody's and that has been said."""
        self.token = token
        if self.request.method == "POST":
            self._read_form()
        address = str(self.request.remote_ip)
        self.speech = self._speech()
        held = self.office.sessions.code(self.get_cookie(_COOKIE, "") or "", token)
        try:
            self.person, self.code, self.refused = await self.away(
                lambda: self.office.desk.person(token, held)
            )
        except LinkError:
            many = self.office.guesses.wrong(address)
            if many:
                await asyncio.sleep(guesses.WAIT_SECONDS)
            self._nobody(429 if many else 404)
            return False
        self.speech = self._speech(self.person)
        return True

    def _nobody(self, status: int) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        if status == 429:
            self.set_header("Retry-After", "600")
        self.finish(
            rendering.render(
                "no_link", speech=self.speech, offered={}, here="", busy=status == 429, synthetic=False
            )
        )

    def show(self, name: str, *, status: int = 200, **values: Any) -> None:
        """Finish with a page."""
        self.set_status(status)
        one = self.person.consultation
        self.finish(
            rendering.render(
                name,
                speech=self.speech,
                offered=self.office.desk.offered(self.person),
                here=self.link(),
                plan=one.plan,
                one=one,
                person=self.person,
                synthetic=one.plan.synthetic,
                session=bool(self.code),
                posted=self.request.method == "POST",
                disclosure=phrases.DISCLOSURES[one.plan.disclosure],
                **values,
            )
        )

    def link(self, more: str = "") -> str:
        """Address of a page of this link."""
        return f"{rendering.PATH}/{self.token}{more}"

    def go(self, more: str = "", mark: str = "") -> None:
        """Finish by sending the browser to a page of this link, so that loading again sends nothing twice."""
        self.redirect(f"{self.link(more)}?lang={self.speech.language}{mark}", status=303)

    def begin_session(self, code: str) -> None:
        """Remember the code for this link on this device."""
        self.set_cookie(
            _COOKIE,
            self.office.sessions.begin(self.token, code),
            path=self.link(),
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )

    def end_session(self) -> None:
        """Forget it."""
        self.office.sessions.end(self.get_cookie(_COOKIE, "") or "")
        self.clear_cookie(_COOKIE, path=self.link(), httponly=True, samesite="Strict")

    def late(self) -> bool:
        """Whether the round that a form belongs to takes nothing any more."""
        one = self.person.consultation
        return one.state != "open" or self.fields.get("round") != str(one.round)

    def stopped(self) -> bool:
        """Show what comes before answering, where something does: consent, or the personal code."""
        if not self.person.consented:
            waits = self.person.consultation.state == "planned"
            self.show("not_begun" if waits else "consent", problem="")
            return True
        if not self.person.known:
            self.ask_code()
            return True
        return False

    def ask_code(self, next: str = "", problem: CodeError | None = None) -> None:
        """Ask for the personal code; what a form brought stays on the page, so that it is not lost."""
        problem = problem or self.refused
        carried = [(k, v) for k, v in self.fields.items() if "~" in k or k in CARRIED]
        typed = any("~" in k for k, _ in carried)
        # Nobody is asked for a code to send what is not taken any more.
        if typed and self.late():
            return self.show("too_late")
        words = phrases.code_words(problem, self.speech) if problem else ""
        self.show("code", problem=words, next=next, carried=carried if typed else [])
