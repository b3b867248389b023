"""Texts as weighted terms: words, pairs of words and, on request, pieces of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.learning.coding.lexicon.phrases import Word, folded_set, words_of

if TYPE_CHECKING:
    from almpo_kit.learning.coding.texts import Text

Array = np.ndarray[Any, np.dtype[Any]]

#: Words that say nothing in the languages most abstracts are written in.
_EMPTY: Final = folded_set(
    "the of and to in a for on with by from as at is are was were be been that this these those it its their than or an we our "
    "which who whose not no also has have had more most both der die das und in von zu den mit fur auf ist im des ein eine "
    "dem le la les de des du et en un une dans par pour sur au aux el los las y del que con por para il lo gli e di che per"
)
_ADDRESS: Final = re.compile(r"\S{1,64}@\S{1,255}")
_PIECES: Final = (3, 4, 5)
MOST_TERMS: Final = 5_000


def terms_of(words: Sequence[Word], pieces: bool) -> Iterator[str]:
    """Single words and neighbouring pairs; with ``pieces`` also three to five letters within a word (marked ``#``).

    Numbers are no terms: they say nothing that carries over to another paper, and a stored model must not hold a telephone's.
    """
    kept = [w.folded for w in words if w.folded not in _EMPTY and len(w.folded) > 1]
    kept = [w for w in kept if not any(c.isdigit() for c in w)]
    yield from kept
    yield from (f"{a} {b}" for a, b in pairwise(kept))
    if pieces:
        for word in kept:
            padded = f" {word} "
            for size in _PIECES:
                yield from (f"#{padded[i : i + size]}" for i in range(len(padded) - size + 1))


@dataclass(frozen=True, eq=False)
class WordSpace:
    """Terms and how much each is worth.

    ``rarity`` (inverse document frequency) as in scikit-learn: ln((1 + n) / (1 + n_with)) + 1.
    """

    terms: tuple[str, ...]
    rarity: Array
    pieces: bool = False

    def place(self) -> dict[str, int]:
        """Column of each term."""
        return {term: i for i, term in enumerate(self.terms)}

    def vectors(self, texts: Sequence[Text]) -> Any:
        """Rows of length one (or zero), ``(1 + ln count) × rarity``, sparse, shape (n_texts, n_terms)."""
        return _vectors([_lead_words(t) for t in texts], self.place(), self.rarity, self.pieces)


def word_space(texts: Sequence[Text], *, pieces: bool = False, most: int = MOST_TERMS) -> WordSpace:
    """The terms of at least two texts, the most frequent ``most``, in alphabetical order."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(terms_of(_lead_words(text), pieces)))
    kept = [(term, n) for term, n in counts.items() if n > 1]
    kept = sorted(sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:most])
    n = np.array([k for _, k in kept], dtype=float)
    rarity = np.log((1 + len(texts)) / (1 + n)) + 1
    return WordSpace(tuple(term for term, _ in kept), rarity.astype(np.float32), pieces)


def _lead_words(text: Text) -> list[Word]:
    # Blanks of the same length, so that words keep their place; an address would leave its owner's name in the model.
    return words_of(_ADDRESS.sub(lambda found: " " * len(found.group()), text.opening))


def _vectors(rows: Sequence[Sequence[Word]], place: dict[str, int], rarity: Array, pieces: bool) -> Any:
    from scipy.sparse import csr_array

    data, columns, ends = [], [], [0]
    for words in rows:
        counts = Counter(c for term in terms_of(words, pieces) if (c := place.get(term)) is not None)
        at = np.fromiter(sorted(counts), dtype=np.int64, count=len(counts))
        weight = np.array([1 + np.log(counts[c]) for c in at.tolist()]) * rarity[at]
        length = np.sqrt((weight**2).sum())
        data.append(weight / length if length > 0 else weight)
        columns.append(at)
        ends.append(ends[-1] + len(at))
    values = np.concatenate(data) if data else np.empty(0)
    where = np.concatenate(columns) if columns else np.empty(0, dtype=np.int64)
    return csr_array((values, where, np.array(ends)), shape=(len(rows), len(place)))
