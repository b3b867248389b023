"""What to read next: it learns from labels and from nothing else, says why, and says when it does not know."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning
from almpo_kit.vocabulary.documents import SETTLED_COLUMNS
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

from .invented_reviews import OTHER, WANTED, invented, labelled

N = 300


@pytest.fixture(scope="module")
def world() -> tuple[pd.DataFrame, np.ndarray]:
    return invented(N, 30)


@pytest.fixture(scope="module")
def ranking(world: tuple[pd.DataFrame, np.ndarray]) -> learning.Ranking:
    documents, relevant = world
    return learning.rank(documents, labelled(documents, relevant, range(60)), review="almp")


def test_relevant_ones_come_first_and_what_was_read_not_at_all(world, ranking) -> None:
    documents, relevant = world
    truth = dict(zip(documents["document_id"], relevant, strict=True))
    left = int(relevant[60:].sum())
    front = ranking.table.head(left + 3)
    assert front["document_id"].map(truth).sum() >= left - 2
    assert len(ranking.table) == N - 60 and ranking.table["document_id"].is_unique
    assert not set(ranking.table["document_id"]) & set(documents["document_id"][:60])
    assert ranking.table["rank"].tolist() == list(range(1, N - 59))
    assert (ranking.n_read, ranking.n_relevant, ranking.n_open) == (60, int(relevant[:60].sum()), 0)


def test_it_says_why_and_how_each_was_picked(ranking) -> None:
    first = ranking.table.iloc[0]
    assert set(first["speaks_for"].split(", ")) <= set(WANTED)
    assert (
        first["why"].startswith("for: ")
        and first["pick"] == "most likely relevant"
        and first["by"] == "ranked"
    )
    lots = ranking.table[ranking.table["pick"] == "by lot"]
    # Sixty are read, so the twentieth place of the queue is the eightieth in all.
    assert lots["rank"].tolist()[:3] == [20, 40, 60] and (lots["by"] == "lot").all()
    assert ranking.table["pick"].tolist()[9] == "most doubtful"
    assert set(ranking.words.head(5)["word"]) <= {*WANTED, *OTHER}
    assert (ranking.table["why"].iloc[200:] == "").all()


def test_invented_documents_are_called_so_everywhere(world, ranking) -> None:
    documents, relevant = world
    assert ranking.sentence.startswith("SYNTHETIC") and ranking.provenance.synthetic
    plain = documents.drop(columns="source")
    assert not learning.rank(plain, labelled(documents, relevant, range(60))).provenance.synthetic
    stamped = stamp(plain.copy(), DataVersion("papers", "1", kind="synthetic"))
    features = learning.screening_features(stamped)
    trial = learning.simulate_screening(features, relevant, methods=["random"], seeds=2)
    assert trial.sentence.startswith("SYNTHETIC")


def test_the_same_again_is_the_same_and_the_order_of_rows_does_not_matter(world, ranking) -> None:
    documents, relevant = world
    labels = labelled(documents, relevant, range(60))
    again = learning.rank(documents, labels)
    pd.testing.assert_frame_equal(again.table, ranking.table)
    assert again.version == ranking.version != ""
    features = learning.screening_features(documents)
    pd.testing.assert_frame_equal(learning.rank(documents, labels, features=features).table, ranking.table)
    other = learning.rank(documents, labels, seed=1)
    assert other.table["document_id"].tolist() != ranking.table["document_id"].tolist()


def test_it_learns_from_what_holds_now(world) -> None:
    """Undone and replaced labels teach nothing; those on which experts disagree are left out and need no ranking."""
    documents, relevant = world
    labels = labelled(documents, relevant, range(40))
    wrong = labels.assign(value=np.where(labels["value"] == "yes", "no", "yes"))
    wrong["undone"] = True
    clean = learning.rank(documents, labels)
    undone = learning.rank(
        documents, pd.concat([wrong.assign(label_id=lambda d: d["label_id"] + 100), labels])
    )
    assert undone.version == clean.version
    later = pd.concat([wrong.assign(undone=False, label_id=lambda d: d["label_id"] - 100), labels])
    assert learning.rank(documents, later).version == clean.version
    dispute = labelled(documents, ~relevant, [3, 4], coder="coder B").assign(label_id=[900, 901])
    open_ones = learning.rank(documents, pd.concat([labels, dispute]))
    assert (open_ones.n_open, open_ones.n_read) == (2, 40)
    assert open_ones.version != clean.version and len(open_ones.table) == N - 40
    assert "disagree" in " ".join(c.sentence for c in open_ones.checks)


def test_settled_codes_do_as_well(world) -> None:
    documents, relevant = world
    labels = labelled(documents, relevant, range(60))
    settled = labels.assign(how="agreed", coders="coder A|coder B", decided_by="", at="")[
        list(SETTLED_COLUMNS)
    ]
    assert learning.rank(documents, settled).version == learning.rank(documents, labels).version


def test_other_fields_and_other_reviews_count_for_nothing(world) -> None:
    documents, relevant = world
    labels = labelled(documents, relevant, range(30))
    other = labelled(documents, ~relevant, range(30, 60)).assign(
        review="another", label_id=lambda d: d["label_id"] + 500
    )
    with pytest.raises(ParameterError, match="almp, another"):
        learning.rank(documents, pd.concat([labels, other]))
    both = pd.concat(
        [labels, other, labels.assign(field="country", value="DE", label_id=lambda d: d["label_id"] + 900)]
    )
    assert learning.rank(documents, both, review="almp").version == learning.rank(documents, labels).version


def test_a_cold_start_is_by_lot_and_says_so(world) -> None:
    documents, relevant = world
    cold = learning.rank(documents)
    assert set(cold.table["pick"]) == {"by lot"} and not cold.trained and cold.table["score"].isna().all()
    assert cold.failed and "by lot" in cold.failed[0].sentence
    no = labelled(documents, relevant, np.flatnonzero(~relevant)[:20])
    assert not learning.rank(documents, no).trained


def test_a_description_or_one_relevant_document_is_enough_to_start(world) -> None:
    documents, relevant = world
    truth = pd.Series(relevant, index=documents["document_id"])
    told = learning.rank(
        documents, criteria="Randomised evaluation of a wage subsidy for hiring unemployed people"
    )
    assert told.trained and truth[told.table["document_id"].head(10)].mean() >= 0.8
    assert "description" in told.failed[0].sentence
    one = learning.rank(documents, labelled(documents, relevant, np.flatnonzero(relevant)[:1]))
    assert one.trained and truth[one.table["document_id"].head(10)].mean() >= 0.7


def test_nothing_left_to_read(world) -> None:
    documents, relevant = world
    done = learning.rank(documents, labelled(documents, relevant, range(N)))
    assert not len(done.table) and "All 300 documents are read" in done.sentence
    last = learning.rank(documents, labelled(documents, relevant, range(N - 1)), batch=5)
    assert len(last.table) == 1


@pytest.mark.parametrize(
    "text", ["", None, float("nan"), "…!?", "x" * 100_000, "\x00\ud800 <script>", "١٢٣ 12 3"]
)
def test_documents_without_words_are_ranked_all_the_same(world, text: object) -> None:
    documents, relevant = world
    odd = documents.astype({"abstract": object, "title": object})
    odd.loc[250, ["abstract", "title"]] = [text, text if isinstance(text, str) else None]
    found = learning.rank(odd, labelled(documents, relevant, range(60)))
    assert documents["document_id"][250] in set(found.table["document_id"])
    assert np.isfinite(found.table["score"]).all()


def test_what_cannot_be_ranked_is_refused_with_a_way_out(world) -> None:
    documents, relevant = world
    labels = labelled(documents, relevant, range(20))
    for wrong, error, words in [
        ({"documents": documents.drop(columns="document_id")}, FrameError, "document_id"),
        ({"documents": pd.concat([documents, documents])}, FrameError, "drop_duplicates"),
        ({"documents": "papers"}, FrameError, "library"),
        ({"labels": labels.drop(columns="value")}, FrameError, "store.labels"),
        ({"query": "best"}, ParameterError, "mixed"),
        ({"features": "bert"}, ParameterError, "tfidf"),
        ({"features": "both"}, ParameterError, "sources.encoder"),
        ({"batch": 0}, ParameterError, "batch"),
        ({"encoder": np.ones((3, 4))}, ParameterError, "one row"),
        ({"encoder": np.full((N, 4), np.nan)}, ParameterError, "no numbers"),
        ({"features": learning.screening_features(documents.iloc[::-1])}, ParameterError, "another order"),
        (
            {"documents": documents.assign(title="", abstract=[f"w{'x' * i}" for i in range(N)])},
            DesignError,
            "encoder",
        ),
    ]:
        given = {"documents": documents, "labels": labels} | wrong
        with pytest.raises(error, match=words):
            learning.rank(given.pop("documents"), given.pop("labels"), **given)


def test_strange_answers_and_strange_documents_are_told(world) -> None:
    documents, relevant = world
    labels = labelled(documents, relevant, range(40))
    labels.loc[5, "value"] = "perhaps"
    labels.loc[6, "document_id"] = "somewhere else"
    told = {c.name: c for c in learning.rank(documents, labels).checks}
    assert "'perhaps'" in told["answers"].sentence and told["answers"].status == "failed"
    assert told["outside"].status == "informational"


def test_vectors_alone_and_beside_words(world) -> None:
    documents, relevant = world
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(N, 16)) + 2.0 * relevant[:, None]
    labels = labelled(documents, relevant, range(60))
    truth = pd.Series(relevant, index=documents["document_id"])
    for features in ("embeddings", "both"):
        found = learning.rank(documents, labels, features=features, encoder=vectors)
        assert truth[found.table["document_id"].head(10)].mean() >= 0.8
        assert found.table["alike"].iloc[0].startswith("Paper number")
