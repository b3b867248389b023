"""What a participant sees of her own answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from almpo_kit.records import participants

if TYPE_CHECKING:
    from sqlalchemy import Connection


class OwnAnswers(dict[int, dict[str, dict[str, float]]]):
    """Round -> item -> part -> number.

    Attributes
    ----------
    reasons : dict
        Round -> item -> words.
    """

    reasons: dict[int, dict[str, str]]


def read(db: Connection, consent: int | None) -> OwnAnswers:
    """What holds of them."""
    found = OwnAnswers()
    found.reasons = {}
    for (number, item, kind), text in (participants.latest(db, consent) if consent else {}).items():
        if kind == participants.VALUES:
            found.setdefault(number, {})[item] = json.loads(text)
        else:
            found.reasons.setdefault(number, {})[item] = text
    return found
