"""BM25 over several weighted fields of a text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def weighted_bm25(counts: Floats, weights: Floats, *, k1: float = 1.2, b: float = 0.75) -> Floats:
    """Score of every document for every word of a query.

    Counts of a word are made comparable within each field (a long field says a word more often), added up with the
    fields' weights, and only then saturated, so that a word in the title counts as several in the text.

    Parameters
    ----------
    counts : array, shape (n_fields, n_documents, n_words)
        How often a field of a document holds a word of the query, with the length of the field as the last word.
    weights : array, shape (n_fields,)
    k1, b : float
        Saturation, and how far length is corrected for.

    Returns
    -------
    array, shape (n_documents, n_words - 1)
        Add up over words for the score of the query.

    References
    ----------
    Robertson, Zaragoza & Taylor (2004) Simple BM25 extension to multiple weighted fields, CIKM, 42-49. The weight of
    rare words is that of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative.
    """
    times, lengths = counts[:, :, :-1], counts[:, :, -1:]
    mean = lengths.mean(axis=1, keepdims=True)
    norm = 1 - b + b * np.divide(lengths, mean, out=np.ones_like(lengths), where=mean > 0)
    # A field without words holds none of the query either.
    frequency = np.divide(times, norm, out=np.zeros_like(times), where=norm > 0)
    combined = np.einsum("f,fdw->dw", weights, frequency)
    holding = (combined > 0).sum(axis=0)
    rare = np.log1p((len(combined) - holding + 0.5) / (holding + 0.5))
    scores: Floats = rare * combined / (k1 + combined)
    return scores
