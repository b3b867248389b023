"""Words of a text with their places, and the letters they are compared by."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
#: Lengths of runs of letters: compounds, endings and slips of the pen share most of them.
SHORTEST, LONGEST = 3, 5
_MOST_LETTERS = 40


@lru_cache(maxsize=200_000)
def folded(word: str) -> str:
    """Lower case without accents, so that ``Krankenpflegerin`` and ``INFIRMIÈRE`` meet what an index holds."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))[:_MOST_LETTERS]


def words(text: str) -> list[str]:
    """Folded words of a text; ``C++`` and ``C#`` stay whole."""
    return [folded(w) for w in _WORD.findall(text)]


def placed_words(text: str) -> list[tuple[str, int, int]]:
    """Folded words with where they start and end."""
    return [(folded(m[0]), m.start(), m.end()) for m in _WORD.finditer(text)]


@lru_cache(maxsize=200_000)
def letter_runs(word: str) -> tuple[str, ...]:
    """Runs of three to five letters of a word with its borders.

    >>> letter_runs("cook")
    (' co', 'coo', 'ook', 'ok ', ' coo', 'cook', 'ook ', ' cook', 'cook ')
    """
    bordered = f" {word} "
    if len(bordered) <= SHORTEST:
        return (bordered,)
    sizes = range(SHORTEST, min(LONGEST, len(bordered)) + 1)
    return tuple(bordered[i : i + n] for n in sizes for i in range(len(bordered) - n + 1))
