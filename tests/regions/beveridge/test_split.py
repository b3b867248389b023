"""The curve and the split: identities, planted slopes and shifts, seasons, gaps."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit import regions
from almpo_kit.regions.beveridge import hac, line, seasonal
from almpo_kit.regions.beveridge.split import logarithmic_mean, split

from .worlds import frame, market

rates = st.floats(0.5, 30, allow_nan=False)


def exact(slope: float, low: float, high: float) -> line.Line:
    return line.Line(slope, low, high, 0.1, 2.0, (3.0,), (), 0.1, 0.5, 28, 10.0, 6, 2.5)


@settings(deadline=None)
@given(rates, rates, rates, rates, st.floats(0.2, 4), st.floats(0.05, 0.95))
def test_the_parts_add_up(u0: float, u1: float, v0: float, v1: float, slope: float, share: float) -> None:
    fitted = exact(slope, slope * (1 - share), slope * (1 + share))
    found = split(np.array([u0, u1]), np.array([v0, v1]), fitted, np.array([0]), np.array([1]))
    assert found.change == pytest.approx(u1 - u0, abs=1e-9)
    assert found.along + found.shift == pytest.approx(found.change, abs=1e-9)
    assert found.along_low - 1e-9 <= found.along <= found.along_high + 1e-9
    assert found.shift_low - 1e-9 <= found.shift <= found.shift_high + 1e-9
    # More vacancies mean less unemployment along a curve that slopes down.
    assert found.along * math.log(v1 / v0) <= 1e-9


@settings(deadline=None)
@given(rates, st.floats(0.2, 4), st.floats(-1, 1))
def test_a_move_along_the_curve_is_no_shift(u0: float, slope: float, step: float) -> None:
    u = np.array([u0, u0 * math.exp(step)])
    v = np.exp(3.0 - slope * np.log(u))
    found = split(u, v, exact(slope, slope / 2, 2 * slope), np.array([0]), np.array([1]))
    assert found.shift == pytest.approx(0, abs=1e-9 * max(u))


@settings(deadline=None)
@given(rates, rates, st.floats(0.2, 4), st.floats(-1, 1))
def test_a_shift_at_the_same_vacancies_is_nothing_else(
    u0: float, v0: float, slope: float, step: float
) -> None:
    u = np.array([u0, u0 * math.exp(step)])
    found = split(u, np.array([v0, v0]), exact(slope, slope / 2, 2 * slope), np.array([0]), np.array([1]))
    assert found.along == pytest.approx(0, abs=1e-12)
    assert found.shift == pytest.approx(u[1] - u[0], abs=1e-9)


def test_logarithmic_mean() -> None:
    assert logarithmic_mean(4.0, 4.0) == 4.0
    assert logarithmic_mean(2.0, 8.0) == pytest.approx(6 / math.log(4))


def test_exact_pairs_give_the_slope_exactly() -> None:
    log_u = np.log(8) + 0.3 * np.sin(np.arange(40) / 4)
    found = line.fit(log_u, 1.7 - 1.3 * log_u, draws=99)
    assert (found.slope, found.levels[0]) == pytest.approx((1.3, 1.7))
    assert found.high - found.low == pytest.approx(0, abs=1e-9)
    jumped = line.fit(log_u, 1.7 - 1.3 * log_u + 0.4 * (np.arange(40) >= 20), jumps=(20,), draws=99)
    assert jumped.slope == pytest.approx(1.3)
    assert jumped.levels == pytest.approx((1.7, 2.1))


def test_units_of_the_rates_do_not_move_the_slope() -> None:
    u, v = market(40)
    a = line.fit(np.log(u), np.log(v), draws=99)
    b = line.fit(np.log(u / 100), np.log(v / 100), draws=99)
    assert (a.slope, a.low, a.high) == pytest.approx((b.slope, b.low, b.high))


def test_a_gap_is_a_distance_in_time_and_not_closed() -> None:
    u, v = market(40)
    log_u, log_v = np.log(u), np.log(v)
    log_v[10:14] = np.nan
    gapped = line.fit(log_u, log_v, draws=99)
    closed = line.fit(np.delete(log_u, range(10, 14)), np.delete(log_v, range(10, 14)), draws=99)
    assert gapped.n == closed.n == 36
    assert gapped.slope == pytest.approx(closed.slope)
    # The same pairs, but those on either side of the gap are no neighbours.
    assert gapped.se != pytest.approx(closed.se, rel=1e-6)


def test_persistent_errors_are_worth_fewer_observations() -> None:
    assert hac.effective_number(28, 0.0, 0.9) == 28
    assert hac.effective_number(28, 0.9, 0.9) < hac.effective_number(28, 0.5, 0.9) < 28
    assert hac.fixed_b(0, 10_000) == pytest.approx(1.96, abs=1e-3)
    assert hac.bandwidth(28) == 6


def test_a_planted_jump_is_found_and_split_off() -> None:
    u, v = market(60, slope=1.2, shift=0.3, at=36, noise=0.03, seed=4)
    found = regions.beveridge(frame(u, v), country="EL", seasonal="none", start="2012", end="2024")
    assert found.line is not None and found.parts is not None
    assert found.sentence.startswith("SYNTHETIC data. Between 2012 and 2024 unemployment in Greece (EL)")
    assert found.table["regime"].to_numpy().tolist() == [0] * 36 + [1] * 24
    assert found.line.low < 1.2 < found.line.high
    true = logarithmic_mean(u[8:12].mean(), u[56:60].mean()) * 0.3
    assert found.parts.shift_low < true < found.parts.shift_high
    assert found.parts.told
    assert "an outward shift of the curve added" in found.sentence


def test_an_inward_jump_is_told_as_one() -> None:
    u, v = market(60, slope=1.2, shift=-0.3, at=36, noise=0.03, seed=4)
    found = regions.beveridge(frame(u, v), country="EL", seasonal="none", start="2012", end="2024")
    assert found.parts is not None and found.parts.told and found.parts.shift < 0
    assert "an inward shift of the curve took off" in found.sentence


def test_a_curve_that_does_not_move_is_not_said_to() -> None:
    told = 0
    for seed in range(20):
        u, v = market(48, shift=0.0, rho=0.6, seed=seed)
        found = regions.beveridge(frame(u, v), country="EL", seasonal="none", start="2012", end="2021")
        told += found.parts is not None and found.parts.told
    assert told <= 2


def test_planted_seasons_are_taken_out() -> None:
    u, v = market(40, noise=0.0)
    factors = np.array([1.2, 1.0, 0.9, 1 / (1.2 * 0.9)])
    found = regions.beveridge(frame(u, v * np.tile(factors, 10)), country="EL", start="2012", end="2019")
    # A trend that bends leaves a little of itself in each factor.
    np.testing.assert_allclose(found.seasonal_factors, factors, rtol=0.03)
    plain = regions.beveridge(
        frame(u, v * np.tile(factors, 10)), country="EL", seasonal="none", start="2012", end="2019"
    )
    assert found.line is not None and plain.line is not None
    assert found.line.scatter < 0.4 * plain.line.scatter


def test_seasons_are_those_of_the_calendar() -> None:
    """A series that starts in a third quarter: Q1 is still the first factor."""
    u, v = market(40, noise=0.0)
    factors = np.array([1.2, 1.0, 0.9, 1 / (1.2 * 0.9)])
    found = regions.beveridge(frame(u, v * np.tile(np.roll(factors, -2), 10), first="2010-Q3"), country="EL")
    np.testing.assert_allclose(found.seasonal_factors, factors, rtol=0.03)
    assert found.table["period"].iloc[0] == "2010-Q3"
    np.testing.assert_allclose(found.table["vacancies_adjusted"], v, rtol=0.03)


def test_factors_multiply_to_one_and_need_two_years_each() -> None:
    logs = np.log(np.tile([2.0, 1.0, 1.5, 3.0], 6))
    found = seasonal.factors(logs, 4, 0)
    assert found is not None
    assert found.sum() == pytest.approx(0)
    np.testing.assert_allclose(logs - np.tile(found, 6), logs.mean(), atol=1e-12)
    assert seasonal.factors(logs[:10], 4, 0) is None


def test_the_yearly_mean_smooths_both_rates() -> None:
    u, v = market(48)
    found = regions.beveridge(frame(u, v), country="EL", seasonal="yearly_mean", start="2012", end="2021")
    assert found.table["unemployment_used"].isna().sum() == 3
    np.testing.assert_allclose(found.table["unemployment_used"].iloc[3], np.exp(np.log(u[:4]).mean()))
    np.testing.assert_allclose(found.table["vacancies_adjusted"].iloc[3], np.exp(np.log(v[:4]).mean()))
