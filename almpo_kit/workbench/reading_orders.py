"""In which order documents of a review were read, and how each was chosen: what a stopping rule looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.vocabulary.documents import RELEVANT, YES

if TYPE_CHECKING:
    import pandas as pd

#: Before the number of documents from which one was drawn by lot, and before the ranking that chose one.
BY_LOT, BY_RANK = "by-lot:", "ranked:"


def chosen_by_lot(n_documents: int) -> str:
    """What is kept with a label on a document that was drawn by lot."""
    return f"{BY_LOT}{n_documents}"


def reading_of(
    history: pd.DataFrame, labels: pd.DataFrame, settled: pd.DataFrame, n_documents: int
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
    n_documents : int
        In the review now. Draws from a pool of another size count as chosen by rank: they were not drawn from these
        documents, and a guarantee must not rest on them.

    Returns
    -------
    DataFrame
        ``document_id, relevant, by`` as :func:`almpo_kit.learning.may_stop` takes them. Where experts differ and nobody
        has settled it, a document counts as relevant.
    """
    import pandas as pd

    held = labels[labels["field"] == RELEVANT]
    yes = set(held.loc[held["value"] == YES, "document_id"])
    sure = settled[settled["field"] == RELEVANT].set_index("document_id")["value"].eq(YES)
    first = history[history["document_id"].isin(held["document_id"])].sort_values("label_id")
    first = first.drop_duplicates("document_id")
    by_lot = first["model_version"].eq(chosen_by_lot(n_documents))
    relevant = [bool(sure[d]) if d in sure.index else d in yes for d in first["document_id"]]
    return pd.DataFrame(
        {
            "document_id": first["document_id"].to_numpy(),
            "relevant": pd.Series(relevant, dtype=bool).to_numpy(),
            "by": by_lot.map({True: "lot", False: "ranked"}).to_numpy(),
        }
    )
