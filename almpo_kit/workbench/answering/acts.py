"""What the addresses of a participant's page do, but for its form."""

from __future__ import annotations

from tornado.web import HTTPError, RequestHandler

from almpo_kit.records.consultation_problems import CodeError, ConsentError, LinkError
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
            return self.again(phrases.code_words(error, self.speech), "code")
        if self.person.needs_code:
            self.begin_session(code)
        self.go()

    def again(self, words: str, field: str) -> None:
        """The page once more, with what to do."""
        self.show("consent", problem=self.speech.say(words), field=field, status=200)


class Thanks(Page):
    """What was kept, and what comes next."""

    async def get(self, token: str) -> None:
        if not await self.arrive(token) or self.stopped():
            return
        own = await self.held(lambda: self.office.desk.own(self.person, token, self.code))
        if own is None:
            return
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
            self.ask_code("/erase")
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
