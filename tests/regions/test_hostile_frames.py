"""Frames and arguments as people bring them: years as numbers, infinite values, doubled places, numpy numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.context import Context
from almpo_kit.vocabulary import DesignError, FrameError
from almpo_kit.vocabulary.horizons import horizon_band

from .conftest import Frames

VERBS = ("standing", "trajectory", "context", "target")


def ask(verb: str, frames: Frames, **options: object) -> regions.Standing:
    indicator = "employment_rate" if verb == "target" else "unemployment_rate"
    if verb in ("standing", "trajectory"):
        options = {"indicator": indicator} | options
    named = frames._replace(
        indicators=frames.indicators.assign(indicator=indicator),
        national=frames.national.assign(indicator=indicator),
    )
    return getattr(regions, verb)(
        named.indicators, named.places, country="EL", national=named.national, **options
    )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", [int, float, object, "Int64"])
def test_years_may_be_numbers(tiny: Frames, verb: str, kind: object) -> None:
    def numbered(frame: pd.DataFrame) -> pd.DataFrame:
        years = frame["period"].astype(int)
        return frame.assign(period=years.astype(kind))

    found = ask(verb, tiny._replace(indicators=numbered(tiny.indicators), national=numbered(tiny.national)))
    assert found.sentence == ask(verb, tiny).sentence
    pd.testing.assert_frame_equal(found.table, ask(verb, tiny).table)


@pytest.mark.parametrize("period", [2020, 2020.0, np.int64(2020), np.float64(2020), "2020"])
@pytest.mark.parametrize("verb", ["standing", "context", "target"])
def test_the_year_asked_for_may_be_a_number(tiny: Frames, verb: str, period: object) -> None:
    assert ask(verb, tiny, period=period).period == "2020"


@pytest.mark.parametrize("period", [2020.5, None, True])
def test_a_period_that_is_no_year_is_refused_by_name(tiny: Frames, period: object) -> None:
    frame = tiny.indicators.astype({"period": object})
    frame.loc[0, "period"] = period
    if period is True:
        frame.loc[0, "period"] = pd.Timestamp("2020-01-01")
    with pytest.raises(FrameError, match="write years as '2021'"):
        ask("standing", tiny._replace(indicators=frame))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("endless", [np.inf, -np.inf])
def test_an_infinite_value_is_missing_and_said(tiny: Frames, verb: str, endless: float) -> None:
    def broken(value: float) -> Frames:
        frame = tiny.indicators.copy()
        frame.loc[(frame["geo"] == "EL30") & (frame["period"] == "2020"), "value"] = value
        nation = tiny.national.copy()
        nation.loc[(nation["geo"] == "EL") & (nation["period"] == "2020"), "value"] = value
        return tiny._replace(indicators=frame, national=nation)

    found, gap = ask(verb, broken(endless)), ask(verb, broken(np.nan))
    assert found.sentence == gap.sentence
    pd.testing.assert_frame_equal(found.table, gap.table)
    said = next(c for c in found.checks if c.name == "infinite_values")
    assert said.status == "failed"
    assert "EL30 2020" in said.sentence and "EL 2020" in said.sentence
    assert not [c for c in gap.checks if c.name == "infinite_values"]


def test_a_value_that_is_no_number_is_refused(tiny: Frames) -> None:
    frame = tiny.indicators.astype({"value": object})
    frame.loc[0, "value"] = "c"
    with pytest.raises(FrameError, match="column value of `indicators`"):
        ask("standing", tiny._replace(indicators=frame))


@pytest.mark.parametrize("verb", VERBS)
def test_doubled_places_are_refused_with_a_way_out(tiny: Frames, verb: str) -> None:
    with pytest.raises(FrameError, match=r"EL30.*drop_duplicates\('code'\)"):
        ask(verb, tiny._replace(places=pd.concat([tiny.places, tiny.places.query("code == 'EL30'")])))


def test_doubled_locations_are_refused(tiny: Frames) -> None:
    points = pd.DataFrame({"geo": ["EL30", "EL30"], "lon": 23.7, "lat": 38.0})
    with pytest.raises(FrameError, match=r"`locations` lists EL30 more than once"):
        ask("standing", tiny, locations=points)


@pytest.mark.parametrize("number", [np.int64, np.float32, np.float64, int])
def test_numpy_numbers_are_numbers(tiny: Frames, number: Callable[[int], float]) -> None:
    found = ask("context", tiny, threshold=number(8), margin=number(1))
    assert isinstance(found, Context)
    assert (type(found.threshold), found.threshold, found.margin) == (float, 8.0, 1.0)
    assert ask("target", tiny, goal=number(78)).goal == 78.0


def test_months_written_as_text_are_refused_by_column() -> None:
    effects = pd.DataFrame({"horizon_months": ["12", "24"], "horizon_from": "start"})
    with pytest.raises(DesignError, match=r"horizon_months holds '12'.*to_numeric"):
        horizon_band(effects)


@pytest.mark.parametrize("kind", [object, "Int64", float])
def test_months_of_any_number_type_have_a_band(kind: str) -> None:
    months = pd.Series([12, None, 25], dtype=kind)
    effects = pd.DataFrame({"horizon_months": months, "horizon_from": "start"})
    assert horizon_band(effects).tolist() == ["short", "not_comparable", "long"]
