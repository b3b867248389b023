"""What must hold of any forecast, fan and score: no look into the future, no unproven claim, nested fans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.matching.cycle.backtest import backtest, coverage
from almpo_kit.matching.cycle.fans import LEVELS, half_widths
from almpo_kit.matching.cycle.outlook import Outlook, outlook
from almpo_kit.matching.cycle.rolling import NAIVE, Track, forecasts, spreads
from almpo_kit.matching.cycle.scoring import blocks, ratio_interval
from almpo_kit.matching.cycle.seasons import factors
from almpo_kit.matching.cycle.selecting import PROOF, choices

from .worlds import market, walk


def _outlook(z: np.ndarray, horizon: int = 4, **more: object) -> Outlook:
    return outlook(Track(z, 4, 0, **more), np.exp, horizon)  # type: ignore[arg-type]


@pytest.mark.parametrize("seasonal", [False, True])
def test_no_forecast_fan_or_choice_looks_ahead(seasonal: bool) -> None:
    u, v = (np.log(x) for x in market(48))
    if seasonal:
        v = v + np.tile([0.3, 0.0, -0.2, -0.1], 12)
    cut, changed = 36, v.copy()
    changed[cut:] += 5.0
    more = {"seasonal": seasonal, "companion": u, "companion_seasonal": False}
    a, b = _outlook(v, **more), _outlook(changed, **more)
    seen = a.origins < cut
    for name in a.models:
        np.testing.assert_array_equal(a.models[name][seen], b.models[name][seen])
    np.testing.assert_array_equal(a.chosen[seen], b.chosen[seen])
    np.testing.assert_allclose(a.high[seen], b.high[seen])


def test_a_refit_at_every_origin_is_a_refit() -> None:
    """One pass over the series gives what separate runs up to each origin give."""
    z = np.log(market(60)[0])
    origins = np.arange(20, 60)
    every = forecasts(Track(z, 4, 0, companion=-z), origins, 3)
    for o in (20, 37, 59):
        alone = forecasts(Track(z[: o + 1], 4, 0, companion=-z[: o + 1]), np.array([o]), 3)
        for name in every:
            np.testing.assert_allclose(every[name][o - 20], alone[name][0], rtol=1e-7)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-3, 3), st.floats(0.1, 5))
def test_forecasts_move_with_the_series(seed: int, shift: float, scale: float) -> None:
    """Shifting and scaling a series does so to every forecast."""
    z, origins = walk(40, seed=seed), np.array([30, 39])
    a = forecasts(Track(z, 4, 0), origins, 3)
    b = forecasts(Track(shift + scale * z, 4, 0), origins, 3)
    for name in ("naive", "damped_trend", "theta", "changes"):
        np.testing.assert_allclose(b[name], shift + scale * a[name], rtol=1e-6, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_fans_nest_and_are_not_negative(seed: int) -> None:
    errors = np.random.default_rng(seed).standard_t(3, size=(40, 3))
    widths = half_widths(errors, np.ones((40, 3)))
    assert (widths >= 0).all()
    assert (np.diff(widths, axis=2) >= 0).all()


def test_fans_hold_what_they_say_on_a_random_walk() -> None:
    z = walk(600, seed=3)
    of = _outlook(z)
    table = coverage(of, "x", np.random.SeedSequence(0))
    for row in table.to_dict("records"):
        assert row["low"] - 0.02 <= row["level"] <= row["high"] + 0.02, row
        assert abs(row["covered"] - row["level"]) < 0.06


def test_fans_learn_when_the_world_turns_wilder() -> None:
    """Noise trebles half way: adaptive fans come back to their level."""
    rng = np.random.default_rng(5)
    z = np.cumsum(np.concatenate([rng.standard_normal(200), 3 * rng.standard_normal(400)]) * 0.03)
    of = _outlook(z)
    known = np.isfinite(of.outcomes)
    inside = (of.outcomes >= of.low[..., 1]) & (of.outcomes <= of.high[..., 1])
    late = slice(350, None)
    assert 0.74 < inside[late][known[late]].mean() < 0.87


def test_a_random_walk_is_not_beaten_and_the_rule_knows() -> None:
    """On pure noise the claim "better than naive" must be rare and never strong."""
    given_naive, relative = [], []
    for seed in range(4):
        of = _outlook(walk(200, seed=seed))
        given_naive.append(np.mean(of.chosen[PROOF:] != "combination"))
        table = backtest(of, "x", np.random.SeedSequence(0))
        relative += table.loc[table["model"] == "rule", "relative"].tolist()
    assert np.mean(given_naive) > 0.4
    assert min(relative) > 0.9 and max(relative) < 1.12


def test_a_series_that_comes_back_is_forecast_better_than_naive() -> None:
    """The truth: an AR(1) with ρ = 0.7 at four quarters has a naive error √2·√(1 − ρ⁴) σ against √(1 − ρ⁸) σ at best."""
    rho = 0.7
    u, v = (np.log(x) for x in market(800, rho=rho, seed=2))
    of = _outlook(u, companion=v)
    table = backtest(of, "x", np.random.SeedSequence(0)).set_index(["model", "horizon"])["relative"]
    best = np.sqrt((1 - rho**8) / (2 * (1 - rho**4)))
    assert best - 0.05 < table["ar", 4] < best + 0.08
    # The members expect more persistence than there is, so that the combination gains less than it could.
    assert table["combination", 4] < 0.95 and table["rule", 4] < 0.95


def test_the_rule_takes_the_naive_forecast_until_eight_outcomes_are_known() -> None:
    errors = {"naive": np.ones((20, 2)), "combination": np.full((20, 2), 0.5)}
    found = choices(errors)
    assert (found[:PROOF, 0] == "naive").all() and (found[PROOF:, 0] == "combination").all()
    assert found[PROOF, 1] == "naive"
    worse = choices({"naive": np.ones((20, 2)), "combination": np.ones((20, 2))})
    assert (worse == "naive").all(), "equal is no better"


def test_backtest_of_the_naive_against_itself_is_one() -> None:
    of = _outlook(np.log(market(60)[0]))
    table = backtest(of, "x", np.random.SeedSequence(0))
    naive = table[table["model"] == "naive"]
    np.testing.assert_allclose(naive["relative"], 1.0)
    one = of.values[of.origins[0] :]
    np.testing.assert_allclose(naive["mae"].iloc[0], np.abs(np.diff(one)).mean())


def test_seasons_are_found_and_absent_ones_are_shrunk() -> None:
    rng = np.random.default_rng(1)
    true = np.array([0.4, 0.0, -0.3, -0.1])
    noise = 0.02 * rng.standard_normal(40)
    found = factors(np.tile(true, 10) + noise, 0, 4)
    np.testing.assert_allclose(found, true, atol=0.03)
    assert np.abs(factors(noise, 0, 4)).max() < 0.02
    np.testing.assert_allclose(factors(np.roll(np.tile(true, 10), -1), 1, 4), true, atol=1e-9)
    assert (factors(noise[:11], 0, 4) == 0).all(), "less than three years"


def test_seasonal_naive_repeats_last_year_at_any_horizon() -> None:
    z = np.arange(20.0)
    found = forecasts(Track(z, 4, 0, seasonal=True), np.array([19]), 8)
    np.testing.assert_array_equal(found["seasonal_naive"][0], [16, 17, 18, 19, 16, 17, 18, 19])
    assert set(NAIVE) <= set(found)


def test_spread_is_that_of_all_changes() -> None:
    z = walk(30)
    found = spreads(Track(z, 4, 0), np.array([20, 29]), 3)
    np.testing.assert_allclose(found[0, 2], np.sqrt(np.mean((z[3:21] - z[:18]) ** 2)))


def test_blocks_are_runs_and_intervals_hold_the_whole() -> None:
    drawn = blocks(30, 6, np.random.default_rng(0), draws=50)
    assert drawn.shape == (50, 30)
    steps = np.diff(drawn.reshape(50, 5, 6), axis=2) % 30
    assert (steps == 1).all()
    hits = (np.arange(30) % 4 > 0).astype(float)
    low, high = ratio_interval(hits, np.ones(30), drawn)
    assert low <= hits.mean() <= high


def test_levels_are_three() -> None:
    assert LEVELS == (0.5, 0.8, 0.95)
