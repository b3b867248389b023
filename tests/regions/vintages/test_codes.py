"""Codes: their vintage, their spelling, and what is no region."""

from __future__ import annotations

import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError
from tests.regions.vintages.conftest import frame, values


def test_a_code_of_another_vintage_is_an_error_that_names_the_right_one(correspondence: pd.DataFrame) -> None:
    wrong = frame({"FR24": 9.0, "PL11": 7.0, "AT11": 5.0}, "2021")
    with pytest.raises(
        PlaceError,
        match=r"2 codes that NUTS 2021 does not have: FR24, PL11; all of them are codes of NUTS 2013",
    ):
        regions.convert(wrong, correspondence)
    with pytest.raises(
        PlaceError, match=r"no vintage has them all \(1 in 2013, 0 in 2016, 1 in 2021, 1 in 2024\)"
    ):
        regions.convert(frame({"FR24": 9.0, "HR05": 7.0}, "2016"), correspondence)


def test_a_region_without_a_vintage_is_not_guessed(correspondence: pd.DataFrame) -> None:
    with pytest.raises(
        PlaceError,
        match=r"1 row of regions without a nuts_version \(HU10\); all of them are codes of NUTS 2013",
    ):
        regions.convert(frame({"HU10": 8.9}, None), correspondence)


def test_unknown_vintages(correspondence: pd.DataFrame) -> None:
    with pytest.raises(
        DesignError, match="to='2010': the correspondence knows the vintages 2013, 2016, 2021, 2024"
    ):
        regions.convert(frame({"HU10": 8.9}, "2013"), correspondence, to="2010")
    with pytest.raises(PlaceError, match="rows of NUTS 2006; the correspondence knows 2013"):
        regions.convert(frame({"HU10": 8.9}, "2006"), correspondence)


@pytest.mark.parametrize("version", [2013, 2013.0])
def test_a_vintage_may_be_a_number(correspondence: pd.DataFrame, version: float) -> None:
    rows = frame({"HU10": 8.9}, "2013").assign(nuts_version=version)
    assert set(values(regions.convert(rows, correspondence).frame)) == {"HU11", "HU12"}


def test_the_vintage_asked_for_may_be_a_number(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"HU10": 8.9}, "2013"), correspondence, to=2024)  # type: ignore[arg-type]
    assert found.to == "2024"
    assert set(found.frame["code_version"]) == {"2024"}


def test_greece_and_the_kingdom_are_respelled_with_a_notice(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"GR30": 20.0, "gb": 4.0, "UKM2": 6.0}, "2013"), correspondence, to="2016")
    assert values(found.frame)["EL30"] == 20.0
    assert values(found.frame)["UK"] == 4.0
    notice = next(c for c in found.checks if c.name == "spelling")
    assert notice.sentence == "Read in Eurostat's spelling (EL for GR, UK for GB): GR30, gb."


def test_what_belongs_to_no_region_passes_through_counted(correspondence: pd.DataFrame) -> None:
    rows = pd.concat(
        [frame({"ELZZ": 1.0, "AT": 5.0, "EU27_2020": 7.0, "EA20": 6.0}, "2021"), frame({"AT11": 5.0}, "2021")]
    )
    found = regions.convert(rows, correspondence)
    assert values(found.frame) == {"AT": 5.0, "AT11": 5.0, "EA20": 6.0, "ELZZ": 1.0, "EU27_2020": 7.0}
    texts = {c.name: c.sentence for c in found.checks}
    assert texts["extra_regio"] == "1 values that belong to no region (extra-regio) are passed through: ELZZ."
    assert texts["countries"] == "3 values of countries are passed through."
    assert found.frame.set_index("geo")["nuts_version"]["AT11"] == "2024"


def test_countries_without_a_correspondence_are_left_out_and_named(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"TR10": 9.0, "AT11": 5.0}, "2016"), correspondence)
    assert values(found.frame) == {"AT11": 5.0}
    assert "does not cover their countries: TR10" in " ".join(c.sentence for c in found.failed)


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        (frame({"HU10": 8.9}, "2013").drop(columns="geo"), FrameError, "lacks the column.*geo"),
        (
            pd.concat([frame({"HU10": 8.9}, "2013")] * 2),
            FrameError,
            r"more than one value for HU10 2015 \(unemployment_rate\)",
        ),
        (frame({"HU10": 8.9}, "2013").assign(value="high"), FrameError, "no number"),
        (frame({"HU10": 8.9}, "2013").assign(period=None), FrameError, "period"),
    ],
)
def test_hostile_frames(
    correspondence: pd.DataFrame, rows: pd.DataFrame, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        regions.convert(rows, correspondence)


def test_infinite_values_count_as_missing(correspondence: pd.DataFrame) -> None:
    found = regions.convert(frame({"HU11": float("inf"), "HU12": 5.0}, "2016"), correspondence, to="2013")
    assert found.frame.empty


def test_the_frame_given_is_not_changed(correspondence: pd.DataFrame) -> None:
    rows = frame({"GR30": 20.0, "HU10": 8.9}, "2013")
    before, table = rows.copy(), correspondence.copy()
    regions.convert(rows, correspondence)
    pd.testing.assert_frame_equal(rows, before)
    pd.testing.assert_frame_equal(correspondence, table)
