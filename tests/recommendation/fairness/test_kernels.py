"""Kernels of the audit, against what can be worked out by hand or by another way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.recommendation.fairness.contrasts import against_rest, group_mean, slope_in, unexplained
from almpo_kit.recommendation.fairness.estimates import Estimates
from almpo_kit.recommendation.fairness.expected_gains import out_of_fold
from almpo_kit.recommendation.fairness.offers import same_places_by_gain
from almpo_kit.recommendation.fairness.suppression import hidden_counts, hidden_offers, small


def test_the_error_of_a_mean_is_the_textbook_one() -> None:
    rng = np.random.default_rng(0)
    x, inside = rng.normal(size=200), np.arange(200) < 80
    kept = Estimates(np.arange(200))
    kept.add("mean", *group_mean(x, np.ones(200), inside))
    kept.add("gap", *against_rest(x, np.ones(200), inside, np.ones(200, bool)))
    found = kept.intervals(0.95, 0)
    assert found["mean"].value == pytest.approx(x[:80].mean())
    spread = (found["mean"].high - found["mean"].low) / 2
    assert 1.9 < spread / (x[:80].std(ddof=1) / np.sqrt(80)) < 2.6
    assert found["gap"].value == pytest.approx(x[:80].mean() - x[80:].mean())


def test_a_slope_is_that_of_least_squares() -> None:
    rng = np.random.default_rng(1)
    x, inside = rng.normal(size=300), rng.random(300) < 0.4
    y = 0.7 * x + rng.normal(size=300)
    assert slope_in(x, y, np.ones(300), inside)[0] == pytest.approx(np.polyfit(x[inside], y[inside], 1)[0])


def test_what_classes_explain_is_taken_off() -> None:
    """Two classes, offered 0.2 and 0.8 of everybody; the group is mostly in the first."""
    stratum = np.array([0] * 50 + [1] * 50 + [0] * 80 + [1] * 20)
    inside = np.arange(200) >= 100
    offered = np.where(stratum == 1, 0.8, 0.2)
    known = np.ones(200, dtype=bool)
    assert unexplained(offered, np.ones(200), inside, known, stratum)[0] == pytest.approx(0.0)
    less = np.where(inside, offered - 0.1, offered)
    assert unexplained(less, np.ones(200), inside, known, stratum)[0] == pytest.approx(-0.1)
    alone = np.where(inside, 2, stratum)
    assert np.isnan(unexplained(less, np.ones(200), inside, known, alone)[0])


def test_intervals_that_hold_together_are_wider_but_not_wider_than_bonferroni() -> None:
    rng = np.random.default_rng(3)
    one, many = Estimates(np.arange(500)), Estimates(np.arange(500))
    for i in range(20):
        parts = rng.normal(size=500) / 500
        many.add(i, 0.0, parts)
        if i == 0:
            one.add(0, 0.0, parts)
    single, together = one.intervals(0.95, 0)[0], many.intervals(0.95, 0)[0]
    assert 1.3 < together.high / single.high < 1.6
    assert together == many.intervals(0.95, 0)[0]


def test_predictions_have_not_seen_the_person() -> None:
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(60, 3)), rng.normal(size=(60, 1))
    fold = np.arange(60) % 3
    changed = y.copy()
    changed[7] += 100
    a, b = (out_of_fold(x, v, np.ones(60), fold) for v in (y, changed))
    assert np.array_equal(a[fold == 1], b[fold == 1]) and not np.allclose(a[fold != 1], b[fold != 1])


def test_the_same_places_go_to_those_who_gain_most() -> None:
    gains = np.array([[3.0, 1.0], [2.0, 2.5], [1.0, -1.0], [-1.0, -2.0]])
    chance = np.eye(3)[[0, 0, 1, 2]]
    got = same_places_by_gain(gains, chance, np.ones(4), np.zeros(4, dtype=bool))
    assert got.argmax(axis=1).tolist() == [1, 2, 0, 0]
    # Nobody who would lose is offered anything, though there is a place.
    got = same_places_by_gain(-np.abs(gains), chance, np.ones(4), np.zeros(4, dtype=bool))
    assert got[:, 0].tolist() == [1, 1, 1, 1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_no_small_count_is_told_or_left_alone(counts: list[int]) -> None:
    x = np.array(counts)
    hidden = hidden_counts(x, small(x), [np.arange(len(x))])
    assert not small(x[~hidden]).any()
    if hidden.any():
        whole = not (x[~hidden] > 0).any()
        assert whole or (hidden.sum() >= 2 and x[hidden].sum() >= 10)


def test_shares_that_are_counts_are_hidden_with_their_partner() -> None:
    counts = np.array([[95, 5], [60, 40]])
    away = hidden_offers(counts, np.zeros(2, bool), [("a",), ("b",)])
    assert away[0].all() and away[1].all()
