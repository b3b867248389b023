"""The questions of the open round: the form, what becomes of it, and the personal code that may come in between."""

from __future__ import annotations

import secrets
from typing import Any

from tornado.web import HTTPError

from almpo_kit.records import ConflictError, RecordsError
from almpo_kit.records.consultation_problems import CodeError, ConsentError, LinkError, RoundError
from almpo_kit.records.consultation_problems import Problem as AnswerProblem
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.answering import marks, phrases
from almpo_kit.workbench.answering.clashes import Clash, last_day
from almpo_kit.workbench.answering.pages import LARGEST_FORM, MOST_FIELDS, Page
from almpo_kit.workbench.answering.questions import told

_AGAIN = phrases.mark(
    "Not saved: this page has forgotten your code. Send your answers: it asks for the code and keeps what you typed."
)
_ELSEWHERE = phrases.mark(
    "Not saved: this answer was changed elsewhere in the meantime. Send your answers to see both."
)
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

    async def form(
        self,
        problems: tuple[AnswerProblem, ...] = (),
        alert: str = "",
        clashes: tuple[Clash, ...] = (),
    ) -> None:
        """The questions of the open round."""
        desk, fields = self.office.desk, self.fields

        def work() -> Any:
            own = desk.own(self.person, self.token, self.code)
            return desk.questions(
                self.person, own, self.speech, fields=fields, problems=problems, clashes=clashes
            )

        asked = await self.held(work)
        if asked is None:
            return
        wrong = [q for q in asked if q.problem]
        status = 503 if alert and not wrong else 200
        self.show(
            "form",
            questions=asked,
            wrong=wrong,
            alert=alert,
            clashes=[self.both(c) for c in clashes],
            changed=last_day(clashes, self.speech) if clashes else "",
            key=secrets.token_urlsafe(marks.PAGE * 3 // 4),
            status=status,
        )

    def both(self, clash: Clash) -> Any:
        """Item, (answer, reason) as stored, and as on this page."""
        item, speech = clash.item, self.speech
        sides = ((clash.stored, clash.stored_why), (clash.typed, clash.typed_why))
        short = [(told(item, values, speech) if values else (), why) for values, why in sides]
        if short[0] != short[1]:
            return item, *short
        return item, *(
            (told(item, values, speech, whole=True) if values else (), why) for values, why in sides
        )

    async def standing(self) -> None:
        """No round is open: where the group stands."""
        desk, one = self.office.desk, self.person.consultation

        def work() -> Any:
            own = desk.own(self.person, self.token, self.code)
            return desk.pictures(self.person, one.round, own, self.speech), own

        found = await self.held(work)
        if found is None:
            return
        pictures, own = found
        answers = [
            (i, told(i, own.kept[i.id], self.speech) if i.id in own.kept else ()) for i in one.plan.items
        ]
        self.show("standing", pictures=pictures, answers=answers)


class Answer(Start):
    """Send the whole form."""

    async def get(self, token: str) -> None:
        if await self.arrive(token):
            self.go()

    async def post(self, token: str) -> None:
        if not await self.arrive(token) or self.stopped():
            return
        await self.send()

    async def send(self) -> None:
        """What becomes of the form."""
        if self.late():
            return self.show("too_late")
        try:
            kept = await self.away(
                lambda: self.office.desk.keep(self.person, self.token, self.code, self.fields)
            )
        except RoundError:
            return self.show("too_late")
        except ConflictError:
            return await self.form(alert=self.speech.say(_SENT_TWICE))
        except CodeError as error:
            return self.ask_code("", error)
        except (LinkError, ConsentError):
            return self.go()
        except (RecordsError, ParameterError):
            return await self.form(alert=self.speech.say(_NOT_KEPT))
        if kept.problems or kept.clashes:
            return await self.form(problems=kept.problems, clashes=kept.clashes)
        self.go("/thanks")


class Code(Answer):
    """Give the personal code; what was sent while it was forgotten is sent on."""

    # Whatever fitted into a form comes through here once more, with the code beside it.
    largest_form, most_fields = LARGEST_FORM + 8_000, MOST_FIELDS + 20

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
            self.person = await self.away(lambda: self.office.desk.store.enter(token, code))
        except CodeError as error:
            return self.ask_code(where, error)
        self.begin_session(code)
        self.code = code
        if any("~" in name for name in self.fields):
            return await self.send()
        self.go(where)


class Save(Page):
    """Keep one item while others are still being answered; answers in JSON, to our own script."""

    async def post(self, token: str) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        if not await self.arrive(token):
            return
        one, item = self.person.consultation, self.fields.get("item", "")
        if not self.person.known:
            return self.tell("code", self.speech.say(_AGAIN))
        if self.late():
            return self.tell("closed", self.speech.say("This round was closed. Load the page again."))
        if item not in {i.id for i in one.plan.items}:
            raise HTTPError(400)
        try:
            kept = await self.away(
                lambda: self.office.desk.keep(self.person, token, self.code, self.fields, only=item)
            )
        except (RoundError, ConsentError, LinkError, CodeError):
            return self.tell("closed", self.speech.say("This page is no longer up to date. Load it again."))
        except (RecordsError, ParameterError):
            self.set_status(503)
            return self.tell("later", self.speech.say("Not saved yet."))
        if kept.clashes:
            return self.tell("changed", self.speech.say(_ELSEWHERE))
        if kept.problems:
            problem = kept.problems[0]
            words = phrases.problem_words(problem, one.plan.item(item), self.speech)
            return self.tell("unfinished", self.speech.say("Not saved yet: %(why)s", why=words))
        self.tell("saved", self.speech.say("Saved"))

    def tell(self, state: str, words: str) -> None:
        """Answer to the script."""
        self.finish({"state": state, "words": words})
