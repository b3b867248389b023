"""Which candidate pairs are worth a rule: a quick look at many pairs at once, which drops only what every rule would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from almpo_kit.learning.doubles.candidates import Pairs
from almpo_kit.learning.doubles.cards import ABSTRACT, Card
from almpo_kit.learning.doubles.titles import STOP

#: Words of the shorter title that the longer one lacks: misspelt ones, or one written together.
_MISSING: Final = 2
#: Per cent of letters that two titles share which differ by slips of the pen only.
_ALIKE: Final = 75.0
#: Letters of titles that begin alike, where one may have been cut off.
_BEGINNING: Final = 32
_AT_ONCE = 200_000
Array = np.ndarray[Any, np.dtype[Any]]


def likely(found: Sequence[Card], pairs: Pairs) -> Pairs:
    """The pairs that may be one publication or one study.

    Parameters
    ----------
    found : sequence of Card, shape (n_documents,)
    pairs : ndarray of int64, shape (n_pairs, 2)

    Returns
    -------
    ndarray of int64, shape (n_kept, 2)
    """
    if not len(pairs):
        return pairs
    columns = _Columns(found)
    kept = [_some(columns, pairs[a : a + _AT_ONCE]) for a in range(0, len(pairs), _AT_ONCE)]
    return pairs[np.concatenate(kept)]


class _Columns:
    """What is compared, one array over all cards each."""

    def __init__(self, found: Sequence[Card]) -> None:
        self.squeezed = np.array([c.squeezed for c in found], dtype=object)
        self.doi = _codes([c.base_doi for c in found])
        self.begins = _codes(
            [c.squeezed[:_BEGINNING] if len(c.squeezed) >= _BEGINNING else "" for c in found]
        )
        self.abstract = _codes([c.abstract[:ABSTRACT] if len(c.abstract) >= ABSTRACT else "" for c in found])
        self.main = np.array([c.main for c in found])
        self.length = np.array([len(c.words) for c in found])
        telling = [{s for s in c.stems if s not in STOP} for c in found]
        self.telling = np.array([len(t) for t in telling])
        self.stems = _matrix(telling)


def _codes(texts: list[str]) -> Array:
    """Equal texts as equal numbers; −1 for none."""
    known: dict[str, int] = {"": -1}
    return np.array([known.setdefault(t, len(known)) for t in texts], dtype=np.int64)


def _matrix(telling: list[set[str]]) -> Any:
    from scipy import sparse

    known: dict[str, int] = {}
    indices = [known.setdefault(s, len(known)) for t in telling for s in t]
    starts = np.cumsum([0, *(len(t) for t in telling)])
    ones = np.ones(len(indices), dtype=np.int32)
    return sparse.csr_matrix((ones, indices, starts), shape=(len(telling), max(len(known), 1)))


def _some(c: _Columns, pairs: Pairs) -> Array:
    from rapidfuzz import fuzz, process

    i, j = pairs[:, 0], pairs[:, 1]
    same = np.zeros(len(pairs), dtype=bool)
    for codes in (c.doi, c.begins, c.abstract):
        same |= (codes[i] == codes[j]) & (codes[i] >= 0)
    shared = np.asarray(c.stems[i].multiply(c.stems[j]).sum(axis=1)).ravel()
    missing = np.minimum(c.telling[i], c.telling[j]) - shared
    near = np.flatnonzero((missing <= _MISSING) & ~same)
    i, j = i[near], j[near]
    alike = process.cpdist(
        c.squeezed[i].tolist(),
        c.squeezed[j].tolist(),
        scorer=fuzz.ratio,
        score_cutoff=_ALIKE,
        dtype=np.float32,
        workers=1,
    )
    short, long = np.where(c.length[i] <= c.length[j], i, j), np.where(c.length[i] <= c.length[j], j, i)
    headed = (c.main[long] == c.length[short]) & (c.length[long] > c.length[short])
    worth = (alike >= _ALIKE) | (missing[near] == 0) | headed
    same[near[worth]] = True
    return same
