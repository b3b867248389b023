"""Decisions that come with a list become labels once, of one coder, and are not settled by that."""

from __future__ import annotations

from pathlib import Path

import pytest

from almpo_kit import records, sources
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.workbench.given_labels import CODER, import_labels, waiting_labels
from almpo_kit.workbench.reviews import Review

LIST = b"""title,abstract,year,included
Wage subsidies for youth,A trial of hiring subsidies,2019,1
Minimum wages and prices,Prices rose,2018,0
Job clubs,Search assistance,2020,
"""


def test_kept_once_and_not_settled(tmp_path: Path) -> None:
    library = sources.library(tmp_path / "library")
    library.take_in(("asreview.csv", LIST))
    review = Review("almp", records.open_store(tmp_path / "records.db"), library=library)
    assert sorted(waiting_labels(review)["label"]) == ["no", "yes"]
    assert import_labels(review) == 2
    labels = review.labels()
    assert set(labels["coder"]) == {CODER} and len(labels) == 2
    assert review.settled().empty, "one coder settles nothing"
    with pytest.raises(DataError, match="included"):
        import_labels(review)
