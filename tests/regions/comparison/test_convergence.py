"""Convergence: planted speeds, Galton's fallacy, sampling error, the break, decomposition, refusals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.comparison.catching_up import ALL, WITHIN, half_life, speed
from almpo_kit.regions.comparison.convergence import Convergence, convergence
from almpo_kit.regions.comparison.kernels.dispersion import ratio_by_group, split, spread, theil
from almpo_kit.regions.comparison.kernels.robust_regression import cr2
from almpo_kit.vocabulary.errors import DesignError

from ..conftest import Frames
from .worlds import codes, places_of, rows_of, series_of

GEOS = codes(100, countries=20)
PLACES = places_of(GEOS)
RATE, GDP = "unemployment_rate", "gdp_per_head_pps"


def found(matrix: np.ndarray, indicator: str = RATE, since: int = 2021, **options: object) -> Convergence:
    return convergence(series_of(matrix, GEOS, indicator, since), PLACES, indicator=indicator, **options)  # type: ignore[arg-type]


def at(result: Convergence, kind: str = ALL) -> pd.Series:
    return result.slopes[result.slopes["kind"] == kind].iloc[-1]


# ---- planted answers -------------------------------------------------------------------------------


def test_a_planted_speed_is_found_exactly() -> None:
    start = np.linspace(4, 20, 100)
    years = np.stack([8 + (start - 8) * math.exp(-0.05 * t) for t in range(5)], axis=1)
    result = found(years, sampling_error=0)
    row = at(result)
    assert row["speed"] == pytest.approx(0.05, rel=1e-9)
    assert row["half_life"] == pytest.approx(math.log(2) / 0.05, rel=1e-9)
    span = result.spans.iloc[0]
    assert span["ratio"] == pytest.approx(math.exp(-0.2), rel=1e-9) and span["verdict"] == "drew together"
    assert result.table["dispersion"].to_numpy() == pytest.approx(years.std(axis=0), rel=1e-12)
    assert "drew together" in result.sentence and "half of a gap closes in 14 years" in result.sentence


def test_growth_of_amounts_is_looked_at_in_logarithms() -> None:
    logs = np.linspace(9.6, 11.2, 100)
    years = np.exp(
        np.stack([10.5 + (logs - 10.5) * math.exp(-0.02 * t) + 0.03 * t for t in range(11)], axis=1)
    )
    result = found(years, GDP, 2010)
    assert at(result)["speed"] == pytest.approx(0.02, rel=1e-9)
    assert "Where it began 10% lower it then grew" in result.sentence
    assert "short_span" not in {c.name for c in result.checks}
    assert result.table["theil_between"].notna().all()


def test_divergence_has_no_half_life() -> None:
    start = np.linspace(4, 20, 100)
    result = found(np.stack([start * 1.1**t for t in range(4)], axis=1))
    row = at(result)
    assert row["slope"] > 0 and math.isnan(row["half_life"])
    assert result.spans["verdict"].iloc[0] == "drew apart"
    assert "rose" in result.sentence and "widened" in result.sentence


def test_regression_to_the_mean_is_not_called_convergence() -> None:
    """A stationary world: every region returns towards the mean, others leave it, the spread stays."""
    rng = np.random.default_rng(5)
    x = [rng.normal(10, 3, 100)]
    for _ in range(4):
        x.append(10 + 0.8 * (x[-1] - 10) + rng.normal(0, 3 * 0.6, 100))
    result = found(np.stack(x, axis=1), sampling_error=0)
    assert at(result)["high"] < 0 and result.spans["verdict"].iloc[0] == "no clear change"
    (check,) = [c for c in result.failed if c.name == "regression_to_the_mean"]
    assert "Galton's fallacy" in check.sentence


def test_what_sampling_error_alone_does_is_told_and_taken_out() -> None:
    """True rates stand still; error of 1.5 points on a spread of 3 makes a slope that is not there."""
    rng = np.random.default_rng(1)
    geos = codes(2000, countries=20)
    truth = rng.normal(10, 3, 2000)
    years = truth[:, None] + rng.normal(0, 1.5, (2000, 5))
    frame = series_of(years, geos, RATE, 2021)
    result = convergence(frame, places_of(geos), sampling_error=1.5)
    row = at(result)
    assert row["slope"] == pytest.approx(-(1.5**2) / (11.25 * 4), abs=0.012)
    assert row["from_error"] == pytest.approx(-(1.5**2) / (years[:, 0].var(ddof=1) * 4), rel=1e-9)
    assert abs(row["without_error"]) < abs(row["slope"]) / 2
    assert "sampling_error" in {c.name for c in result.failed}


def test_within_countries_countries_do_not_count() -> None:
    """Countries draw together, regions inside them stand still."""
    rng = np.random.default_rng(2)
    country = np.array([GEOS[i][:2] for i in range(100)])
    level = dict(zip(sorted(set(country)), np.linspace(4, 20, 20), strict=True))
    inside = rng.normal(0, 1, 100)
    base = np.array([level[c] for c in country])
    years = np.stack([10 + (base - 10) * 0.9**t + inside for t in range(5)], axis=1)
    result = found(years, sampling_error=0)
    assert at(result, WITHIN)["slope"] == pytest.approx(0, abs=1e-9)
    assert at(result)["slope"] < -0.05
    assert result.table["between"].is_monotonic_decreasing
    assert result.table["within"].max() == pytest.approx(result.table["within"].min(), rel=1e-9)


# ---- laws ------------------------------------------------------------------------------------------

shares = st.lists(st.floats(0.1, 10), min_size=12, max_size=12)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(1, 100), min_size=12, max_size=12), shares)
def test_parts_add_up(values: list[float], weights: list[float]) -> None:
    x, w = np.array(values), np.array(weights) / np.sum(weights)
    group = np.arange(12) % 4
    between, within = split(x, w, group)
    assert between + within == pytest.approx(spread(x, w) ** 2, rel=1e-9, abs=1e-9)
    t_between, t_within = theil(x, w, group)
    whole = float((w * x / (w @ x) * np.log(x / (w @ x))).sum())
    assert t_between + t_within == pytest.approx(whole, rel=1e-7, abs=1e-9)
    assert t_between >= -1e-12 and t_within >= -1e-12


@given(st.floats(-0.05, 0.3), st.integers(1, 30))
def test_speed_undoes_the_slope(rate: float, years: int) -> None:
    assert speed((math.exp(-rate * years) - 1) / years, years) == pytest.approx(rate, abs=1e-9)


def test_a_closed_gap_has_no_speed_to_tell() -> None:
    assert speed(-0.5, 2) == math.inf and half_life(math.inf) == 0.0
    assert math.isnan(half_life(-0.1)) and math.isnan(speed(math.nan, 3))


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(3)
    frame = series_of(rng.gamma(4, 2, (100, 3)), GEOS, RATE, 2021)
    a = convergence(frame, PLACES)
    b = convergence(frame.sample(frac=1, random_state=seed), PLACES.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(a.slopes, b.slopes)
    pd.testing.assert_frame_equal(a.table, b.table)


def test_a_shift_of_all_rates_moves_nothing() -> None:
    x = np.random.default_rng(3).gamma(4, 2, (100, 4))
    a, b = found(x), found(x + 5)
    assert a.slopes["slope"].to_numpy() == pytest.approx(b.slopes["slope"].to_numpy(), abs=1e-9)
    assert a.spans["ratio"].iloc[0] == pytest.approx(b.spans["ratio"].iloc[0], rel=1e-9)


def test_countries_that_move_together_widen_the_interval() -> None:
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(12), 10)
    first = np.repeat(rng.normal(0, 3, 12), 10) + rng.normal(0, 0.3, 120)
    last = first + np.repeat(rng.normal(0, 1.5, 12), 10)
    low, high, _ = ratio_by_group(first, last, group)
    alone = ratio_by_group(first, last, np.arange(120))
    assert high - low > 1.5 * (alone[1] - alone[0])
    assert all(math.isnan(v) for v in ratio_by_group(first, last, group % 2))


@pytest.mark.slow
def test_the_slopes_interval_holds_its_promise_with_clustered_noise() -> None:
    """95% intervals of CR2 hold the true slope in 93 to 97.5% of 1,500 worlds of 25 uneven countries."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(25), rng.integers(2, 18, 25))
    held = 0
    for _ in range(1500):
        x = rng.normal(size=25)[group] + rng.normal(size=len(group))
        y = -0.05 * x + rng.normal(0, 0.3, 25)[group] + rng.normal(0, 0.3, len(group))
        fit = cr2(np.column_stack([x, np.ones(len(x))]), y, group, 0)
        held += fit.low <= -0.05 <= fit.high
    assert 0.93 <= held / 1500 <= 0.975, held / 1500


