"""Reading a frame once for all indicators gives what reading it for each gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit.regions.panel import Panel, choose_period, select, select_every
from almpo_kit.vocabulary import DesignError, FrameError

from .conftest import Build, Frames


def assert_same(a: Panel, b: Panel) -> None:
    pd.testing.assert_frame_equal(a.values, b.values)
    pd.testing.assert_frame_equal(a.flags, b.flags)
    pd.testing.assert_frame_equal(a.versions, b.versions)
    pd.testing.assert_frame_equal(a.rows, b.rows)
    pd.testing.assert_frame_equal(a.left_out, b.left_out)
    assert (a.indicator, a.age, a.infinite) == (b.indicator, b.age, b.infinite)
    assert a.rows.attrs == b.rows.attrs


@pytest.mark.parametrize("endless", [False, True])
def test_all_at_once_is_each_in_turn(real: Frames, endless: bool) -> None:
    frame = real.indicators
    if endless:
        frame = frame.assign(value=frame["value"].where(frame["geo"] != "EL30", np.inf))
        frame.attrs = real.indicators.attrs
    every = select_every(frame, real.places)
    assert list(every)[:2] == ["unemployment_rate", "employment_rate"] and len(every) == 6
    for key, panel in every.items():
        assert_same(panel, select(frame, real.places, key))
    # Earlier codes stay named, and what is infinite too.
    assert sorted(every["unemployment_rate"].left_out["geo"]) == ["NL31", "NL33", "PT16", "PT17", "PT18"]
    assert bool(every["unemployment_rate"].infinite) == endless


def test_every_cell_is_the_rows_value(real: Frames) -> None:
    panel = select(real.indicators, real.places, "unemployment_rate")
    rows = real.indicators.query("indicator == 'unemployment_rate'").set_index(["geo", "period"])["value"]
    held = panel.values.stack().dropna()
    assert len(held) == len(panel.rows)
    assert (held == rows.loc[held.index]).all()


def test_indicators_of_other_places_and_quarters_are_left_out(tiny: Frames, build: Build) -> None:
    swiss = build({("CH01", "2021"): 50.0}, "employment_rate")
    quarters = build({("EL30", "2021-Q1"): 2.0}, "job_vacancy_rate")
    frame = pd.concat([tiny.indicators, swiss, quarters])
    assert list(select_every(frame, tiny.places)) == ["unemployment_rate"]
    with pytest.raises(DesignError, match="no NUTS-2 region of the EU has a value of 'employment_rate'"):
        select(frame, tiny.places, "employment_rate")


def test_a_cell_that_is_taken_twice_is_refused(tiny: Frames) -> None:
    twice = pd.concat([tiny.indicators, tiny.indicators.head(1).assign(value=1.0)])
    for read in (
        lambda: select(twice, tiny.places, "unemployment_rate"),
        lambda: select_every(twice, tiny.places),
    ):
        with pytest.raises(FrameError, match="more than one value for EL30 2020"):
            read()


def test_the_default_year_is_the_latest_full_one(places: pd.DataFrame, build: Build) -> None:
    cells = {(g, y): 5.0 for g in ("EL30", "EL41", "SI03", "SI04") for y in ("2019", "2020")} | {
        ("EL30", "2021"): 5.0
    }
    panel = select(build(cells), places, "unemployment_rate")
    assert (choose_period(panel, None), choose_period(panel, 2021)) == ("2020", "2021")
