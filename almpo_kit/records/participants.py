"""Participants: consent to a plan, answers that are only ever added to, and their deletion."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.records import consultations, invitations
from almpo_kit.records.consultation_problems import ConsentError, MovedOnError
from almpo_kit.records.consultations import Consultation
from almpo_kit.records.invitations import Invited
from almpo_kit.records.labels import now
from almpo_kit.records.problems import ConflictError
from almpo_kit.records.schema import table
from almpo_kit.vocabulary.errors import ParameterError

if TYPE_CHECKING:
    from sqlalchemy import Connection

VALUES, REASON = "values", "reason"
#: What a take-back looks like: an answer without numbers, a reason without words.
TAKEN_BACK: Final = {VALUES: "{}", REASON: ""}


@dataclass(frozen=True)
class Participant:
    """What a participant's page may know.

    Parameters
    ----------
    consultation : Consultation
    number : str
        Of her invitation, for her alone: with it she can ask for deletion by letter.
    role, geo, sector, language : str
    needs_code : bool
        Answers are kept behind a personal code.
    consented : bool
        To the plan as it stands.
    known : bool
        She may read and write answers now: she agreed, and gave the code where one is needed.
    rounds_answered : tuple of int
        Empty unless ``known``.
    """

    consultation: Consultation
    number: str
    role: str
    geo: str
    sector: str
    language: str
    needs_code: bool
    consented: bool
    known: bool
    rounds_answered: tuple[int, ...]


@dataclass(frozen=True)
class Receipt:
    """That answers were kept.

    Parameters
    ----------
    round : int
    revision : int
        Counts up from 1 within the round.
    items, reasons : tuple of str
        Items that were answered, and those for which a reason was given.
    """

    round: int
    revision: int
    items: tuple[str, ...]
    reasons: tuple[str, ...]


def needs_code(one: Consultation) -> bool:
    """Whether answers are kept behind a personal code."""
    return one.plan.disclosure == "anonymous"


def described(db: Connection, who: Invited, known: bool) -> Participant:
    """What her page may know."""
    one = consultations.read(db, who.consultation)
    agreed = who.consent is not None and who.digest == one.digest
    answered = tuple(sorted({r for r, *_ in latest(db, who.consent)})) if known and who.consent else ()
    where = (who.number, who.role, who.geo, who.sector, who.language)
    return Participant(one, *where, needs_code(one), agreed, known and agreed, answered)


def consent(db: Connection, token: str, language: str, digest: str, code: tuple[str, str] | None) -> Invited:
    """Keep that she agreed to this plan; who agreed before stays as she was."""
    from sqlalchemy import insert

    who = invitations.opened_by(db, token)
    one = consultations.read(db, who.consultation)
    if who.consent is None:
        _agreeable(one, digest)
        salt, code_hash = code or (None, None)
        row = {"invitation": who.id, "participant": "p" + secrets.token_hex(6), "digest": digest}
        row |= {"language": language, "salt": salt, "code_hash": code_hash, "at": now()}
        db.execute(insert(table("consents")).values(**row))
        who = invitations.opened_by(db, token)
    return who


def _agreeable(one: Consultation, digest: str) -> None:
    if one.state == "planned":
        raise ConsentError(
            "the consultation has not begun yet, and what it asks can still change. Nothing was written; come back once its "
            "first round is open."
        )
    if digest != one.digest:
        raise ConsentError(
            "what you agreed to is not the plan as it stands. Nothing was written; load the page again and read it once more."
        )


def must_have_agreed(who: Invited) -> int:
    """Her consent.

    Raises
    ------
    ConsentError
    """
    if who.consent is None:
        raise ConsentError(
            "nobody has agreed on this page yet. Nothing was written; agree first, then answer."
        )
    return who.consent


def answer(
    db: Connection,
    token: str,
    number: int,
    answers: Mapping[str, Mapping[str, float]],
    reasons: Mapping[str, str],
    key: str,
    seen: int | None = None,
) -> Receipt:
    """Add what she answered within one transaction; the same request again is carried out once."""
    from sqlalchemy import func, insert, select

    who = invitations.opened_by(db, token)
    consultations.beside_others(db, who.consultation)
    # Asked again under the lock: a deletion may have been first.
    who = invitations.opened_by(db, token)
    me = must_have_agreed(who)
    sent = table("answer_submissions")
    asked = json.dumps([number, answers, reasons], sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(asked.encode()).hexdigest()
    earlier = db.execute(select(sent).where(sent.c.consent == me, sent.c.key == key)).mappings().first()
    if earlier is not None:
        return _replayed(db, dict(earlier), digest)
    consultations.must_be_open(consultations.read(db, who.consultation), number)
    most = select(func.max(sent.c.revision)).where(sent.c.consent == me, sent.c.round == number)
    revision = int(db.execute(most).scalar() or 0) + 1
    if seen is not None and seen != revision - 1:
        raise MovedOnError
    row = {"consent": me, "round": number, "revision": revision, "key": key, "digest": digest}
    done = db.execute(insert(sent).values(**row, day=datetime.now(UTC).date().isoformat()))
    rows = [(item, VALUES, json.dumps(values, sort_keys=True)) for item, values in answers.items()]
    rows += [(item, REASON, words) for item, words in reasons.items()]
    submission = int((done.inserted_primary_key or (0,))[0])
    kept = [{"submission": submission, "item": i, "kind": k, "content": c} for i, k, c in rows]
    if kept:
        db.execute(insert(table("answers")), kept)
    return Receipt(number, revision, tuple(sorted(answers)), tuple(sorted(reasons)))


def _replayed(db: Connection, earlier: Mapping[str, Any], digest: str) -> Receipt:
    from sqlalchemy import select

    if earlier["digest"] != digest:
        raise ConflictError(
            "another answer was sent under the same key before. Nothing was written; load the page again to see what was kept."
        )
    rows = table("answers")
    asked = select(rows.c.item, rows.c.kind).where(rows.c.submission == earlier["id"])
    kept = [(r[0], r[1]) for r in db.execute(asked)]
    items, reasons = (tuple(sorted(i for i, k in kept if k == kind)) for kind in (VALUES, REASON))
    return Receipt(earlier["round"], earlier["revision"], items, reasons)


def latest(db: Connection, consent: int) -> dict[tuple[int, str, str], str]:
    """What holds of her answers: (round, item, kind) -> content."""
    from sqlalchemy import select

    sent, rows = table("answer_submissions"), table("answers")
    asked = (
        select(sent.c.round, rows.c.item, rows.c.kind, rows.c.content)
        .join_from(rows, sent, rows.c.submission == sent.c.id)
        .where(sent.c.consent == consent)
        .order_by(sent.c.round, sent.c.revision)
    )
    found = {(r[0], r[1], r[2]): r[3] for r in db.execute(asked)}
    return {cell: text for cell, text in found.items() if text is not None and text != TAKEN_BACK[cell[2]]}


def blank(db: Connection, invitation: int, *, reason: str) -> int:
    """Delete what she answered and what tells which pseudonym was hers; that there was something stays. Its rows."""
    from sqlalchemy import select, update

    consents, sent, rows = table("consents"), table("answer_submissions"), table("answers")
    me = db.execute(select(consents.c.id).where(consents.c.invitation == invitation)).scalar()
    blanked = 0
    if me is not None:
        mine = select(sent.c.id).where(sent.c.consent == me).scalar_subquery()
        blanked = db.execute(update(rows).where(rows.c.submission.in_(mine)).values(content=None)).rowcount
        db.execute(update(sent).where(sent.c.consent == me).values(digest=None))
        gone = {"participant": None, "salt": None, "code_hash": None}
        db.execute(update(consents).where(consents.c.id == me).values(**gone))
    invitations.end(db, invitation, invitations.ERASED, reason=reason, blanked=blanked)
    return int(blanked)


def erase(db: Connection, token: str, consultation: str) -> int:
    """Her own wish."""
    consultations.alone(db, consultation)
    who = invitations.opened_by(db, token)
    return blank(db, who.id, reason="")


def erase_invited(db: Connection, name: str, number: str, reason: str) -> int:
    """Her wish, by other ways; of whoever was withdrawn, too."""
    consultations.alone(db, name)
    row = invitations.by_number(db, name, number)
    if invitations.ERASED in invitations.ends(db, row["id"]):
        raise ParameterError(f"what {number} answered was deleted already.")
    return blank(db, row["id"], reason=reason)
