"""Studies of the evidence base as documents with settled codes."""

from __future__ import annotations

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.documents import (
    DOCUMENT_COLUMNS,
    FIELDS,
    PASSAGE_COLUMNS,
    SETTLED_COLUMNS,
    answers,
)
from almpo_kit.vocabulary.errors import FrameError
from almpo_kit.workbench.held_documents import HeldDocuments, held_documents


@pytest.fixture(scope="module")
def held() -> HeldDocuments:
    return held_documents()


def test_every_study_with_estimates_is_a_document(held: HeldDocuments) -> None:
    assert list(held.documents.columns[: len(DOCUMENT_COLUMNS)]) == list(DOCUMENT_COLUMNS)
    assert list(held.passages.columns) == list(PASSAGE_COLUMNS)
    assert list(held.settled.columns) == list(SETTLED_COLUMNS)
    assert set(held.documents["study_id"]) == set(sources.effects()["study_id"])
    assert held.documents["document_id"].is_unique
    assert set(held.settled["field"]) == set(FIELDS)
    assert held.documents.attrs["data_versions"]


def test_passages_stand_in_the_text(held: HeldDocuments) -> None:
    text = held.documents.set_index("document_id")["text"]
    for row in held.passages.itertuples():
        assert text[row.document_id][row.start : row.end] == row.text


def test_codes_are_those_of_the_estimates(held: HeldDocuments) -> None:
    effects = sources.effects()
    study = dict(zip(held.documents["document_id"], held.documents["study_id"], strict=True))
    for row in held.settled[held.settled["field"] == "programme_type"].itertuples():
        rows = effects[effects["study_id"] == study[row.document_id]]
        assert set(answers(row.value)) == set(rows["programme_type"])


def test_papers_on_one_sample_are_one_study(held: HeldDocuments) -> None:
    name = dict(zip(held.documents["study_id"], held.documents["document_id"], strict=True))
    groups = held.groups
    for first, second in (
        ("howard2010", "heslin2011"),
        ("poulsen2014", "nielsen2015"),
        ("couch1992", "nsw_dw"),
    ):
        assert groups[name[first]] == groups[name[second]]
    assert groups.nunique() == 76


def test_a_study_that_joins_two_samples_joins_their_studies() -> None:
    effects = sources.effects().head(3).copy()
    effects["study_id"] = ["a", "b", "b"]
    effects["sample_id"] = ["one", "one", "two"]
    more = effects.assign(study_id="c", sample_id="two").head(1)
    studies = sources.studies().head(3).assign(study_id=["a", "b", "c"])
    import pandas as pd

    held = held_documents(studies, pd.concat([effects, more]))
    assert held.groups.nunique() == 1


def test_other_tables_are_refused() -> None:
    with pytest.raises(FrameError, match="effects lacks"):
        held_documents(effects=sources.effects()[["study_id"]])
    with pytest.raises(FrameError, match="None of the studies"):
        held_documents(effects=sources.effects().assign(study_id="nobody"))
