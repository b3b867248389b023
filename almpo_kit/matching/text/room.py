"""An index made ready for comparing: lexicons, rankings by words and vectors by concept; made once a process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.text.lexicon import Lexicon, entry_words, letters, whole_words
from almpo_kit.matching.text.ranking import Ranking, ranking
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.text_index import TextIndex

_KEPT = 4
_rooms: OrderedDict[tuple[str, int, str], Room] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class Room:
    """What texts are compared with.

    Parameters
    ----------
    concepts : DataFrame, shape (n_concepts, ...)
        Rows of the taxonomy that have entries, in order of their code.
    owner, is_label : ndarray, shape (n_entries,)
        Concept of each entry that is a name (not a description), and whether it is the label.
    letters, words : Lexicon
    named, described : Ranking
        BM25 over all names, and over the description, of a concept.
    vectors, vector_owner : ndarray
        Vectors of names, sorted by concept, and where each concept starts.
    about, about_owner : ndarray
        The same of descriptions.
    length : ndarray, shape (n_concepts,)
        Words of the label.
    texts, by_concept, starts
        Names as they are written, and which are of a concept.
    groups : dict
        ISCO code -> label.
    named_so : dict
        Folded words of a name -> the concepts that bear it.
    """

    concepts: pd.DataFrame
    owner: NDArray[np.int32]
    is_label: NDArray[np.bool_]
    letters: Lexicon
    words: Lexicon
    named: Ranking
    described: Ranking
    vectors: NDArray[np.float32]
    vector_owner: NDArray[np.int64]
    about: NDArray[np.float32]
    about_owner: NDArray[np.int64]
    length: NDArray[np.float64]
    texts: list[str]
    by_concept: NDArray[np.int64]
    starts: NDArray[np.int64]
    groups: dict[str, str]
    named_so: dict[tuple[str, ...], tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.concepts)

    def spelled(self, concept: int) -> tuple[str, ...]:
        """All names of a concept."""
        rows = self.by_concept[self.starts[concept] : self.starts[concept + 1]]
        return tuple(self.texts[i] for i in rows)

    def isco_label(self, code: str) -> str:
        """Name of an ISCO group; ``""`` where the taxonomy lacks it."""
        return self.groups.get(code, "")


def room(index: TextIndex) -> Room:
    """The room of an index; the last four are kept, by digest."""
    key = (index.digest, len(index.entries), index.kind)
    with _lock:
        if key not in _rooms:
            _rooms[key] = _room(index)
            while len(_rooms) > _KEPT:
                _rooms.popitem(last=False)
        _rooms.move_to_end(key)
        return _rooms[key]


def _room(index: TextIndex) -> Room:
    entries = index.entries.reset_index(drop=True)
    concepts = index.taxonomy.drop_duplicates("code").set_index("code", drop=False)
    held = concepts.loc[concepts.index.isin(entries["concept"])].sort_index()
    if held.empty:
        raise DesignError(
            f"the index of {index.kind} has no concept of its taxonomy; make it anew: sources.text_index()."
        )
    place = pd.Series(np.arange(len(held)), index=held.index)
    at = entries["concept"].map(place)
    described = (entries["role"] == "description").to_numpy()
    kept = at.notna().to_numpy()
    names = entries[kept & ~described]
    spelled = entry_words(names["text"].tolist())
    owner = at[names.index].to_numpy(np.int32)
    is_label = (names["role"] == "label").to_numpy()
    about = entries[kept & described]
    first = names[is_label].drop_duplicates("concept")
    vectors = _by_concept(index, at, kept & ~described)
    abouts = _by_concept(index, at, kept & described)
    return Room(
        concepts=held,
        owner=owner,
        is_label=is_label,
        letters=letters(spelled),
        words=whole_words(spelled),
        named=ranking(spelled, owner, len(held)),
        described=ranking(entry_words(about["text"].tolist()), at[about.index].to_numpy(np.int32), len(held)),
        vectors=vectors[0],
        vector_owner=vectors[1],
        about=abouts[0],
        about_owner=abouts[1],
        length=_lengths(first, place),
        texts=names["text"].tolist(),
        by_concept=np.argsort(owner, kind="stable"),
        starts=np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(held)))]),
        groups=_groups(index.taxonomy),
        named_so=_bearers(spelled, owner),
    )


def _bearers(spelled: list[list[str]], owner: NDArray[np.int32]) -> dict[tuple[str, ...], tuple[int, ...]]:
    found: dict[tuple[str, ...], set[int]] = {}
    for name, concept in zip(spelled, owner.tolist(), strict=True):
        if name:
            found.setdefault(tuple(name), set()).add(concept)
    return {name: tuple(sorted(concepts)) for name, concepts in found.items()}


def _groups(taxonomy: pd.DataFrame) -> dict[str, str]:
    groups = taxonomy[taxonomy["code"].str.fullmatch(r"\d{1,4}")]
    return dict(zip(groups["code"], groups["label"], strict=True))


def _lengths(labels: pd.DataFrame, place: pd.Series) -> NDArray[np.float64]:
    out = np.ones(len(place))
    out[place[labels["concept"]].to_numpy()] = [max(len(w), 1) for w in entry_words(labels["text"].tolist())]
    return out


def _by_concept(index: TextIndex, at: pd.Series, wanted: Any) -> tuple[Any, Any]:
    chosen = np.flatnonzero(wanted[index.embedded])
    owner = at.to_numpy(float)[index.embedded[chosen]].astype(np.int64)
    order = np.argsort(owner, kind="stable")
    return np.asarray(index.vectors[chosen[order]], dtype=np.float32), owner[order]