# ---- the break, the set of regions, weights --------------------------------------------------------


def test_the_break_splits_the_years() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 6))
    split_up = convergence(series_of(x, GEOS, RATE, 2018), PLACES, first=2018)
    assert split_up.spans["stretch"].tolist() == ["2018–2020", "2021–2023"]
    assert set(split_up.table["stretch"]) == {"2018–2020", "2021–2023"}
    assert "2020–2021" not in set(split_up.slopes["stretch"])
    assert {c.name: c.status for c in split_up.checks}["break_2021"] == "informational"
    across = convergence(series_of(x, GEOS, RATE, 2018), PLACES, first=2018, across_break=True)
    assert across.spans["stretch"].tolist() == ["2018–2023"]
    assert "break_2021" in {c.name for c in across.failed}
    default = convergence(series_of(x, GEOS, RATE, 2018), PLACES)
    assert (default.first, default.last) == ("2021", "2023")
    gdp = convergence(series_of(x, GEOS, GDP, 2018), PLACES, indicator=GDP)
    assert gdp.spans["stretch"].tolist() == ["2018–2023"]


def test_a_year_alone_on_one_side_has_no_slope() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    result = convergence(series_of(x, GEOS, RATE, 2020), PLACES, first=2020)
    assert result.spans["stretch"].tolist() == ["2021–2022"]
    assert result.table["stretch"].tolist() == ["2020", "2021–2022", "2021–2022"]


