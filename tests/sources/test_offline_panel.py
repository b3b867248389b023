"""The offline panel: 27 countries, 2018–2025, the published cells, and as many regions as NUTS 2024 has.

A cell that is absent was not published: the dictionary names every one of them, and the counts below are made from
its words, not from the table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.places import EU27

DICTIONARY = (Path(__file__).parents[2] / "data" / "DICTIONARY.md").read_text(encoding="utf-8")
FACTS = (
    Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[3] / "shared")
    / "facts/regional_indicators.csv"
)
YEARS = [str(y) for y in range(2018, 2026)]
LEAST = 0.98
#: Indicator → years that Eurostat had published for all countries when the table was compiled.
SPANS = {
    "unemployment_rate": YEARS,
    "employment_rate": YEARS[1:],
    "gdp_per_head_pps": ["2022", "2023", "2024"],
}


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    return sources.nuts("2024", 2)


def _years(words: str) -> Iterator[str]:
    for first, last in re.findall(r"(20\d\d)(?:–(20\d\d))?", words):
        yield from (str(y) for y in range(int(first), int(last or first) + 1))


def unpublished(indicator: str) -> set[tuple[str, str]]:
    """(region, year) that the dictionary names as not published; every code there must be one of NUTS 2024."""
    text = re.search(r"^Unemployment is missing for .*?(?=^## )", DICTIONARY, re.M | re.S)
    assert text is not None
    unemployment, _, employment = text[0].replace("\n", " ").partition("Employment is missing for")
    sentence = unemployment if indicator == "unemployment_rate" else employment.partition("Regions of")[0]
    if indicator not in ("unemployment_rate", "employment_rate"):
        return set()
    # The codes that are new in NUTS 2024 are named with a year before them.
    sentence, _, new = sentence.partition("in 2018 the regions")
    cells = {(c, "2018") for c in ("NL35", "NL36", "PT19", "PT1A", "PT1B", "PT1C", "PT1D") if new}
    for part in sentence.split(";"):
        words = part.replace("in every year", "2018–2025").replace("from 2020 on", "2020–2025")
        run = re.match(r".*?((?:[A-Z]{2}[0-9A-Z]{2}(?:, | and |\s)*)+)(.*)", words)
        if run is None:
            continue
        pieces = re.findall(
            r"((?:[A-Z]{2}[0-9A-Z]{2}(?:,? and |, |\s)+)+)((?:20\d\d(?:–20\d\d)?(?:, )?)+)", words
        )
        for codes, years in pieces:
            cells |= {(c, y) for c in re.findall(r"[A-Z]{2}[0-9A-Z]{2}", codes) for y in _years(years)}
    return cells


@pytest.mark.parametrize("indicator", SPANS)
def test_at_least_98_percent_of_the_published_cells_are_there(indicator: str, regions: pd.DataFrame) -> None:
    codes = regions["code"]
    missing = unpublished(indicator)
    assert {c for c, _ in missing} <= set(codes)
    published = {(c, y) for c in codes for y in SPANS[indicator]} - missing
    panel = sources.panel(indicator, level=2)
    held = set(zip(panel["geo"], panel["period"], strict=True))
    share = len(published & held) / len(published)
    assert share >= LEAST, f"{share:.1%}"
    # Exactly: nothing that is published is absent, and nothing that is not is there.
    assert published - held == set()
    assert {(c, y) for c, y in held if c in set(codes)} == published
    # By country and year too: no country is thin where others make up for it.
    by_country = pd.Series([c[:2] for c, _ in published]).value_counts()
    there = pd.Series([c[:2] for c, _ in published & held]).value_counts()
    assert (there.reindex(by_country.index).fillna(0) / by_country).min() >= LEAST


def test_the_counts_are_those_of_the_dictionary() -> None:
    """42 region-years of unemployment of 1,952, and 3 of employment of 1,708, were not published."""
    assert len(unpublished("unemployment_rate")) == 42
    assert unpublished("employment_rate") == {("FRY5", y) for y in ("2021", "2022", "2023")}


def test_every_member_state_in_every_year() -> None:
    panel = sources.panel("unemployment_rate")
    ours = panel[panel["geo"].str[:2].isin(EU27)]
    states = ours.groupby("period")["geo"].agg(lambda g: set(g.str[:2]))
    assert list(states.index) == YEARS
    assert all(found == set(EU27) for found in states)


@pytest.mark.parametrize(
    ("indicator", "year"),
    [("employment_rate", "2024"), ("gdp_per_head_pps", "2024"), ("employment_rate", "2019")],
)
def test_regions_per_country_are_those_of_nuts_2024(indicator: str, year: str, regions: pd.DataFrame) -> None:
    panel = sources.panel(indicator)
    rows = panel[(panel["period"] == year) & panel["geo"].str[:2].isin(EU27)]
    assert set(rows["nuts_version"]) == {"2024"}
    counts = rows.groupby(rows["geo"].str[:2])["geo"].nunique().to_dict()
    assert counts == regions.groupby("country")["code"].nunique().to_dict()
    assert sum(counts.values()) == 244 and len(counts) == 27


def test_unemployment_misses_one_region_for_good(regions: pd.DataFrame) -> None:
    panel = sources.panel("unemployment_rate")
    ever = panel[panel["nuts_version"] == "2024"]["geo"].unique()
    assert set(regions["code"]) - set(ever) == {"FI20"}


@pytest.mark.skipif(not FACTS.is_file(), reason="the compiled facts are not beside the checkout")
def test_every_compiled_fact_is_carried_unchanged() -> None:
    facts = pd.read_csv(FACTS, dtype=str, keep_default_na=False)
    ours = sources.indicators(2)
    keys = ["geo", "indicator", "period"]
    facts = facts.rename(columns={"year": "period", "time": "period"})
    both = facts.merge(ours, on=keys, how="outer", suffixes=("_fact", ""), indicator=True)
    assert (both["_merge"] == "both").mean() >= LEAST
    assert (both["_merge"] != "left_only").all()
    values = both[both["_merge"] == "both"]
    assert (values["value_fact"].astype(float) == values["value"]).all()
