"""The break of 2021: on every row whose change runs over it, and on no other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from almpo_kit import regions
from almpo_kit.regions.breaks import crosses, crossing

from .conftest import Build, Frames


@given(st.lists(st.tuples(st.integers(2010, 2030), st.integers(2010, 2030)), min_size=1))
def test_arrays_and_single_years_agree(pairs: list[tuple[int, int]]) -> None:
    first, last = (np.array(x) for x in zip(*pairs, strict=True))
    one_by_one = [crosses(str(a), str(b)) for a, b in pairs]
    assert crossing(first, last).tolist() == one_by_one
    assert crossing([str(a) for a in first], [str(b) for b in last]).tolist() == one_by_one


def test_a_missing_year_crosses_nothing() -> None:
    assert crossing([None, "2019", "2019"], ["2022", None, "2022"]).tolist() == [False, False, True]


def test_standing_marks_its_changes(tiny: Frames) -> None:
    def ask(period: str) -> regions.Standing:
        return regions.standing(
            tiny.indicators,
            tiny.places,
            country="EL",
            indicator="unemployment_rate",
            national=tiny.national,
            period=period,
        )

    # EL30 and EL41 go from 2020 to 2021; EL42 has no 2021.
    found = ask("2021").table.set_index("geo")
    for column in ("change_1y_crosses_break", "change_since_first_crosses_break"):
        assert found[column].to_dict() == {"EL30": True, "EL41": True, "EL42": False}
    assert not ask("2020").table["change_since_first_crosses_break"].any()


def test_trajectory_marks_the_step(tiny: Frames, build: Build) -> None:
    more = build({("EL30", "2019"): 12.0, ("EL30", "2022"): 9.0, ("EL42", "2023"): 6.0})
    frames = tiny._replace(indicators=pd.concat([tiny.indicators, more]))
    table = regions.trajectory(
        frames.indicators,
        frames.places,
        country="EL",
        indicator="unemployment_rate",
        national=frames.national,
    ).table
    crossing_rows = table.loc[table["crosses_break"], ["geo", "period"]].to_numpy().tolist()
    # EL42 steps from 2020 to 2023, over its gap and over the break.
    assert crossing_rows == [["EL30", "2021"], ["EL41", "2021"], ["EL42", "2023"]]


def test_target_marks_its_pace(jobs: Frames) -> None:
    found = regions.target(jobs.indicators, jobs.places, country="EL", national=jobs.national)
    assert not found.table["pace_crosses_break"].any()
    early = jobs._replace(indicators=jobs.indicators.replace({"period": {"2021": "2019"}}))
    crossed = regions.target(early.indicators, early.places, country="EL", national=jobs.national).table
    assert crossed.set_index("geo")["pace_crosses_break"].to_dict() == {
        "EL30": True,
        "EL41": True,
        "EL42": False,
    }


@pytest.mark.parametrize("indicator", ["gdp_per_head_pps", "unemployment_rate"])
def test_only_surveys_have_the_break(real: Frames, indicator: str) -> None:
    options = {"country": "IT", "indicator": indicator, "national": real.national}
    steps = regions.trajectory(real.indicators, real.places, **options).table
    assert steps["crosses_break"].any() == (indicator == "unemployment_rate")
    assert set(steps.loc[steps["crosses_break"], "period"]) <= {"2021"}
