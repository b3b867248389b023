"""In which order documents of a review were read, and how each was chosen: what a stopping rule looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit import learning
from almpo_kit.vocabulary.documents import RELEVANT, YES

if TYPE_CHECKING:
    import pandas as pd

#: Before the pool from which a document was drawn by lot, and before the ranking that chose one.
BY_LOT, BY_RANK = "by-lot:", "ranked:"
#: Of a seed.
_MOST_DIGITS = 18
Array = np.ndarray[Any, np.dtype[Any]]


def chosen_by_lot(pool: Iterable[str], seed: int = 0) -> str:
    """What is kept with a label on a document that was drawn by lot from these documents.

    How many there were does not say which: where one is left out and another taken in, the pool is another one.
    """
    return f"{_pool_drawn_from(pool)}{seed}"


def _pool_drawn_from(pool: Iterable[str]) -> str:
    names = sorted(pool)
    digest = hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()
    return f"{BY_LOT}{len(names)}:{digest[:16]}:"


@lru_cache(maxsize=4)
def lot_of(pool: frozenset[str], seed: int = 0) -> tuple[str, ...]:
    """All documents in the order in which the lot has them; the first that nobody has read are next.

    One order for the whole pool: who leaves a draw undecided, or loads the page again, gets the same documents again and
    never others instead.
    """
    return learning.draw_by_lot(pool, seed=seed, count=len(pool)).document_ids if pool else ()


def reading_of(
    history: pd.DataFrame, labels: pd.DataFrame, settled: pd.DataFrame, pool: Iterable[str]
) -> pd.DataFrame:
    """The documents that were read, in order, with what holds of each.

    Parameters
    ----------
    history : DataFrame
        Labels on ``relevant``, replaced ones with them.
    labels : DataFrame
        Those that hold now.
    settled : DataFrame
        Codes that two experts agreed on or that were adjudicated.
    pool : iterable of str
        The documents of the review now. Draws from another pool count as chosen by rank: they were not drawn from these
        documents, and a guarantee must not rest on them.

    Returns
    -------
    DataFrame
        ``document_id, relevant, by`` as :func:`almpo_kit.learning.may_stop` takes them. Where experts differ and nobody
        has settled it, a document counts as relevant. A draw counts once all that the lot has before it are decided, and
        stands in the order of the lot; until then it counts as chosen by rank. So what was drawn and put aside, is being read by
        somebody else, or was taken back, never looks as if it had not been drawn.
    """
    import pandas as pd

    held = labels[labels["field"] == RELEVANT]
    yes = set(held.loc[held["value"] == YES, "document_id"])
    sure = settled[settled["field"] == RELEVANT].set_index("document_id")["value"].eq(YES)
    first = history[history["document_id"].isin(held["document_id"])].sort_values("label_id")
    first = first.drop_duplicates("document_id")
    at, place = _shown(first, frozenset(pool))
    own = first["label_id"].to_numpy(dtype=float)
    by_lot = np.isfinite(at)
    key = np.where(by_lot, at, own)
    # Of what is told at once, that which set it free comes first.
    order = np.lexsort((place, key != own, key))
    names = first["document_id"].to_numpy()[order]
    relevant = [bool(sure[d]) if d in sure.index else d in yes for d in names]
    return pd.DataFrame(
        {
            "document_id": names,
            "relevant": pd.Series(relevant, dtype=bool).to_numpy(),
            "by": np.where(by_lot[order], "lot", "ranked").astype(object),
        }
    )


def _shown(first: pd.DataFrame, pool: frozenset[str]) -> tuple[Array, Array]:
    """With which label each draw counts (infinite: not yet, or not by lot from this pool), and its place in the lot."""
    at, place = np.full(len(first), np.inf), np.zeros(len(first))
    prefix = _pool_drawn_from(pool)
    chosen = first["model_version"].astype(str)
    drawn = chosen.str.startswith(prefix).to_numpy(dtype=bool)
    decided = dict(zip(first["document_id"], first["label_id"].astype(float), strict=True))
    for told in sorted(set(chosen[drawn])):
        seed = told.removeprefix(prefix)
        if not seed.isdecimal() or len(seed) > _MOST_DIGITS:
            continue
        lot = lot_of(pool, int(seed))
        free = np.maximum.accumulate([decided.get(d, np.inf) for d in lot])
        where = {d: k for k, d in enumerate(lot)}
        for row in np.flatnonzero(chosen.eq(told).to_numpy(dtype=bool)):
            k = where[first["document_id"].iloc[row]]
            at[row], place[row] = free[k], k
    return at, place
