"""Target: gap and paces worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary import DesignError

from .conftest import Build, Frames


def aim(frames: Frames, country: str = "EL", **options: object) -> regions.TargetGap:
    return regions.target(
        frames.indicators, frames.places, country=country, national=frames.national, **options
    )


def test_numbers_worked_out_by_hand(jobs: Frames) -> None:
    table = aim(jobs).table.set_index("geo")
    assert table["gap"].to_dict() == {"EL30": -4.0, "EL41": -17.0, "EL42": 1.0}
    # 4 points in 4 years against 4 in 5; 1 in 4 against 17 in 5; reached needs nothing.
    assert table["pace_so_far"].tolist()[:2] == [1.0, 0.25]
    assert table["pace_needed"].tolist() == [0.8, 3.4, 0.0]
    assert table["on_track"].tolist() == [True, False, True]
    assert table["status"].tolist() == ["pace so far is enough", "pace so far is not enough", "goal reached"]


def test_sentence(jobs: Frames) -> None:
    assert aim(jobs).sentence == (
        "In 2025 the employment rate of people aged 20–64 in Greece's 3 regions ran from 61.0% (Voreio Aigaio, "
        "EL41) to 79.0% (Notio Aigaio, EL42); 1 of 3 has reached 78%. Of the 2 below it, 1 has so far gained at "
        "a pace that would reach it by 2030, if it held; the middle region would need 2.1 points a year."
    )


def test_one_region_and_all_reached(jobs: Frames) -> None:
    assert aim(jobs, "LU").sentence.endswith(
        "was 73.5%, 4.5 points below 78%. It would need 0.9 points a year to get there by 2030; since 2021 it "
        "rose by 0.1 points a year."
    )
    assert aim(jobs, "SI").sentence.endswith("both have reached 78%.")


def test_a_value_without_a_past_has_no_pace_and_no_verdict(jobs: Frames) -> None:
    table = aim(jobs, goal=90).table.set_index("geo")
    assert np.isnan(table.loc["EL42", "pace_so_far"])
    assert pd.isna(table.loc["EL42", "on_track"])
    assert table.loc["EL42", "status"] == "unknown"
    # In a table for people it must read True, False or nothing, never 1.0.
    assert {type(v) for v in table["on_track"]} <= {bool, type(None)}


def test_a_pace_over_the_break_is_flagged_and_recounted(places: pd.DataFrame, build: Build) -> None:
    # 8 points since 2019, all of them before 2021: on the pace since 2021 the answer turns.
    cells = {("EL30", "2019"): 66.0, ("EL30", "2021"): 74.0, ("EL30", "2025"): 74.0}
    found = aim(Frames(build(cells, "employment_rate"), places, build({})))
    row = found.table.set_index("geo").loc["EL30"]
    assert row["on_track"] and row["pace_since_2021"] == 0.0
    failed = {c.name: c.sentence for c in found.failed}
    assert "2019–2025" in failed["break_2021"]
    assert "Attiki (EL30)" in failed["pace_since_2021"]


@pytest.mark.parametrize("goal", [70.0, 78, 85.5])
def test_gap_and_goal_make_the_value(jobs: Frames, goal: float) -> None:
    table = aim(jobs, goal=goal).table
    assert (table["gap"] + table["goal"]).tolist() == table["value"].tolist()
    # A straight line at the pace needed ends at the goal.
    short = table[table["gap"] < 0]
    assert np.allclose(short["value"] + 5 * short["pace_needed"], goal)


@pytest.mark.parametrize("goal", [0, -1, 101, True, "78", float("nan")])
def test_a_goal_that_is_no_rate_is_refused(jobs: Frames, goal: object) -> None:
    with pytest.raises(DesignError, match="goal="):
        aim(jobs, goal=goal)


def test_without_employment_it_says_so(tiny: Frames) -> None:
    with pytest.raises(DesignError, match="employment_rate"):
        aim(tiny)


def test_the_goal_is_reached_at_the_goal_exactly(places: pd.DataFrame, build: Build) -> None:
    cells = {("SI03", "2025"): 77.9, ("SI04", "2025"): 78.0, ("LU00", "2025"): 78.0}
    frames = Frames(build(cells, "employment_rate"), places, build({}))
    table = aim(frames, "SI").table.set_index("geo")
    assert table["status"].tolist() == ["unknown", "goal reached"]
    assert table.loc["SI04", ["gap", "pace_needed", "on_track"]].tolist() == [0.0, 0.0, True]
    assert "1 of 2 has reached 78%" in aim(frames, "SI").sentence
    assert aim(frames, "LU").sentence.endswith("was 78.0%: 78% is reached.")


def test_ends_that_read_alike_are_said_once(places: pd.DataFrame, build: Build) -> None:
    cells = {("SI03", "2025"): 75.01, ("SI04", "2025"): 75.04}
    sentence = aim(Frames(build(cells, "employment_rate"), places, build({})), "SI").sentence
    assert "in Slovenia's 2 regions was 75.0%; neither has reached 78%" in sentence
