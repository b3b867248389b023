"""Hand-written sentences are read as their writer reads them; contradictory ones are never proposed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.learning.numbers.hard_sentences import Sentence
from tests.learning.numbers.scoring import score
from tests.learning.numbers.sentences_blind import BLIND
from tests.learning.numbers.sentences_open import OPEN


def test_there_are_enough() -> None:
    assert len(OPEN) + len(BLIND) >= 150
    assert len({s.text for s in (*OPEN, *BLIND)}) == len(OPEN) + len(BLIND)


@pytest.mark.parametrize("sentences", [OPEN, BLIND], ids=["open", "blind"])
def test_sentences_are_read(sentences: Sequence[Sentence]) -> None:
    found = score(sentences)
    assert found.said > 50
    assert found.recall >= 0.95, found.missed
    assert not found.wrong, found.wrong
    assert found.proposed >= 0.5 * found.said
    assert found.clashes >= 4
    assert not found.clashes_proposed
    right, all_figures = sum(found.figures_right.values()), sum(found.figures.values())
    assert right / all_figures >= 0.95, found.slips
    # What is shown with a doubt is not much more than what is there.
    assert found.read <= 1.1 * found.said
