"""Learning codes from what experts settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from almpo_kit.learning.coding.coding_model import CodingModel, coding_model
from almpo_kit.learning.coding.fit_field import Known, Using, fit_field
from almpo_kit.learning.coding.given_codes import (
    precision_asked,
    settled_answers,
    something_settled,
    study_numbers,
)
from almpo_kit.learning.coding.texts import LEAD, Text, known_fields, read_texts
from almpo_kit.learning.coding.word_space import word_space
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance, provenance

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.encoders import Encoder

Array = np.ndarray[Any, np.dtype[Any]]
Progress = Callable[[int, int], None]
_EVIDENCE: Final = ("rules", "words", "pieces", "vectors")
#: A sentence encoder reads the beginning only.
_ENCODED: Final = 1_000


def fit_codes(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    settled: pd.DataFrame,
    *,
    fields: Sequence[str] | None = None,
    groups: pd.Series | Mapping[str, str] | None = None,
    encoder: Encoder | None = None,
    evidence: Sequence[str] = ("rules", "words"),
    precision: float = 0.9,
    seed: int = 0,
    progress: Progress | None = None,
) -> CodingModel:
    """Learn codes from settled ones, with probabilities and a threshold below which nothing is proposed.

    For each field, every value that a text names (rules) or that its words speak for (ridge on terms) is a candidate. What
    speaks for it — named in the title, how often, beside how many others, only as what was compared with, words — goes into one
    logistic regression for all values of the field, with a normal prior that says what the rules mean before anything is
    learned. Scores, calibration and threshold are made study by study, from fits on other studies.

    Parameters
    ----------
    documents, passages : DataFrame
        ``DOCUMENT_COLUMNS``, ``PASSAGE_COLUMNS``; documents without a settled code are not used.
    settled : DataFrame
        ``SETTLED_COLUMNS``. Leave out what is kept away to test on (``vocabulary.documents.is_frozen``).
    fields : sequence of str, optional
        All that are settled when left out, but for relevance and estimates.
    groups : Series or mapping, optional
        ``document_id`` -> study; a document that is not named is its own study.
    encoder : Encoder, optional
        Only used with ``"vectors"`` in ``evidence``.
    evidence : sequence of {"rules", "words", "pieces", "vectors"}
        What may speak for a code. Words join the rules of a field only where they lower the error on studies not learned from
        (which they do not yet on our summaries); pieces of words and embeddings did not earn their place there and are off
        (``tests/learning/CODING.md``).
    precision : float
        Share of proposals that shall be right.
    seed : int
        Of the parts that studies are dealt into.
    progress : callable, optional
        Called with fields done and all fields.

    Returns
    -------
    CodingModel

    Raises
    ------
    DesignError
        Nothing is settled, or none of the settled documents is given.
    ParameterError, FrameError
        Options or tables that mean nothing.
    """
    promised, using = precision_asked(precision), using_of(evidence, encoder)
    codes = settled_answers(settled)
    something_settled(codes)
    chosen = known_fields(fields, list(codes))
    wanted = frozenset(d for field in chosen for d in codes[field])
    texts = read_texts(documents, passages, chosen, wanted=wanted)
    if not texts:
        raise DesignError("None of the documents has a settled code; pass the documents that were coded.")
    made = provenance(
        documents,
        passages,
        settled,
        method="learning.fit_codes",
        options={"fields": list(chosen), "evidence": list(evidence), "precision": promised},
        seed=seed,
    )
    answers = {field: codes[field] for field in chosen}
    return fit_texts(
        texts, answers, groups, encoder, using, "pieces" in evidence, promised, seed, made, progress
    )


def fit_texts(
    texts: Sequence[Text],
    codes: Mapping[str, Mapping[str, frozenset[str]]],
    groups: pd.Series | Mapping[str, str] | None,
    encoder: Encoder | None,
    using: Using,
    pieces: bool,
    promised: float,
    seed: int,
    made: Provenance,
    progress: Progress | None = None,
    vectors: Array | None = None,
) -> CodingModel:
    """The same on texts that were read before; ``vectors`` of the texts where they are known."""
    space = word_space(texts, pieces=pieces)
    x = space.vectors(texts) if using.words else None
    if using.vectors and vectors is None:
        vectors = encoded(texts, encoder)
    numbers = study_numbers([t.document_id for t in texts], groups)
    models = {}
    for done, (field, answers) in enumerate(codes.items()):
        rows = [k for k, t in enumerate(texts) if t.document_id in answers]
        if rows:
            known = Known(
                field,
                [texts[k] for k in rows],
                [answers[texts[k].document_id] for k in rows],
                numbers[rows],
                None if x is None else x[rows],
                None if vectors is None else vectors[rows],
            )
            models[field] = fit_field(known, using, promised, seed)
        if progress is not None:
            progress(done + 1, len(codes))
    name = encoder.name if using.vectors and encoder is not None else ""
    version = encoder.version if using.vectors and encoder is not None else ""
    return coding_model(models, space, name, version, promised, made)


def encoded(texts: Sequence[Text], encoder: Encoder | None) -> Array:
    """Embeddings of the beginnings, shape (n_texts, dimension)."""
    if encoder is None:
        raise ParameterError("evidence has 'vectors', so an encoder is needed: encoder=sources.encoder().")
    return np.asarray(encoder([t.opening[: min(_ENCODED, LEAD)] for t in texts]), dtype=float)


def using_of(evidence: Sequence[str], encoder: Encoder | None) -> Using:
    if isinstance(evidence, str) or (wrong := [e for e in evidence if e not in _EVIDENCE]):
        named = evidence if isinstance(evidence, str) else wrong
        raise ParameterError(f"evidence={named!r}: give a list of some of {', '.join(_EVIDENCE)}.")
    words = "words" in evidence or "pieces" in evidence
    if "vectors" in evidence and encoder is None:
        raise ParameterError("evidence has 'vectors', so an encoder is needed: encoder=sources.encoder().")
    if not ("rules" in evidence or words or "vectors" in evidence):
        raise ParameterError("evidence is empty; the usual is ('rules', 'words').")
    return Using("rules" in evidence, words, "vectors" in evidence)
