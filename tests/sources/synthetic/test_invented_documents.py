"""Invented documents: the truth is where it says, they are labelled, and no bag of words tells them apart for sure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

from almpo_kit.sources.synthetic.invented_documents import synthetic_documents
from almpo_kit.vocabulary.documents import DOCUMENT_COLUMNS, FIELDS, SETTLED_COLUMNS, answers, document_id
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS, unit_fit
from almpo_kit.vocabulary.programmes import DESIGNS, PROGRAMME_TYPES, TARGET_GROUPS
from almpo_kit.vocabulary.provenance import is_synthetic

INVENTED = synthetic_documents(
    200, seed=4, relevant_share=0.3, full_text_share=0.2, languages=("en", "de", "fr")
)


def test_same_seed_same_bytes() -> None:
    a, b, c = (synthetic_documents(30, seed=s, relevant_share=0.5) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(a.documents, b.documents)
    pd.testing.assert_frame_equal(a.estimates, b.estimates)
    assert not a.documents["text"].equals(c.documents["text"])


def test_they_are_labelled_wherever_one_looks() -> None:
    assert all(map(is_synthetic, (INVENTED.documents, INVENTED.passages, INVENTED.truth, INVENTED.estimates)))
    assert INVENTED.documents["source"].str.startswith("SYNTHETIC").all()
    assert (
        INVENTED.documents["text"]
        .str.contains(r"\nSYNTHETIC documents .* stands for no publication\.$")
        .all()
    )


def test_frames_fit_each_other() -> None:
    documents = INVENTED.documents
    assert tuple(documents.columns) == DOCUMENT_COLUMNS
    assert tuple(INVENTED.truth.columns) == SETTLED_COLUMNS
    assert documents["document_id"].is_unique
    assert [document_id(t) for t in documents["text"]] == documents["document_id"].tolist()
    assert not documents["text"].str.contains("[\ue000-\uf8ff{}]").any()
    texts = documents.set_index("document_id")["text"].to_dict()
    for row in INVENTED.passages.to_dict("records"):
        assert texts[row["document_id"]][row["start"] : row["end"]] == row["text"]
    assert (INVENTED.topics == "evaluation").sum() == 60
    assert sorted(map(str, INVENTED.groups.index)) == sorted(map(str, texts))


def test_truth_is_in_the_vocabulary() -> None:
    allowed: dict[str, Iterable[str]] = {
        "programme_type": PROGRAMME_TYPES,
        "target_group": TARGET_GROUPS,
        "design": DESIGNS,
        "outcome": OUTCOMES,
    }
    assert set(INVENTED.truth["field"]) == set(FIELDS)
    for field, known in allowed.items():
        values = INVENTED.truth.loc[INVENTED.truth["field"] == field, "value"]
        assert {a for v in values for a in answers(v)} <= set(known)
    assert set(INVENTED.estimates["unit"]) <= set(UNITS)
    assert all(
        unit_fit(o, u) != "impossible"
        for o, u in zip(INVENTED.estimates["outcome"], INVENTED.estimates["unit"], strict=True)
        if u != "share"
    )


def test_printed_effects_stand_where_the_truth_says() -> None:
    texts = INVENTED.documents.set_index("document_id")["text"].to_dict()
    languages = INVENTED.documents.set_index("document_id")["language"].to_dict()
    shown = INVENTED.estimates[INVENTED.estimates["start"] >= 0]
    assert len(shown) > 80
    for row in shown.to_dict("records"):
        name, effect = str(row["document_id"]), float(row["effect"])
        plain = texts[name][row["start"] : row["end"]].replace("\u2212", "-").replace("\u202f", "")
        if languages[name] != "en":
            plain = plain.replace(".", "").replace(",", ".")
        printed = abs(float(plain.replace(",", "")))
        ratio = row["unit"] == "log_hazard_ratio"
        near = [abs(effect), abs(effect) / 100, float(np.exp(effect)) if ratio else abs(effect)]
        assert any(abs(printed - value) < 0.006 for value in near), (plain, effect)


@pytest.mark.slow
def test_no_bag_of_words_tells_all_apart() -> None:
    """Neighbouring topics share words with evaluations, so that screening has something to learn."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import average_precision_score
    from sklearn.model_selection import cross_val_predict

    invented = synthetic_documents(300, seed=3)
    words = TfidfVectorizer().fit_transform(
        invented.documents["title"] + " " + invented.documents["abstract"]
    )
    relevant = (invented.topics == "evaluation").to_numpy()
    scores = cross_val_predict(
        LogisticRegression(class_weight="balanced"), words, relevant, cv=5, method="decision_function"
    )
    assert 0.5 < average_precision_score(relevant, scores) < 0.99


@pytest.mark.parametrize(
    "wrong",
    [
        {"n": 0},
        {"n": True},
        {"relevant_share": 1.1},
        {"full_text_share": -0.1},
        {"languages": ()},
        {"languages": ("xx",)},
        {"languages": "en"},
    ],
)
def test_options_that_mean_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match=r"e\.g\."):
        synthetic_documents(**{"n": 10} | wrong)  # type: ignore[arg-type]
