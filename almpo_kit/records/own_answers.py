"""What a participant sees of her own answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
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


@dataclass(frozen=True)
class Stand:
    """What held of one item after one writing of it.

    Parameters
    ----------
    values : mapping
        Part -> number; empty: none.
    why : str
    written : Written or None
        None: before the first writing.
    """

    values: Mapping[str, float]
    why: str
    written: Written | None


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
    history : dict
        Round -> item -> its stands, the oldest first.
    """

    reasons: dict[int, dict[str, str]]
    written: dict[int, dict[str, Written]]
    revisions: dict[int, int]
    history: dict[int, dict[str, list[Stand]]]


def read(db: Connection, consent: int | None) -> OwnAnswers:
    """What holds of them."""
    found = OwnAnswers()
    found.reasons, found.written, found.revisions, found.history = {}, {}, {}, {}
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
        select(
            sent.c.round, rows.c.item, sent.c.revision, sent.c.key, sent.c.day, rows.c.kind, rows.c.content
        )
        .join_from(rows, sent, rows.c.submission == sent.c.id)
        .where(sent.c.consent == consent)
        .order_by(sent.c.round, sent.c.revision)
    )
    for number, item, revision, key, day, kind, text in db.execute(asked) if consent else ():
        written = found.written.setdefault(number, {})[item] = Written(key, day)
        found.revisions[number] = revision
        stands = found.history.setdefault(number, {}).setdefault(item, [])
        last = stands[-1] if stands else Stand({}, "", None)
        if kind == participants.VALUES:
            now = Stand(json.loads(text or "{}"), last.why, written)
        else:
            now = Stand(last.values, text or "", written)
        # An answer and its reason that came together are one writing.
        if last.written is not None and last.written.key == key:
            stands.pop()
        stands.append(now)
