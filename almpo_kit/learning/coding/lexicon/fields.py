"""Which words belong to which field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from almpo_kit.learning.coding.lexicon.country_words import COUNTRY_WORDS
from almpo_kit.learning.coding.lexicon.design_words import DESIGN_WORDS
from almpo_kit.learning.coding.lexicon.group_words import GROUP_WORDS
from almpo_kit.learning.coding.lexicon.horizon_words import horizons
from almpo_kit.learning.coding.lexicon.outcome_words import OUTCOME_WORDS
from almpo_kit.learning.coding.lexicon.phrases import Entry, Hit, Word, phrase_book
from almpo_kit.learning.coding.lexicon.programme_words import PROGRAMME_WORDS

_ENTRIES: Final[Mapping[str, Mapping[str, Entry]]] = {
    "programme_type": PROGRAMME_WORDS,
    "target_group": GROUP_WORDS,
    "country": COUNTRY_WORDS,
    "design": DESIGN_WORDS,
    "outcome": OUTCOME_WORDS,
}
HORIZON: Final = "horizon_months"
#: Fields with an open list of values: only what is named can be proposed, so words are not learned for single values.
OPEN: Final = frozenset({"country", HORIZON})
#: Fields that have rules. Others are learned from words alone.
WITH_RULES: Final = frozenset({*_ENTRIES, HORIZON})
#: What holds where nothing is said, so that no other word can speak for it than its own.
BY_DEFAULT: Final = frozenset({("target_group", "all"), ("design", "other")})


@cache
def finder(field: str) -> Callable[[list[Word]], list[Hit]] | None:
    """What finds the words of a field, or None where it has no rules."""
    if field == HORIZON:
        return horizons
    return phrase_book(_ENTRIES[field]).find if field in _ENTRIES else None


def strong_phrases(field: str, value: str) -> tuple[str, ...]:
    """The phrases that name a value, as the lexicon writes them (``word*`` fits any ending); none where there are no rules."""
    entry = _ENTRIES.get(field, {}).get(value)
    return () if entry is None else tuple(p.strip() for p in entry.strong.split("|") if p.strip())
