"""Answers that a form would replace although the person never saw them in it: changed in another tab or on another device."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from almpo_kit.records import Stand, Written
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.workbench.answering import marks
from almpo_kit.workbench.answering.reading import Sent, Stays, name_of
from almpo_kit.workbench.answering.untouched import CLASH, MARK, untouched
from almpo_kit.workbench.localisation import Speech

#: Field in which the person says what becomes of clashes, and one thing that she can say.
SETTLE, STORED = "settle", "stored"


@dataclass(frozen=True)
class Own:
    """What a participant answered, as one round sees it.

    Parameters
    ----------
    kept, kept_reasons : mapping
        In that round.
    former : mapping
        Item -> (round, answer), of earlier rounds.
    written : mapping
        Item -> what wrote it last in that round.
    marks : mapping
        Item -> mark of what is kept of it.
    revision : int
        Of the round; 0 where nothing was sent.
    history : mapping
        Item -> what held of it in this round, the oldest first.
    marked : callable
        (item, stand) -> mark of it.
    """

    kept: Mapping[str, Mapping[str, float]]
    kept_reasons: Mapping[str, str]
    former: Mapping[str, tuple[int, Mapping[str, float]]]
    written: Mapping[str, Written] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    history: Mapping[str, Sequence[Stand]] = field(default_factory=dict)
    marked: Callable[[str, Stand], str] = lambda item, stand: ""

    def seen(self, item: Item, fields: Mapping[str, str]) -> bool:
        """Whether a form was filled from what is kept of an item now, or wrote that itself."""
        posted = fields.get(name_of(item, MARK))
        last = self.written.get(item.id)
        if last is None:
            return True
        own = marks.same_page(fields.get("key", ""), last.key)
        return own or (posted is not None and marks.same(posted, self.marks[item.id]))


@dataclass(frozen=True)
class Clash:
    """One answer that stands otherwise than the form had it.

    Parameters
    ----------
    item : Item
    stored, typed : mapping
        Answers; empty: none.
    stored_why, typed_why : str
    day : str
        ISO date of the last change; no finer time is kept.
    """

    item: Item
    stored: Mapping[str, float]
    typed: Mapping[str, float]
    stored_why: str
    typed_why: str
    day: str

    @property
    def deletes(self) -> bool:
        """Whether sending the form would delete a stored answer."""
        return bool(self.stored) and not self.typed


def clashing(items: tuple[Item, ...], own: Own, sent: Sent, fields: Mapping[str, str]) -> tuple[Clash, ...]:
    """What a form would replace unseen."""
    return tuple(
        _clash(item, own, sent)
        for item in items
        if (item.id in sent.answers or item.id in sent.reasons) and not own.seen(item, fields)
    )


def _clash(item: Item, own: Own, sent: Sent) -> Clash:
    stored, why = own.kept.get(item.id, {}), own.kept_reasons.get(item.id, "")
    typed, typed_why = sent.answers.get(item.id, stored), sent.reasons.get(item.id, why)
    return Clash(item, stored, typed, why, typed_why, own.written[item.id].day)


def left(items: tuple[Item, ...], fields: Mapping[str, str]) -> frozenset[str]:
    """Items of which the person said that the stored answers stay."""
    if fields.get(SETTLE) != STORED:
        return frozenset()
    return frozenset(i.id for i in items if fields.get(name_of(i, CLASH)))


def staying(items: tuple[Item, ...], own: Own, fields: Mapping[str, str]) -> Stays:
    """What stays as it is stored: the person said so, or this window never touched it."""
    said, same = left(items, fields), untouched(items, own, fields)
    return Stays(same.answers | said, same.reasons | said)


def marks_to_show(
    items: tuple[Item, ...], own: Own, fields: Mapping[str, str], told: frozenset[str]
) -> dict[str, str]:
    """Mark of each item for a page that comes back: what was not seen and not told stays to be told.

    Parameters
    ----------
    items : tuple of Item
    own : Own
    fields : mapping
        What was sent; empty where the page is new.
    told : frozenset of str
        Items of which the page shows what is stored.
    """
    fresh = {i.id for i in items if not fields or i.id in told or own.seen(i, fields)}
    return {i.id: own.marks[i.id] if i.id in fresh else fields.get(name_of(i, MARK), "") for i in items}


def last_day(clashes: tuple[Clash, ...], speech: Speech) -> str:
    """When the last of them was changed, in words."""
    return speech.date(max(c.day for c in clashes))
