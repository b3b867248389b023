"""The sentence that speaks for a value, where its words stand, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from almpo_kit.learning.coding.field_model import FieldModel, speaking_terms
from almpo_kit.learning.coding.lexicon.phrases import words_of
from almpo_kit.learning.coding.mentions import Mention
from almpo_kit.learning.coding.pairs import Pair
from almpo_kit.learning.coding.texts import Text
from almpo_kit.learning.coding.word_space import WordSpace

#: So many words are told.
_TOLD: Final = 4


class Quote(NamedTuple):
    """Number of the passage, span of the words in the document, the sentence, and why."""

    passage: int
    start: int
    end: int
    sentence: str
    why: str


def quote(
    one: FieldModel, text: Text, pair: Pair, space: WordSpace, place: Mapping[str, int]
) -> Quote | None:
    """What to show for a pair; None where no sentence speaks for it, so that it is not said at all."""
    if pair.mention is not None:
        return _named(one, text, pair, pair.mention)
    return _worded(one, text, pair, space, place)


def _named(one: FieldModel, text: Text, pair: Pair, mention: Mention) -> Quote:
    sentence = text.sentences[mention.sentence]
    others = sum(m.value == pair.value for m in text.named[one.field]) - 1
    more = f", and named {others} more time{'' if others == 1 else 's'}" if others else ""
    note = "" if mention.strong else " (a hint only)"
    compared = " as what was compared with, or not the case" if mention.compared else ""
    return Quote(
        sentence.passage,
        mention.start,
        mention.end,
        sentence.text,
        f"says “{mention.words}”{compared}{note}{more}",
    )


def _worded(
    one: FieldModel, text: Text, pair: Pair, space: WordSpace, place: Mapping[str, int]
) -> Quote | None:
    if pair.value not in one.learned:
        return None
    if one.words is None:
        return _closest(text)
    weights = one.words.weights[:, one.learned.index(pair.value)]
    found = [
        (speaking_terms(words_of(s.text), space, place, weights), s) for s in text.sentences[: text.lead]
    ]
    found = [(terms, s) for terms, s in found if terms]
    if not found:
        return None
    terms, sentence = max(found, key=lambda f: sum(w for _, w in f[0]))
    told = ", ".join(t.removeprefix("#").strip() for t, _ in terms[:_TOLD])
    return Quote(
        sentence.passage, sentence.start, sentence.end, sentence.text, f"words that speak for it: {told}"
    )


def _closest(text: Text) -> Quote | None:
    """Embeddings cannot say which words; the first sentence stands for the whole."""
    if not text.sentences:
        return None
    first = text.sentences[0]
    return Quote(
        first.passage, first.start, first.end, first.text, "alike in meaning to documents with this code"
    )