def test_one_set_of_regions_on_one_territory() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    frame = series_of(x, GEOS, RATE, 2021)
    holes = frame[~((frame["geo"] == GEOS[0]) & (frame["period"] == "2022"))].copy()
    holes.loc[(holes["geo"] == GEOS[1]) & (holes["period"] == "2021"), "nuts_version"] = "2021"
    result = convergence(holes, PLACES)
    assert result.n_regions == 98 and (result.table["n"] == 98).all()
    assert not {GEOS[0], GEOS[1]} & set(result.regions["geo"])
    (check,) = [c for c in result.checks if c.name == "same_regions"]
    assert GEOS[0] in check.sentence and GEOS[1] in check.sentence


def test_weights_count_people() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    people = np.linspace(1e5, 3e6, 100)
    weights = rows_of(dict(zip(GEOS, people, strict=True)), "population", "2021")
    result = found(x, weights=weights)
    w = people / people.sum()
    assert result.table["weighted_mean"].iloc[2] == pytest.approx(float(w @ x[:, 2]), rel=1e-12)
    assert result.table["weighted_dispersion"].iloc[0] == pytest.approx(spread(x[:, 0], w), rel=1e-12)
    assert result.weighted_by.endswith("2021")
    with pytest.raises(DesignError, match="no values for 2021"):
        found(x, weights=weights.assign(period="2019"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"first": 2023, "last": 2021}, "fewer than two years"),
        ({"last": 2021}, "fewer than two years"),
        ({"first": 1990}, "1990"),
        ({"sampling_error": -1}, "points from 0 to 20"),
    ],
)
def test_odd_questions_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        found(np.random.default_rng(4).gamma(5, 2, (100, 3)), **options)


def test_too_few_regions_are_refused() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    frame = series_of(x, GEOS, RATE, 2021)
    with pytest.raises(DesignError, match="only 20 regions have unemployment in every year"):
        convergence(frame[frame["geo"].isin(GEOS[:20])], PLACES)


# ---- the shipped panel -----------------------------------------------------------------------------


def test_unemployment_drew_together_after_2021(real: Frames) -> None:
    result = convergence(real.indicators, real.places)
    assert (result.first, result.last, result.n_regions) == ("2021", "2025", 238)
    span = result.spans.iloc[0]
    assert (span["before"], span["after"]) == pytest.approx((4.788, 3.452), abs=2e-3)
    assert span["low"] < span["alone_low"] < span["ratio"] < span["alone_high"] < span["high"]
    assert at(result)["slope"] == pytest.approx(-0.0919, abs=2e-4)
    # Within countries a few large ones carry the slope: no interval.
    assert at(result, WITHIN)["df"] < 4 and math.isnan(at(result, WITHIN)["low"])
    assert result.table["between_share"].iloc[[0, -1]].tolist() == pytest.approx([0.667, 0.509], abs=2e-3)
    assert "short_span" in {c.name for c in result.failed}


def test_a_few_countries_say_nothing_sure(real: Frames) -> None:
    result = convergence(real.indicators, real.places, indicator="neet_rate")
    assert "84 of the EU's 244 regions" in result.sentence
    assert "too few countries carry this to say how surely" in result.sentence
    assert {"same_regions", "regression_to_the_mean"} <= {c.name for c in result.failed}


# ---- sentences that a ministry would misread --------------------------------------------------------


def test_rising_less_is_not_called_falling_more() -> None:
    """Employment rose nearly everywhere: regions that began high rose less, and none of them "fell"."""
    start = np.linspace(60, 85, 100)
    noise = np.random.default_rng(3).normal(0, 0.2, 100)
    risen = found(np.stack([start, start + 4 - 0.1 * (start - 60) + noise], axis=1), "employment_rate", 2023)
    assert "Where the rate began 1 point higher it then rose 0.10 points a year less" in risen.sentence
    fallen = found(np.stack([start, start - 4 - 0.1 * (start - 60) + noise], axis=1), "employment_rate", 2023)
    assert "it then fell 0.10 points a year more than elsewhere" in fallen.sentence
    apart = found(np.stack([start, start + 4 + 0.1 * (start - 60) + noise], axis=1), "employment_rate", 2023)
    assert "it then rose 0.10 points a year more than elsewhere" in apart.sentence


def test_a_gap_that_closes_at_once_takes_less_than_a_year() -> None:
    start = np.linspace(4, 20, 100)
    noise = np.random.default_rng(3).normal(0, 0.2, 100)
    result = found(np.stack([start, 8 + 0.01 * start + noise], axis=1), since=2023)
    assert "half of a gap closes in less than a year (95%: less than 1 to less than 1)" in result.sentence


def test_a_part_of_the_countries_is_not_the_eu(real: Frames) -> None:
    result = convergence(real.indicators, real.places, indicator="tertiary_attainment")
    countries = {g[:2] for g in result.regions["geo"]}
    assert (
        f"{result.n_regions} of the EU's 244 regions, in {len(countries)} of its 27 countries,"
        in result.sentence
    )
    whole = convergence(real.indicators, real.places)
    assert "countries," not in whole.sentence.split(":")[0]
