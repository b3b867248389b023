"""Between the store and the pages: what a link opens now, what was answered, where the group stands."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records.consultation_problems import CodeError, MovedOnError, Problem
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.workbench.answering import marks, phrases, reading
from almpo_kit.workbench.answering.clashes import Clash, Own, clashing, marks_to_show, staying
from almpo_kit.workbench.answering.group_pictures import Picture, picture
from almpo_kit.workbench.answering.questions import Given, Question, questions
from almpo_kit.workbench.answering.reading import Stays
from almpo_kit.workbench.answering.untouched import as_shown
from almpo_kit.workbench.localisation import ENGLISH, Speech

if TYPE_CHECKING:
    from almpo_kit.codesign.rounds.feedback import Feedback
    from almpo_kit.records import Stand, Store
    from almpo_kit.records.participants import Participant

_MOST_REASONS = 40
#: How long a picture is shown before it is looked at again: what was deleted elsewhere is gone after that.
_PICTURE_SECONDS = 60
#: Reading and writing once more, where another tab was in between.
_TRIES: Final = 4


@dataclass(frozen=True)
class Kept:
    """What became of a form.

    Parameters
    ----------
    items : tuple of str
        Items that were written.
    problems : tuple of Problem
        Of items that were not.
    clashes : tuple of Clash
        Where there are any, nothing was written.
    """

    items: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    clashes: tuple[Clash, ...] = ()


class ParticipantDesk:
    """Everything that the pages ask for; may be used from several threads.

    Parameters
    ----------
    store : Store
    speeches : mapping
        Language -> what is said in it.
    """

    def __init__(self, store: Store, speeches: Mapping[str, Speech]) -> None:
        self.store, self.speeches = store, speeches
        self._pictured: dict[tuple[str, str, int], Any] = {}
        self._lock = threading.Lock()

    # ---- who is there ----------------------------------------------------------------------------------

    def person(self, token: str, code: str) -> tuple[Participant, str, CodeError | None]:
        """Who a link opens to, the code as far as it is right, and why it does not open the answers.

        Raises
        ------
        LinkError
            Nobody.
        """
        try:
            return self.store.enter(token, code), code, None
        except CodeError as error:
            if not code:
                raise
            return self.store.enter(token), "", error

    def speech(self, asked: str, person: Participant | None = None, accepted: str = "") -> Speech:
        """The language of a page: what was asked for, else the invitation's, else the browser's, else English."""
        offered = self.offered(person)
        wanted = [asked, person.language if person else "", *_accepted(accepted)]
        found = next((w for w in wanted if w in offered), next(iter(offered)))
        # A consultation can be held in a language of which nobody has translated the buttons yet.
        return self.speeches.get(found) or Speech(found, name=found)

    def offered(self, person: Participant | None) -> dict[str, str]:
        """Languages of a page -> their names."""
        codes = person.consultation.plan.languages if person else tuple(self.speeches)
        return {c: self.speeches[c].name if c in self.speeches else c for c in codes} or {ENGLISH: "English"}

    # ---- answers ---------------------------------------------------------------------------------------

    def own(self, person: Participant, token: str, code: str) -> Own:
        """What was answered, as the present round sees it."""
        held = self.store.own_answers(token, code)
        now = person.consultation.round
        former = {i: (r, v) for r in sorted(held) if r < now for i, v in held[r].items()}
        kept, reasons, written = held.get(now, {}), held.reasons.get(now, {}), held.written.get(now, {})

        def marked(item: str, stand: Stand) -> str:
            return marks.mark_of(token, code, now, item, stand.values, stand.why, stand.written)

        shown = {
            i.id: marks.mark_of(
                token, code, now, i.id, kept.get(i.id, {}), reasons.get(i.id, ""), written.get(i.id)
            )
            for i in person.consultation.plan.items
        }
        history, revision = held.history.get(now, {}), held.revisions.get(now, 0)
        return Own(kept, reasons, former, written, shown, revision, history, marked)

    def keep(
        self,
        person: Participant,
        token: str,
        code: str,
        fields: Mapping[str, str],
        *,
        only: str = "",
    ) -> Kept:
        """Write what a form says, as far as it fits; the rest is told. What it would replace unseen is told first.

        Raises
        ------
        RoundError, ConflictError, CodeError, LinkError, RecordsError
            Nothing was written.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._keep(person, token, code, fields, only)
            except MovedOnError:
                continue
        return self._keep(person, token, code, fields, only)

    def _keep(self, person: Participant, token: str, code: str, fields: Mapping[str, str], only: str) -> Kept:
        own, plan = self.own(person, token, code), person.consultation.plan
        former = {i: v for i, (_, v) in own.former.items()}
        # What is saved alone was typed just now, also where it is what the page began with.
        stays = Stays() if only else staying(plan.items, own, fields)
        sent = reading.read(plan, fields, own.kept, own.kept_reasons, former, only=only, stays=stays)
        clashes = clashing(plan.items, own, sent, fields)
        if clashes:
            return Kept((), sent.problems, clashes)
        if sent.answers or sent.reasons:
            self.store.answer(
                token,
                person.consultation.round,
                sent.answers,
                reasons=sent.reasons,
                key=fields.get("key", ""),
                code=code,
                seen=own.revision,
            )
        return Kept((*sent.answers, *(i for i in sent.reasons if i not in sent.answers)), sent.problems)

    def questions(
        self,
        person: Participant,
        own: Own,
        speech: Speech,
        *,
        fields: Mapping[str, str] | None = None,
        problems: tuple[Problem, ...] = (),
        clashes: tuple[Clash, ...] = (),
    ) -> list[Question]:
        """The questions of the open round, with what was said before."""
        one, sent = person.consultation, fields or {}
        stays = staying(one.plan.items, own, sent)
        clashing = frozenset(c.item.id for c in clashes) - stays.whole
        given = Given(
            kept=own.kept,
            kept_reasons=own.kept_reasons,
            former=own.former,
            fields=as_shown(one.plan.items, own, sent, stays, speech),
            problems={p.item: p for p in problems},
            pictures=self.pictures(person, one.round - 1, own, speech),
            reasons=self.reasons(person, one.round - 1, speech),
            marks=marks_to_show(one.plan.items, own, sent, clashing | stays.whole),
            clashing=clashing,
            emptied=frozenset(c.item.id for c in clashes if c.deletes),
        )
        return questions(one.plan.items, given, speech)

    def erase(self, token: str, code: str) -> int:
        """Delete what was answered; what the group is shown is looked at again."""
        blanked = self.store.erase(token, code)
        with self._lock:
            self._pictured.clear()
        return blanked

    # ---- the group -------------------------------------------------------------------------------------

    def pictures(self, person: Participant, round: int, own: Own, speech: Speech) -> dict[str, Picture]:
        """Item -> where the group stood after a closed round."""
        plan = person.consultation.plan
        found = self._group(person, round)[0]
        mine = {i: v for i, (_, v) in own.former.items()} | dict(
            own.kept if round >= person.consultation.round else {}
        )
        return {
            i: picture(f, plan.item(i), mine.get(i, {}), speech, plan.least_group) for i, f in found.items()
        }

    def reasons(self, person: Participant, round: int, speech: Speech) -> dict[str, list[tuple[str, str]]]:
        """Item -> (role or "", reason) of a closed round, as far as the group is large enough to be shown."""
        found, reasons = self._group(person, round)
        shown = {i for i, f in found.items() if f.shown}
        return {
            i: [(speech.say(phrases.ROLES[r]) if r in phrases.ROLES else "", w) for r, w in rows][
                :_MOST_REASONS
            ]
            for i, rows in reasons.items()
            if i in shown
        }

    def _group(
        self, person: Participant, round: int
    ) -> tuple[dict[str, Feedback], dict[str, list[tuple[str, str]]]]:
        """The same picture for everybody: two of them, one answer apart, would tell that answer."""
        one = person.consultation
        if round < 1:
            return {}, {}
        place = (one.name, one.digest, round)
        with self._lock:
            at, found = self._pictured.get(place, (float("-inf"), None))
            if time.monotonic() - at > _PICTURE_SECONDS:
                found = self._looked_at(one.name, one.plan.items, one.plan, round)
                self._pictured[place] = (time.monotonic(), found)
            held: tuple[dict[str, Feedback], dict[str, list[tuple[str, str]]]] = found
            return held

    def _looked_at(self, name: str, items: tuple[Item, ...], plan: Any, round: int) -> Any:
        from almpo_kit import codesign

        judged = self.store.judgements(name, round)
        said = self.store.reasons(name, round)
        found = {i.id: codesign.feedback(judged, plan, i.id, round) for i in items}
        reasons: dict[str, list[tuple[str, str]]] = {}
        for item, role, words in zip(said["item"], said["role"], said["reason"], strict=True):
            reasons.setdefault(str(item), []).append((str(role or ""), str(words)))
        # By their words: the order tells nothing of who wrote first.
        return found, {i: sorted(rows, key=lambda r: r[1].casefold()) for i, rows in reasons.items()}


def _accepted(header: str) -> list[str]:
    """Languages a browser asks for, best first."""
    return [part.split(";")[0].strip()[:2].lower() for part in header[:200].split(",") if part.strip()]
