"""BM25 of concepts by the words of a text, for a batch of texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ranking:
    """Scores of words in concepts, as ``bm25s`` weighs them (Lù 2024, arXiv:2407.03618).

    Parameters
    ----------
    vocabulary : dict
        Word -> its row.
    weights : sparse array, shape (n_words, n_concepts)
    """

    vocabulary: dict[str, int]
    weights: Any

    def scores(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Scores of texts, shape (n_texts, n_concepts); each word of a text counts once."""
        from scipy import sparse

        held = [sorted({self.vocabulary[w] for w in t if w in self.vocabulary}) for t in texts]
        starts = np.concatenate([[0], np.cumsum([len(h) for h in held])])
        flat = np.fromiter((i for h in held for i in h), np.int64)
        asked = sparse.csr_array(
            (np.ones(len(flat), np.float32), flat, starts), shape=(len(texts), self.weights.shape[0])
        )
        return np.asarray((asked @ self.weights).toarray(), dtype=np.float32)


def ranking(entries: Sequence[Sequence[str]], owner: NDArray[np.int32], n_concepts: int) -> Ranking:
    """BM25 over one document a concept: the words of all its entries."""
    import bm25s
    from scipy import sparse

    documents: list[list[str]] = [[] for _ in range(n_concepts)]
    for spelled, concept in zip(entries, owner, strict=True):
        documents[concept].extend(spelled)
    if not any(documents):
        return Ranking({}, sparse.csr_array((0, n_concepts), dtype=np.float32))
    model = bm25s.BM25()
    model.index(documents, show_progress=False)
    held = model.scores
    # bm25s keeps a column of documents for each word, which read by rows is word x document.
    weights = sparse.csr_array(
        (held["data"], held["indices"], held["indptr"]), shape=(len(held["indptr"]) - 1, n_concepts)
    )
    return Ranking(dict(model.vocab_dict), weights)
