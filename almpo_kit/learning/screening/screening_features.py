"""What a screening model sees of documents: weights of words, and what they mean in any language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.learning.screening.document_texts import checked_documents, screening_texts
from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance, provenance

Features = Literal["tfidf", "embeddings", "both"]
Progress = Callable[[int, int], None]

#: A word is letters of any alphabet, two or more; numbers say little of what a document is about.
WORD: Final = r"(?u)\b[^\W\d_]{2,}\b"
#: Words kept, the most frequent ones, so that a hundred thousand documents stay in memory.
MOST_WORDS: Final = 60_000
_BATCH = 256


@dataclass(frozen=True, eq=False, repr=False)
class ScreeningFeatures:
    """Documents as numbers, made once and ranked many times.

    Parameters
    ----------
    document_ids : ndarray of str, shape (n_documents,)
    blocks : Blocks, shape (n_documents, width)
    terms : ndarray of str, shape (n_words,)
        The words of the first columns.
    features : {"tfidf", "embeddings", "both"}
    vectorizer, encoder : object or None
        Turn further texts (a description of what is sought) into the same columns.
    encoder_name : str
        Blank where vectors were given or none are used.
    made_from : Provenance
        Data versions of the documents, and whether any is SYNTHETIC.
    """

    document_ids: NDArray[np.object_]
    blocks: Blocks
    terms: NDArray[np.object_]
    features: Features
    vectorizer: Any = None
    encoder: Encoder | None = None
    encoder_name: str = ""
    made_from: Provenance = field(default_factory=Provenance)

    def __len__(self) -> int:
        return len(self.document_ids)

    def __repr__(self) -> str:
        return (
            f"<screening features of {len(self):,} documents, {self.features}: {self.blocks.width:,} columns>"
        )

    def of(self, texts: Sequence[str]) -> Blocks:
        """Further texts in the same columns; meaning stays empty where vectors were given without an encoder."""
        words = None if self.blocks.words is None else self.vectorizer.transform(texts).tocsr()
        if self.blocks.meaning is None:
            return Blocks(words, None)
        wide = self.blocks.meaning.shape[1]
        meaning = np.zeros((len(texts), wide)) if self.encoder is None else self.encoder(list(texts))
        return Blocks(words, np.asarray(meaning, dtype=np.float32))


def screening_features(
    documents: pd.DataFrame,
    *,
    features: Features | None = None,
    encoder: Encoder | NDArray[Any] | None = None,
    progress: Progress | None = None,
) -> ScreeningFeatures:
    """Turn documents into what a screening model sees; the slow part of a ranking, worth keeping between two.

    Words: TF-IDF with logarithmic term frequency, without accents, of words in two documents or more and in at most half
    of them. Meaning: one sentence embedding of title and abstract.

    Parameters
    ----------
    documents : DataFrame, shape (n_documents, ...)
        ``document_id`` and ``title``, ``abstract`` or ``text``.
    features : {"tfidf", "embeddings", "both"}, optional
        Both where an encoder is given, else words alone.
    encoder : Encoder or ndarray of shape (n_documents, n_dimensions), optional
        ``sources.encoder()``, or vectors in the order of the documents.
    progress : callable, optional
        Called with (documents encoded, documents in all).

    Raises
    ------
    FrameError
        Columns are missing or a name stands on several rows.
    ParameterError, DesignError
        Meaning is asked for without an encoder; vectors of another length; no words at all.
    """
    names = checked_documents(documents)
    chosen = features or ("tfidf" if encoder is None else "both")
    if chosen not in ("tfidf", "embeddings", "both"):
        raise ParameterError(f"features={features!r}: choose 'tfidf', 'embeddings' or 'both'.")
    if chosen != "tfidf" and encoder is None:
        raise ParameterError(
            f"features={chosen!r} needs an encoder, e.g. encoder=sources.encoder(), or vectors of the documents."
        )
    texts = screening_texts(documents)
    words, vectorizer = _words(texts) if chosen != "embeddings" else (None, None)
    meaning = None if chosen == "tfidf" else _meaning(texts, encoder, progress)
    if words is None and meaning is None:
        raise DesignError(
            "no word stands in two of these documents; pass an encoder, e.g. encoder=sources.encoder(), or more documents."
        )
    terms = np.array([], dtype=object) if vectorizer is None else vectorizer.get_feature_names_out()
    able = encoder if isinstance(encoder, Encoder) and meaning is not None else None
    return ScreeningFeatures(
        names,
        Blocks(words, meaning),
        terms,
        "both" if words is not None and meaning is not None else "tfidf" if meaning is None else "embeddings",
        vectorizer,
        able,
        "" if able is None else f"{able.name} {able.version}",
        provenance(documents, method="learning.screening_features"),
    )


def _words(texts: list[str]) -> tuple[Any, Any]:
    """Weights of words and what made them; None where too few words are shared."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(texts) < 2:
        return None, None
    made = TfidfVectorizer(
        sublinear_tf=True,
        strip_accents="unicode",
        token_pattern=WORD,
        min_df=2,
        # In half of few documents stand words that say much.
        max_df=0.5 if len(texts) >= 20 else 1.0,
        max_features=MOST_WORDS,
        dtype=np.float32,
    )
    try:
        return made.fit_transform(texts).tocsr(), made
    except ValueError:
        # "empty vocabulary" and "no terms remain": no word stands in two documents.
        return None, None


def _meaning(texts: list[str], encoder: Any, progress: Progress | None) -> NDArray[np.float32]:
    if not isinstance(encoder, Encoder):
        vectors = np.asarray(encoder, dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ParameterError(
                f"vectors have the shape {vectors.shape} for {len(texts):,} documents, or hold values that are no numbers; "
                "give one row of numbers a document, e.g. encoder(texts)."
            )
        return _one_long(vectors)
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    # Alike lengths together: a batch is padded to its longest text.
    order = np.argsort([len(t) for t in texts], kind="stable")
    for start in range(0, len(texts), _BATCH):
        rows = order[start : start + _BATCH]
        vectors[rows] = encoder([texts[i] for i in rows])
        if progress:
            progress(min(start + _BATCH, len(texts)), len(texts))
    return vectors


def _one_long(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)
