"""What each address of a participant's page does."""

from __future__ import annotations

import secrets
from typing import Any

from tornado.web import HTTPError, RequestHandler

from almpo_kit.records import ConflictError, RecordsError
from almpo_kit.records.consultation_problems import CodeError, ConsentError, LinkError, RoundError
from almpo_kit.records.consultation_problems import Problem as AnswerProblem
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.answering import phrases, rendering
from almpo_kit.workbench.answering.headers import HEADERS
from almpo_kit.workbench.answering.pages import Page
from almpo_kit.workbench.answering.questions import told

_TOO_EASY = phrases.mark(
    "Choose a code of 4 to 64 characters that is not easy to guess, e.g. two words. “1234” is too easy."
)
_DIFFERENT = phrases.mark("The two codes are not the same. Type the same code twice.")
_NOT_TICKED = phrases.mark("Tick the box if you agree. Without your agreement nothing can be kept.")
_CHANGED = phrases.mark("The consultation was changed while you read. Please read it once more.")
_CODE = {
    "missing": phrases.mark("Type your personal code."),
    "wrong": phrases.mark("This is not the code that was chosen on this page. Try again."),
    "locked": phrases.mark(
        "The code was wrong too often. Wait 15 minutes, or after very many tries a day, and try again. Nothing was lost."
    ),
}
_AGAIN = phrases.mark("This page has forgotten your code. Load it again and type the code.")
_NOT_KEPT = phrases.mark(
    "Your answers could not be saved just now. They still stand on this page: wait a minute and send them again."
)
_SENT_TWICE = phrases.mark("This page was sent before with other answers. Look through it and send it again.")


class Start(Page):
    """The page that the link opens."""

    async def get(self, token: str) -> None:
        if not await self.arrive(token) or self.stopped():
            return
        await self.standing() if self.person.consultation.state != "open" else await self.form()

    async def form(self, problems: tuple[AnswerProblem, ...] = (), alert: str = "") -> None:
        """The questions of the open round."""
        desk, fields = self.office.desk, self.fields

        def work() -> Any:
            own = desk.own(self.person, self.token, self.code)
            return desk.questions(self.person, own, self.speech, fields=fields, problems=problems)

        asked = await self.away(work)
        wrong = [q for q in asked if q.problem]
        status = 503 if alert and not wrong else 200
        self.show(
            "form", questions=asked, wrong=wrong, alert=alert, key=secrets.token_urlsafe(18), status=status
        )

    async def standing(self) -> None:
        """No round is open: where the group stands."""
        desk, one = self.office.desk, self.person.consultation

        def work() -> Any:
            own = desk.own(self.person, self.token, self.code)
            return desk.pictures(self.person, one.round, own, self.speech), own

        pictures, own = await self.away(work)
        answers = [
            (i, told(i, own.kept[i.id], self.speech) if i.id in own.kept else ()) for i in one.plan.items
        ]
        self.show("standing", pictures=pictures, answers=answers)


class Consent(Page):
    """Agree, and choose a code where answers are anonymous."""

    async def get(self, token: str) -> None:
        if await self.arrive(token):
            self.go()

    async def post(self, token: str) -> None:
        if not await self.arrive(token):
            return
        if self.person.consented:
            return self.go()
        code, again = self.fields.get("code", ""), self.fields.get("again", "")
        if not self.fields.get("agree"):
            return self.again(_NOT_TICKED, "agree")
        if self.person.needs_code and code != again:
            return self.again(_DIFFERENT, "again")
        digest, language = self.fields.get("digest", ""), self.speech.language
        try:
            await self.away(
                lambda: self.office.desk.store.consent(
                    token, language=language, digest=digest, code=code if self.person.needs_code else ""
                )
            )
        except ConsentError:
            return self.again(_CHANGED, "agree")
        except ParameterError:
            return self.again(_TOO_EASY, "code")
        except CodeError as error:
            return self.again(_CODE[error.kind], "code")
        if self.person.needs_code:
            self.begin_session(code)
        self.go()

    def again(self, words: str, field: str) -> None:
        """The page once more, with what to do."""
        self.show("consent", problem=self.speech.say(words), field=field, status=200)


class Code(Page):
    """Give the personal code."""

    async def get(self, token: str) -> None:
        if await self.arrive(token):
            self.go()

    async def post(self, token: str) -> None:
        if not await self.arrive(token):
            return
        if not self.person.consented or not self.person.needs_code:
            return self.go()
        code = self.fields.get("code", "")
        where = "/erase" if self.fields.get("next") == "/erase" else ""
        try:
            if not code.strip():
                raise CodeError("", "missing")
            await self.away(lambda: self.office.desk.store.enter(token, code))
        except CodeError as error:
            self.show("code", problem=self.speech.say(_CODE[error.kind]), next=where)
            return
        self.begin_session(code)
        self.go(where)


