"""In which order documents of a review were read, and how each was chosen: what a stopping rule looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.documents import RELEVANT, YES

if TYPE_CHECKING:
    import pandas as pd

#: Before the pool from which a document was drawn by lot, and before the ranking that chose one.
BY_LOT, BY_RANK = "by-lot:", "ranked:"


def chosen_by_lot(pool: Iterable[str]) -> str:
    """What is kept with a label on a document that was drawn by lot from these documents.

    How many there were does not say which: where one is left out and another taken in, the pool is another one.
    """
    names = sorted(pool)
    digest = hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()
    return f"{BY_LOT}{len(names)}:{digest[:16]}"


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
        has settled it, a document counts as relevant. While a document whose decision was taken back stands open, draws
        after it count as chosen by rank: what was drawn and not decided must not look as if it had never been drawn.
    """
    import pandas as pd

    held = labels[labels["field"] == RELEVANT]
    yes = set(held.loc[held["value"] == YES, "document_id"])
    sure = settled[settled["field"] == RELEVANT].set_index("document_id")["value"].eq(YES)
    begun = history.sort_values("label_id").drop_duplicates("document_id")
    decided = begun["document_id"].isin(held["document_id"])
    first, taken_back = begun[decided], begun.loc[~decided, "label_id"]
    by_lot = first["model_version"].eq(chosen_by_lot(pool))
    if len(taken_back):
        by_lot &= first["label_id"] < taken_back.min()
    relevant = [bool(sure[d]) if d in sure.index else d in yes for d in first["document_id"]]
    return pd.DataFrame(
        {
            "document_id": first["document_id"].to_numpy(),
            "relevant": pd.Series(relevant, dtype=bool).to_numpy(),
            "by": by_lot.map({True: "lot", False: "ranked"}).to_numpy(),
        }
    )
