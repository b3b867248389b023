"""Which unread documents come next, given their scores."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LIKELY, DOUBTFUL, LOT = "most likely relevant", "most doubtful", "by lot"
KINDS: Final = (LIKELY, DOUBTFUL, LOT)
#: Of how many places of a mixed queue one goes to the most doubtful document, and one to a document by lot.
DOUBTFUL_EVERY: Final = 10
LOT_EVERY: Final = 20

Whole = NDArray[np.int64]


def kinds(query: str, first: int, n: int) -> Whole:
    """What each of the next places is for, as an index into :data:`KINDS`.

    By place and not by chance, so that a queue goes on where the last one ended.

    Parameters
    ----------
    query : {"certainty", "uncertainty", "mixed", "random"}
    first : int
        Documents read before.
    n : int
        Places asked for.
    """
    if query != "mixed":
        return np.full(n, {"certainty": 0, "uncertainty": 1, "random": 2}[query], dtype=np.int64)
    place = np.arange(first + 1, first + n + 1)
    out = np.where(place % DOUBTFUL_EVERY == 0, 1, 0)
    return np.where(place % LOT_EVERY == 0, 2, out).astype(np.int64)


def pick(scores: NDArray[np.float64], wanted: Whole, rng: np.random.Generator) -> Whole:
    """Positions of the documents picked, in the order in which they are read.

    Parameters
    ----------
    scores : ndarray, shape (n_unread,)
        Log odds; ties are broken by a lot of their own, so that the order of the file does not matter and whoever comes by
        lot is as likely to be any of the documents not picked before.
    wanted : ndarray, shape (n_places,)
        From :func:`kinds`; no more places than documents.
    rng : Generator
    """
    ties, lot = rng.permutation(len(scores)), rng.permutation(len(scores))
    n, needed = len(wanted), [int((wanted == k).sum()) for k in range(3)]
    if needed[2] == n:
        return lot[:n]
    # Whoever is picked for another reason takes up to that many places from the front of each queue.
    likely = ties[_front(-scores[ties], n)]
    if needed[0] == n:
        return likely
    doubtful = ties[_front(np.abs(scores[ties]), n)] if needed[1] else ties[:0]
    return _interleaved([likely, doubtful, lot], wanted)


def _front(keys: NDArray[np.float64], n: int) -> Whole:
    """Positions of the ``n`` least keys, the least first."""
    if n >= len(keys):
        return np.argsort(keys, kind="stable")
    # A partition may take either of two equal keys; all keys up to the last one wanted go into the sort.
    limit = np.partition(keys, n - 1)[n - 1]
    held = np.flatnonzero(keys <= limit)
    return held[np.argsort(keys[held], kind="stable")][:n]


def _interleaved(queues: list[Whole], wanted: Whole) -> Whole:
    at, taken, out = [0, 0, 0], set(), np.empty(len(wanted), dtype=np.int64)
    lists = [q.tolist() for q in queues]
    for place, kind in enumerate(wanted.tolist()):
        queue = lists[kind]
        while queue[at[kind]] in taken:
            at[kind] += 1
        out[place] = queue[at[kind]]
        taken.add(queue[at[kind]])
    return out
