"""The result of a ranking: a queue of documents to read, and why each stands where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from almpo_kit.vocabulary.finding import Finding

COLUMNS: Final = (
    *("document_id", "rank", "title", "pick", "by", "score"),
    *("speaks_for", "speaks_against", "alike", "why"),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ranking(Finding):
    """What to read next.

    Parameters
    ----------
    table : DataFrame, shape (n_unread, 10)
        ``document_id, rank`` (from 1)``, title, pick`` (most likely relevant, most doubtful, by lot)``, by`` (ranked or
        lot, as ``may_stop`` asks)``, score`` (log odds of a model that counts both classes alike: an order, no chance;
        missing without a model)``, speaks_for, speaks_against`` (words)``, alike`` (title of the relevant document most
        like it in meaning)``, why`` (all of this in a line). Reasons are blank beyond the first ``explained`` rows.
    words : DataFrame
        ``word, weight``: what counts most in the model.
    n_documents, n_read, n_relevant, n_open : int
        Documents; those read; of these relevant ones, and ones on which experts disagree.
    query, features, version : str
        How documents are picked, what the model sees, and which model it is: a digest of its coefficients.
    trained : bool
        Whether there is a model; else documents come by lot.
    recent_read, recent_relevant : int
        Documents read last, fifty at most, and how many of them were relevant.
    """

    words: pd.DataFrame
    n_documents: int
    n_read: int
    n_relevant: int
    n_open: int
    query: str
    features: str
    version: str
    trained: bool
    recent_read: int
    recent_relevant: int

    def metrics(self) -> dict[str, float]:
        """Numbers of documents."""
        return {
            "documents": float(self.n_documents),
            "read": float(self.n_read),
            "relevant": float(self.n_relevant),
            "unread": float(self.n_documents - self.n_read),
            "recent_relevant": float(self.recent_relevant),
        }
