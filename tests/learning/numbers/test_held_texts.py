"""Notes and summaries of the evidence base: what is proposed is what was coded; levels and bounds are not."""

from __future__ import annotations

import pytest

from almpo_kit import sources
from almpo_kit.learning.numbers.read_estimates import read_estimates
from tests.learning.numbers.scoring import as_frames


def test_notes_are_read_as_they_were_coded() -> None:
    effects = sources.effects()
    held = effects[effects["note"].notna()].reset_index(drop=True)
    table = read_estimates(*as_frames(held["note"].astype(str).tolist(), ["en"] * len(held))).table
    proposed = table[table["says"] == "proposed"]
    assert len(proposed) >= 6
    for row in proposed.itertuples():
        coded = held.iloc[int(str(row.document_id)[1:])]
        assert row.effect == pytest.approx(coded["effect"], abs=2e-3)
        assert row.unit == coded["unit"]
        if coded["se"] == coded["se"]:
            assert row.se == pytest.approx(coded["se"], rel=0.01)


def test_summaries_without_errors_are_never_proposed() -> None:
    """They print effects and no uncertainty: shown, with the doubt."""
    studies = sources.studies()
    read = read_estimates(*as_frames(studies["summary"].fillna("").tolist(), ["en"] * len(studies)))
    assert read.proposed == 0
    assert len(read.table) >= 5
    assert (read.table["why"] != "").all()
