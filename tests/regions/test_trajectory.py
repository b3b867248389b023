"""Trajectory: every cell is a row, one span for the sentence, the break is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.regions.changes import common_start
from almpo_kit.regions.panel import choose_period, select
from almpo_kit.vocabulary import DesignError

from .conftest import Build, Frames


def follow(frames: Frames, country: str = "EL", indicator: str = "unemployment_rate") -> regions.Trajectory:
    return regions.trajectory(
        frames.indicators, frames.places, country=country, indicator=indicator, national=frames.national
    )


def test_every_region_and_year_is_a_row(tiny: Frames) -> None:
    found = follow(tiny)
    assert found.table[["geo", "period"]].apply(tuple, axis=1).tolist() == [
        (g, p) for g in ("EL30", "EL41", "EL42") for p in ("2020", "2021")
    ]
    assert found.table["value"].tolist()[:5] == [12.0, 10.0, 5.5, 6.0, 7.0]
    assert np.isnan(found.table["value"].iloc[5])


def test_sentence_break_and_missing(tiny: Frames) -> None:
    found = follow(tiny)
    assert found.sentence == (
        "From 2020 to 2021 unemployment rose in 1 and fell in 1 of Greece's 3 regions (1 cannot be compared); "
        "the changes ran from −2.0 points (Attiki, EL30) to +0.5 points (Voreio Aigaio, EL41); the national "
        "value went from 10.0% in 2020 to 9.0% in 2021. The series has a break in 2021, so part of the change "
        "may be due to new definitions."
    )
    assert found.breaks[0][0] == "2021"
    by_name = {c.name: c for c in found.checks}
    assert by_name["break_2021"].status == "failed"
    assert by_name["complete"].sentence.startswith("1 of 6 values")
    assert "Notio Aigaio (EL42): 2021" in by_name["complete"].sentence


def test_reference_series_have_a_row_for_every_year(tiny: Frames) -> None:
    found = follow(tiny)
    assert found.eu["period"].tolist() == ["2020", "2021"]
    assert found.eu["how"].tolist() == ["missing", "published"]
    assert found.national["value"].tolist() == [10.0, 9.0]


def test_no_break_where_the_panel_starts_after_it(jobs: Frames) -> None:
    found = follow(jobs, indicator="employment_rate")
    assert found.breaks == ()
    assert "break" not in found.sentence


def test_the_span_is_one_for_all_regions() -> None:
    values = pd.DataFrame({"2018": [1.0, np.nan, np.nan, 1.0], "2019": [1.0, 2.0, np.nan, 1.0], "2020": 3.0})
    # Two of four are missing in 2018, one of four in 2019: one short series shortens nobody's.
    assert common_start(values, "2020") == "2019"
    assert common_start(values.iloc[:3], "2020") == "2020"


def test_nothing_to_compare_is_said(places: pd.DataFrame, build: Build) -> None:
    found = follow(Frames(build({("EL30", "2021"): 5.0}), places, build({})))
    assert "can be given for Greece's 3 regions" in found.sentence
    alone = follow(Frames(build({("EL30", "2021"): 5.0}), places, build({})), "LU")
    assert (
        next(c.sentence for c in alone.checks if c.name == "complete")
        == "No region has a value for any year."
    )


def test_unknown_indicator(tiny: Frames) -> None:
    with pytest.raises(DesignError, match="choose from unemployment_rate"):
        follow(tiny, indicator="wages")


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ((0.0, 0.0), "did not change in both of Slovenia's 2 regions."),
        # 0.04 reads as 0.0, so it is no rise.
        ((0.04, -0.04), "did not change in both of Slovenia's 2 regions."),
        ((0.04, 1.0), "rose in 1 of Slovenia's 2 regions; the changes ran from 0.0 points"),
        ((0.5, 0.54), "rose in both of Slovenia's 2 regions, each by 0.5 points."),
    ],
)
def test_what_is_not_shown_is_not_counted(
    places: pd.DataFrame, build: Build, moves: tuple[float, float], said: str
) -> None:
    cells = {("SI03", "2022"): 5.0, ("SI04", "2022"): 6.0}
    cells |= {("SI03", "2023"): 5.0 + moves[0], ("SI04", "2023"): 6.0 + moves[1]}
    assert said in follow(Frames(build(cells), places, build({})), "SI").sentence


def test_three_flat_regions(places: pd.DataFrame, build: Build) -> None:
    cells = {(g, y): 5.0 for g in ("EL30", "EL41", "EL42") for y in ("2022", "2023")}
    assert (
        "did not change in all of Greece's 3 regions."
        in follow(Frames(build(cells), places, build({}))).sentence
    )


def many(n: int) -> tuple[pd.DataFrame, list[str]]:
    """A taxonomy of n made-up regions: the first is Luxembourg's, the others are Germany's."""
    codes = ["LU00", *(f"DE{i:02d}" for i in range(1, n))]
    return pd.DataFrame({"code": codes, "label": codes, "parent": "", "level": 2, "version": "2024"}), codes


@pytest.mark.parametrize(("step", "sudden"), [(150.0, False), (197.0, False), (500.0, True)])
def test_only_the_largest_hundredth_of_changes_is_sudden(build: Build, step: float, sudden: bool) -> None:
    places, codes = many(201)
    # Steps of 1, 2, … 200 elsewhere: 150 is above the median and 197 below the 99th percentile.
    steps = [step, *range(1, 201)]
    cells = {(g, "2022"): 0.0 for g in codes} | {
        (g, "2023"): float(s) for g, s in zip(codes, steps, strict=True)
    }
    found = follow(Frames(build(cells), places, build({})), "LU")
    assert ("sudden_changes" in {c.name for c in found.checks}) == sudden


@pytest.mark.parametrize(("held", "year"), [(90, "2023"), (89, "2022")])
def test_a_year_with_nine_tenths_of_the_regions_is_complete(build: Build, held: int, year: str) -> None:
    places, codes = many(100)
    cells = {(g, "2022"): 5.0 for g in codes} | {(g, "2023"): 6.0 for g in codes[:held]}
    assert choose_period(select(build(cells), places, "unemployment_rate"), None) == year
