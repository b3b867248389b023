"""TOC, AUTOC and Qini: laws, and errors that are as large as the estimates vary."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.evaluation.effect_differences.calibration import calibration_slope
from almpo_kit.evaluation.effect_differences.simultaneous import critical_value
from almpo_kit.evaluation.effect_differences.targeting import rate, shares_before, toc


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["autoc", "qini"]), st.floats(0.1, 50))
def test_only_the_order_counts_and_scores_scale(seed: int, kind: str, by: float) -> None:
    rng = np.random.default_rng(seed)
    priority, score = rng.normal(size=60), rng.normal(size=60)
    plain = rate(priority, score, kind)
    assert rate(np.exp(priority), score, kind).value == pytest.approx(plain.value)
    assert rate(priority, by * score + 3, kind).value == pytest.approx(by * plain.value)
    assert plain.influence.sum() == pytest.approx(0, abs=1e-8)


def test_a_ranking_that_says_nothing_gains_nothing() -> None:
    score = np.random.default_rng(0).normal(size=50)
    for kind in ("autoc", "qini"):
        assert rate(np.ones(50), score, kind).value == pytest.approx(0, abs=1e-12)
    assert toc(np.arange(50.0), score, 1.0).value == 0


def test_ties_share_a_rank() -> None:
    assert shares_before(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [0.25, 0.875, 0.25, 0.625]


@pytest.mark.parametrize(("weighting", "truth"), [("autoc", 0.2708), ("qini", 0.0846)], ids=["autoc", "qini"])
def test_errors_are_as_large_as_the_estimates_vary(weighting: str, truth: float) -> None:
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        priority = rng.normal(size=400)
        one = rate(priority, 0.3 * priority + 2 * rng.normal(size=400), weighting)
        found.append((one.value, np.sqrt(np.sum(one.influence**2)) / 400))
    values, errors = np.array(found).T
    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / np.sqrt(200))
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_point_of_the_curve_has_the_right_error(share: float) -> None:
    found = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        priority = rng.normal(size=400)
        one = toc(priority, 0.5 * priority + rng.normal(size=400), share)
        found.append((one.value, np.sqrt(np.sum(one.influence**2)) / 400))
    values, errors = np.array(found).T
    assert errors.mean() == pytest.approx(values.std(), rel=0.2)


def test_the_calibration_slope_is_the_slope() -> None:
    rng = np.random.default_rng(1)
    predicted, fold = rng.normal(size=300), np.arange(300) % 3
    score = 0.7 * predicted + 5.0 * fold
    found = calibration_slope(predicted, score, np.ones(300), fold)
    assert found.value == pytest.approx(0.7)
    assert np.abs(found.influence).max() < 1e-9


def test_simultaneous_intervals_lie_between_one_and_bonferroni() -> None:
    rng = np.random.default_rng(2)
    apart = critical_value(rng.normal(size=(5000, 10)), np.inf, 0)
    alike = critical_value(np.repeat(rng.normal(size=(5000, 1)), 10, axis=1), np.inf, 0)
    assert alike == pytest.approx(1.96, abs=0.02)
    assert apart == pytest.approx(2.80, abs=0.04)
    assert critical_value(rng.normal(size=(40, 4)), 5.0, 0) > 2.57
    assert apart == critical_value(np.random.default_rng(2).normal(size=(5000, 10)), np.inf, 0)
