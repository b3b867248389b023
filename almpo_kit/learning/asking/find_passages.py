"""The passages of a corpus that speak of what a question asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pandas as pd

from almpo_kit.learning.asking.asked_questions import Asked, read_question
from almpo_kit.learning.asking.asking_words import checks, sentence_of
from almpo_kit.learning.asking.passage_index import PassageIndex, stem
from almpo_kit.learning.coding.lexicon.fields import strong_phrases
from almpo_kit.learning.coding.lexicon.phrases import words_of
from almpo_kit.learning.coding.mentions import Sentence, all_mentions
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.places import PLACE_NAMES
from almpo_kit.vocabulary.provenance import provenance

FOUND_COLUMNS: Final = (
    *("rank", "document_id", "title", "authors", "year", "doi", "page", "passage", "start", "end"),
    *("sentence", "speaks_of", "missing", "score", "source"),
)
#: Documents that are read closely for one question, and passages shown of one document.
_CLOSE, _OF_ONE = 300, 2
#: A code that a sentence names counts as much as a word that one document in fifty holds.
_CODE = 4.0
#: What stands elsewhere in the document is context, not what the sentence says.
_ELSEWHERE = 0.4
#: Of two sentences that name the same code, the one that says it as the question does comes first.
_LITERALLY = 0.1
#: A sentence that says this share of the question, by weight, is shown.
_SHOWN = 0.25
#: What a document has to speak of, by weight, for the corpus to speak of the question.
_ENOUGH = 0.6


class _Part(NamedTuple):
    """One thing that a question asks for: a code, or a word."""

    words: str
    field: str
    value: str
    weight: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FoundPassages(Finding):
    """Passages of a corpus, best first.

    Parameters
    ----------
    table : DataFrame
        ``FOUND_COLUMNS``: the sentence as it stands, where it stands, what of the question it or its document speaks of
        (``speaks_of``) and what not (``missing``).
    asked : Asked
        The question, taken apart.
    in_corpus : bool
        Whether some document speaks of enough of the question.
    nowhere : tuple of str
        What of the question no document speaks of.
    n_documents : int
        Of the corpus.
    """

    asked: Asked
    in_corpus: bool
    nowhere: tuple[str, ...]
    n_documents: int

    def metrics(self) -> Mapping[str, float]:
        """How much was found."""
        return {"passages": float(len(self.table)), "in_corpus": float(self.in_corpus)}


def find_passages(question: str | Asked, index: PassageIndex, *, n: int = 8) -> FoundPassages:
    """Rank the sentences of a corpus by what of a question they speak of; nothing is composed, only quoted.

    A question is taken apart into codes (programme, group, country, outcome; named in any of the lexicon's words and
    languages, so that "hiring incentive" finds "wage subsidy") and the words that are left. A sentence counts what it
    names itself, and less what its document names elsewhere. Where no document speaks of most of the question, the corpus
    does not speak of it, and that is the answer.

    Parameters
    ----------
    question : str or Asked
    index : PassageIndex
        Of :func:`passage_index`.
    n : int
        Passages shown, two of one document at most.

    Returns
    -------
    FoundPassages

    Raises
    ------
    ParameterError
        No question.
    """
    asked = question if isinstance(question, Asked) else read_question(question)
    parts = _parts(asked, index)
    rows, reached = _rows(parts, {stem(w) for w in asked.as_said}, index)
    spoken = frozenset().union(*reached.values())
    nowhere = tuple(p.words for p in parts if p not in spoken)
    best = max(map(_weight, reached.values()), default=0.0)
    enough = bool(parts) and best >= _ENOUGH * _weight(parts)
    table = _table(rows if enough else [], index, parts, n)
    made = provenance(
        index.documents.reset_index(drop=True), method="learning.find_passages", options={"n": n}
    )
    return FoundPassages(
        question=asked.question,
        sentence=sentence_of(table, enough, nowhere, len(index)),
        table=table,
        checks=checks(asked, nowhere, enough, len(index)),
        provenance=made,
        certainty=None if enough else "too little to say",
        rests_on=f"{len(index)} documents of the corpus",
        asked=asked,
        in_corpus=enough,
        nowhere=nowhere,
        n_documents=len(index),
    )


def _parts(asked: Asked, index: PassageIndex) -> list[_Part]:
    codes = [
        _Part(_in_words(field, value), field, value, _CODE)
        for field, values in asked.codes().items()
        for value in values
    ]
    return codes + [_Part(word, "", stem(word), max(index.rarity(stem(word)), 0.5)) for word in asked.words]


def _in_words(field: str, value: str) -> str:
    return PLACE_NAMES.get(value, value) if field == "country" else value.replace("_", " ")


class _Row(NamedTuple):
    """One sentence: its score, where it is, what it speaks of and what its document does."""

    score: float
    document: str
    sentence: Sentence
    said: frozenset[_Part]
    around: frozenset[_Part]


def _rows(
    parts: list[_Part], said_so: set[str], index: PassageIndex
) -> tuple[list[_Row], dict[str, frozenset[_Part]]]:
    """Sentences that speak of anything asked for, best first; and what each document speaks of."""
    rows: list[_Row] = []
    reached: dict[str, frozenset[_Part]] = {}
    for document in index.candidates(_looked_for(parts, index), _CLOSE):
        sentences = index.sentences(document)
        stems = [_stems(s) for s in sentences]
        here = [_spoken(s, words, parts) for s, words in zip(sentences, stems, strict=True)]
        around = frozenset().union(*here)
        reached[document] = around
        for sentence, words, said in zip(sentences, stems, here, strict=True):
            if said:
                score = _weight(said) + _ELSEWHERE * _weight(around - said)
                score += _LITERALLY * sum(index.rarity(s) for s in said_so & words)
                rows.append(_Row(score, document, sentence, said, around))
    rows.sort(key=lambda r: (-r.score, r.document, r.sentence.passage))
    return rows, reached


def _looked_for(parts: list[_Part], index: PassageIndex) -> set[str]:
    """Stems that lead to documents: words asked for, and those in which the lexicon names the codes asked for."""
    wanted = {p.value for p in parts if not p.field}
    for part in parts:
        for phrase in strong_phrases(part.field, part.value):
            wanted |= {s for word in phrase.lstrip("=").split() for s in index.stems_of(word)}
    return wanted


def _spoken(sentence: Sentence, stems: set[str], parts: list[_Part]) -> frozenset[_Part]:
    found = all_mentions(sorted({p.field for p in parts if p.field}), [sentence])
    named = {(field, m.value) for field, hits in found.items() for m in hits if m.strong}
    return frozenset(p for p in parts if ((p.field, p.value) in named if p.field else p.value in stems))


def _stems(sentence: Sentence) -> set[str]:
    return {stem(w.folded) for w in words_of(sentence.text)}


def _weight(parts: Iterable[_Part]) -> float:
    return sum(p.weight for p in parts)


def _table(rows: list[_Row], index: PassageIndex, parts: list[_Part], n: int) -> pd.DataFrame:
    shown: list[tuple[object, ...]] = []
    of_one: Counter[str] = Counter()
    for row in rows:
        if len(shown) == n or row.score < _SHOWN * _weight(parts):
            break
        if of_one[row.document] == _OF_ONE:
            continue
        of_one[row.document] += 1
        known, s = index.documents.loc[row.document], row.sentence
        told = [_text(known, c) for c in ("title", "authors", "year", "doi")]
        page = index.pages.get((row.document, s.passage), 0)
        place = (page, s.passage, s.start, s.end, s.text)
        speaks = _listed(p for p in parts if p in row.around)
        missing = _listed(p for p in parts if p not in row.around)
        score = row.score / _weight(parts)
        shown.append(
            (len(shown) + 1, row.document, *told, *place, speaks, missing, score, _text(known, "source"))
        )
    return pd.DataFrame(shown, columns=list(FOUND_COLUMNS))


def _listed(parts: Iterable[_Part]) -> str:
    return ", ".join(p.words for p in parts)


def _text(row: Any, column: str) -> str:
    value = row.get(column)
    if pd.isna(value):
        return ""
    return str(int(value)) if column == "year" else str(value)
