"""E-values as published, and their laws."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit.evaluation.refutation.e_value import e_value_of_target
from almpo_kit.evaluation.refutation.e_value_of import (
    e_value,
    e_value_of_limit,
    ratio_of_difference,
    ratio_of_hazards,
    ratio_of_odds,
    ratio_of_standardised,
)
from almpo_kit.evaluation.refutation.target import Target

TARGET = Target(
    c=0,
    h=0,
    arm="training",
    comparison="no programme",
    outcome="employment_probability",
    unit="percentage_points",
    label="chance of being in work",
    months=12.0,
    estimate=20.0,
    se=4.0,
    low=12.0,
    high=28.0,
    spread=40.0,
    base=20.0,
)


def test_as_published() -> None:
    # VanderWeele and Ding (2017): breast-feeding and respiratory death 7.2 and 3.0 (3.9; 1.8 to 8.7).
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value_of_limit(3.9, 1.8, 8.7) == pytest.approx(3.0, abs=0.005)
    # Their example of a protective ratio: 0.80 (0.71 to 0.91) gives 1.81 and 1.43.
    assert e_value(0.80) == pytest.approx(1.81, abs=0.005)
    assert e_value_of_limit(0.80, 0.71, 0.91) == pytest.approx(1.43, abs=0.005)


def test_approximate_ratios() -> None:
    assert ratio_of_odds(4.0) == 2.0
    assert ratio_of_hazards(1.0) == 1.0
    assert ratio_of_hazards(0.56) == pytest.approx((1 - 0.5**0.56**0.5) / (1 - 0.5 ** (1 / 0.56) ** 0.5))
    middle, low, high = ratio_of_standardised(0.5, 0.25)
    assert (middle, low, high) == pytest.approx(
        (math.exp(0.455), math.exp(0.455 - 0.445), math.exp(0.455 + 0.445))
    )
    assert ratio_of_difference(20.0, 20.0) == 2.0
    assert math.isnan(ratio_of_difference(5.0, 0.0))


@given(st.floats(0.01, 100))
def test_either_side_of_one_alike(ratio: float) -> None:
    assert e_value(ratio) == pytest.approx(e_value(1 / ratio), rel=1e-6)
    assert e_value(ratio) >= max(ratio, 1 / ratio) - 1e-9


@given(st.floats(0.1, 10), st.floats(0, 2), st.floats(0, 2))
def test_the_limit_needs_less_than_the_estimate(ratio: float, down: float, up: float) -> None:
    limit = e_value_of_limit(ratio, ratio * math.exp(-down), ratio * math.exp(up))
    assert 1 <= limit <= e_value(ratio) + 1e-9


def test_a_chance_is_a_ratio_to_the_comparison_arm() -> None:
    attempt = e_value_of_target(TARGET)
    assert attempt.value == pytest.approx(e_value(2.0))
    assert attempt.low == pytest.approx(e_value(32 / 20))
    assert "Training against no programme" in attempt.sentence
    assert attempt.result == "informs"


def test_an_open_interval_needs_nothing_hidden() -> None:
    attempt = e_value_of_target(replace(TARGET, low=-1.0))
    assert attempt.low == 1.0
    assert "nothing hidden is needed" in attempt.sentence


def test_no_ratio_no_e_value() -> None:
    attempt = e_value_of_target(replace(TARGET, base=0.0))
    assert attempt.result == "not tried"
    assert math.isnan(attempt.value)
