"""A corpus made ready for questions: which word stands in which document, and how rare it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from almpo_kit.learning.coding.lexicon.phrases import fold, words_of
from almpo_kit.learning.coding.mentions import Sentence, read_sentences
from almpo_kit.vocabulary.errors import FrameError

#: Endings that make no other word of one, longest first (English; other languages lose a plural at most).
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s")
_SHORTEST: Final = 4
#: Letters of a beginning that are compared with stems, which have lost theirs.
_PREFIX: Final = 6


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A folded word without its ending, so that "lessons" finds "lesson".

    Examples
    --------
    >>> stem("lessons") == stem("lesson"), stem("subsidies") == stem("subsidy")
    (True, True)
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    return word.rstrip("ey") if len(word.rstrip("ey")) >= _SHORTEST else word


@dataclass(frozen=True, eq=False)
class PassageIndex:
    """Documents with their sentences, found by word.

    Parameters
    ----------
    documents : DataFrame
        ``DOCUMENT_COLUMNS``, by ``document_id``.
    rows : mapping
        ``document_id`` → rows of ``passages`` as tuples ``(passage, start, end, text)``.
    holds : mapping
        Stem → numbers of the documents that hold it.
    pages : mapping
        ``(document_id, passage)`` → page, 0 where there are none.
    """

    documents: pd.DataFrame
    rows: Mapping[str, list[tuple[int, int, int, str]]]
    holds: Mapping[str, np.ndarray]
    pages: Mapping[tuple[str, int], int]

    def __len__(self) -> int:
        return len(self.documents)

    def rarity(self, word: str) -> float:
        """Inverse document frequency of a stem; a word that nobody uses is the rarest."""
        n = len(self.holds.get(word, ()))
        return float(np.log((len(self) + 1) / (n + 0.5)))

    def stems_of(self, word: str) -> set[str]:
        """The stems that a word of the lexicon stands for: ``word*`` any that begins so."""
        folded = fold(word.rstrip("*"))
        if not word.endswith("*"):
            return {stem(folded)}
        return (
            {s for s in self.holds if s.startswith(folded[:_PREFIX])} if len(folded) >= _SHORTEST else set()
        )

    def candidates(self, words: Iterable[str], most: int) -> list[str]:
        """The documents that hold most of these stems, rare ones counting more; the first of equals first."""
        score = np.zeros(len(self))
        for word in set(words):
            if word in self.holds:
                score[self.holds[word]] += self.rarity(word)
        order = np.argsort(-score, kind="stable")[:most]
        names = self.documents.index.to_numpy()
        return [str(names[i]) for i in order if score[i] > 0]

    def sentences(self, document: str) -> list[Sentence]:
        """The sentences of one document, cut into words."""
        return read_sentences(self.rows.get(document, []))


def passage_index(documents: pd.DataFrame, passages: pd.DataFrame) -> PassageIndex:
    """Make a corpus ready for questions; worth keeping between two.

    Parameters
    ----------
    documents, passages : DataFrame
        ``DOCUMENT_COLUMNS``, ``PASSAGE_COLUMNS``; each document once.

    Returns
    -------
    PassageIndex

    Raises
    ------
    FrameError
        A column is missing or a document stands twice.
    """
    for name, frame, needed in (
        ("documents", documents, {"document_id", "title"}),
        ("passages", passages, {"document_id", "passage", "page", "start", "end", "text"}),
    ):
        if absent := needed - set(frame.columns):
            raise FrameError(f"{name} lacks {', '.join(sorted(absent))}; see vocabulary.documents.")
    if documents["document_id"].duplicated().any():
        raise FrameError("a document stands twice in documents; drop_duplicates('document_id') first.")
    named = documents.set_index("document_id", drop=False)
    rows: dict[str, list[tuple[int, int, int, str]]] = defaultdict(list)
    pages: dict[tuple[str, int], int] = {}
    columns = [passages[c] for c in ("document_id", "passage", "page", "start", "end", "text")]
    for document, passage, page, start, end, text in zip(*columns, strict=True):
        rows[str(document)].append((int(passage), int(start), int(end), str(text)))
        pages[str(document), int(passage)] = int(page)
    return PassageIndex(named, dict(rows), _holds(list(named.index), rows), pages)


def _holds(names: list[str], rows: Mapping[str, list[tuple[int, int, int, str]]]) -> dict[str, np.ndarray]:
    held: dict[str, list[int]] = defaultdict(list)
    for number, name in enumerate(names):
        counted = Counter(stem(fold(w.text)) for *_, text in rows.get(name, []) for w in words_of(text))
        for word in counted:
            held[word].append(number)
    return {word: np.array(numbers) for word, numbers in held.items()}
