"""What a participant can do, by her link alone or with her personal code; nothing here takes a name or a number of a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

from almpo_kit.records import (
    answer_rules,
    consultations,
    drafts,
    invitations,
    own_answers,
    participants,
    personal_codes,
)
from almpo_kit.records.free_text import clean, reason_in_words
from almpo_kit.records.invitations import Invited
from almpo_kit.records.own_answers import OwnAnswers
from almpo_kit.records.participants import Participant, Receipt
from almpo_kit.records.transactions import Transactions, given
from almpo_kit.vocabulary.consultation_items import language_code
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import Connection

T = TypeVar("T")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{4,64}")


class ParticipantMethods(Transactions):
    """The side of whoever was invited."""

    def enter(self, token: str, code: str = "") -> Participant:
        """What a link opens.

        Parameters
        ----------
        token : str
        code : str
            The personal code, where one was set. Without it, nothing of the answers is told (``known`` is false).

        Raises
        ------
        LinkError
            The link opens nothing: unknown, replaced, withdrawn and deleted all say the same.
        CodeError
            The code is wrong, or too many were.
        """
        with self._reading_consultations() as db:
            who = invitations.opened_by(db, token)
        if code and who.code_hash:
            self._check_code(who, code)
        with self._reading_consultations() as db:
            who = invitations.opened_by(db, token)
            return participants.described(
                db, who, who.consent is not None and (not who.code_hash or bool(code))
            )

    def consent(self, token: str, *, language: str, digest: str, code: str = "") -> Participant:
        """Agree to a plan; in an anonymous consultation this sets the personal code.

        Parameters
        ----------
        token : str
        language : str
            In which she read it.
        digest : str
            Of the plan that she was shown.
        code : str
            4 to 64 characters in an anonymous consultation, else none.

        Raises
        ------
        ConsentError
            Another plan than the one that stands, or nothing has begun yet. Nothing is written.
        ParameterError
            A code that is too short or too easy, or one where none is asked for.
        LinkError, CodeError
            As :meth:`enter`; a link on which somebody agreed before asks for the code that was set then.
        """
        with self._reading_consultations() as db:
            who = invitations.opened_by(db, token)
            one = consultations.read(db, who.consultation)
        asked = language_code(language)
        if asked not in one.plan.languages:
            raise ParameterError(f"language {asked!r} is none of {', '.join(one.plan.languages)}.")
        fresh = None
        if who.consent is None:
            if participants.needs_code(one):
                fresh = personal_codes.hashed(personal_codes.new_code(code))
            elif code:
                raise ParameterError(
                    "this consultation shows roles or pseudonyms beside answers and has no personal codes; leave it out."
                )
            who = self._write(lambda db: participants.consent(db, token, asked, digest, fresh))
        if fresh and fresh[1] == who.code_hash:
            personal_codes.remember(personal_codes.tried(code), who.code_hash)
        elif who.code_hash:
            # She agreed before; or of two on one link at the same time, the first has set the code.
            self._check_code(who, code)
        with self._reading_consultations() as db:
            return participants.described(db, invitations.opened_by(db, token), True)

    def answer(
        self,
        token: str,
        round: int,
        answers: Mapping[str, Mapping[str, float]],
        *,
        reasons: Mapping[str, str] | None = None,
        key: str,
        code: str = "",
        seen: int | None = None,
    ) -> Receipt:
        """Answer items of the open round; the latest answer to an item holds, earlier ones stay kept.

        Parameters
        ----------
        token : str
        round : int
        answers : mapping
            Item -> part -> number, whole answers only; ``{}`` takes an answer back.
        reasons : mapping, optional
            Item -> words, at most 2,000 characters; "" takes a reason back.
        key : str
            Made by the page, 4 to 64 letters, digits, ``-`` and ``_``, new for every new content: a request that is
            sent again is carried out once.
        code : str
        seen : int, optional
            Revision of this round that she had before her, 0 where there was none; refused where another came since.

        Raises
        ------
        AnswerError
            Some answers do not fit the plan; ``problems`` says which. Nothing is written.
        RoundError, ConsentError, LinkError, CodeError
            The round is not open, nobody agreed, or the link or code opens nothing. Nothing is written.
        MovedOnError
            Another revision than ``seen`` stands. Nothing is written.
        ConflictError
            The key was used with another content. Nothing is written.
        RecordsError
            The store cannot be written. Nothing is written; what was kept before stays.
        """
        number, words = given(round, "round", 1), {} if reasons is None else reasons
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ParameterError(
                "key must be 4 to 64 letters, digits, - and _, e.g. secrets.token_urlsafe(12)."
            )
        with self._reading_consultations() as db:
            who = invitations.opened_by(db, token)
            plan = consultations.read(db, who.consultation).plan
        participants.must_have_agreed(who)
        if who.code_hash:
            self._check_code(who, code)
        kept, said = answer_rules.checked(plan, answers, words)
        if not kept and not said:
            raise ParameterError("there is no answer and no reason in this; nothing was written.")
        return self._write(lambda db: participants.answer(db, token, number, kept, said, key, seen))

    def own_answers(self, token: str, code: str = "") -> OwnAnswers:
        """What she answered, as far as it holds.

        Returns
        -------
        OwnAnswers
            A mapping round -> item -> part -> number, with ``reasons``: round -> item -> words.
        """
        self._let_in(token, code)
        with self._reading_consultations() as db:
            return own_answers.read(db, invitations.opened_by(db, token).consent)

    def erase(self, token: str, code: str = "") -> int:
        """Delete what she answered, and end her invitation.

        Returns
        -------
        int
            How many answers and reasons were blanked; that there were so many stays.
        """
        who = self._let_in(token, code, agreed=False)
        return self._blank(lambda db: participants.erase(db, token, who.consultation))

    def erase_invited(self, name: str, number: str, *, reason: str) -> int:
        """Delete what somebody answered who asked for it by other ways, e.g. by letter or because her code is lost.

        Parameters
        ----------
        name : str
        number : str
            Of her invitation; what she had answered is shown to nobody.
        reason : str
            In words, 12 characters or more.
        """
        asked, which = drafts.one_line(clean(name, "name")), clean(number, "number", most=12)
        why = reason_in_words(reason)
        return self._blank(lambda db: participants.erase_invited(db, asked, which, why))

    # ---- who is there ----------------------------------------------------------------------------------

    def _let_in(self, token: str, code: str, *, agreed: bool = True) -> Invited:
        with self._reading_consultations() as db:
            who = invitations.opened_by(db, token)
        if agreed:
            participants.must_have_agreed(who)
        if who.code_hash:
            self._check_code(who, code)
        return who

    def _check_code(self, who: Invited, code: str) -> None:
        typed = personal_codes.tried(code)
        with personal_codes.turn(who.id):
            with self._reading_consultations() as db:
                personal_codes.refuse_if_locked(db, who.id)
            if personal_codes.known(typed, who.code_hash):
                return
            # Written down first: tries that run at the same time, in other processes, see one another.
            self._write(lambda db: personal_codes.begin_try(db, who.id))
            personal_codes.refuse_if_wrong(typed, who.salt, who.code_hash)
            personal_codes.remember(typed, who.code_hash)
            self._write(lambda db: personal_codes.write_down(db, who.id, personal_codes.RIGHT))

    def _blank(self, work: Callable[[Connection], T]) -> T:
        done = self._write(work)
        self._forget_pages()
        return done
