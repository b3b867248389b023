"""On a real collection the mixed queue saves more reading than TF-IDF and logistic regression, and that more than lots."""

from __future__ import annotations

import pytest

from almpo_kit import learning, sources


@pytest.mark.slow
def test_the_mixed_queue_saves_most_on_occupations() -> None:
    occupations = sources.occupations()
    held = occupations[occupations["isco"].ne("") & occupations["uri"].str.contains("/occupation/")]
    documents = held.rename(columns={"code": "document_id", "label": "title", "description": "abstract"})
    features = learning.screening_features(documents, encoder=sources.encoder())
    trial = learning.simulate_screening(features, held["isco"].str.startswith("4"), seeds=12, size=1000)
    wss = trial.table.set_index("method")["wss"]
    assert wss["mixed"] > wss["logistic"] > wss["random"] + 0.2
    assert trial.table.set_index("method").loc["mixed", "more_low"] > 0
    # Where the documents came from is not lost on the way through their features.
    assert {d.dataset for d in trial.provenance.data} >= {"esco_codes"}
