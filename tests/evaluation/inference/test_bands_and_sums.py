"""Bands that hold for a whole path, and what a path adds up to."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from almpo_kit.evaluation.inference.cumulative import adding, consecutive, running_sums
from almpo_kit.evaluation.inference.simultaneous import pointwise, simultaneous


def test_a_band_of_one_month_is_the_interval() -> None:
    assert simultaneous(np.array([[4.0]]), np.array([7.0])) == pytest.approx(t.ppf(0.975, 7))


def test_a_band_lies_between_the_interval_and_bonferroni() -> None:
    df = np.full(10, 20.0)
    single, most = t.ppf(0.975, 20), t.ppf(1 - 0.025 / 10, 20)
    alone = simultaneous(np.eye(10), df)
    linked = simultaneous(0.9 + 0.1 * np.eye(10), df)
    assert single < linked < alone < most + 0.05
    # Independent months: the chance that all ten hold is known (without the common variance it would be exact).
    normal = simultaneous(np.eye(10), np.full(10, np.inf))
    assert normal == pytest.approx(2.800, abs=0.04)


def test_what_is_not_known_of_covariances_costs_width() -> None:
    unknown = np.where(np.eye(5) > 0, 1.0, np.nan)
    assert simultaneous(unknown, np.full(5, 30.0)) == pytest.approx(t.ppf(1 - 0.025 / 5, 30))


def test_perfectly_linked_months_cost_nothing_and_empty_ones_do_not_count() -> None:
    assert simultaneous(np.ones((4, 4)), np.full(4, 50.0)) == pytest.approx(t.ppf(0.975, 50), rel=0.02)
    assert np.isnan(simultaneous(np.zeros((2, 2)), np.zeros(2)))
    assert np.isnan(pointwise(np.array([0.0]))[0]) and pointwise(np.array([np.inf]))[0] == pytest.approx(
        1.96, abs=1e-3
    )


def test_same_seed_same_band() -> None:
    c = 0.5 + 0.5 * np.eye(6)
    assert simultaneous(c, np.full(6, 9.0), seed=3) == simultaneous(c, np.full(6, 9.0), seed=3)


def test_a_sum_has_the_standard_error_of_a_sum() -> None:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 5))
    c = root @ root.T
    effect, se = running_sums(np.arange(5.0), c, 0.01)
    assert effect == pytest.approx(0.01 * np.array([0, 1, 3, 6, 10]))
    assert se[-1] == pytest.approx(0.01 * np.sqrt(c.sum()))
    assert se[0] == pytest.approx(0.01 * np.sqrt(c[0, 0]))


def test_only_whole_paths_are_added() -> None:
    assert consecutive(np.array([3.0, 1.0, 2.0, -1.0]), 1.0).tolist() == [1, 2, 0]
    assert consecutive(np.array([1.0, 2.0, 4.0]), 1.0).size == 0
    assert consecutive(np.array([2.0, 3.0, 4.0]), 1.0).size == 0
    assert consecutive(np.array([12.0, 24.0]), 12.0).tolist() == [0, 1]
    assert consecutive(np.array([np.nan, np.nan]), 1.0).size == 0


def test_units_of_sums() -> None:
    points = adding("chance", "percentage_points")
    assert points is not None and (points.unit, points.factor) == ("months", 0.01)
    yearly = adding("money", "usd_per_year")
    assert yearly is not None and yearly.spacing == 12
    assert adding("chance", "log_odds_ratio") is None and adding("money", "percent") is None
