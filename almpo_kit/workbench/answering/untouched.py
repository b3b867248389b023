"""What a form merely repeats of the state its page was filled from: that is no answer of this window.

The mark in the form says which state that was; all states are kept in the store, so no more than the mark is carried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from almpo_kit.records import Stand
from almpo_kit.vocabulary.consultation_items import Item
from almpo_kit.workbench.answering import marks
from almpo_kit.workbench.answering.reading import Stays, fields_of, name_of, plain_number, why_of
from almpo_kit.workbench.localisation import ENGLISH, Speech

if TYPE_CHECKING:
    from almpo_kit.workbench.answering.clashes import Own

#: Of a question, beside what is answered.
MARK, CLASH, WHY = "mark", "clash", "why"


def untouched(items: tuple[Item, ...], own: Own, fields: Mapping[str, str]) -> Stays:
    """What was changed elsewhere and stands in this form as the page came."""
    bases = {i.id: found for i in items if not own.seen(i, fields) if (found := _base(i, own, fields))}
    return Stays(
        answers=frozenset(i.id for i in items if i.id in bases and _same_answer(i, bases[i.id], own, fields)),
        reasons=frozenset(i.id for i in items if i.id in bases and why_of(i, fields) == bases[i.id].why),
    )


def _base(item: Item, own: Own, fields: Mapping[str, str]) -> Stand | None:
    """The stand that a page was filled from; None where that is unknown, or the page has answered the item since."""
    posted, key = fields.get(name_of(item, MARK)), fields.get("key", "")
    stands = own.history.get(item.id, ())
    if posted is None or any(s.written and marks.same_page(key, s.written.key) for s in stands):
        return None
    for stand in (*reversed(stands), Stand({}, "", None)):
        if marks.same(posted, own.marked(item.id, stand)):
            return stand
    return None


def _same_answer(item: Item, base: Stand, own: Own, fields: Mapping[str, str]) -> bool:
    former = own.former.get(item.id, (0, {}))[1]
    filled = fields_of(item, base.values or former, Speech(ENGLISH).typed)
    beside = {name_of(item, more) for more in (MARK, CLASH, WHY)}
    posted = {k: plain_number(v) for k, v in fields.items() if k.split("~")[0] == item.id and k not in beside}
    return {k: v for k, v in posted.items() if v} == filled


def as_shown(
    items: tuple[Item, ...], own: Own, fields: Mapping[str, str], stays: Stays, speech: Speech
) -> dict[str, str]:
    """Fields of a page that comes back: what was sent, and what is stored of all that stays."""

    def gone(name: str) -> bool:
        item, _, more = name.partition("~")
        return item in (stays.reasons if more == WHY else stays.answers)

    shown = {name: text for name, text in fields.items() if not gone(name)}
    for item in items:
        if item.id in stays.answers - stays.reasons:
            stored = own.kept.get(item.id) or own.former.get(item.id, (0, {}))[1]
            shown |= fields_of(item, stored, speech.typed)
    return shown
