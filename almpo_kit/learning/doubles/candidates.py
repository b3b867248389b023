"""Which pairs of documents are compared at all: those that share something rare, so that not all pairs are.

A pair is a candidate where it shares a DOI, a title, the beginning of a title or of an abstract, or two of the four rarest
words of both titles. With four words on each side, two misspelt ones still leave two in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np

from almpo_kit.learning.doubles.cards import ABSTRACT, Card
from almpo_kit.learning.doubles.titles import STOP

Pairs = np.ndarray[Any, np.dtype[np.int64]]
#: Rarest words of a title whose pairs are keys.
RAREST: Final = 4
#: Documents that share a key and are compared all with all; of more, each with the next few in the order of titles.
ALL_WITH_ALL: Final = 24
NEXT: Final = 8
#: Letters of a title that begin two of its forms.
_BEGINNING = 32


def spread(found: Sequence[Card]) -> Counter[str]:
    """In how many titles each stem stands."""
    return Counter(s for card in found for s in set(card.stems))


def candidates(found: Sequence[Card], counts: Mapping[str, int]) -> Pairs:
    """Pairs to compare.

    Parameters
    ----------
    found : sequence of Card, shape (n_documents,)
    counts : Mapping
        From :func:`spread`.

    Returns
    -------
    ndarray of int64, shape (n_pairs, 2)
        Numbers of cards, the smaller first, each pair once, sorted.
    """
    n = len(found)
    order = sorted(range(n), key=lambda i: (found[i].squeezed, found[i].surnames[:1], found[i].year or 0, i))
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    keys, owners = list[int](), list[int]()
    for card in found:
        for key in _keys(card, counts):
            keys.append(hash(key))
            owners.append(card.number)
    if not keys:
        return np.empty((0, 2), dtype=np.int64)
    pairs = _within(np.array(keys, dtype=np.int64), np.array(owners, dtype=np.int64), rank)
    codes = np.unique(pairs[:, 0] * n + pairs[:, 1])
    return np.stack([codes // n, codes % n], axis=1)


def _keys(card: Card, counts: Mapping[str, int]) -> Iterator[tuple[Any, ...]]:
    if card.base_doi:
        yield "doi", card.base_doi
    if card.squeezed:
        yield "title", card.squeezed
    if len(card.squeezed) >= _BEGINNING:
        yield "begins", card.squeezed[:_BEGINNING]
    if len(card.abstract) >= ABSTRACT:
        yield "abstract", card.abstract[:ABSTRACT]
    telling = sorted({s for s in card.stems if s not in STOP}, key=lambda s: (counts[s], s))
    for two in combinations(sorted(telling[:RAREST]), 2):
        yield two
    # A subtitle that is missing on the other side takes its rare words with it.
    if card.main < len(card.stems):
        head = sorted({s for s in card.stems[: card.main] if s not in STOP}, key=lambda s: (counts[s], s))
        for two in combinations(sorted(head[:RAREST]), 2):
            yield two


def _within(keys: Pairs, owners: Pairs, rank: Pairs) -> Pairs:
    """Pairs of owners that share a key."""
    sort = np.lexsort((rank[owners], keys))
    keys, owners = keys[sort], owners[sort]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    parts = [np.empty((0, 2), dtype=np.int64)]
    for size in np.unique(sizes[sizes > 1]):
        blocks = owners[starts[sizes == size][:, None] + np.arange(size)]
        reach = size - 1 if size <= ALL_WITH_ALL else NEXT
        for step in range(1, reach + 1):
            two = np.stack([blocks[:, :-step].ravel(), blocks[:, step:].ravel()], axis=1)
            parts.append(two[two[:, 0] != two[:, 1]])
    return np.sort(np.concatenate(parts), axis=1)
