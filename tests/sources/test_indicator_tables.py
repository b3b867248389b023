"""The committed indicators, label points and expenditure, re-checked; the dictionary's counts hold."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES

DICTIONARY = (Path(__file__).parents[2] / "data" / "DICTIONARY.md").read_text(encoding="utf-8")
RANGES = {
    "unemployment_rate": (0.5, 45),
    "youth_unemployment_rate": (2, 60),
    "long_term_unemployment_rate": (0.1, 30),
    "employment_rate": (30, 95),
    "gdp_per_head_pps": (5_000, 150_000),
    "gdp_per_head_pps_index": (20, 320),
    "tertiary_attainment": (5, 80),
    "neet_rate": (1, 45),
    "job_vacancy_rate": (0, 8),
}
EU_GDP = {"2022": 36_100, "2023": 38_400, "2024": 39_900}


@pytest.fixture(scope="module")
def regional() -> pd.DataFrame:
    return sources.indicators(2)


@pytest.fixture(scope="module")
def national() -> pd.DataFrame:
    return sources.indicators(0)


@pytest.mark.parametrize("level", [0, 2])
def test_they_are_indicator_frames_within_range(level: int) -> None:
    table = check(sources.indicators(level), "indicators")
    for indicator, values in table.groupby("indicator")["value"]:
        low, high = RANGES[str(indicator)]
        assert values.between(low, high).all(), indicator
    assert table["age"].notna().all()
    assert table.groupby("indicator")["unit"].nunique().eq(1).all()


def test_every_code_exists_in_its_vintage(regional: pd.DataFrame) -> None:
    now = set(sources.nuts("2024", 2, partners=True)["code"])
    before = set(sources.nuts("2021", 2)["code"])
    assert set(regional.loc[regional["nuts_version"] == "2024", "geo"]) <= now
    old = regional[regional["nuts_version"] == "2021"]
    assert set(old["geo"]) == {"NL31", "NL33", "PT16", "PT17", "PT18"} <= before
    assert set(old["period"]) == {"2018"}


def test_the_dictionary_counts_the_cells_that_are_there(regional: pd.DataFrame) -> None:
    codes = set(sources.nuts("2024", 2)["code"])
    assert len(codes) == 244
    there = regional[regional["geo"].isin(codes)].groupby(["indicator", "period"])["geo"].nunique()
    years = [str(y) for y in range(2018, 2026)]
    lines = re.findall(r"^\| (\w+_\w+) \| (\d[\d |]+)\|$", DICTIONARY, re.M)
    assert len(lines) == 6
    for indicator, cells in lines:
        counts = [int(c) for c in cells.split("|")]
        assert counts == [there.get((indicator, y), 0) for y in years], indicator


def test_the_missing_cells_are_the_ones_named(regional: pd.DataFrame) -> None:
    codes = set(sources.nuts("2024", 2)["code"])
    table = regional[regional["indicator"] == "unemployment_rate"]
    for year in ("2019", "2022", "2025"):
        missing = codes - set(table.loc[table["period"] == year, "geo"])
        assert (
            missing
            == {
                "2019": {"FI20"},
                "2022": {"DE22", "DE23", "DEB2", "FI20", "FRY5", "PL43"},
                "2025": {"DEB2", "FI20", "PL43"},
            }[year]
        )


def test_the_derived_gdp_index_reproduces(regional: pd.DataFrame) -> None:
    wide = regional[regional["indicator"].str.startswith("gdp")].pivot(
        index=["geo", "period"], columns="indicator", values="value"
    )
    again = 100 * wide["gdp_per_head_pps"] / wide.index.get_level_values("period").map(EU_GDP)
    assert (again - wide["gdp_per_head_pps_index"]).abs().max() < 0.0501
    assert (
        regional.loc[regional["indicator"] == "gdp_per_head_pps_index", "flag"].str.contains("derived").all()
    )


@pytest.mark.parametrize(("indicator", "apart"), [("unemployment_rate", 0.11), ("gdp_per_head_pps", 101)])
def test_one_region_countries_agree_with_the_national_series(
    regional: pd.DataFrame, national: pd.DataFrame, indicator: str, apart: float
) -> None:
    yearly = national[national["period"].str.len() == 4]
    for country in ("LU", "CY", "EE", "LV", "MT"):
        ours, theirs = (
            t[(t["indicator"] == indicator) & (t["geo"] == geo)].set_index("period")["value"]
            for t, geo in ((regional, f"{country}00"), (yearly, country))
        )
        assert (ours - theirs).abs().max() <= apart, country


def test_nations_lie_between_their_regions(regional: pd.DataFrame, national: pd.DataFrame) -> None:
    table = regional[regional["indicator"] == "unemployment_rate"]
    span = table.groupby([table["geo"].str[:2], "period"])["value"].agg(["min", "max"])
    nation = national[national["indicator"] == "unemployment_rate"].set_index(["geo", "period"])["value"]
    both = span.join(nation, how="inner")
    assert len(both) > 200
    assert ((both["value"] >= both["min"] - 0.3) & (both["value"] <= both["max"] + 0.3)).all()


def test_quarters_average_to_years(national: pd.DataFrame) -> None:
    rate = national[national["indicator"] == "unemployment_rate"]
    quarters = rate[rate["period"].str.contains("Q")]
    mean = quarters.groupby(["geo", quarters["period"].str[:4]])["value"].agg(["mean", "size"])
    full = mean.loc[mean["size"] == 4, "mean"]
    years = rate[rate["period"].str.len() == 4].set_index(["geo", "period"])["value"]
    gap = (full - years).dropna().abs()
    assert len(gap) == 52
    assert gap.max() < 0.25


def test_youth_and_long_term_rates_are_on_their_side_of_the_total(national: pd.DataFrame) -> None:
    wide = national.pivot(index=["geo", "period"], columns="indicator", values="value")
    assert not (wide["youth_unemployment_rate"] < wide["unemployment_rate"]).any()
    assert not (wide["long_term_unemployment_rate"] > wide["unemployment_rate"]).any()


def test_every_member_state_is_there_and_every_place_has_a_name(national: pd.DataFrame) -> None:
    assert set(EU27) <= set(national["geo"])
    assert set(national["geo"]) <= set(PLACE_NAMES)
    assert not (set(sources.expenditure()["geo"]) - set(PLACE_NAMES) - {"EU15"})


def test_244_regions_have_one_point_inside_europe() -> None:
    points = check(sources.locations(), "locations").set_index("geo")
    wanted = sources.nuts("2024", 2)["code"]
    ours = points.loc[wanted]
    assert len(ours) == 244
    mainland = ours[~ours.index.str.startswith(("FRY", "PT2", "PT3", "ES7"))]
    assert mainland["lon"].between(-11, 35).all()
    assert mainland["lat"].between(34, 71).all()


def test_the_two_scopes_of_expenditure_stay_apart() -> None:
    table = sources.expenditure()
    assert table.groupby("scope").size().to_dict() == {"active_measures_1_7": 39, "measures_2_7": 175}
    wide = table.pivot(index=["geo", "year"], columns="scope", values="value").dropna()
    # The second includes services: where both exist it is larger.
    assert (wide["active_measures_1_7"] > wide["measures_2_7"]).all()
    assert table["value"].between(0, 3).all()


def test_an_unknown_indicator_or_level_names_what_there_is() -> None:
    with pytest.raises(ParameterError, match="employment_rate"):
        sources.panel("unemploymet_rate")
    with pytest.raises(ParameterError, match="levels 0"):
        sources.indicators(1)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="level 2"):
        sources.locations(3)  # type: ignore[arg-type]
