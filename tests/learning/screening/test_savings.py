"""Work saved, relevant ones found early, time to discovery: by hand and by counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.learning.screening.kernels import savings


def test_worked_by_hand() -> None:
    # 100 documents, 10 relevant, the first nine read first, the tenth at place 40.
    relevant = np.zeros(100, dtype=bool)
    relevant[[*range(9), 39]] = True
    at = savings.found_at(relevant)
    assert at.tolist() == [*range(1, 10), 40]
    assert savings.work_saved(at, 100) == pytest.approx(0.60 - 0.05)
    assert savings.work_saved(at, 100, recall=0.9) == pytest.approx(0.91 - 0.10)
    assert savings.found_after(at, 100) == 0.9
    assert savings.time_to_discovery(at, 100) == pytest.approx((45 + 40) / 10 / 100)
    assert savings.curve(at, 100, np.array([0.0, 0.05, 0.4, 1.0])).tolist() == [0, 0.5, 1, 1]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=60).filter(any), st.floats(0.01, 1.0))
def test_work_saved_is_the_reading_left_when_recall_is_reached(order: list[bool], recall: float) -> None:
    relevant = np.array(order)
    found = np.cumsum(relevant) / relevant.sum()
    read = int(np.flatnonzero(found >= recall - 1e-9)[0]) + 1
    expected = (len(order) - read) / len(order) - (1 - recall)
    assert savings.work_saved(savings.found_at(relevant), len(order), recall) == pytest.approx(expected)


def test_reading_by_lot_saves_nothing() -> None:
    rng = np.random.default_rng(0)
    n, k = 400, 40
    saved = [savings.work_saved(np.sort(rng.permutation(n)[:k]) + 1, n) for _ in range(2000)]
    # The place of the 38th of 40 by lot is on average 38·(n+1)/(k+1).
    expected = (n - math.ceil(0.95 * k) * (n + 1) / (k + 1)) / n - 0.05
    assert np.mean(saved) == pytest.approx(expected, abs=0.004)
    assert abs(expected) < 0.03
