"""Finding many phrases in a text at once: by words, not by regular expressions, so that no text can make it slow."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

_WORD = re.compile(r"\w+")
#: A word that is longer is no word; only its beginning is looked at.
_LONGEST = 60
#: Shorter beginnings would fit too much ("in*").
_SHORTEST_PREFIX = 3

STRONG: Final = 1
WEAK: Final = 0
#: Phrases of this value are skipped over: "wage subsidy" says nothing about wages.
NOTHING: Final = ""


class Word(NamedTuple):
    """One word of a text: where it is, as written, and folded (small letters, no accents)."""

    start: int
    end: int
    text: str
    folded: str


class Hit(NamedTuple):
    """A phrase found: words ``first`` to ``last`` (exclusive) of the text speak for ``value``."""

    value: str
    strength: int
    first: int
    last: int


class Entry(NamedTuple):
    """Phrases for one value, between ``|``. ``word*`` fits any ending, ``=Word`` only as it is written."""

    strong: str
    weak: str = ""


def folded_set(words: str) -> frozenset[str]:
    """Words between spaces, folded."""
    return frozenset(map(fold, words.split()))


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Small letters without accents.

    Examples
    --------
    >>> fold("Gründung"), fold("Ανεργία")
    ('grundung', 'ανεργια')
    """
    plain = unicodedata.normalize("NFKD", word[:_LONGEST].casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def words_of(text: str) -> list[Word]:
    """The words of a text; hyphens, apostrophes and full stops separate them."""
    return [Word(m.start(), m.end(), w := m.group(), fold(w)) for m in _WORD.finditer(text)]


class _Part(NamedTuple):
    text: str
    prefix: bool
    exact: bool

    def fits(self, word: Word) -> bool:
        if self.exact:
            return word.text == self.text
        return word.folded.startswith(self.text) if self.prefix else word.folded == self.text


class _Phrase(NamedTuple):
    parts: tuple[_Part, ...]
    value: str
    strength: int


@dataclass(frozen=True)
class PhraseBook:
    """All phrases of one field, ready to be found.

    ``by_word`` holds phrases by their first word, ``by_prefix`` those whose first word may have any ending, by its first
    letters.
    """

    by_word: Mapping[str, tuple[_Phrase, ...]]
    by_prefix: Mapping[str, tuple[_Phrase, ...]]

    def find(self, words: list[Word]) -> list[Hit]:
        """Phrases in the order of the text; of those that begin at one word the longest, all of them if equally long."""
        hits: list[Hit] = []
        at, n = 0, len(words)
        while at < n:
            begin = words[at].folded
            whole, open_ended = self.by_word.get(begin, ()), self.by_prefix.get(begin[:_SHORTEST_PREFIX], ())
            longest = 1
            found: list[_Phrase] = []
            for phrase in (*whole, *open_ended) if whole or open_ended else ():
                size = len(phrase.parts)
                if size >= longest and at + size <= n and _fits(phrase, words, at):
                    found = [*(found if size == longest else []), phrase]
                    longest = size
            hits += [Hit(p.value, p.strength, at, at + longest) for p in found if p.value != NOTHING]
            at += longest if found else 1
        return hits


def _fits(phrase: _Phrase, words: list[Word], at: int) -> bool:
    return all(part.fits(words[at + k]) for k, part in enumerate(phrase.parts))


def phrase_book(entries: Mapping[str, Entry]) -> PhraseBook:
    """A phrase book from the words of each value; values may share phrases.

    Examples
    --------
    >>> book = phrase_book({"subsidy": Entry("wage subsid*"), "wage": Entry("wage*")})
    >>> [h.value for h in book.find(words_of("Wage subsidies raise wages"))]
    ['subsidy', 'wage']
    """
    by_word: dict[str, list[_Phrase]] = {}
    by_prefix: dict[str, list[_Phrase]] = {}
    for value, entry in entries.items():
        for strength, written in ((STRONG, entry.strong), (WEAK, entry.weak)):
            for text in filter(None, (t.strip() for t in written.split("|"))):
                phrase = _Phrase(_parts(text), value, strength)
                first = phrase.parts[0]
                if first.prefix:
                    by_prefix.setdefault(first.text[:_SHORTEST_PREFIX], []).append(phrase)
                else:
                    by_word.setdefault(fold(first.text), []).append(phrase)
    return PhraseBook(
        {k: tuple(v) for k, v in by_word.items()},
        {k: tuple(v) for k, v in by_prefix.items()},
    )


def _parts(text: str) -> tuple[_Part, ...]:
    exact = text.startswith("=")
    parts = []
    for place, piece in enumerate(text.removeprefix("=").split()):
        prefix = piece.endswith("*")
        plain = piece.rstrip("*")
        short = prefix and place == 0 and len(plain) < _SHORTEST_PREFIX
        if not _WORD.fullmatch(plain) or short:
            raise ValueError(f"{text!r}: a phrase has words of letters, e.g. 'wage subsid*'")
        parts.append(_Part(plain if exact else fold(plain), prefix, exact))
    return tuple(parts)
