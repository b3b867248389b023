"""Who is outside common support."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.support.trimming import CALIPER, counterparts, crump_limit, filled_strata, log_odds


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(200, 400))
def test_the_limit_of_crump_leaves_the_most_precise_set(seed: int, n: int) -> None:
    """No other limit gives a smaller variance: mean spread of those inside over the share inside.

    In a finite sample the best set is met up to one person more or less.
    """
    rng = np.random.default_rng(seed)
    chance = 1 / (1 + np.exp(-rng.normal(0, 2.5, n)))
    spread, one = 1 / (chance * (1 - chance)), np.ones(n)
    inside = spread <= crump_limit(spread, one)

    def variance(limit: float) -> float:
        held = spread <= limit
        return float(spread[held].mean() / held.mean())

    best = min(variance(s) for s in spread)
    assert variance(float(spread[inside].max())) == pytest.approx(best, rel=5e-3)


def test_everybody_stays_where_chances_hardly_vary() -> None:
    assert crump_limit(np.full(50, 4.0), np.ones(50)) == np.inf


def chances(p: np.ndarray) -> np.ndarray:
    return np.column_stack([1 - p, p])


def test_participants_need_somebody_within_the_caliper() -> None:
    p = np.array([0.5, 0.6, 0.98, 0.5, 0.61, 0.1])
    arm = np.array([1, 1, 1, 0, 0, 0])
    near, useful = counterparts(arm, chances(p), None, 1, 0)
    z = log_odds(p)
    caliper = CALIPER * z[:3].std()
    expected = np.array([np.abs(z[3:] - z[i]).min() <= caliper for i in range(3)])
    assert near[:3].tolist() == expected.tolist() == [True, True, False]
    assert not near[3:].any() and not useful[:3].any()
    assert useful[3:].tolist() == [True, True, False]


def test_counterparts_must_be_in_the_same_stratum() -> None:
    p = np.full(6, 0.5)
    arm = np.array([1, 1, 1, 0, 0, 0])
    near, useful = counterparts(arm, chances(p), np.array([0, 1, 2, 0, 0, 1]), 1, 0)
    assert near.tolist() == [True, True, False, False, False, False]
    assert useful.tolist() == [False, False, False, True, True, True]
    full = filled_strata(arm, np.array([0, 1, 2, 0, 0, 1]), (0, 1))
    assert full.tolist() == [True, True, False, True, True, True]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_people_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 80
    p, arm, block = rng.random(n), rng.integers(0, 2, n), rng.integers(0, 3, n)
    order = rng.permutation(n)
    near, useful = counterparts(arm, chances(p), block, 1, 0)
    again = counterparts(arm[order], chances(p[order]), block[order], 1, 0)
    assert (again[0] == near[order]).all() and (again[1] == useful[order]).all()
