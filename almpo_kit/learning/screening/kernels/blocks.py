"""Features of documents in two blocks, sparse words and dense meaning, that behave as one wide matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Blocks:
    """One row a document.

    Parameters
    ----------
    words : scipy.sparse.csr_matrix, shape (n_documents, n_words), or None
        Weights of words (TF-IDF).
    meaning : ndarray, shape (n_documents, n_dimensions), or None
        Sentence embeddings.
    turned : scipy.sparse.csc_matrix, optional
        ``words`` transposed; training asks for it again and again, and making it costs more than a product.
    """

    words: Any
    meaning: NDArray[np.floating[Any]] | None
    turned: Any = None

    def __len__(self) -> int:
        return int(self.words.shape[0] if self.words is not None else self._dense().shape[0])

    @property
    def n_words(self) -> int:
        """Columns of the sparse block, which come first."""
        return 0 if self.words is None else int(self.words.shape[1])

    @property
    def width(self) -> int:
        """Columns of both blocks."""
        return self.n_words + (0 if self.meaning is None else int(self.meaning.shape[1]))

    def _dense(self) -> NDArray[np.floating[Any]]:
        assert self.meaning is not None
        return self.meaning

    def rows(self, index: NDArray[np.int64]) -> Blocks:
        """Some documents, in float64, as training asks for."""
        words = None if self.words is None else self.words[index].astype(np.float64)
        meaning = None if self.meaning is None else self.meaning[index].astype(np.float64)
        return Blocks(words, meaning, None if words is None else words.T)

    def times(self, coefficients: NDArray[np.floating[Any]]) -> NDArray[Any]:
        """The matrix times a vector of length ``width``: one number a document."""
        out: Any = 0.0
        if self.words is not None:
            out = self.words @ coefficients[: self.n_words].astype(self.words.dtype, copy=False)
        if self.meaning is not None:
            out = out + self.meaning @ coefficients[self.n_words :].astype(self.meaning.dtype, copy=False)
        return np.asarray(out)

    def back(self, residuals: NDArray[np.floating[Any]]) -> NDArray[Any]:
        """The transposed matrix times a vector of one number a document."""
        parts = []
        if self.words is not None:
            parts.append((self.words.T if self.turned is None else self.turned) @ residuals)
        if self.meaning is not None:
            parts.append(residuals @ self.meaning)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)


def stacked(a: Blocks, b: Blocks) -> Blocks:
    """The documents of two matrices with the same columns, one below the other."""
    from scipy.sparse import vstack

    words = None if a.words is None else vstack([a.words, b.words], format="csr")
    meaning = None if a.meaning is None or b.meaning is None else np.vstack([a.meaning, b.meaning])
    return Blocks(words, meaning, None if words is None else words.T)
