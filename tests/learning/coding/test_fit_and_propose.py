"""From settled codes to proposals with their sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.learning.coding.fit_codes import fit_codes
from almpo_kit.learning.coding.propose import propose
from almpo_kit.vocabulary.documents import (
    NOT_STATED,
    PROPOSAL_COLUMNS,
    PROPOSED,
    SETTLED_COLUMNS,
    UNSURE,
    passages_of,
)
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError

from .study_texts import Studies, studies


@pytest.fixture(scope="module")
def held() -> Studies:
    return studies(40)


@pytest.fixture(scope="module")
def model(held: Studies) -> learning.CodingModel:
    return fit_codes(*held[:3], groups=held.groups)


class Alike:
    """Says only whether a text has the letters of "train" and "lott"."""

    name, version, dimension = "alike", "1", 2

    def __call__(self, texts: list[str]) -> np.ndarray:
        return np.array([["train" in t.lower(), "lott" in t.lower()] for t in texts], dtype=np.float32)


def texts(*written: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"d{k}" for k in range(len(written))]
    documents = pd.DataFrame({"document_id": names, "title": "", "text": list(written)})
    return documents, passages_of(names, list(written))


def test_what_can_be_read_off_is_proposed_on_new_studies(model: learning.CodingModel) -> None:
    new = studies(30, seed=9)
    found = propose(model, new.documents, new.passages)
    assert list(found.table.columns) == list(PROPOSAL_COLUMNS)
    assert set(found.table["model_version"]) == {model.digest}
    chosen = found.table[found.table["says"] == PROPOSED]
    truth = set(new.settled[["document_id", "field", "value"]].itertuples(index=False, name=None))
    right = [
        row in truth for row in chosen[["document_id", "field", "value"]].itertuples(index=False, name=None)
    ]
    assert np.mean(right) > 0.95
    assert len(chosen) > 80
    assert found.sentence.startswith("SYNTHETIC")
    assert found.provenance.synthetic


def test_every_answer_has_its_sentence_and_its_words(model: learning.CodingModel, held: Studies) -> None:
    table = propose(model, held.documents, held.passages).table
    text = dict(zip(held.documents["document_id"], held.documents["text"], strict=True))
    rows = held.passages.set_index(["document_id", "passage"])
    for row in table[table["says"] != NOT_STATED].itertuples():
        where = rows.loc[(row.document_id, row.passage)]
        assert where["text"] == row.sentence
        assert where["start"] <= row.start < row.end <= where["end"]
        words = text[row.document_id][row.start : row.end]
        assert f"“{words}”" in row.why or words == row.sentence
        assert 0 <= row.probability <= 1


def test_nothing_said_is_not_stated(model: learning.CodingModel) -> None:
    found = propose(
        model, *texts("Rain fell on the hills. The sheep went home.", "Study of a wage subsidy in Sweden.")
    )
    first = found.table[found.table["document_id"] == "d0"]
    assert set(first["says"]) == {NOT_STATED}
    assert (
        first["probability"].isna().all() and first["passage"].isna().all() and (first["value"] == "").all()
    )
    second = found.table[found.table["document_id"] == "d1"].set_index("field")
    assert second.loc["country", "value"] == "SE"
    assert second.loc["programme_type", "value"] == "employment_incentives"


def test_a_programme_named_for_comparison_ranks_below(model: learning.CodingModel) -> None:
    table = propose(model, *texts("A wage subsidy raises employment, compared with training courses.")).table
    of = table[table["field"] == "programme_type"].set_index("value")["probability"]
    assert of["employment_incentives"] > of.get("training", 0.0) + 0.2


def test_nothing_to_learn_means_nothing_proposed() -> None:
    held = studies(40, shuffled=True)
    model = fit_codes(*held[:3], groups=held.groups)
    design = model.models["design"]
    assert design.why_quiet
    table = propose(model, held.documents, held.passages).table
    assert PROPOSED not in set(table.loc[table["field"] == "design", "says"])
    assert UNSURE in set(table.loc[table["field"] == "design", "says"])
    assert any(c.status == "failed" and "design" in c.sentence for c in model.checks)


def test_few_studies_keep_quiet_and_say_why() -> None:
    held = studies(14)  # seven studies of two papers
    model = fit_codes(*held[:3], groups=held.groups)
    assert not model.table["says_something"].any()
    assert "7 studies are coded, 10 are needed" in set(model.table["why_quiet"])
    assert model.sentence.startswith("SYNTHETIC data. No field can be proposed")
    said = propose(model, held.documents, held.passages).table["says"]
    assert PROPOSED not in set(said)


def test_same_seed_same_bytes_whatever_the_order(held: Studies, model: learning.CodingModel) -> None:
    again = fit_codes(*held[:3], groups=held.groups)
    assert again.digest == model.digest
    assert fit_codes(*held[:3], groups=held.groups, precision=0.8).digest != model.digest
    shuffled = held.passages.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        propose(model, held.documents, shuffled).table, propose(model, held.documents, held.passages).table
    )


def test_experts_who_settled_that_nothing_is_stated_are_learned_from(held: Studies) -> None:
    settled = held.settled.copy()
    settled["value"] = settled["value"].where(settled["field"] != "country", NOT_STATED)
    model = fit_codes(held.documents, held.passages, settled, fields=["country"], groups=held.groups)
    table = propose(model, held.documents, held.passages).table
    assert table["probability"].max() < 0.5
    assert PROPOSED not in set(table["says"])


def test_a_field_without_rules_is_learned_from_words(held: Studies) -> None:
    rows = held.settled[held.settled["field"] == "programme_type"].assign(field="policy", review="test")
    model = fit_codes(held.documents, held.passages, rows, groups=held.groups)
    assert model.fields == ("policy",)
    assert model.models["policy"].evidence == "words"
    table = propose(model, held.documents, held.passages).table
    best = table.loc[table.groupby("document_id")["probability"].idxmax()]
    truth = rows.set_index("document_id")["value"]
    assert (best.set_index("document_id")["value"].reindex(truth.index) == truth).mean() > 0.8
    assert best["why"].str.startswith("words that speak for it").all()


def test_embeddings_are_used_when_asked_for_and_missed_when_absent(held: Studies) -> None:
    asked = {"evidence": ("rules", "words", "vectors"), "groups": held.groups, "fields": ["design"]}
    model = fit_codes(*held[:3], encoder=Alike(), **asked)
    assert (model.encoder_name, model.encoder_version) == ("alike", "1")
    assert len(propose(model, held.documents, held.passages, encoder=Alike()).table)
    with pytest.raises(DesignError, match="encoder alike 1"):
        propose(model, held.documents, held.passages)
    with pytest.raises(ParameterError, match=r"encoder=sources\.encoder"):
        fit_codes(*held[:3], **asked)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"precision": 1.0}, ParameterError, "between 0.5 and 1"),
        ({"precision": True}, ParameterError, "between 0.5 and 1"),
        ({"fields": ["desing"]}, ParameterError, "choose from"),
        ({"fields": "design"}, ParameterError, "must be a list"),
        ({"evidence": ["magic"]}, ParameterError, "some of rules"),
        ({"evidence": []}, ParameterError, "evidence is empty"),
        ({"groups": 7}, ParameterError, "document_id → study"),
        ({"settled": pd.DataFrame(columns=list(SETTLED_COLUMNS))}, DesignError, "no settled code"),
        ({"settled": pd.DataFrame({"value": ["x"]})}, FrameError, "settled lacks"),
        ({"passages": pd.DataFrame({"text": ["x"]})}, FrameError, "passages lacks"),
    ],
)
def test_what_means_nothing_is_refused(
    held: Studies, change: dict, error: type[Exception], said: str
) -> None:
    given = {
        "documents": held.documents,
        "passages": held.passages,
        "settled": held.settled,
        "groups": held.groups,
    }
    given |= change
    with pytest.raises(error, match=said):
        fit_codes(given.pop("documents"), given.pop("passages"), given.pop("settled"), **given)


def test_codes_that_contradict_each_other_are_refused(held: Studies) -> None:
    twice = pd.concat([held.settled, held.settled.head(1).assign(value="other")])
    with pytest.raises(FrameError, match="pass one review"):
        fit_codes(held.documents, held.passages, twice, groups=held.groups)
    with pytest.raises(FrameError, match="there twice"):
        fit_codes(pd.concat([held.documents] * 2), held.passages, held.settled)


def test_hostile_texts_do_no_harm(model: learning.CodingModel) -> None:
    written = [
        "",
        "\u202e\u0000 wage\ufffd subsidy \U0001f600",
        "in Greece " * 1_000,
        "<script>alert('Sweden')</script>",
        "x" * 100_000,
    ]
    found = propose(model, *texts(*written)).table
    assert set(found["document_id"]) == {f"d{k}" for k in range(5)}
    assert set(found["says"]) <= {PROPOSED, UNSURE, NOT_STATED}


def test_a_stored_model_holds_no_address_and_no_number(held: Studies) -> None:
    """A contact line in every document would otherwise become a feature, and go where the model goes."""
    line = " Contact: anna.meier@institut-beispiel.eu, +49 30 4277 1234."
    documents = held.documents.assign(text=held.documents["text"] + line)
    passages = passages_of(list(documents["document_id"]), list(documents["text"]))
    made = learning.fit_codes(documents, passages, held.settled, groups=held.groups)
    terms = set(made.space.terms)
    assert "contact" in terms, "the line was read"
    assert not any(any(c.isdigit() for c in t) for t in terms)
    assert not terms & {"anna", "meier", "anna meier", "institut", "beispiel"}


def test_what_only_keeps_company_with_a_code_is_not_proposed(model: learning.CodingModel) -> None:
    """Where a field has rules, a proposal names its value in the sentence it rests on."""
    documents, passages = texts("We study training programmes in Germany and find effects.")
    said = learning.propose(model, documents, passages).table
    design = said[said["field"] == "design"]
    assert not (design["says"] == "proposed").any()
