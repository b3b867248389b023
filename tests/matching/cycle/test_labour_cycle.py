"""The verb: what comes with the workbench, known truths, and hostile input."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.matching import LabourCycle, cycle
from almpo_kit.vocabulary.errors import DesignError, FrameError, ParameterError, PlaceError

from .worlds import frame, market, walk

TODAY = datetime.date(2026, 7, 1)
COLUMNS = {
    *("geo", "series", "unit", "period", "horizon", "model", "forecast", "naive", "last", "relative"),
    *(f"{e}_{k}" for e in ("low", "high") for k in (50, 80, 95)),
}


def _said(finding: LabourCycle, name: str) -> str:
    return next(c.sentence for c in finding.checks if c.name == name)


def _status(finding: LabourCycle, name: str) -> str:
    return next(c.status for c in finding.checks if c.name == name)


@pytest.fixture(scope="module")
def national() -> pd.DataFrame:
    return sources.indicators(level=0)


@pytest.fixture(scope="module")
def italy(national: pd.DataFrame) -> LabourCycle:
    return cycle(national, country="IT", today=TODAY)


def test_italy_out_of_the_box(italy: LabourCycle) -> None:
    assert set(italy.table) == COLUMNS
    assert len(italy.table) == 12 and italy.horizon == 4 and italy.frequency == 4
    assert italy.table["period"].tolist()[:4] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    widths = [italy.table[f"high_{k}"] - italy.table[f"low_{k}"] for k in (50, 80, 95)]
    assert (widths[0] < widths[1]).all() and (widths[1] < widths[2]).all()
    assert italy.certainty == "low"
    assert "Italy (IT)" in italy.sentence and "80%:" in italy.sentence
    assert _status(italy, "pandemic") == "failed", "its backtest starts after the pandemic"
    assert not italy.provenance.synthetic


def test_where_nothing_is_better_the_naive_forecast_is_given_and_said(italy: LabourCycle) -> None:
    own = italy.backtest[italy.backtest["model"] == "combination"].set_index(["series", "horizon"])
    for row in italy.table.to_dict("records"):
        better = own.loc[(row["series"], row["horizon"]), "relative"] < 1
        assert (row["model"] == "combination") == better
        assert row["model"] == "combination" or row["model"] in ("naive", "naive_season", "seasonal_naive")
    bad = {s for s, m in zip(italy.table["series"], italy.table["model"], strict=True) if m != "combination"}
    assert "job_vacancy_rate" in bad and "naive forecast is given" in italy.sentence
    for series in bad:
        assert _status(italy, f"{series}_naive") == "failed"
        assert "no better than naive" in _said(italy, f"{series}_naive")
    assert _status(italy, "unemployment_rate_naive") == "passed"


def test_the_backtest_has_all_it_was_asked_for(italy: LabourCycle) -> None:
    models = set(italy.backtest.loc[italy.backtest["series"] == "job_vacancy_rate", "model"])
    assert {"naive", "seasonal_naive", "naive_season", "ar", "combination", "rule"} <= models
    assert "seasonal_naive" not in set(
        italy.backtest.loc[italy.backtest["series"] == "unemployment_rate", "model"]
    )
    assert set(italy.coverage["level"]) == {0.5, 0.8, 0.95}


def test_same_seed_same_bytes(national: pd.DataFrame, italy: LabourCycle) -> None:
    again = cycle(national, country="it", today=TODAY)
    pd.testing.assert_frame_equal(again.backtest, italy.backtest)
    pd.testing.assert_frame_equal(again.table, italy.table)
    other = cycle(national, country="IT", today=TODAY, seed=1)
    pd.testing.assert_frame_equal(other.table, italy.table)
    assert not other.backtest["relative_low"].equals(italy.backtest["relative_low"])


def test_partial_and_annual_series_say_what_they_lack(national: pd.DataFrame) -> None:
    union = cycle(national, country="EU27_2020", today=TODAY)
    assert set(union.table["series"]) == {"unemployment_rate"} and "job_vacancy_rate" in union.refused
    assert "at least 16" in _said(union, "job_vacancy_rate_refused")
    germany = cycle(national, country="DE", today=TODAY)
    assert germany.frequency == 1 and germany.certainty == "too little to say"
    assert (germany.table["model"] == "naive").all(), "fewer than eight outcomes prove nothing"
    assert germany.phase_basis == "unemployment_rate"
    row = germany.table.iloc[-1]
    assert row["high_95"] - row["low_95"] > 1.5, "short series have wide fans"


def test_until_shows_what_would_have_been_said() -> None:
    u, v = market(60)
    whole = frame(u, v)
    then = cycle(whole, country="EL", until="2012", today=TODAY)
    cut = cycle(whole[whole["period"] <= "2012-Q4"], country="EL", today=TODAY)
    pd.testing.assert_frame_equal(then.table, cut.table)
    assert then.history["period"].iloc[-1] == "2012-Q4"


def test_synthetic_is_said() -> None:
    found = cycle(frame(*market(40)), country="EL", today=TODAY, origins=9)
    assert found.sentence.startswith("SYNTHETIC")


def test_tightness_is_exact_only_where_both_are_of_the_labour_force() -> None:
    u, v = market(40)
    exact = cycle(frame(u, v, unit="PC_ACT"), country="EL", today=TODAY, origins=9)
    loose = cycle(frame(u, v), country="EL", today=TODAY, origins=9)
    assert exact.exact and not loose.exact
    np.testing.assert_allclose(exact.history["tightness"], v / u)
    np.testing.assert_allclose(loose.history["tightness"], (v / (100 - v)) / (u / (100 - u)))


def test_months_are_preferred_and_averaged_where_vacancies_are_quarterly() -> None:
    u, v = market(120)
    months = cycle(frame(u, v, first="2010-01"), country="EL", today=TODAY, origins=9)
    assert months.frequency == 12 and months.horizon == 12
    mixed = pd.concat(
        [
            frame(u, first="2010-01"),
            frame(u, v[::3], first="2010-Q1").query("indicator == 'job_vacancy_rate'"),
        ]
    )
    found = cycle(mixed, country="EL", today=TODAY, origins=9)
    assert found.frequency == 4 and "means of months" in _said(found, "unemployment_rate_means")
    np.testing.assert_allclose(found.history["unemployment_rate"], u.reshape(-1, 3).mean(axis=1))


def test_ragged_ends_keep_the_latest_value() -> None:
    u, v = market(40)
    found = cycle(frame(u, v[:38]), country="EL", today=TODAY, origins=9)
    first = found.table.drop_duplicates("series").set_index("series")["period"]
    assert first["unemployment_rate"] == "2010-Q1" and first["job_vacancy_rate"] == "2009-Q3"


def test_origins_limit_what_is_scored_and_the_rule_goes_by_it() -> None:
    given = frame(*market(60))
    found = cycle(given, country="EL", origins=12, today=TODAY)
    assert found.backtest["n"].max() == 12
    few = cycle(given, country="EL", origins=3, today=TODAY)
    assert (few.table["model"] != "combination").all() and few.certainty == "too little to say"


@pytest.mark.parametrize(
    ("first", "n", "horizon"), [("2000", 10, 3), ("2000-Q1", 16, 8), ("2000-01", 48, 24)]
)
def test_the_shortest_series_and_farthest_horizons_stay_finite_and_inside(
    first: str, n: int, horizon: int
) -> None:
    found = cycle(
        frame(*market(n), first=first, vacancy_source="SYNTHETIC NSA"),
        country="EL",
        horizon=horizon,
        today=TODAY,
    )
    numbers = found.table.drop(columns="relative").select_dtypes("number")
    assert np.isfinite(numbers).all().all()
    assert (found.table["low_95"] > 0).all()
    assert (found.table.query("series != 'tightness'")["high_95"] < 100).all()


# Hostile input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (lambda d: d.drop(columns="unit"), FrameError, "no column unit"),
        (lambda d: pd.concat([d, d.iloc[[3]]]), FrameError, "more than one value"),
        (lambda d: pd.concat([d, d.iloc[[3]].assign(period="2000Q4")]), FrameError, "more than one value"),
        (lambda d: d.assign(value=d["value"].where(d.index != 5, -1.0)), FrameError, "no rate in per cent"),
        (lambda d: d.assign(value=d["value"].where(d.index != 5, 101.0)), FrameError, "no rate in per cent"),
        (lambda d: d.assign(value=d["value"].where(d.index != 5, np.inf)), FrameError, "no finite number"),
        (
            lambda d: d.assign(value=d["value"].astype(object).where(d.index != 5, "=1+1")),
            FrameError,
            "no finite number",
        ),
        (lambda d: d.assign(period=d["period"].where(d.index != 5, "spring")), FrameError, "spring"),
        (lambda d: d.assign(unit=["PC_ACT", "THS"] * 40), DesignError, "units"),
        (lambda d: d.iloc[:1], DesignError, "at least 48 months, 16 quarters or 10 years"),
        (lambda d: d.iloc[:0], DesignError, "too short"),
        (lambda d: d[d["indicator"] == "job_vacancy_rate"], DesignError, "too short"),
        (lambda d: d.assign(value=5.0), DesignError, "nothing moves"),
        (lambda d: d.iloc[[i for i in range(40) if i % 3]], DesignError, "in a row"),
    ],
)
def test_bad_frames_are_refused_in_words(bad: object, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        cycle(bad(frame(*market(40))), country="EL", today=TODAY, origins=9)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"horizon": 0}, ParameterError),
        ({"horizon": 99}, ParameterError),
        ({"horizon": 2.5}, ParameterError),
        ({"origins": -1}, ParameterError),
        ({"frequency": 7}, ParameterError),
        ({"until": "yesterday"}, ParameterError),
        ({"country": "Atlantis"}, PlaceError),
        ({"until": "1999"}, DesignError),
    ],
)
def test_bad_options_are_refused_in_words(options: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        cycle(frame(*market(40)), **({"country": "EL", "today": TODAY} | options))  # type: ignore[arg-type]


def test_places_that_are_long_enough_are_named(national: pd.DataFrame) -> None:
    with pytest.raises(DesignError, match=r"IE, IS|IT"):
        cycle(national, country="ME", today=TODAY, origins=9)


def test_values_of_the_future_and_forecasts_are_left_out_and_said() -> None:
    u, v = market(40)
    future = cycle(frame(u, v, first="2018-Q1"), country="EL", today=TODAY, origins=9)
    assert future.history["period"].iloc[-1] == "2026-Q3"
    assert "not begun" in _said(future, "unemployment_rate_future")
    marked = frame(u, v)
    marked["flag"] = marked["flag"].astype(object)
    marked.loc[marked["period"] >= "2009-Q3", "flag"] = "f"
    found = cycle(marked, country="EL", today=TODAY, origins=9)
    assert found.history["period"].iloc[-1] == "2009-Q2" and "marked as forecasts" in _said(
        found, "unemployment_rate_forecast"
    )


def test_gaps_cut_the_series_and_zeros_are_gaps() -> None:
    u, v = market(60)
    u[20] = np.nan
    v[30] = 0.0
    found = cycle(frame(u, v), country="EL", today=TODAY, origins=9)
    assert "before a gap" in _said(found, "unemployment_rate_earlier")
    assert "0.0" in _said(found, "job_vacancy_rate_zero")
    assert found.history["period"].iloc[0] == "2005-Q2"
    lone = pd.concat([frame(u[21:], v[21:]), frame(u[:1], first="2019-Q4")])
    late = cycle(lone, country="EL", today=TODAY, origins=9)
    assert _status(late, "unemployment_rate_later") == "failed"


def test_greece_may_be_spelt_in_two_ways_and_codes_may_be_any_type() -> None:
    u, v = market(40)
    cycle(frame(u, v, geo="GR"), country="gr", today=TODAY, origins=9)
    with pytest.raises((PlaceError, FrameError)):
        cycle(frame(u, v, geo="EL"), country="'; DROP TABLE", today=TODAY, origins=9)


def test_input_is_left_alone() -> None:
    given = frame(*market(40))
    before = given.copy(deep=True)
    cycle(given, country="EL", today=TODAY, origins=9)
    pd.testing.assert_frame_equal(given, before)


def test_unadjusted_vacancies_keep_their_seasons() -> None:
    """A season of ±30% in vacancies: the forecast has it, the phases do not."""
    u, v = market(60, noise=0.03)
    season = np.exp(np.tile([0.3, 0.0, -0.2, -0.1], 15))
    found = cycle(frame(u, v * season, vacancy_source="SYNTHETIC NSA"), country="EL", today=TODAY, origins=9)
    own = found.table[found.table["series"] == "job_vacancy_rate"].set_index("period")["forecast"]
    assert own.iloc[0] / own.iloc[2] > 1.3
    adjusted = found.history["vacancies_adjusted"].to_numpy() / v
    assert np.ptp(np.log(adjusted)) < 0.25
    stated = cycle(frame(u, v), country="EL", today=TODAY, origins=9)
    assert _status(stated, "job_vacancy_rate_seasons") == "passed"


def test_a_random_walk_is_told_to_be_one() -> None:
    u = 8 * np.exp(walk(100, seed=7))
    found = cycle(frame(u, first="1990-Q1"), country="EL", today=TODAY)
    own = found.backtest[found.backtest["model"] == "combination"]
    assert _status(found, "unemployment_rate_naive") == (
        "failed" if (own["relative"] >= 1).any() else "passed"
    )
