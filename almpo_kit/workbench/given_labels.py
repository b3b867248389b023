"""Decisions that a list of references brings along (ASReview and the like): kept as labels of one coder, on request."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.documents import RELEVANT
from almpo_kit.vocabulary.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.reviews import Review

#: Whose labels they are, where nobody says otherwise. One coder more, whom a second one has to confirm.
CODER = "imported list"
#: Rows of one request.
_AT_ONCE = 5_000


def waiting_labels(review: Review, *, coder: str = CODER) -> pd.DataFrame:
    """Decisions in lists that were taken in and are no labels of this review yet.

    Returns
    -------
    DataFrame
        ``document_id, label`` ("yes" or "no"), one row a document; the last decision where lists differ.
    """
    import pandas as pd

    if review.library is None:
        return pd.DataFrame(columns=["document_id", "label"])
    given = review.library.given_labels().drop_duplicates("document_id", keep="last")
    held = review.store.labels(review.name, field=RELEVANT, coder=coder)
    there = set(review.documents["document_id"]) - set(held["document_id"])
    return given.loc[[d in there for d in given["document_id"]], ["document_id", "label"]].reset_index(
        drop=True
    )


def import_labels(review: Review, *, coder: str = CODER) -> int:
    """Keep them as labels of one coder; a second expert still has to confirm what is to be settled.

    Returns
    -------
    int
        Labels kept.

    Raises
    ------
    DataError
        There are none.
    """
    waiting = waiting_labels(review, coder=coder)
    if waiting.empty:
        raise DataError(
            "no list that was taken in brings decisions that are not kept yet; it needs a column such as included or label."
        )
    rows = [
        {
            "review": review.name,
            "document_id": str(d),
            "field": RELEVANT,
            "value": str(v),
            "model_version": "imported",
        }
        for d, v in zip(waiting["document_id"], waiting["label"], strict=True)
    ]
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        told = "\n".join(f"{r['document_id']} {r['value']}" for r in part)
        review.store.label_many(part, coder=coder, token=hashlib.sha256(told.encode()).hexdigest()[:32])
    return len(rows)
