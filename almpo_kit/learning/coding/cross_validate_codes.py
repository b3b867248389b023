"""How good codes are on studies that were not learned from, by leaving studies out in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.learning.coding.coding_rates import answer_table, rates_of
from almpo_kit.learning.coding.fit_codes import encoded, fit_texts, using_of
from almpo_kit.learning.coding.folds import study_folds
from almpo_kit.learning.coding.given_codes import (
    precision_asked,
    settled_answers,
    something_settled,
    study_numbers,
)
from almpo_kit.learning.coding.propose import proposal_table
from almpo_kit.learning.coding.testing_words import coding_checks, coding_sentence
from almpo_kit.learning.coding.texts import known_fields, read_texts
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import provenance

if TYPE_CHECKING:
    from almpo_kit.vocabulary.encoders import Encoder


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CodingTest(Finding):
    """What a coding model does on studies it has not seen.

    Parameters
    ----------
    table : DataFrame
        A row a field: ``field, documents, studies, answers`` (settled), ``proposed, right, precision, precision_low,
        precision_high, recall, recall_low, recall_high`` (of settled answers, proposed), ``abstention, abstention_low,
        abstention_high`` (share of documents on which nothing is proposed), ``unsure, not_stated`` (documents), ``brier, ece,
        ece_low, ece_high`` (of all answers shown, proposed or unsure), ``keeps_promise``.
    answers : DataFrame
        A row an answer shown: ``document_id, group, field, value, probability, says, right``.
    promised, level : float
        Precision asked for; of the intervals.
    folds : int
    note : str
        What is said of the texts, e.g. that they are our own summaries.
    """

    answers: pd.DataFrame = field(repr=False)
    promised: float
    level: float
    folds: int
    note: str = ""

    def metrics(self) -> Mapping[str, float]:
        """Precision, recall and abstention of each field."""
        return {
            f"{row['field']}_{what}": float(row[what])
            for row in self.table.to_dict("records")
            for what in ("precision", "precision_low", "recall", "abstention", "brier", "ece")
            if row[what] == row[what]
        }


def cross_validate_codes(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    settled: pd.DataFrame,
    groups: pd.Series | Mapping[str, str] | None = None,
    folds: int = 5,
    *,
    fields: Sequence[str] | None = None,
    encoder: Encoder | None = None,
    evidence: Sequence[str] = ("rules", "words"),
    precision: float = 0.9,
    note: str = "",
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> CodingTest:
    """Fit on some studies, propose on the others, in turn; all of fitting, thresholds too, is done without the others.

    Parameters
    ----------
    documents, passages, settled, groups, fields, encoder, evidence, precision
        As of ``fit_codes``. ``groups`` matters: two papers on one trial in two parts would flatter the model.
    folds : int
        Parts that studies are dealt into, at least 2.
    note : str
        Said with the figures.
    seed : int
    progress : callable, optional
        Called with parts done and all parts.

    Returns
    -------
    CodingTest

    Raises
    ------
    DesignError
        Fewer studies than parts.
    """
    promised, using = precision_asked(precision), using_of(evidence, encoder)
    codes = settled_answers(settled)
    something_settled(codes)
    chosen = known_fields(fields, list(codes))
    wanted = frozenset(d for name in chosen for d in codes[name])
    texts = read_texts(documents, passages, chosen, wanted=wanted)
    study = study_numbers([t.document_id for t in texts], groups)
    _enough(folds, len(np.unique(study)))
    made = provenance(
        documents,
        passages,
        settled,
        method="learning.cross_validate_codes",
        options={"fields": list(chosen), "folds": folds, "evidence": list(evidence), "precision": promised},
        seed=seed,
    )
    vectors = encoded(texts, encoder) if using.vectors else None
    found = []
    for done, away in enumerate(study_folds(study, folds, seed)):
        kept, tested = np.flatnonzero(~away).tolist(), np.flatnonzero(away).tolist()
        model = fit_texts(
            [texts[k] for k in kept],
            {f: codes[f] for f in chosen},
            groups,
            encoder,
            using,
            "pieces" in evidence,
            promised,
            seed,
            made,
            vectors=None if vectors is None else vectors[kept],
        )
        there = [f for f in chosen if f in model.models]
        found.append(
            proposal_table(
                model, [texts[k] for k in tested], there, None if vectors is None else vectors[tested]
            )
        )
        if progress is not None:
            progress(done + 1, folds)
    names = {t.document_id: int(g) for t, g in zip(texts, study, strict=True)}
    answers = answer_table(pd.concat(found, ignore_index=True), codes, names)
    table = rates_of(answers, {f: codes[f] for f in chosen}, names, promised, seed)
    return _finding(table, answers, promised, folds, note, made)


def _enough(folds: Any, studies: int) -> None:
    if isinstance(folds, bool) or not isinstance(folds, int | np.integer) or folds < 2:
        raise ParameterError(f"folds={folds!r} must be a whole number of at least 2, e.g. 5.")
    if studies < folds:
        raise DesignError(
            f"There are {studies} studies with settled codes, too few for {folds} parts; use folds={max(studies, 2)} or settle more."
        )


def _finding(
    table: pd.DataFrame, answers: pd.DataFrame, promised: float, folds: int, note: str, made: Any
) -> CodingTest:
    studies = int(table["studies"].max()) if len(table) else 0
    return CodingTest(
        question="How often is a proposed code right on a study that the model has not seen?",
        sentence=coding_sentence(table, promised, note),
        table=table,
        checks=coding_checks(table, promised, note),
        provenance=made,
        figure="coding",
        rests_on=f"{studies} studies, each left out once ({folds} parts)",
        answers=answers,
        promised=promised,
        level=0.95,
        folds=folds,
        note=note,
    )
