"""What is picked next: kinds by place, no document twice, ties and lots by lot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.learning.screening.kernels.picking import KINDS, kinds, pick


def test_of_twenty_places_one_is_doubtful_and_one_by_lot_wherever_a_queue_begins() -> None:
    whole = kinds("mixed", 0, 100)
    assert [int((whole == k).sum()) for k in range(3)] == [90, 5, 5]
    assert np.array_equal(np.concatenate([kinds("mixed", 0, 37), kinds("mixed", 37, 63)]), whole)
    assert {KINDS[k] for k in kinds("uncertainty", 5, 9)} == {"most doubtful"}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0]), min_size=1, max_size=50),
    st.sampled_from(["certainty", "uncertainty", "mixed", "random"]),
    st.integers(0, 40),
    st.integers(0, 5),
)
def test_every_document_comes_once_and_the_likeliest_first(
    scores: list[float], query: str, first: int, seed: int
) -> None:
    given_scores = np.array(scores)
    wanted = kinds(query, first, len(scores))
    order = pick(given_scores, wanted, np.random.default_rng(seed))
    assert sorted(order) == list(range(len(scores)))
    likely = given_scores[order[wanted == 0]]
    assert (np.diff(likely) <= 0).all()
    if query == "uncertainty":
        assert (np.diff(np.abs(given_scores[order])) >= 0).all()


def test_a_short_queue_is_the_beginning_of_a_long_one() -> None:
    scores = np.random.default_rng(0).normal(size=200).round(1)
    long, short = (pick(scores, kinds("mixed", 3, n), np.random.default_rng(7)) for n in (200, 45))
    assert np.array_equal(long[:45], short)


def test_ties_and_lots_are_even() -> None:
    """Whoever comes by lot is as likely any document not picked before, also where scores are tied."""
    scores = np.array([1.0] * 10 + [0.0] * 10)
    wanted = np.array([0, 0, 0, 2])
    first, lots = np.zeros(20), np.zeros(20)
    for seed in range(1500):
        order = pick(scores, wanted, np.random.default_rng(seed))
        first[order[0]] += 1
        lots[order[3]] += 1
    assert first[:10] == pytest.approx(150, abs=50) and not first[10:].any()
    # A tied document is among the three likely ones with chance 0.3; else each of 17 is as likely.
    assert lots[10:] == pytest.approx(1500 / 17, abs=40)
    assert lots[:10] == pytest.approx(1500 / 17 * 0.7, abs=35)
