"""A question that these data do not allow is part of a page; other errors stop it."""

from __future__ import annotations

import pytest

from almpo_kit import evidence, sources, workbench
from almpo_kit.vocabulary.errors import ParameterError


def test_a_refusal_is_told_with_its_way_out() -> None:
    mixed = evidence.select(sources.effects()).query("se > 0 and includes_subsidised_job != 'included'")
    found = workbench.attempt(evidence.bias, mixed)
    assert "estimands" in found.sentence
    assert "select(effects, estimand=" in found.sentence, "the way out stays"
    assert found.certainty == "too little to say" and found.headline is None and found.failed
    assert {d.dataset for d in found.provenance.data} == {"effects"}
    after = workbench.attempt(evidence.influence, found)
    assert after.question == "Not asked of these data: influence" and after.failed


def test_an_answer_passes_through_and_a_wrong_word_stops() -> None:
    effects = sources.effects()
    assert workbench.attempt(evidence.profile, effects).sentence == evidence.profile(effects).sentence
    with pytest.raises(ParameterError):
        workbench.attempt(evidence.gap_map, effects, rows="colour")
