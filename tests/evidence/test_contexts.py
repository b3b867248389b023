"""Unemployment in context: filled from the national series only, split into country and cycle, never invented."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import evidence
from almpo_kit.evidence.kernels.gower import gower, leverage, mismatch, scaled
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, data_versions, stamp


@pytest.fixture
def series():
    years = {("DE", 2015): 4.6, ("DE", 2016): 4.1, ("DE", 2017): 3.8, ("EL", 2015): 24.9, ("EL", 2016): 23.6}
    rows = [
        {"geo": g, "period": str(y), "value": v, "indicator": "unemployment_rate"}
        for (g, y), v in years.items()
    ]
    other = [
        {"geo": "DE", "period": "2015-Q1", "value": 99.0, "indicator": "unemployment_rate"},
        {"geo": "DE11", "period": "2015", "value": 98.0, "indicator": "unemployment_rate"},
        {"geo": "DE", "period": "2015", "value": 97.0, "indicator": "employment_rate"},
        {"geo": "EU27_2020", "period": "2015", "value": 96.0, "indicator": "unemployment_rate"},
    ]
    return stamp(pd.DataFrame([*other, *rows]), DataVersion("national", "1"))


def rows(**columns):
    return stamp(pd.DataFrame(columns), DataVersion("effects", "1"))


def test_only_blanks_are_filled_and_only_from_the_series(series):
    frame = rows(
        country=["DE", "DE", "EL", "FR", "DE", "DE"],
        start_year=[2015, 2015, 2016, 2015, 2014, np.nan],
        unemployment_rate=[7.5, np.nan, np.nan, np.nan, np.nan, np.nan],
    )
    got = evidence.in_context(frame, series)
    assert got["unemployment_rate"].tolist() == pytest.approx(
        [7.5, 4.6, 23.6, np.nan, np.nan, np.nan], nan_ok=True
    )
    assert (
        got["unemployment_source"].tolist()
        == ["reported", "national series", "national series"] + ["none"] * 3
    )
    assert {str(v) for v in data_versions(got)} == {"effects 1", "national 1"}
    assert list(frame) == ["country", "start_year", "unemployment_rate"], "the caller's table was changed"


def test_a_rate_that_is_the_series_is_called_so(series):
    frame = rows(country=["DE", "DE"], start_year=[2015.0, 2015.0], unemployment_rate=[4.6, 4.7])
    assert evidence.in_context(frame, series)["unemployment_source"].tolist() == [
        "national series",
        "reported",
    ]


def test_the_whole_period_needs_every_year(series):
    frame = rows(
        country=["DE", "DE", "DE", "EL"],
        start_year=[2015, 2015, 2016, 2015],
        end_year=[2017, 2018, np.nan, 2016],
    )
    got = evidence.in_context(frame, series, when="whole period")["unemployment_rate"]
    assert got.tolist() == pytest.approx(
        [np.mean([4.6, 4.1, 3.8]), np.nan, np.nan, np.mean([24.9, 23.6])], nan_ok=True
    )


def test_between_and_within_add_up_and_within_has_no_country_left(series):
    rng = np.random.default_rng(1)
    frame = rows(
        country=rng.choice(["DE", "EL", "FR"], 40),
        start_year=np.nan,
        unemployment_rate=rng.uniform(3, 25, 40),
    )
    got = evidence.in_context(frame, series)
    assert (got["unemployment_between"] + got["unemployment_within"]).to_numpy() == pytest.approx(
        got["unemployment_rate"]
    )
    assert got.groupby("country")["unemployment_within"].mean().to_numpy() == pytest.approx(0, abs=1e-12)
    assert got.groupby("country")["unemployment_between"].nunique().eq(1).all()


def test_one_rate_of_a_country_says_nothing_of_the_cycle(series):
    got = evidence.in_context(rows(country=["EL"], start_year=[2015]), series)
    assert got["unemployment_within"].tolist() == [0.0]
    none = evidence.in_context(rows(country=["FR"], start_year=[2015]), series)
    assert none[["unemployment_between", "unemployment_within"]].isna().all(axis=None)


def test_a_national_rate_for_a_region_is_extrapolation(series):
    frame = rows(country=["DE"] * 4, start_year=[2015] * 4, nuts=["DE11", "DE", None, "DE11"])
    frame["unemployment_rate"] = [np.nan, np.nan, np.nan, 5.0]
    got = evidence.in_context(frame, series)
    assert got["unemployment_extrapolated"].tolist() == [True, False, False, False]


def test_order_and_index_of_rows_are_kept(series):
    frame = rows(country=["EL", "DE"], start_year=[2015, 2015])
    frame.index = [7, 7]
    got = evidence.in_context(frame, series)
    assert got.index.tolist() == [7, 7] and got["unemployment_rate"].tolist() == [24.9, 4.6]


def test_filling_twice_changes_nothing(series):
    frame = rows(country=["EL", "DE", "FR"], start_year=[2015, 2016, 2016])
    once = evidence.in_context(frame, series)
    pd.testing.assert_frame_equal(evidence.in_context(once, series), once)


def test_what_cannot_be_read_names_the_way_out(series):
    frame = rows(country=["DE"], start_year=[2015])
    with pytest.raises(DesignError, match=r"sources\.indicators"):
        evidence.in_context(frame, series.drop(columns="geo"))
    with pytest.raises(DesignError, match="two unemployment rates for DE in 2015"):
        evidence.in_context(frame, pd.concat([series, series[series["geo"] == "DE"]]))
    with pytest.raises(DesignError, match="'high'"):
        evidence.in_context(frame.assign(unemployment_rate="high"), series)
    with pytest.raises(DesignError, match="country"):
        evidence.in_context(frame.drop(columns="country"), series)
    with pytest.raises(ParameterError, match="whole period"):
        evidence.in_context(frame, series, when="middle")


def test_the_real_base_holds_few_rates_and_hardly_a_cycle():
    from almpo_kit import sources

    got = evidence.in_context(sources.effects(), sources.indicators(0))
    known = got[got["unemployment_source"] != "none"]
    assert 10 <= len(known) <= 60 and known["start_year"].min() >= 2015
    assert known.loc[known["unemployment_within"].abs() > 1e-9, "sample_id"].nunique() < 5


# ---- distance kernels ----------------------------------------------------------------------------------


def test_gower_by_hand():
    kinds = np.array(["a", "b", "a"], dtype=object)
    parts = [mismatch("a", kinds), scaled(8.0, np.array([8.0, 4.0, np.nan]))]
    assert parts[0].tolist() == [0, 1, 0]
    assert parts[1].tolist() == [0.0, 1.0, 1.0]
    assert gower(parts, 4).tolist() == [0.0, 0.5, 0.25]
    assert scaled(3.0, np.array([5.0, 5.0])).tolist() == [1.0, 1.0]
    assert scaled(5.0, np.array([np.nan])).tolist() == [1.0]
    assert scaled(100.0, np.array([0.0, 10.0])).tolist() == [1.0, 1.0]


def test_leverage_is_one_at_the_edge_and_ignores_the_choice_of_columns():
    rng = np.random.default_rng(2)
    x = np.c_[np.ones(20), rng.normal(size=(20, 2))]
    bread = np.linalg.inv(x.T @ x)
    each = [leverage(row, x, bread) for row in x]
    assert max(each) == pytest.approx(1.0) and min(each) > 0
    assert leverage(np.array([1.0, 50.0, 0.0]), x, bread) > 10
    turn = rng.normal(size=(3, 3))
    inverse = np.linalg.inv((x @ turn).T @ (x @ turn))
    assert leverage(x[3] @ turn, x @ turn, inverse) == pytest.approx(each[3], rel=1e-8)
