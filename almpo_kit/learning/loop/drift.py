"""Have documents, experts or the model moved since the model was trained?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.learning.loop import agreement_drift, document_drift, model_drift
from almpo_kit.learning.loop.drift_result import DRIFT_COLUMNS, Drift, checks, sentence
from almpo_kit.learning.loop.scored_proposals import score
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, LABEL_COLUMNS
from almpo_kit.vocabulary.errors import FrameError, ParameterError
from almpo_kit.vocabulary.provenance import provenance
from almpo_kit.vocabulary.rendering import number


def drift(
    before: pd.DataFrame,
    now: pd.DataFrame,
    *,
    labels_before: pd.DataFrame | None = None,
    labels_now: pd.DataFrame | None = None,
    proposals: pd.DataFrame | None = None,
    settled: pd.DataFrame | None = None,
    groups: pd.Series | None = None,
    promised: float = 0.9,
    alpha: float = 0.01,
    every: int = 1_000,
    draws: int = 999,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Drift:
    """Raise an alarm where new documents, experts or the model are no longer what they were.

    Documents: could the new ones be a draw from the old ones, by words, unknown words and languages (permutation of whole
    documents)? Experts: do they disagree more than before, all of them or one with the others (permutation of documents, each
    field against itself)? Model: are there more errors on freshly settled studies than promised, or than its probabilities
    say (a sequential bet that may be looked at after every study)? An alarm also needs a change that matters: 0.03 bits,
    5% of the words, 10 points of languages, 5 points of disagreement.

    Parameters
    ----------
    before, now : DataFrame
        ``DOCUMENT_COLUMNS``: what the model was trained on, what is new.
    labels_before, labels_now : DataFrame, optional
        ``LABEL_COLUMNS``, labels that hold.
    proposals, settled : DataFrame, optional
        What the model proposed, and what was settled afterwards.
    groups : Series, optional
        ``document_id`` → study.
    promised : float
        Precision that was promised.
    alpha : float
        Chance of a false alarm in one call, for documents and for experts each, if nothing has changed.
    every : int
        Settled studies until a false alarm about the model, on average, at least.
    draws : int
        Permutations; at least ``10 / alpha``.
    seed : int
    progress : callable, optional
        ``(done, total)``.

    Returns
    -------
    Drift

    Raises
    ------
    FrameError, ParameterError
        Tables without their columns; options out of range.

    References
    ----------
    Shin, Ramdas & Rinaldo (2024), e-detectors; Phipson & Smyth (2010), permutation p; Lin (1991), Jensen–Shannon divergence;
    Rabanser, Günnemann & Lipton (2019), failing loudly.
    """
    _check_options(promised, alpha, every, draws)
    _check_columns(before, now, labels_before, labels_now)
    shares: dict[str, Any] = {"alpha": alpha, "draws": draws}
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2)]
    rows: list[dict[str, Any]] = []
    missing: list[str] = []
    if min(len(before), len(now)) < document_drift.LEAST:
        missing.append(_few("documents", len(before), len(now), document_drift.LEAST))
    else:
        rows += document_drift.look(before, now, rng=streams[0], progress=progress, **shares)
    rows += _experts(labels_before, labels_now, streams[1], missing, shares)
    rows += _model(proposals, settled, groups, promised, every, missing)
    alarms = tuple(str(r["what"]) for r in rows if r["alarm"])
    return Drift(
        question="Are documents, experts and the model still what they were?",
        sentence=sentence(alarms, len(rows)),
        table=pd.DataFrame(rows, columns=list(DRIFT_COLUMNS)),
        checks=checks(rows, missing, _rule(alpha, every)),
        provenance=provenance(
            before,
            now,
            settled,
            method="learning.drift: permutation of documents, sequential bets on settled studies",
            options={"promised": promised, "alpha": alpha, "every": every, "draws": draws},
            seed=seed,
        ),
        rests_on=f"{len(before)} documents of training and {len(now)} new ones",
        alarms=alarms,
        not_looked_at=tuple(missing),
    )


def _check_options(promised: float, alpha: float, every: int, draws: int) -> None:
    if not 0.5 <= promised < 1:
        raise ParameterError(f"promised={promised!r} must lie between 0.5 and 1, e.g. 0.9.")
    if not 0 < alpha <= 0.2:
        raise ParameterError(f"alpha={alpha!r} must lie between 0 and 0.2, e.g. 0.01.")
    if every < 20:
        raise ParameterError(f"every={every!r} must be 20 or more studies, e.g. 1000.")
    if draws < 10 / alpha - 1:
        raise ParameterError(
            f"draws={draws!r} is too few for alpha={alpha!r}; take {int(10 / alpha) - 1} or more."
        )


def _check_columns(
    before: pd.DataFrame,
    now: pd.DataFrame,
    labels_before: pd.DataFrame | None,
    labels_now: pd.DataFrame | None,
) -> None:
    asked = (("before", before, DOCUMENT_COLUMNS), ("now", now, DOCUMENT_COLUMNS))
    labels = (("labels_before", labels_before, LABEL_COLUMNS), ("labels_now", labels_now, LABEL_COLUMNS))
    for name, frame, columns in (*asked, *labels):
        needed = (
            {"title", "abstract", "text", "language", "year"}
            if columns is DOCUMENT_COLUMNS
            else set(columns[2:7])
        )
        lacking = sorted(needed - set(frame)) if frame is not None else []
        if lacking:
            raise FrameError(f"{name} lacks {', '.join(lacking)}; it needs the columns {', '.join(columns)}.")


def _experts(
    before: pd.DataFrame | None,
    now: pd.DataFrame | None,
    rng: np.random.Generator,
    missing: list[str],
    shares: dict[str, Any],
) -> list[dict[str, Any]]:
    if before is None or now is None:
        return []
    rows = agreement_drift.look(before, now, rng=rng, **shares)
    if not rows:
        was, is_now = (
            agreement_drift.n_documents(agreement_drift.disagreements_of_pairs(f)) for f in (before, now)
        )
        missing.append(_few("documents coded by several experts", was, is_now, agreement_drift.LEAST))
    return rows


def _model(
    proposals: pd.DataFrame | None,
    settled: pd.DataFrame | None,
    groups: pd.Series | None,
    promised: float,
    every: int,
    missing: list[str],
) -> list[dict[str, Any]]:
    if proposals is None or settled is None:
        return []
    rows = model_drift.look(score(proposals, settled, groups=groups), promised=promised, every=every)
    if not rows:
        missing.append(
            f"The model: fewer than {model_drift.LEAST} studies on which it proposed something were settled since it was trained."
        )
    return rows


def _few(what: str, n_before: int, n_now: int, least: int) -> str:
    return f"Not enough {what}: {n_before} before and {n_now} now; {least} of each are needed."


def _rule(alpha: float, every: int) -> str:
    return (
        f"If nothing has changed, documents and experts each raise a false alarm in {number(100 * alpha)}% of the calls, and "
        f"the model one in {number(every, 0)} settled studies or fewer. New documents on one topic or of one study are alike, "
        "which the test does not know: an alarm is a reason to look, not a verdict."
    )
