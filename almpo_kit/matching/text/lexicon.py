"""Entries of an index as weighted features, letters or words, with postings by feature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from almpo_kit.matching.text.postings import kernel
from almpo_kit.matching.text.words import letter_runs, words


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Postings of entries by feature, weighted by how rare a feature is (tf-idf).

    Parameters
    ----------
    vocabulary : dict
        Feature -> its number.
    rarity : ndarray, shape (n_features,)
        ``log((1 + n) / (1 + df)) + 1``.
    starts, entries : ndarray
        Which entries hold a feature.
    cosines, shares : ndarray
        Weight of a feature in an entry of length one, and as a share of the entry's weights.
    of_word : callable
        Features of a word.
    unknown : float
        Rarity of a feature that no entry holds.
    """

    vocabulary: dict[str, int]
    rarity: NDArray[np.float32]
    starts: NDArray[np.int64]
    entries: NDArray[np.int32]
    cosines: NDArray[np.float32]
    shares: NDArray[np.float32]
    of_word: Callable[[str], Sequence[str]]
    unknown: float

    def best(
        self, texts: Sequence[Sequence[str]], units: Any, heads: Any, concept: Any, label: Any, shape: Any
    ) -> Any:
        """Largest cosine (any part, whole, label) and share covered, by unit and concept, shape (4, units, concepts).

        Parameters
        ----------
        texts : list of list of str
            Words of each part.
        units, heads : ndarray, shape (n_parts,)
            Which unit a part is of, and whether it is the whole of it.
        """
        out = np.zeros((4, *shape), np.float32)
        starts, index, weight = self._weights(texts)
        kernel()(
            starts,
            index,
            weight,
            units,
            heads,
            self.starts,
            self.entries,
            self.cosines,
            self.shares,
            concept,
            label,
            out,
        )
        return out

    def _weights(self, texts: Sequence[Sequence[str]]) -> tuple[Any, Any, Any]:
        index: list[int] = []
        weight: list[float] = []
        starts = [0]
        for text in texts:
            counts: dict[str, int] = {}
            for word in text:
                for feature in self.of_word(word):
                    counts[feature] = counts.get(feature, 0) + 1
            numbers = [(self.vocabulary.get(f, -1), c) for f, c in counts.items()]
            values = [(1 + np.log(c)) * (self.rarity[k] if k >= 0 else self.unknown) for k, c in numbers]
            length = float(np.sqrt(np.sum(np.square(values)))) or 1.0
            held = [(k, v / length) for (k, _), v in zip(numbers, values, strict=True) if k >= 0]
            index += [k for k, _ in held]
            weight += [v for _, v in held]
            starts.append(len(index))
        return np.asarray(starts, np.int64), np.asarray(index, np.int32), np.asarray(weight, np.float32)


def word_itself(word: str) -> tuple[str, ...]:
    """A word is its own feature."""
    return (word,)


def letters(texts: Sequence[Sequence[str]]) -> Lexicon:
    """Lexicon of runs of letters."""
    return _lexicon(texts, letter_runs)


def whole_words(texts: Sequence[Sequence[str]]) -> Lexicon:
    """Lexicon of words."""
    return _lexicon(texts, word_itself)


def entry_words(texts: Sequence[str]) -> list[list[str]]:
    """Words of each entry."""
    return [words(t) for t in texts]


def _lexicon(texts: Sequence[Sequence[str]], of_word: Callable[[str], Sequence[str]]) -> Lexicon:
    """Entries are words and words are features, so entries x features is a product of two small matrices."""
    from scipy import sparse

    known: dict[str, int] = {}
    columns = np.fromiter((known.setdefault(w, len(known)) for t in texts for w in t), np.int64)
    rows = np.repeat(np.arange(len(texts)), [len(t) for t in texts])
    held = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(texts), len(known)))
    vocabulary: dict[str, int] = {}
    features = [[vocabulary.setdefault(f, len(vocabulary)) for f in of_word(w)] for w in known]
    flat = np.fromiter((f for fs in features for f in fs), np.int64)
    owner = np.repeat(np.arange(len(known)), [len(fs) for fs in features])
    spelled = sparse.csr_array(
        (np.ones(len(flat), np.float32), (owner, flat)), shape=(len(known), len(vocabulary))
    )
    counts = sparse.csr_array(held @ spelled)
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(counts.indices, minlength=len(vocabulary)))) + 1
    return _postings(counts, rarity.astype(np.float32), vocabulary, of_word)


def _postings(counts: Any, rarity: Any, vocabulary: dict[str, int], of_word: Any) -> Lexicon:
    from scipy import sparse

    n = counts.shape[0]
    row = np.repeat(np.arange(n), np.diff(counts.indptr))
    value = (1 + np.log(counts.data)) * rarity[counts.indices]
    length = np.sqrt(np.bincount(row, value.astype(float) ** 2, minlength=n))[row]
    mass = np.bincount(row, rarity[counts.indices].astype(float), minlength=n)[row]
    cosines = sparse.csc_array(
        sparse.csr_array((value / length, counts.indices, counts.indptr), shape=counts.shape)
    )
    shares = sparse.csc_array(
        sparse.csr_array((rarity[counts.indices] / mass, counts.indices, counts.indptr), shape=counts.shape)
    )
    return Lexicon(
        vocabulary=vocabulary,
        rarity=rarity,
        starts=cosines.indptr.astype(np.int64),
        entries=cosines.indices.astype(np.int32),
        cosines=cosines.data.astype(np.float32),
        shares=shares.data.astype(np.float32),
        of_word=of_word,
        unknown=float(np.log(1 + n) + 1),
    )
