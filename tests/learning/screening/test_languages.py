"""A document in another language is found by labels on English ones, by what it means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import learning, sources


def apart(scores: pd.Series, relevant: pd.Series) -> float:
    """Chance that a relevant document scores above another one (area under the ROC curve)."""
    from scipy.stats import rankdata

    ranks = rankdata(scores)
    yes = relevant.to_numpy(bool)
    return float((ranks[yes].sum() - yes.sum() * (yes.sum() + 1) / 2) / (yes.sum() * (~yes).sum()))


@pytest.fixture
def world() -> tuple[pd.DataFrame, pd.DataFrame]:
    """English descriptions of occupations, labelled, and job titles in four other languages, not labelled."""
    occupations = sources.occupations()
    english = occupations[occupations["isco"].ne("") & occupations["uri"].str.contains("/occupation/")]
    english = english[english["isco"].str[0].isin(list("2345"))].iloc[::9]
    titles = sources.job_titles()
    foreign = titles[titles["language"].isin(["de", "fr", "es", "it"])].iloc[::25]
    rows = [
        pd.DataFrame({"document_id": english["code"], "title": english["label"], "isco": english["isco"]}),
        pd.DataFrame(
            {
                "document_id": [f"title {i}" for i in range(len(foreign))],
                "title": foreign["title"].to_numpy(),
                "isco": foreign["occupation"].to_numpy(),
            }
        ),
    ]
    documents = pd.concat(rows, ignore_index=True)
    # Health professionals and teachers against all others.
    documents["wanted"] = documents["isco"].str[:2].isin(["22", "23", "32"])
    labels = pd.DataFrame({"document_id": english["code"], "field": "relevant"})
    labels["value"] = np.where(documents["wanted"][: len(english)], "yes", "no")
    return documents, labels


@pytest.mark.slow
def test_meaning_crosses_languages_and_words_do_not(world: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    documents, labels = world
    found = {}
    for features in ("tfidf", "both"):
        encoder = None if features == "tfidf" else sources.encoder()
        queue = learning.rank(documents, labels, features=features, encoder=encoder, query="certainty").table
        held = queue.merge(documents[["document_id", "wanted"]], on="document_id")
        found[features] = apart(held["score"], held["wanted"])
    assert len(held) > 100 and held["wanted"].sum() > 10
    assert found["both"] > 0.85, found
    assert found["tfidf"] < found["both"] - 0.15, found


def test_a_german_paper_is_found_by_an_english_description() -> None:
    texts = [
        "Lohnkostenzuschüsse für Langzeitarbeitslose: Wirkung auf die Beschäftigung nach zwei Jahren",
        "Subventions salariales pour les chômeurs de longue durée : effets sur l'emploi",
        "Der Einfluss der Geldpolitik auf die Inflation im Euroraum",
        "La croissance des plantes sous lumière artificielle",
        "Nursing quality in hospitals and the health of patients",
        "Monetary policy shocks and exchange rates",
    ]
    documents = pd.DataFrame({"document_id": list("abcdef"), "title": texts})
    queue = learning.rank(
        documents,
        criteria="effects of wage subsidies on employment of the long-term unemployed",
        encoder=sources.encoder(),
        query="certainty",
    )
    assert set(queue.table["document_id"].head(2)) == {"a", "b"}
