"""Codes tested on studies that were not learned from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.learning.coding.folds import study_folds
from almpo_kit.vocabulary.documents import PROPOSED
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.workbench.held_documents import OPTIMISTIC, held_documents

from .study_texts import studies


def test_a_study_is_never_on_both_sides() -> None:
    groups = np.random.default_rng(0).integers(0, 17, 90)
    away = list(study_folds(groups, 5, 3))
    assert np.sum(away, axis=0).tolist() == [1] * 90
    for mask in away:
        assert not set(groups[mask]) & set(groups[~mask])


def test_papers_on_one_study_do_not_flatter_the_model() -> None:
    """Each study twice, word by word, with codes by lot: only who leaves out papers, not studies, sees something to learn."""
    once = studies(80, shuffled=True)
    again = once.documents["document_id"] + "b"
    name = dict(zip(once.documents["document_id"], again, strict=True))
    both = [
        pd.concat([frame, frame.assign(document_id=frame["document_id"].map(name))], ignore_index=True)
        for frame in (once.documents, once.passages, once.settled)
    ]
    groups = {d: str(k) for k, pair in enumerate(name.items()) for d in pair}

    def proposed(how: dict[str, str] | None) -> int:
        test = learning.cross_validate_codes(
            *both, how, 4, fields=["programme_type"], evidence=("words",), precision=0.6, seed=1
        )
        return int(test.table["right"].iloc[0])

    assert proposed(groups) < 10 < 25 < proposed(None)


def test_the_table_counts_what_the_answers_say() -> None:
    held = studies(40, seed=3)
    test = learning.cross_validate_codes(*held[:3], held.groups, 4, note="These texts are invented")
    row = test.table.set_index("field").loc["design"]
    shown = test.answers[(test.answers["field"] == "design") & (test.answers["says"] == PROPOSED)]
    assert (row["proposed"], row["right"]) == (len(shown), int(shown["right"].sum()))
    assert row["precision"] == pytest.approx(shown["right"].mean())
    assert row["precision_low"] <= row["precision"] <= row["precision_high"]
    assert row["abstention"] == pytest.approx(1 - shown["document_id"].nunique() / 40)
    assert row["recall"] == pytest.approx(row["right"] / row["answers"])
    assert test.sentence.startswith("SYNTHETIC") and "invented" in test.sentence
    assert test.failed[0].sentence == "These texts are invented."
    assert test.figure == "coding"
    assert test.metrics()["design_precision"] == pytest.approx(row["precision"])


def test_too_few_studies_or_parts_are_refused() -> None:
    held = studies(6)
    with pytest.raises(DesignError, match="use folds=3"):
        learning.cross_validate_codes(*held[:3], held.groups, 5)
    with pytest.raises(ParameterError, match="at least 2"):
        learning.cross_validate_codes(*held[:3], held.groups, 1)


@pytest.mark.slow
def test_summaries_of_the_evidence_base() -> None:
    """The figures of CODING.md, within what the deal of studies moves."""
    held = held_documents()
    test = learning.cross_validate_codes(*held[:3], held.groups, 10, note=OPTIMISTIC)
    rows = test.table.set_index("field")
    assert rows.loc["country", "precision"] > 0.9
    assert rows.loc["programme_type", "precision"] > 0.87
    assert rows.loc["design", "precision"] > 0.82
    assert rows["right"].sum() / rows["proposed"].sum() > 0.88
    assert rows.loc["outcome", "abstention"] > 0.6
    assert test.failed[0].sentence.startswith("The texts are summaries in our own words")


@pytest.mark.slow
def test_a_model_of_summaries_holds_on_invented_papers() -> None:
    from almpo_kit.learning.coding.coding_rates import answer_table, rates_of
    from almpo_kit.learning.coding.given_codes import settled_answers
    from almpo_kit.sources.synthetic.invented_documents import synthetic_documents

    held = held_documents()
    model = learning.fit_codes(*held[:3], groups=held.groups)
    papers = synthetic_documents(200, seed=11, relevant_share=0.5)
    found = learning.propose(model, papers.documents, papers.passages)
    codes = {f: c for f, c in settled_answers(papers.truth).items() if f in model.fields}
    number = {str(d): k for k, d in enumerate(papers.documents["document_id"])}
    rows = rates_of(answer_table(found.table, codes, number), codes, number, 0.9, 0).set_index("field")
    for field in ("country", "programme_type", "target_group"):
        assert rows.loc[field, "precision"] > 0.85, field
    assert found.provenance.synthetic
