from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from almpo_kit.experiments.assigning.kernels.turns import turns, whole_shares


@pytest.mark.parametrize(
    ("shares", "weights"),
    [
        ([0.5, 0.5], (1, 1)),
        ([1 / 3, 1 / 3, 1 / 3], (1, 1, 1)),
        ([0.5, 0.25, 0.25], (2, 1, 1)),
        ([2 / 7, 5 / 7], (2, 5)),
        ([0.3, 0.7], (3, 7)),
        ([0.123456, 0.876544], (1229, 8726)),
    ],
)
def test_shares_become_the_smallest_whole_numbers(shares: list[float], weights: tuple[int, ...]) -> None:
    assert whole_shares(shares) == weights


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=20))
def test_whole_shares_are_within_a_ten_thousandth(raw: list[float]) -> None:
    shares = np.array(raw) / sum(raw)
    weights = np.array(whole_shares(shares.tolist()))
    assert weights.sum() <= 10_000 and weights.min() >= 1
    assert np.abs(weights / weights.sum() - shares).max() <= 1.0001e-4


def furthest(weights: tuple[int, ...]) -> float:
    """By how much any stretch of the row, repeated, has too many or too few of an arm."""
    row = turns(weights)
    n = len(row)
    seen = np.array([np.cumsum(np.tile(row, 2) == a) for a in range(len(weights))])
    off = seen - np.outer(np.array(weights) / n, np.arange(1, 2 * n + 1))
    off = np.concatenate([np.zeros((len(weights), 1)), off], axis=1)
    return float(max(np.abs(off[:, k : k + n + 1] - off[:, k : k + 1]).max() for k in range(n)))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_two_arms_are_met_to_less_than_one_anywhere(a: int, b: int) -> None:
    assert furthest((a, b)) < 1


@pytest.mark.parametrize("arms", range(2, 12))
def test_equal_arms_are_met_to_less_than_one_anywhere(arms: int) -> None:
    assert furthest((1,) * arms) < 1


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(1, 15), min_size=3, max_size=8))
@example([1, 1, 1, 6])
@example([1] * 7 + [15])
def test_other_arms_are_met_to_less_than_two_anywhere(weights: list[int]) -> None:
    row = turns(tuple(weights))
    assert np.bincount(row).tolist() == weights
    so_far = np.cumsum(row[:, None] == np.arange(len(weights)), axis=0)
    owed = np.outer(np.arange(1, len(row) + 1), np.array(weights) / len(row))
    # Tijdeman's bound, from the first place on.
    assert np.abs(so_far - owed).max() <= 1 - 1 / (2 * len(weights) - 2) + 1e-9
    assert furthest(tuple(weights)) < 2


def test_rows_that_people_can_check() -> None:
    assert turns((1, 1)).tolist() == [0, 1]
    assert turns((2, 1)).tolist() == [0, 1, 0]
    assert turns((1, 1, 1)).tolist() == [0, 1, 2]
    assert turns((2, 1, 1)).tolist() == [0, 1, 2, 0]
