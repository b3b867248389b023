"""How much reading would have been saved, had documents been screened this way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.learning.screening.kernels.blocks import Blocks
from almpo_kit.learning.screening.kernels.replay import replay
from almpo_kit.learning.screening.kernels.savings import (
    curve,
    found_after,
    found_at,
    time_to_discovery,
    work_saved,
)
from almpo_kit.learning.screening.methods import PEER, USUAL, ScreeningMethod, chosen_methods
from almpo_kit.learning.screening.screening_features import ScreeningFeatures, screening_features
from almpo_kit.learning.screening.screening_trial import RUN_COLUMNS, ScreeningTrial
from almpo_kit.learning.screening.trial_tables import SHARES, trial_curves, trial_table
from almpo_kit.learning.screening.trial_words import trial_checks, trial_headline, trial_sentence
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import Provenance, provenance

#: Relevant documents below which nothing is simulated: two to find besides the one it starts from.
_LEAST = 3


def simulate_screening(
    documents: pd.DataFrame | Sequence[str] | ScreeningFeatures | NDArray[Any],
    relevant: Sequence[bool] | NDArray[np.bool_] | pd.Series,
    *,
    methods: Sequence[str | ScreeningMethod] = USUAL,
    seeds: int | Sequence[int] = 20,
    size: int | None = None,
    encoder: Any = None,
    recall: float = 0.95,
    growth: float = 0.1,
    done: pd.DataFrame | None = None,
    keep: Callable[[dict[str, Any]], None] | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> ScreeningTrial:
    """Screen documents whose relevance is known, many times, and measure how much reading each method saves.

    Each screening starts from one relevant and one irrelevant document drawn by lot, known beforehand and not counted; the
    answers given are the true ones. All methods get the same documents and the same start on a seed.

    Parameters
    ----------
    documents : DataFrame, sequence of str, ScreeningFeatures, or ndarray of shape (n_documents, n_columns)
        Documents, their texts, or what a model sees of them.
    relevant : sequence of bool, shape (n_documents,)
    methods : sequence of str or ScreeningMethod
        Of ``METHODS``: "mixed", "certainty", "words", "logistic", "uncertainty", "random".
    seeds : int or sequence of int
        How many screenings, or which.
    size : int, optional
        Documents drawn for each, with the same share of relevant ones; all when left out.
    encoder : Encoder or ndarray, optional
        As in ``screening_features``.
    recall : float
        Share of relevant ones at which work saved is measured.
    growth : float
        The model is trained again after this share more documents.
    done : DataFrame, optional
        ``runs`` of an earlier trial on the same documents and options; they are not run again.
    keep : callable, optional
        Called with each run as it is done, so that nothing is lost when interrupted.
    seed : int
        Of all seeds.
    progress : callable, optional
        Called with (screenings done, screenings in all).

    Returns
    -------
    ScreeningTrial

    Raises
    ------
    DesignError
        Fewer than three relevant documents, or none that is not.
    ParameterError
        Lengths that differ; a method, share or size that does not exist.

    References
    ----------
    Cohen et al. (2006) J. Am. Med. Inform. Assoc. 13, 206-219 (work saved over sampling).
    Ferdinands et al. (2023) Syst. Rev. 12, 100 (time to discovery).
    """
    chosen = chosen_methods(methods)
    task = _task(documents, relevant, encoder, size, recall, growth, seed)
    numbers = list(range(seeds)) if isinstance(seeds, int | np.integer) else [int(s) for s in seeds]
    if not numbers or len(set(numbers)) < len(numbers):
        raise ParameterError(f"seeds={seeds!r}: give a number from 1 on, or different seeds.")
    wanted = [(m, s) for s in numbers for m in chosen]
    runs = pd.DataFrame(_runs(task, wanted, done, keep, progress), columns=list(RUN_COLUMNS))
    runs = runs.astype({"method": "str"})
    table = trial_table(runs, chosen)
    n, n_relevant = int(runs["n"].iloc[0]), int(runs["n_relevant"].iloc[0])
    whole = task.size == len(task.relevant)
    frame = documents if isinstance(documents, pd.DataFrame) else None
    made_from = documents.made_from if isinstance(documents, ScreeningFeatures) else None
    return ScreeningTrial(
        question=f"How much reading does screening by machine save, at {recall:.0%} of the relevant documents?",
        sentence=trial_sentence(table, recall, n, n_relevant),
        table=table,
        checks=trial_checks(len(numbers), n_relevant, whole, PEER in set(table["method"])),
        provenance=_provenance(
            frame,
            made_from,
            {"size": task.size, "recall": recall, "growth": growth, "seeds": len(numbers)},
            seed,
        ),
        figure="screening_curve",
        headline=trial_headline(table, recall),
        rests_on=f"{len(numbers):,} simulated screenings of {n:,} documents, {n_relevant:,} relevant",
        runs=runs,
        curves=trial_curves(runs, chosen),
        recall=recall,
        n_documents=n,
        n_relevant=n_relevant,
    )


def _provenance(
    frame: pd.DataFrame | None, made_from: Provenance | None, options: dict[str, Any], seed: int
) -> Provenance:
    found = provenance(frame, method="learning.simulate_screening", options=options, seed=seed)
    # Features were made of a frame that is not here any more; what it was must not be lost.
    return found if made_from is None else replace(found, data=made_from.data, synthetic=made_from.synthetic)


@dataclass(frozen=True, eq=False)
class _Task:
    """What is screened, and how it is measured."""

    blocks: Blocks
    relevant: NDArray[np.bool_]
    size: int
    recall: float
    growth: float
    seed: int


def _task(
    documents: Any, relevant: Any, encoder: Any, size: int | None, recall: float, growth: float, seed: int
) -> _Task:
    blocks = _blocks(documents, encoder)
    truth = np.asarray(relevant)
    if truth.shape != (len(blocks),) or not (truth.dtype == bool or set(np.unique(truth)) <= {0, 1}):
        raise ParameterError(
            f"relevant must be {len(blocks):,} answers, True or False, one a document; it has the shape {truth.shape}."
        )
    truth = truth.astype(bool)
    if truth.sum() < _LEAST or truth.all():
        raise DesignError(
            f"{int(truth.sum()):,} of {len(truth):,} documents are relevant; a screening is simulated with at least "
            f"{_LEAST} relevant ones and one that is not."
        )
    if size is not None and not 2 * _LEAST <= size <= len(truth):
        raise ParameterError(
            f"size={size!r}: choose {2 * _LEAST} to {len(truth):,} documents, or None for all."
        )
    if not 0 < recall <= 1 or not 0 <= growth <= 1:
        raise ParameterError(
            f"recall={recall!r} and growth={growth!r} are shares, e.g. recall=0.95, growth=0.1."
        )
    return _Task(blocks, truth, size or len(truth), recall, growth, seed)


def _blocks(documents: Any, encoder: Any) -> Blocks:
    if isinstance(documents, ScreeningFeatures):
        return documents.blocks
    if isinstance(documents, pd.DataFrame):
        return screening_features(documents, encoder=encoder).blocks
    if isinstance(documents, str):
        raise ParameterError("documents is one text; give a table, or a list of texts.")
    if isinstance(documents, np.ndarray) and documents.ndim == 2:
        return Blocks(None, documents.astype(np.float32))
    from scipy.sparse import issparse

    if issparse(documents):
        return Blocks(documents.tocsr().astype(np.float32), None)
    texts = [str(t) for t in documents]
    frame = pd.DataFrame({"document_id": [str(i) for i in range(len(texts))], "text": texts})
    return screening_features(frame, encoder=encoder).blocks


def _runs(
    task: _Task,
    wanted: list[tuple[ScreeningMethod, int]],
    done: pd.DataFrame | None,
    keep: Callable[[dict[str, Any]], None] | None,
    progress: Callable[[int, int], None] | None,
) -> Iterator[dict[str, Any]]:
    kept: list[Any] = [] if done is None else done.to_dict("records")
    before: dict[tuple[str, int], Any] = {(r["method"], r["seed"]): r for r in kept}
    drawn: tuple[int, Any] = (-1, None)
    for i, (method, number) in enumerate(wanted):
        run = before.get((method.name, number))
        if run is None:
            if drawn[0] != number or drawn[1] is None:
                drawn = (number, _drawn(task, number))
            run = {"method": method.name, "seed": number} | _run(task, method, number, *drawn[1])
            if keep:
                keep(dict(run))
        yield {c: run[c] for c in RUN_COLUMNS}
        if progress:
            progress(i + 1, len(wanted))


def _drawn(task: _Task, number: int) -> tuple[Blocks, NDArray[np.bool_], NDArray[np.int64]]:
    """The documents of one seed, which are relevant, and which two are known beforehand."""
    rng = np.random.default_rng([task.seed, number, 0])
    yes, no = rng.permutation(np.flatnonzero(task.relevant)), rng.permutation(np.flatnonzero(~task.relevant))
    n_yes = min(max(round(task.size * len(yes) / len(task.relevant)), _LEAST), len(yes), task.size - 1)
    rows = np.sort(np.concatenate([yes[:n_yes], no[: task.size - n_yes]]))
    start = np.searchsorted(rows, [yes[0], no[0]])
    blocks = task.blocks
    if len(rows) < len(task.relevant):
        blocks = _part(blocks, rows)
    return blocks, task.relevant[rows], start


def _part(blocks: Blocks, rows: NDArray[np.int64]) -> Blocks:
    """Some documents, without the words that none of them has."""
    words = None if blocks.words is None else blocks.words[rows]
    if words is not None:
        words = words[:, np.unique(words.indices)]
    return Blocks(words, None if blocks.meaning is None else blocks.meaning[rows])


def _run(
    task: _Task,
    method: ScreeningMethod,
    number: int,
    blocks: Blocks,
    relevant: NDArray[np.bool_],
    start: NDArray[np.int64],
) -> dict[str, Any]:
    seen = {"tfidf": Blocks(blocks.words, None), "embeddings": Blocks(None, blocks.meaning)}.get(
        method.features, blocks
    )
    if seen.words is None and seen.meaning is None:
        # Order by lot asks nothing of the documents.
        if method.query != "random":
            raise ParameterError(
                f"the method {method.name!r} looks at {method.features}, which these documents do not have; leave it out, or "
                "give texts and an encoder."
            )
        seen = blocks
    rng = np.random.default_rng([task.seed, number, 1])
    order = replay(seen, relevant, start, method.query, method.recipe, rng, growth=task.growth)
    at = found_at(relevant[order[len(start) :]])
    n = len(relevant) - len(start)
    return {
        "n": len(relevant),
        "n_relevant": int(relevant.sum()),
        "wss": work_saved(at, n, task.recall),
        "rrf10": found_after(at, n),
        "atd": time_to_discovery(at, n),
        "curve": [round(float(v), 4) for v in curve(at, n, SHARES)],
    }
