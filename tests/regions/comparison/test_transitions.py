"""Moves between classes: counts by hand, the break, thin rows, the long run, chance, refusals."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almpo_kit.regions.comparison.kernels.chains import mobility, settles, stationary
from almpo_kit.regions.comparison.move_counts import smaller_where_low
from almpo_kit.regions.comparison.transitions import Transitions, transitions
from almpo_kit.regions.context import context
from almpo_kit.vocabulary.errors import DesignError, FrameError

from ..conftest import Frames
from .worlds import codes, places_of, series_of

GEOS = codes(100, countries=20)
PLACES = places_of(GEOS)
RATE, GDP = "unemployment_rate", "gdp_per_head_pps_index"


def gdp_world(states: np.ndarray, first: int = 2021) -> pd.DataFrame:
    """Indices whose classes under (75, 100) are given: no survey, so no break and no sampling error."""
    frame = series_of(np.array([60.0, 90.0, 120.0])[states], GEOS, "gdp_per_head_pps", first)
    return frame.assign(indicator=GDP)


def found(frame: pd.DataFrame, **options: object) -> Transitions:
    options = {"indicator": GDP, "classes": (75, 100)} | options
    return transitions(frame, PLACES, **options)  # type: ignore[arg-type]


def test_counts_by_hand() -> None:
    start = np.repeat([0, 1, 2], [30, 40, 30])
    later = start.copy()
    later[:6], later[30:34], later[34:36], later[70:73] = 1, 0, 2, 1
    result = found(gdp_world(np.stack([start, later], axis=1)))
    assert result.counts.to_numpy().tolist() == [[24, 6, 0], [4, 34, 2], [0, 3, 27]]
    assert result.classes == ("under 75", "75–100", "100 or more")
    row = result.table[(result.table["from_class"] == "75–100") & (result.table["to_class"] == "under 75")]
    assert row[["count", "origins", "probability"]].iloc[0].tolist() == [4, 40, 0.1]
    assert result.mobility == pytest.approx((3 - (0.8 + 0.85 + 0.9)) / 2)
    assert result.mobility_low < result.mobility < result.mobility_high
    assert result.moved == pytest.approx(15 / 100) and result.n_moves == 100
    assert len(result.moves) == 100 and math.isnan(result.moved_by_chance)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000))
def test_rows_are_shares_and_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(9)
    frame = gdp_world(rng.integers(0, 3, (100, 4)))
    result = found(frame.sample(frac=1, random_state=seed))
    pd.testing.assert_frame_equal(result.table, found(frame).table)
    assert result.table.groupby("from_class")["probability"].sum().to_numpy() == pytest.approx([1, 1, 1])
    inside = (result.table["low"] <= result.table["probability"]) & (
        result.table["probability"] <= result.table["high"]
    )
    assert inside.all()


def test_thin_rows_have_no_probability() -> None:
    start = np.repeat([0, 1, 2], [5, 50, 45])
    result = found(gdp_world(np.stack([start, start], axis=1)))
    thin = result.table[result.table["from_class"] == "under 75"]
    assert thin["thin"].all() and thin["probability"].isna().all() and thin["low"].isna().all()
    assert thin["count"].sum() == 5
    assert math.isnan(result.mobility) and result.ergodic is None
    assert "under 75 (5)" in {c.name: c.sentence for c in result.failed}["enough_moves"]
    assert "under 75" not in result.sentence


def test_the_long_run_only_where_it_is_justified() -> None:
    rng = np.random.default_rng(3)
    p = np.array([[0.8, 0.2, 0.0], [0.1, 0.8, 0.1], [0.0, 0.3, 0.7]])
    states = [rng.integers(0, 3, 100)]
    for _ in range(25):
        states.append(np.array([rng.choice(3, p=p[s]) for s in states[-1]]))
    world = np.stack(states, axis=1)
    result = found(gdp_world(world, 1999))
    assert result.ergodic is not None and result.why_not == ""
    assert result.ergodic["share_ergodic"].to_numpy() == pytest.approx([3 / 11, 6 / 11, 2 / 11], abs=0.07)
    # A class that nobody leaves and nobody enters cannot be settled into.
    apart = np.stack([np.repeat([0, 1, 2], [30, 30, 40])] * 3, axis=1)
    assert "cannot be reached" in found(gdp_world(apart)).why_not
    # Quarters stay quarters.
    assert "stay of equal size" in found(gdp_world(world, 1999), classes=2).why_not


def test_years_that_differ_are_not_one_matrix() -> None:
    start = np.repeat([0, 1, 2], [30, 40, 30])
    up = np.minimum(start + (np.arange(100) % 3 == 0), 2)
    result = found(gdp_world(np.stack([start, up, up, up], axis=1)))
    assert result.homogeneity_p < 0.001 and result.ergodic is None
    assert "same_over_time" in {c.name for c in result.failed}


def test_moves_over_the_break_are_left_out_unless_asked_for() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 4))
    frame = series_of(x, GEOS, RATE, 2019)
    result = transitions(frame, PLACES)
    assert (result.n_moves, result.n_excluded) == (200, 100)
    assert result.moves["crosses_break"].sum() == 100 and len(result.moves) == 300
    assert "without those that cross the break" in result.sentence
    across = transitions(frame, PLACES, across_break=True)
    assert (across.n_moves, across.n_excluded) == (300, 0)
    assert "break_2021" in {c.name for c in across.failed}
    with pytest.raises(DesignError, match="cross the break of 2021"):
        transitions(frame[frame["period"].isin(["2020", "2021"])], PLACES)


def test_sampling_error_alone_moves_regions() -> None:
    still = np.repeat(np.random.default_rng(1).gamma(5, 2, (100, 1)), 3, axis=1)
    frame = series_of(still, GEOS, RATE, 2021)
    result = transitions(frame, PLACES, sampling_error=1.0)
    assert result.moved == 0 and result.moved_by_chance > 0.2
    assert "sampling_error" in {c.name for c in result.failed}
    assert transitions(frame, PLACES, sampling_error=0).moved_by_chance == 0
    again = transitions(frame, PLACES, sampling_error=1.0)
    assert again.moved_by_chance == result.moved_by_chance


def test_quarters_hold_a_quarter_each() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    result = transitions(series_of(x, GEOS, RATE, 2021), PLACES)
    assert (result.counts.sum(axis=1) == 50).all()
    assert result.classes == ("lowest quarter", "second quarter", "third quarter", "highest quarter")


def test_a_year_with_few_regions_is_not_divided() -> None:
    x = np.random.default_rng(4).gamma(5, 2, (100, 3))
    x[15:, 0] = np.nan
    result = transitions(series_of(x, GEOS, RATE, 2021), PLACES)
    assert set(result.moves["period_from"]) == {"2022"}


def test_two_years_apart() -> None:
    world = np.random.default_rng(4).integers(0, 3, (100, 4))
    result = found(gdp_world(world), step=2)
    by_hand = np.zeros((3, 3), dtype=int)
    for t in (0, 1):
        np.add.at(by_hand, (world[:, t], world[:, t + 2]), 1)
    assert result.counts.to_numpy().tolist() == by_hand.tolist()


def test_where_a_chain_settles() -> None:
    round_trip = np.array([[0.0, 1.0], [1.0, 0.0]])
    assert not settles(round_trip) and settles(np.array([[0.5, 0.5], [1.0, 0.0]]))
    assert stationary(np.array([[0.9, 0.1], [0.3, 0.7]])) == pytest.approx([0.75, 0.25])
    assert mobility(np.eye(4)) == 0 and mobility(np.full((4, 4), 0.25)) == 1


# ---- classes made elsewhere ------------------------------------------------------------------------


def test_classes_of_a_context(real: Frames) -> None:
    table = context(real.indicators, real.places, national=real.national, period="all").table
    order = ("low", "near the threshold", "high")
    result = transitions(None, real.places, classes=table, column="unemployment_class", order=order)
    assert result.classes == order and result.n_excluded > 200
    known = table[table["unemployment_class"] != "unknown"]
    pairs = known.merge(
        known.assign(period=(known["period"].astype(int) - 1).astype(str)), on=["geo", "period"]
    )
    assert len(result.moves) == len(pairs)
    high = pairs[(pairs["unemployment_class_x"] == "high") & (pairs["period"] != "2020")]
    assert result.counts.loc["high"].sum() == len(high)
    assert result.counts.at["high", "high"] == (high["unemployment_class_y"] == "high").sum()


def test_data_and_label_of_a_context_come_along(real: Frames) -> None:
    rows = real.indicators[real.indicators["indicator"] == RATE]
    made_up = rows.assign(source="SYNTHETIC rates")
    for frame, label in ((rows, False), (made_up, True)):
        found_there = context(frame, real.places, national=real.national, period="all")
        result = transitions(
            None,
            real.places,
            classes=found_there,
            column="unemployment_class",
            order=("low", "near the threshold", "high"),
        )
        assert result.sentence.startswith("SYNTHETIC") == label
        assert {d.dataset for d in result.provenance.data} >= {"national_indicators"}


def test_ready_made_classes_are_checked() -> None:
    table = pd.DataFrame({"geo": GEOS * 2, "period": ["2021"] * 100 + ["2022"] * 100, "class": "a"})
    with pytest.raises(DesignError, match="two or more"):
        transitions(None, PLACES, classes=table, column="class")
    with pytest.raises(DesignError, match="must name each once"):
        transitions(None, PLACES, classes=table, column="class", order=("b", "c"))
    with pytest.raises(FrameError, match="more than once"):
        transitions(None, PLACES, classes=pd.concat([table, table]), column="class", order=("a", "b"))
    with pytest.raises(FrameError, match="lacks the column"):
        transitions(None, PLACES, classes=table, column="type")
    odd = table.assign(period=table["period"].replace("2022", "2022-Q1"))
    with pytest.raises(FrameError, match="no years"):
        transitions(None, PLACES, classes=odd, column="class", order=("a", "b"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": 1}, "classes=1"),
        ({"classes": 11}, "take 2 to 10"),
        ({"classes": (5, 5)}, "limits that rise"),
        ({"classes": ()}, "limits that rise"),
        ({"classes": (float("nan"),)}, "limits that rise"),
        ({"classes": "quartiles"}, "give a number"),
        ({"step": 0}, "step=0"),
        ({"step": 9}, "lie 9 year"),
        ({"indicator": "happiness"}, "choose from"),
    ],
)
def test_odd_questions_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(DesignError, match=message):
        found(gdp_world(np.random.default_rng(4).integers(0, 3, (100, 3))), **options)


def test_nothing_to_class_is_refused() -> None:
    with pytest.raises(DesignError, match="give ready-made classes"):
        transitions(None, PLACES)


# ---- the shipped panel -----------------------------------------------------------------------------


def test_quarters_of_unemployment(real: Frames) -> None:
    result = transitions(real.indicators, real.places)
    assert (result.n_moves, result.n_excluded) == (1424, 231)
    assert result.counts.at["highest quarter", "highest quarter"] == 322
    assert 0.15 < result.moved_by_chance < result.moved < 0.2
    assert result.mobility == pytest.approx(0.232, abs=1e-3)


def test_moves_that_sampling_error_would_make_are_not_told_as_moves(real: Frames) -> None:
    result = transitions(real.indicators, real.places)
    assert "up to about 17% do so, so most of these moves cannot be told from chance." in result.sentence
    precise = transitions(real.indicators, real.places, sampling_error=0.1)
    assert precise.moved_by_chance < precise.moved and "cannot be told" not in precise.sentence
    assert "between quarters of the EU's regions by unemployment" in result.sentence


def test_low_rates_have_the_smaller_error() -> None:
    """Below 4% regions change by half a point a year; an error of 0.6 points for each would move them by 0.85."""
    low, usual, high = smaller_where_low(np.array([2.0, 8.0, 75.0]))
    assert low == pytest.approx(math.sqrt(2 * 98 / (8 * 92))) and usual == high == 1.0
    assert smaller_where_low(np.array([0.0, -1.0, 101.0])).tolist() == [0.0, 0.0, 0.0]
