"""What a participant sees of her own answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.records import participants
from almpo_kit.records.schema import table

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Written:
    """What wrote an answer, its reason or their withdrawal last.

    Parameters
    ----------
    key : str
        Of the request.
    day : str
        ISO date (UTC); no finer time is kept of an answer.
    """

    key: str
    day: str


class OwnAnswers(dict[int, dict[str, dict[str, float]]]):
    """Round -> item -> part -> number.

    Attributes
    ----------
    reasons : dict
        Round -> item -> words.
    written : dict
        Round -> item -> Written, also of what was taken back.
    revisions : dict
        Round -> the last revision.
    """

    reasons: dict[int, dict[str, str]]
    written: dict[int, dict[str, Written]]
    revisions: dict[int, int]


def read(db: Connection, consent: int | None) -> OwnAnswers:
    """What holds of them."""
    found = OwnAnswers()
    found.reasons, found.written, found.revisions = {}, {}, {}
    _written(db, consent, found)
    for (number, item, kind), text in (participants.latest(db, consent) if consent else {}).items():
        if kind == participants.VALUES:
            found.setdefault(number, {})[item] = json.loads(text)
        else:
            found.reasons.setdefault(number, {})[item] = text
    return found


def _written(db: Connection, consent: int | None, found: OwnAnswers) -> None:
    from sqlalchemy import select

    sent, rows = table("answer_submissions"), table("answers")
    asked = (
        select(sent.c.round, rows.c.item, sent.c.revision, sent.c.key, sent.c.day)
        .join_from(rows, sent, rows.c.submission == sent.c.id)
        .where(sent.c.consent == consent)
        .order_by(sent.c.round, sent.c.revision)
    )
    for number, item, revision, key, day in db.execute(asked) if consent else ():
        found.written.setdefault(number, {})[item] = Written(key, day)
        found.revisions[number] = revision
