"""What a review's experts have read so far, for the stopping rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit import learning
from almpo_kit.vocabulary.documents import RELEVANT
from almpo_kit.workbench.reading_orders import reading_of

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.reviews import Review


def screening_reading(review: Review) -> pd.DataFrame:
    """The documents of a review that were read, in order: ``document_id, relevant, by``."""
    history = review.store.labels(review.name, current=False, field=RELEVANT)
    labels = review.store.labels(review.name, field=RELEVANT)
    settled = learning.settled(labels, review.decisions())
    there = set(review.documents["document_id"])
    history, labels = (f[f["document_id"].isin(there)] for f in (history, labels))
    return review.told(reading_of(history, labels, settled, there))
