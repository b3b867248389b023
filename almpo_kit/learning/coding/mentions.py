"""Where a text names a value: the sentence, the words, and whether it is named only for comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from almpo_kit.learning.coding.lexicon.fields import finder
from almpo_kit.learning.coding.lexicon.phrases import STRONG, Word, folded_set, words_of

#: What is named after these is what a programme was compared with, not what it was.
_COMPARED: Final = folded_set(
    "compared relative versus vs than unlike instead rather without except excluding beyond gegenuber verglichen contrairement contrast"
)
#: These compare only with the word that follows: "instead of sanctions", but "instead, we use matching".
_WITH: Final = {"instead": "of", "contrast": "to"}
#: "We do not use random assignment". Of designs only: "did not help youth" is still on youth.
_DENIED: Final = folded_set(
    "not no non neither nor nicht kein keine keinen keiner pas sin senza geen niet inte ikke lack"
)
#: So many words before are looked at.
_REACH: Final = 3
#: Reading ends here; who codes a book does so by its chapters.
MOST_PASSAGES: Final = 3_000
MOST_LETTERS: Final = 2_000_000


class Sentence(NamedTuple):
    """One passage: its number and where it is in the document."""

    passage: int
    start: int
    end: int
    text: str


class Mention(NamedTuple):
    """A value named in a sentence; ``start`` and ``end`` in the text of the document."""

    value: str
    strong: bool
    compared: bool
    sentence: int
    start: int
    end: int
    words: str


def read_sentences(rows: Sequence[tuple[int, int, int, str]]) -> list[Sentence]:
    """Passages of one document, ``(passage, start, end, text)``, as far as they are read."""
    read: list[Sentence] = []
    left = MOST_LETTERS
    for passage, start, end, text in rows[:MOST_PASSAGES]:
        if left <= 0:
            break
        read.append(Sentence(passage, start, end, text[:left]))
        left -= len(text)
    return read


def all_mentions(fields: Sequence[str], sentences: Sequence[Sentence]) -> dict[str, list[Mention]]:
    """Field -> every place where one of its values is named. Words are cut once and not kept."""
    words = [words_of(s.text) for s in sentences]
    return {field: mentions(field, sentences, words) for field in fields}


def mentions(field: str, sentences: Sequence[Sentence], words: Sequence[list[Word]]) -> list[Mention]:
    """Every place where a value of ``field`` is named; ``sentence`` counts within ``sentences``."""
    find = finder(field)
    if find is None:
        return []
    found = []
    for number, (sentence, cut) in enumerate(zip(sentences, words, strict=True)):
        for hit in find(cut):
            a, b = cut[hit.first].start, cut[hit.last - 1].end
            before = _before(cut, hit.first)
            found.append(
                Mention(
                    hit.value,
                    hit.strength == STRONG,
                    bool(before & _COMPARED) or (field == "design" and _denied(before)),
                    number,
                    sentence.start + a,
                    sentence.start + b,
                    sentence.text[a:b],
                )
            )
    return found


def _before(cut: list[Word], first: int) -> set[str]:
    words = {w.folded for w in cut[max(0, first - _REACH) : first]}
    return words - {w for w, needed in _WITH.items() if needed not in words}


def _denied(before: set[str]) -> bool:
    return bool(before & _DENIED) and "only" not in before