class Answer(Start):
    """Send the whole form."""

    async def get(self, token: str) -> None:
        if await self.arrive(token):
            self.go()

    async def post(self, token: str) -> None:
        if not await self.arrive(token) or self.stopped():
            return
        one = self.person.consultation
        if one.state != "open" or self.fields.get("round") != str(one.round):
            return self.show("too_late", sent=self.fields.get("round", ""))
        try:
            kept = await self.away(
                lambda: self.office.desk.keep(
                    self.person, token, self.code, self.fields, key=self.fields.get("key", "")
                )
            )
        except RoundError:
            return self.show("too_late", sent=str(one.round))
        except ConflictError:
            return await self.form(alert=self.speech.say(_SENT_TWICE))
        except (LinkError, CodeError, ConsentError):
            return self.go()
        except (RecordsError, ParameterError):
            return await self.form(alert=self.speech.say(_NOT_KEPT))
        if kept.problems:
            return await self.form(problems=kept.problems)
        self.go("/thanks")


class Save(Page):
    """Keep one item while others are still being answered; answers in JSON, to our own script."""

    async def post(self, token: str) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        if not await self.arrive(token):
            return
        one, item = self.person.consultation, self.fields.get("item", "")
        if not self.person.known:
            return self.tell("code", self.speech.say(_AGAIN))
        if one.state != "open" or self.fields.get("round") != str(one.round):
            return self.tell("closed", self.speech.say("This round was closed. Load the page again."))
        if item not in {i.id for i in one.plan.items}:
            raise HTTPError(400)
        try:
            kept = await self.away(
                lambda: self.office.desk.keep(
                    self.person, token, self.code, self.fields, key=self.fields.get("key", ""), only=item
                )
            )
        except (RoundError, ConsentError, LinkError, CodeError):
            return self.tell("closed", self.speech.say("This page is no longer up to date. Load it again."))
        except (RecordsError, ParameterError):
            self.set_status(503)
            return self.tell("later", self.speech.say("Not saved yet."))
        if kept.problems:
            problem = kept.problems[0]
            words = phrases.problem_words(problem, one.plan.item(item), self.speech)
            return self.tell("unfinished", self.speech.say("Not saved yet: %(why)s", why=words))
        self.tell("saved", self.speech.say("Saved"))

    def tell(self, state: str, words: str) -> None:
        """Answer to the script."""
        self.finish({"state": state, "words": words})


class Thanks(Page):
    """What was kept, and what comes next."""

    async def get(self, token: str) -> None:
        if not await self.arrive(token) or self.stopped():
            return
        own = await self.away(lambda: self.office.desk.own(self.person, token, self.code))
        items = self.person.consultation.plan.items
        answers = [(i, told(i, own.kept[i.id], self.speech) if i.id in own.kept else ()) for i in items]
        self.show("thanks", answers=answers, missing=sum(not a for _, a in answers))


class Erase(Page):
    """Delete everything that was answered."""

    async def get(self, token: str) -> None:
        if await self.arrive(token) and not self._locked():
            self.show("erase", problem="")

    def _locked(self) -> bool:
        if self.person.consented and self.person.needs_code and not self.person.known:
            self.show("code", problem="", next="/erase")
            return True
        return False

    async def post(self, token: str) -> None:
        if not await self.arrive(token) or self._locked():
            return
        if not self.fields.get("sure"):
            return self.show(
                "erase", problem=self.speech.say("Tick the box if you want to delete your answers.")
            )
        try:
            await self.away(lambda: self.office.desk.erase(token, self.code))
        except (LinkError, CodeError):
            return self.go()
        self.end_session()
        self.show("erased")


class Leave(Page):
    """Forget the code on this device."""

    async def post(self, token: str) -> None:
        if await self.arrive(token):
            self.end_session()
            self.go()

    async def get(self, token: str) -> None:
        if await self.arrive(token):
            self.go()


class Nowhere(Page):
    """Whatever else is asked for: as a link that opens nothing."""

    async def get(self, *_: str) -> None:
        self.speech = self._speech()
        self._nobody(404)

    post = put = delete = patch = get


class Asset(RequestHandler):
    """Stylesheet, script, icon."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for header, value in HEADERS.items():
            self.set_header(header, value)

    def get(self, version: str, name: str) -> None:
        if name not in rendering.FILES:
            raise HTTPError(404)
        held, now = rendering.asset(name)
        self.set_header("Content-Type", rendering.FILES[name])
        self.set_header(
            "Cache-Control", "public, max-age=31536000, immutable" if version == now else "no-store"
        )
        self.finish(held)
