"""What to read next."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.learning.screening.document_texts import checked_documents, plain_column
from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.learning.screening.kernels.logistic import Linear
from almpo_kit.learning.screening.kernels.picking import KINDS, LOT, kinds, pick
from almpo_kit.learning.screening.kernels.training import OURS, train
from almpo_kit.learning.screening.ranking import COLUMNS, Ranking
from almpo_kit.learning.screening.ranking_words import ranking_checks, ranking_sentence
from almpo_kit.learning.screening.read_labels import Read, label_checks, read_labels
from almpo_kit.learning.screening.reasons import alike_reasons, telling_words, why, word_reasons
from almpo_kit.learning.screening.screening_features import Features, ScreeningFeatures, screening_features
from almpo_kit.vocabulary.encoders import Encoder
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.provenance import provenance

Query = Literal["certainty", "uncertainty", "mixed", "random"]
_RECENT = 50


def rank(
    documents: pd.DataFrame,
    labels: pd.DataFrame | None = None,
    *,
    review: str | None = None,
    query: Query = "mixed",
    features: Features | ScreeningFeatures | None = None,
    encoder: Encoder | NDArray[Any] | None = None,
    criteria: str | Sequence[str] = "",
    batch: int | None = None,
    explained: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Ranking:
    """Put unread documents in the order in which to read them, learning from those that were read.

    A ridge logistic regression on words and meaning, both classes counting alike. It decides nothing: it orders, and says
    which words it goes by. A hundred unread documents, drawn anew each time, are presumed irrelevant at a quarter of the
    weight (Cormack and Grossman 2015), so that one relevant document, or a description of what is sought, is enough to
    start from. With neither, documents come by lot.

    Parameters
    ----------
    documents : DataFrame, shape (n_documents, ...)
        ``documents`` of the library: ``document_id``, ``title``, ``abstract`` (or ``text``).
    labels : DataFrame, optional
        ``LABEL_COLUMNS`` (``store.labels(review)``) or ``SETTLED_COLUMNS``; rows of the field ``relevant`` count.
    review : str, optional
        Whose labels, where they are of several.
    query : {"mixed", "certainty", "uncertainty", "random"}
        The most likely relevant first; the most doubtful first; by lot; or mixed: of twenty places eighteen for the most
        likely, one for the most doubtful and one by lot (which ``may_stop`` learns from).
    features : {"tfidf", "embeddings", "both"} or ScreeningFeatures, optional
        What the model sees; give ``screening_features(documents, …)`` to make it once and rank many times. Both where an
        encoder is given, else words alone.
    encoder : Encoder or ndarray of shape (n_documents, n_dimensions), optional
        ``sources.encoder()``: documents in other languages are then found by what they mean.
    criteria : str or sequence of str
        What is sought, in plain words, e.g. the eligibility criteria; counts as a relevant document.
    batch : int, optional
        Rows of the queue; all unread documents when left out.
    explained : int
        Rows for which reasons are worked out.
    seed : int
        The same documents, labels and seed give the same queue.
    progress : callable, optional
        Called with (documents encoded, documents in all).

    Returns
    -------
    Ranking

    Raises
    ------
    FrameError
        ``documents`` or ``labels`` lack a column, or a document stands twice.
    ParameterError, DesignError
        A query or features that do not exist; features of other documents; labels of several reviews.

    References
    ----------
    Cormack and Grossman (2015) "Autonomy and reliability of continuous active learning", arXiv 1504.06868.
    van de Schoot et al. (2021) Nat. Mach. Intell. 3, 125-133 (ASReview).
    """
    _checked(query, batch, explained)
    names = pd.Index(checked_documents(documents))
    seen = (
        features
        if isinstance(features, ScreeningFeatures)
        else screening_features(documents, features=features, encoder=encoder, progress=progress)
    )
    _same_documents(seen, names)
    read = read_labels(labels, names, review)
    told = [criteria] if isinstance(criteria, str) else list(criteria)
    sought = [t.strip() for t in told if t.strip()]
    rows, relevant, closed = _rows(read, names)
    left = np.setdiff1d(np.arange(len(names)), closed)
    rng = np.random.default_rng([seed, len(closed)])
    model = None
    if query != "random":
        known = seen.of(sought) if sought else None
        model = train(seen.blocks, rows, relevant, left, rng, OURS, sought=known, tolerance=1e-3)
    scores = np.full(len(left), np.nan) if model is None else model.scores(_some(seen.blocks, left))
    places = len(left) if batch is None else min(batch, len(left))
    wanted = kinds("random" if model is None else query, len(closed), places)
    chosen = pick(scores, wanted, rng)
    titles = plain_column(documents, "title")
    queue = _queue(seen, model, left[chosen], scores[chosen], wanted, titles, rows[relevant], explained)
    recent = relevant[-_RECENT:]
    counts = (len(recent), int(recent.sum()))
    data = None if labels is None else labels
    return Ranking(
        question=f"Which of {len(left):,} unread documents should be read next?",
        sentence=ranking_sentence(queue, len(left), len(closed), int(relevant.sum()), counts),
        table=queue,
        checks=(
            *label_checks(read),
            *ranking_checks(
                model is not None,
                int(relevant.sum()),
                int((~relevant).sum()),
                bool(sought),
                query,
                seen.blocks.meaning is None or seen.encoder is not None,
            ),
        ),
        provenance=provenance(
            documents,
            data,
            method="learning.rank",
            options={
                "query": query,
                "features": seen.features,
                "encoder": seen.encoder_name,
                "criteria": " | ".join(sought),
                "review": review or "",
            },
            seed=seed,
        ),
        rests_on=f"{len(rows):,} read documents, {int(relevant.sum()):,} of them relevant",
        words=pd.DataFrame({"word": [], "weight": []}) if model is None else telling_words(seen, model),
        n_documents=len(names),
        n_read=len(closed),
        n_relevant=int(relevant.sum()),
        n_open=len(read.open),
        query=query,
        features=seen.features,
        version="" if model is None else _digest(model),
        trained=model is not None,
        recent_read=counts[0],
        recent_relevant=counts[1],
    )


def _checked(query: str, batch: int | None, explained: int) -> None:
    if query not in get_args(Query):
        raise ParameterError(f"query={query!r}: choose {', '.join(map(repr, get_args(Query)))}.")
    if batch is not None and batch < 1:
        raise ParameterError(f"batch={batch!r}: choose 1 or more rows, or None for all.")
    if explained < 0:
        raise ParameterError(f"explained={explained!r}: choose 0 or more rows.")


def _same_documents(seen: ScreeningFeatures, names: pd.Index) -> None:
    if len(seen) != len(names) or not (seen.document_ids == names.to_numpy(dtype=object)).all():
        raise ParameterError(
            f"features are of {len(seen):,} other documents, or in another order; make them of these, e.g. "
            "screening_features(documents, encoder=sources.encoder())."
        )


def _rows(read: Read, names: pd.Index) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """Rows that teach the model and what they are, and rows that need no reading."""
    rows = names.get_indexer(read.relevant.index).astype(np.int64)
    open_ones = names.get_indexer(read.open).astype(np.int64)
    return rows, read.relevant.to_numpy(dtype=bool), np.concatenate([rows, open_ones])


def _some(blocks: Blocks, rows: NDArray[np.int64]) -> Blocks:
    return Blocks(
        None if blocks.words is None else blocks.words[rows],
        None if blocks.meaning is None else blocks.meaning[rows],
    )


def _queue(
    seen: ScreeningFeatures,
    model: Linear | None,
    rows: NDArray[np.int64],
    scores: NDArray[np.float64],
    wanted: NDArray[np.int64],
    titles: list[str],
    found: NDArray[np.int64],
    explained: int,
) -> pd.DataFrame:
    first = rows[:explained]
    blank = [""] * (len(rows) - len(first))
    picks = [KINDS[k] for k in wanted]
    nothing = [""] * len(first)
    speaks_for, against = (nothing, nothing) if model is None else word_reasons(seen, model, first)
    alike = nothing if model is None else alike_reasons(seen, first, found, titles)
    reasons = [why(*parts) for parts in zip(speaks_for, against, alike, picks[: len(first)], strict=True)]
    held = {
        "document_id": seen.document_ids[rows].astype(str),
        "rank": np.arange(1, len(rows) + 1),
        "title": [titles[i] for i in rows],
        "pick": picks,
        "by": ["lot" if p == LOT else "ranked" for p in picks],
        "score": scores,
        "speaks_for": speaks_for + blank,
        "speaks_against": against + blank,
        "alike": alike + blank,
        "why": reasons + blank,
    }
    text = dict.fromkeys(set(COLUMNS) - {"rank", "score"}, "str")
    return pd.DataFrame(held, columns=list(COLUMNS)).astype(text | {"rank": "int64", "score": "float64"})


def _digest(model: Linear) -> str:
    rounded = np.round(np.append(model.coefficients, model.intercept), 6) + 0.0
    return hashlib.sha256(rounded.tobytes()).hexdigest()[:16]
