"""What looks like an effect and is none is not proposed; what lasted is no time of measurement."""

from __future__ import annotations

import math

from almpo_kit.learning.numbers.read_estimates import read_estimates
from tests.learning.numbers.scoring import as_frames
from tests.learning.numbers.sentences_reviewed import NO_EFFECT
from tests.learning.numbers.sentences_reviewed_effects import EFFECTS, HORIZONS


def test_nothing_is_proposed_that_is_no_effect() -> None:
    languages = [code for code, texts in NO_EFFECT.items() for _ in texts]
    texts = [text for group in NO_EFFECT.values() for text in group]
    assert len(texts) >= 180
    table = read_estimates(*as_frames(texts, languages)).table
    wrong = table[table["says"] == "proposed"]
    assert wrong.empty, wrong[["sentence", "effect"]].to_dict("records")
    # Shown with a reason, and not thrown away in silence.
    assert table["why"].ne("").all() and len(table) > 0.4 * len(texts)


def test_effects_are_still_proposed_and_right() -> None:
    languages = [code for code, texts in EFFECTS.items() for _ in texts]
    said = {text: effects for group in EFFECTS.values() for text, effects in group.items()}
    table = read_estimates(*as_frames(list(said), languages)).table
    proposed = table[table["says"] == "proposed"]
    for row in proposed.itertuples():
        assert any(math.isclose(row.effect, e, abs_tol=1e-3) for e in said[row.sentence]), row.sentence
    assert proposed["sentence"].nunique() >= 0.8 * len(said)


def test_times_that_something_lasted_are_no_horizon() -> None:
    table = read_estimates(*as_frames(list(HORIZONS), ["en"] * len(HORIZONS))).table
    read = table.set_index("sentence")["horizon_months"].fillna(0).to_dict()
    assert {text: read[text] for text in HORIZONS} == HORIZONS
