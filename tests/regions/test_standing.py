"""Standing: ranks, gaps and changes worked out by hand; laws; sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from almpo_kit import regions
from almpo_kit.vocabulary import DesignError, FrameError, PlaceError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

from .conftest import Build, Frames


def stand(frames: Frames, country: str = "EL", **changes: object) -> regions.Standing:
    options = {"indicator": "unemployment_rate", "national": frames.national} | changes
    return regions.standing(frames.indicators, frames.places, country=country, **options)


def status(finding: regions.Standing, name: str) -> str:
    return next(c.status for c in finding.checks if c.name == name)


def said(finding: regions.Standing, name: str) -> str:
    return next(c.sentence for c in finding.checks if c.name == name)


def test_numbers_worked_out_by_hand(tiny: Frames) -> None:
    found = stand(tiny)
    table = found.table.set_index("geo")
    assert list(table.index) == ["EL30", "EL41", "EL42"]
    assert found.period == "2021"
    assert table["value"].tolist()[:2] == [10.0, 6.0]
    assert np.isnan(table.loc["EL42", "value"])
    # Lowest unemployment first: SI03 = SI04 (3.0) < EL41 = LU00 (6.0) < EL30 (10.0).
    assert table.loc["EL41", ["rank_in_country", "rank_in_eu"]].tolist() == [1, 3]
    assert table.loc["EL30", ["rank_in_country", "rank_in_eu"]].tolist() == [2, 5]
    assert table.loc["EL42", ["rank_in_country", "rank_in_eu"]].isna().all()
    assert table["change_1y"].tolist()[:2] == [-2.0, 0.5]
    assert table["gap_to_eu"].tolist()[:2] == [3.0, -1.0]
    assert table["gap_to_nation"].tolist()[:2] == [1.0, -3.0]
    assert (found.eu_value, found.national_value, found.n_eu) == (7.0, 9.0, 5)
    assert found.eu_median == 6.0
    assert found.metrics() == {"national": 9.0, "lowest": 6.0, "highest": 10.0}


def test_sentence_names_ends_missing_and_the_eu_value(tiny: Frames) -> None:
    assert stand(tiny).sentence == (
        "In 2021 unemployment in 2 of Greece's 3 regions ran from 6.0% (Voreio Aigaio, EL41) to 10.0% "
        "(Attiki, EL30); 1 of 2 was above the EU value of 7.0%."
    )


def test_a_country_of_one_region_gets_its_own_sentence(tiny: Frames) -> None:
    found = stand(tiny, "LU")
    assert found.sentence == (
        "In 2021 unemployment in Luxembourg, which is one NUTS-2 region, was 6.0%, below the EU value of 7.0%; "
        "rank 3 of 5 EU regions (1 is the most favourable)."
    )
    assert found.question == "How does Luxembourg stand on unemployment? · 2021"


def test_equal_regions_share_the_better_rank(tiny: Frames) -> None:
    found = stand(tiny, "SI")
    assert found.table["rank_in_country"].tolist() == [1, 1]
    assert found.table["rank_in_eu"].tolist() == [1, 1]
    assert "in Slovenia's 2 regions was 3.0%; neither was above the EU value of 7.0%" in found.sentence


def test_more_employment_is_the_better_rank(jobs: Frames) -> None:
    table = stand(jobs, indicator="employment_rate").table.set_index("geo")
    assert table["rank_in_country"].to_dict() == {"EL30": 2, "EL41": 3, "EL42": 1}


def test_missing_regions_are_named_in_a_failed_check(tiny: Frames) -> None:
    found = stand(tiny)
    assert status(found, "complete") == "failed"
    assert said(found, "complete") == "1 of 3 regions has no value for 2021: Notio Aigaio (EL42)."


def test_flags_are_named_one_by_one(tiny: Frames) -> None:
    found = stand(tiny)
    assert said(found, "flag_p") == "Values for 2021 are provisional: Attiki (EL30)."
    assert said(found, "flag_e") == "Values for 2021 are estimated: Attiki (EL30)."


def test_a_change_over_the_break_is_said(tiny: Frames) -> None:
    found = stand(tiny)
    assert status(found, "break_2021") == "informational"
    assert "2020–2021" in said(found, "break_2021")


def test_the_default_year_is_complete_and_the_same_for_all(places: pd.DataFrame, build: Build) -> None:
    everywhere = ("EL30", "EL41", "EL42", "LU00", "SI03", "SI04")
    cells = {(g, y): 5.0 for g in everywhere for y in ("2022", "2023")} | {("LU00", "2024"): 5.0}
    frames = Frames(build(cells), places, build({}))
    # Luxembourg alone has 2024; it is still compared in the year that all have.
    assert {stand(frames, c).period for c in ("EL", "LU", "SI")} == {"2023"}
    assert stand(frames, "LU", period="2024").table["value"].tolist() == [5.0]


def test_extra_regio_and_other_countries_are_never_regions(tiny: Frames) -> None:
    found = stand(tiny)
    assert set(found.europe["geo"]) == {"EL30", "EL41", "EL42", "LU00", "SI03", "SI04"}
    assert found.europe["value"].max() == 10.0


def test_no_change_over_a_change_of_territory(places: pd.DataFrame, build: Build) -> None:
    cells = {("EL30", "2018"): 9.0, ("EL30", "2019"): 8.0, ("EL30", "2020"): 7.0, ("EL99", "2018"): 5.0}
    frame = build(cells, versions={("EL30", "2018"): "2021", ("EL99", "2018"): "2021"})
    found = stand(Frames(frame, places, build({})))
    row = found.table.set_index("geo").loc["EL30"]
    assert row["first_period"] == "2019"
    assert row["change_since_first"] == -1.0
    assert "EL99 in 2018" in said(found, "vintage")
    assert "Attiki (EL30)" in said(found, "vintage_of_values")
    earlier = stand(Frames(frame, places, build({})), period=2019).table.set_index("geo").loc["EL30"]
    assert np.isnan(earlier["change_1y"])


def test_missing_reference_values_leave_gaps_empty_and_are_said(tiny: Frames, build: Build) -> None:
    found = stand(tiny._replace(national=build({("EL", "2019"): 11.0})))
    assert np.isnan(found.eu_value) and np.isnan(found.national_value)
    assert found.table[["gap_to_eu", "gap_to_nation"]].isna().all(axis=None)
    assert status(found, "eu_value") == status(found, "national_value") == "failed"
    assert "the latest held is 11.0% for 2019" in said(found, "national_value")
    # Five of six regions are too few to call their median that of the EU.
    assert "the median of the 5 EU regions with a value had 6.0%" in found.sentence


@pytest.mark.parametrize("quarters", [(6.0, 6.2, 6.1, 6.1), (6.0, 6.2, 6.1)])
def test_quarters_stand_in_only_when_all_four_are_there(
    tiny: Frames, build: Build, quarters: tuple[float, ...]
) -> None:
    cells = {("EU27_2020", f"2021-Q{n}"): v for n, v in enumerate(quarters, start=1)}
    found = stand(tiny._replace(national=build(cells)))
    if len(quarters) == 4:
        assert (found.eu_value, found.eu_how) == (6.1, "mean of four quarters")
        assert "mean of four quarters" in found.sentence
        assert status(found, "eu_value") == "informational"
    else:
        assert np.isnan(found.eu_value)
        assert found.eu_how == "missing"


def test_the_published_annual_value_beats_the_quarters(tiny: Frames, build: Build) -> None:
    cells = {("EU27_2020", f"2021-Q{n}"): 5.0 for n in range(1, 5)} | {("EU27_2020", "2021"): 7.0}
    assert stand(tiny._replace(national=build(cells))).eu_value == 7.0


def test_another_age_band_is_said(tiny: Frames, build: Build) -> None:
    other = stand(tiny._replace(national=build({("EL", "2021"): 9.0}, age="Y15-64")))
    assert status(other, "age_band") == "failed"
    assert not [c for c in stand(tiny).checks if c.name == "age_band"]


def test_a_national_value_outside_its_regions_is_a_caution(places: pd.DataFrame, build: Build) -> None:
    cells = {("LU00", "2021"): 5.0, ("SI03", "2021"): 4.0, ("SI04", "2021"): 6.0}
    national = build({("LU", "2021"): 5.1, ("SI", "2021"): 7.0})
    frames = Frames(build(cells), places, national)
    assert status(stand(frames, "LU"), "agreement") == "passed"
    assert status(stand(frames, "SI"), "agreement") == "failed"


def test_order_of_rows_changes_nothing(tiny: Frames) -> None:
    shuffled = Frames(*(f.sample(frac=1, random_state=7) for f in tiny))
    pd.testing.assert_frame_equal(stand(shuffled).table, stand(tiny).table)
    assert stand(shuffled).sentence == stand(tiny).sentence


@pytest.mark.parametrize("shift", [-2.0, 0.5, 30.0])
def test_shifting_all_values_moves_no_rank_change_or_distance(tiny: Frames, shift: float) -> None:
    moved = tiny._replace(
        indicators=tiny.indicators.assign(value=tiny.indicators["value"] + shift),
        national=tiny.national.assign(value=tiny.national["value"] + shift),
    )
    same = [
        "geo",
        "rank_in_country",
        "rank_in_eu",
        "change_1y",
        "change_since_first",
        "gap_to_eu",
        "gap_to_nation",
    ]
    pd.testing.assert_frame_equal(stand(moved).table[same], stand(tiny).table[same])


def test_the_frames_are_left_as_they_were(tiny: Frames) -> None:
    before = [f.copy() for f in tiny]
    stand(tiny)
    for old, new in zip(before, tiny, strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_locations_are_carried_and_gaps_in_them_stay(tiny: Frames) -> None:
    found = stand(tiny, locations=pd.DataFrame({"geo": ["EL30"], "lon": [23.7], "lat": [38.0]}))
    europe = found.europe.set_index("geo")
    assert europe.loc["EL30", ["lon", "lat"]].tolist() == [23.7, 38.0]
    assert europe["lon"].isna().sum() == 5
    assert found.boundaries is None


def test_synthetic_rows_label_the_sentence(tiny: Frames) -> None:
    frame = tiny.indicators.assign(source="SYNTHETIC regions")
    assert stand(tiny._replace(indicators=frame)).sentence.startswith("SYNTHETIC")


def test_data_versions_reach_the_provenance(tiny: Frames) -> None:
    frame = stamp(tiny.indicators.copy(), DataVersion("regional_indicators", "2026-1"))
    found = stand(tiny._replace(indicators=frame))
    assert [str(v) for v in found.provenance.data] == ["regional_indicators 2026-1"]
    assert found.provenance.method == "regions.standing"


@pytest.mark.parametrize("country", ["ZZ", "UK", "", "EL30"])
def test_an_unknown_country_is_a_place_error(tiny: Frames, country: str) -> None:
    with pytest.raises(PlaceError, match="not one of the 27"):
        stand(tiny, country)


def test_greece_may_be_written_three_ways(tiny: Frames) -> None:
    assert {stand(tiny, c).country for c in ("EL", "gr", "Greece")} == {"EL"}


@pytest.mark.parametrize("indicator", ["unemployment", "job_vacancy_rate", ""])
def test_an_unknown_indicator_names_those_there_are(tiny: Frames, indicator: str) -> None:
    with pytest.raises(DesignError, match="choose from unemployment_rate"):
        stand(tiny, indicator=indicator)


@pytest.mark.parametrize("period", ["2031", "abc", "2021-Q1", 1999])
def test_an_unknown_period_names_those_there_are(tiny: Frames, period: object) -> None:
    with pytest.raises(DesignError, match="choose from 2020, 2021"):
        stand(tiny, period=period)


def test_an_empty_panel_says_what_to_load(tiny: Frames) -> None:
    with pytest.raises(DesignError, match=r"sources\.indicators"):
        stand(tiny._replace(indicators=tiny.indicators.iloc[:0]))


def test_a_country_absent_from_the_panel_is_listed_and_not_invented(tiny: Frames) -> None:
    frame = tiny.indicators[~tiny.indicators["geo"].str.startswith("LU")]
    found = stand(tiny._replace(indicators=frame), "LU")
    assert found.table["value"].isna().all()
    assert found.sentence == "No value of unemployment for 2020 is held for Luxembourg."


def test_hostile_frames_are_refused_by_name(tiny: Frames) -> None:
    with pytest.raises(FrameError, match="lacks the column"):
        stand(tiny._replace(indicators=tiny.indicators.drop(columns="flag")))
    with pytest.raises(FrameError, match="EL30 2020"):
        stand(tiny._replace(indicators=pd.concat([tiny.indicators, tiny.indicators.iloc[:1]])))
    two_units = tiny.indicators.assign(unit=["PC", *["THS"] * (len(tiny.indicators) - 1)])
    with pytest.raises(DesignError, match="2 units"):
        stand(tiny._replace(indicators=two_units))
    with pytest.raises(PlaceError, match=r"sources\.nuts"):
        stand(tiny._replace(places=tiny.places.iloc[:0]))
    with pytest.raises(PlaceError, match="Malta"):
        stand(tiny, "MT")


def test_ends_that_read_alike_are_said_once_and_equal_is_not_above(
    places: pd.DataFrame, build: Build
) -> None:
    cells = {("SI03", "2021"): 99.6, ("SI04", "2021"): 100.4}
    frames = Frames(build(cells, "gdp_per_head_pps_index"), places, build({}))
    assert stand(frames, "SI", indicator="gdp_per_head_pps_index").sentence == (
        "In 2021 GDP per head (EU27 = 100) in Slovenia's 2 regions was 100; neither was above the EU value, "
        "which is 100 by definition."
    )


def test_irelands_index_is_counted_as_it_is_shown(real: Frames) -> None:
    sentence = stand(real, "IE", indicator="gdp_per_head_pps_index").sentence
    assert "ran from 100 (Northern and Western, IE04)" in sentence
    assert "2 of 3 were above the EU value" in sentence
