"""Places of a file: spelling, level, vintage; what is unknown is reported, what is ambiguous says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.sources.services.formats import read
from almpo_kit.sources.services.formats.areas import EUROSTAT_OF_ISO3
from almpo_kit.sources.services.formats.code_lists import code_lists
from almpo_kit.sources.services.formats.dating import date
from almpo_kit.sources.services.formats.lmp_categories import category
from almpo_kit.sources.services.formats.places import level_of, sort, spelled
from almpo_kit.sources.services.series import named
from almpo_kit.vocabulary.places import EU27, NUTS_VERSIONS, PLACE_NAMES

from . import official_formats as of
from .small_tables import UNEMPLOYMENT, table

TGS = (
    Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[4] / "shared")
    / "data/eurostat/tgs00010_unemployment_nuts2.csv.gz"
)


def test_iso_spellings_become_eurostats_with_a_notice() -> None:
    frame = read(
        of.tsv(table({("GR30", "2024"): (10.0, ""), ("GB", "2024"): (4.0, ""), ("UKI3", "2018"): (4.0, "")})),
        "",
        UNEMPLOYMENT,
    )
    assert frame["geo"].tolist() == ["EL30", "UKI3"]
    told = " ".join(frame.attrs["notices"])
    assert "2 codes written in ISO's way (GB, GR30)" in told
    # A country in a series of regions is left out and counted, after its spelling.
    assert "1 of level 0" in told


def test_levels() -> None:
    assert [level_of(c) for c in ("AT", "AT1", "AT11", "AT111", "EU27_2020", "EA20", "UKN10")] == [
        0,
        1,
        2,
        3,
        0,
        0,
        3,
    ]
    assert [level_of(c) for c in ("XX11", "AT1111", "EU15", "", "A", "at11")] == [None] * 6
    placed = sort(["AT", "AT1", "AT11", "ATZ", "ATZZ", "ATZZZ", "FR", "XX"], (2,))
    assert placed.codes == {"AT11": "AT11"}
    told = " ".join(placed.notices)
    assert "3 extra-regio codes (ZZ: ATZ, ATZZ, ATZZZ)" in told
    assert "2 of level 0, 1 of level 1" in told and "1 place unknown here (XX)" in told


def test_every_country_we_name_has_its_three_letters() -> None:
    states = {c for c in PLACE_NAMES if len(c) == 2} - {"EU"}
    assert set(EUROSTAT_OF_ISO3.values()) == states and len(EUROSTAT_OF_ISO3) == len(states)
    assert spelled("grc") == "EL" and spelled("GBR") == "UK" and spelled("EU27_2020") == "EU27_2020"


@pytest.mark.parametrize("vintage", NUTS_VERSIONS)
@pytest.mark.parametrize("level", [2, 3])
def test_a_full_list_is_dated_as_its_own_vintage(vintage: str, level: int) -> None:
    codes = sources.nuts(vintage, level)["code"]  # type: ignore[arg-type]
    dating = date(codes, code_lists())
    assert dating.vintage == vintage and set(dating.of.values()) == {vintage}
    assert not dating.notices and not dating.unknown


def test_codes_of_every_vintage_are_ambiguous_and_say_so() -> None:
    dating = date(["AT11", "AT12"], code_lists())
    assert dating.of == {"AT11": "2024", "AT12": "2024"}
    assert len(dating.notices) == 1 and "NUTS 2013, 2016, 2021, 2024 alike" in dating.notices[0]
    assert "ambiguous" in dating.notices[0]


def test_mixed_vintages_are_dated_code_by_code() -> None:
    now = sources.nuts("2024", 2)["code"].tolist()
    dating = date([*now, "NL31", "PT16", "HU10", "QQ99"], code_lists())
    assert dating.vintage == "2024" and dating.unknown == ("QQ99",)
    assert {c: v for c, v in dating.of.items() if v != "2024"} == {
        "NL31": "2021",
        "PT16": "2021",
        "HU10": "2013",
    }
    told = " ".join(dating.notices)
    assert "mixes vintages" in told and "NL31 of 2021" in told and "QQ99" in told


def test_partner_countries_do_not_decide_the_vintage() -> None:
    old = sources.nuts("2016", 2)["code"].tolist()
    # Turkish regions are in the list of 2024 only.
    dating = date([*old, "TR10", "TR21"], code_lists())
    assert dating.vintage == "2016" and dating.of["AT11"] == "2016" and dating.of["TR10"] == "2024"


def test_no_regions_no_vintage() -> None:
    dating = date([], code_lists())
    assert (dating.vintage, dating.of, dating.notices) == ("", {}, ())


def test_categories_of_measures() -> None:
    codes = ("TOT1_9", "TOT2_7", "LMP_10", "LMP_70", "1", "11", "4.1", "LMP2", "XTOT", " TOT ")
    assert [category(c) for c in codes] == ["1-9", "2-7", "1", "7", "1", "11", "4.1", "2", "XTOT", "TOT"]


@pytest.mark.skipif(not TGS.is_file(), reason="the official file is not beside the checkout")
def test_a_real_file_of_nuts_2016() -> None:
    frame = read(TGS.read_bytes(), "", named("unemployment_rate_15plus_nuts2"))
    inside = frame[frame["geo"].str[:2].isin(EU27)]
    assert inside["nuts_version"].value_counts().index[0] == "2016"
    # Five rows of codes that ended with NUTS 2013; nothing of today's codes that did not exist.
    older = inside[inside["nuts_version"] != "2016"]
    assert set(older["nuts_version"]) == {"2013"} and set(older["geo"]) == {"HU10", "IE01", "IE02", "LT00"}
    assert inside.loc[inside["nuts_version"] == "2016", "geo"].isin(sources.nuts("2016", 2)["code"]).all()
    vienna = frame.set_index(["geo", "period"])["value"]
    raw = {tuple(k): v for k, v in vienna.loc[["AT11"]].items()}
    assert raw["AT11", "2008"] == 4.2
    assert (frame["period"].min(), frame["period"].max(), len(frame)) == ("2008", "2019", 3850)
