"""What was pulled or added comes first, whole series by whole series; offline everything is as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.services import formats, store
from almpo_kit.sources.services.series import named
from almpo_kit.sources.services.transport import Payload
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.frames import check

from . import official_formats as of
from .small_tables import NAN
from .small_tables import of as table_of

ALL = sources.nuts("2024", 2)["code"].tolist()


def keep(name: str, cells: dict[tuple[str, str], tuple[float, str]], **about: object) -> pd.DataFrame:
    """Keep a series as a pull would."""
    series = named(name)
    data = of.sdmx_csv(table_of(series, cells), series.dataset)
    frame = formats.read(data, "", series)
    payload = Payload(
        data, of.SDMX_CSV, "https://service.invalid/data", retrieved="2026-11-20T08:00:00+00:00"
    )
    store.keep(name, payload, frame, about=about)
    return frame


def test_a_pulled_series_replaces_its_own_whole(home: Path) -> None:
    before = sources.indicators(2)
    rate = {(g, y): (5.0, "e") for g in ALL for y in ("2024", "2025")}
    keep("unemployment_rate_nuts2", rate | {("AT1", "2024"): (4.0, "")})
    after = check(sources.indicators(2), "indicators")
    ours = after[after["indicator"] == "unemployment_rate"]
    # No year of the reference table is left beside the new edition, and nothing of level 1.
    assert len(ours) == 488 and set(ours["value"]) == {5.0} and set(ours["flag"]) == {"e"}
    others = after[after["indicator"] != "unemployment_rate"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        others, before[before["indicator"] != "unemployment_rate"].reset_index(drop=True)
    )
    versions = {v["dataset"]: v for v in after.attrs["data_versions"]}
    assert set(versions) == {"regional_indicators", "unemployment_rate_nuts2"}
    kept = store.latest("unemployment_rate_nuts2")
    assert kept is not None
    assert versions["unemployment_rate_nuts2"]["version"] == f"lfst_r_lfu3rt 2026-11-20 ({kept.version})"
    assert versions["unemployment_rate_nuts2"]["sha256"] == kept.sha256
    assert versions["unemployment_rate_nuts2"]["kind"] == "api"
    # The panel of this indicator names only what it is made of.
    panel = sources.panel("unemployment_rate")
    assert [v["dataset"] for v in panel.attrs["data_versions"]] == ["unemployment_rate_nuts2"]
    assert [v["dataset"] for v in sources.panel("employment_rate").attrs["data_versions"]] == [
        "regional_indicators"
    ]
    # Level 1 of the same series is there now, by itself.
    assert sources.panel("unemployment_rate", level=1)[["geo", "value"]].to_numpy().tolist() == [["AT1", 4.0]]


def test_the_newest_version_is_taken_and_a_damaged_one_is_not(home: Path) -> None:
    keep("skilled_jobs_share_nuts2", {("AT11", "2024"): (30.0, "")})
    keep("skilled_jobs_share_nuts2", {("AT11", "2024"): (31.0, "")})
    assert sources.panel("skilled_jobs_share")["value"].tolist() == [31.0]
    newest = store.latest("skilled_jobs_share_nuts2")
    assert newest is not None
    (newest.folder / "frame.parquet").write_bytes(b"x")
    panel = sources.panel("skilled_jobs_share")
    assert panel["value"].tolist() == [30.0]
    assert any("is damaged; the one before it" in n for n in panel.attrs["notices"])


def test_years_and_quarters_are_replaced_apart(home: Path) -> None:
    before = sources.panel("unemployment_rate", 0)
    quarters = before["period"].str.contains("Q")
    keep("unemployment_rate_quarterly", {("DE", "2025-Q1"): (3.5, ""), ("DE", "2025-Q2"): (3.6, "p")})
    after = sources.panel("unemployment_rate", 0)
    now = after["period"].str.contains("Q")
    assert after.loc[now, "value"].tolist() == [3.5, 3.6]
    assert len(after[~now]) == len(before[~quarters]) == 380
    keep("unemployment_rate_national", {("DE", "2025"): (3.4, "")})
    assert sorted(sources.panel("unemployment_rate", 0)["value"]) == [3.4, 3.5, 3.6]


def test_another_definition_is_taken_only_by_name(home: Path) -> None:
    before = sources.panel("unemployment_rate", 0)
    ilo = named("unemployment_rate_ilo")
    data = of.sdmx_csv_2(table_of(ilo, {("AUT", "2024"): (5.3, "")}), ilo.dataset, agency="ILO")
    store.keep(
        ilo.name,
        Payload(data, "", "https://service.invalid/ilo", retrieved="2026-11-20T08:00:00"),
        formats.read(data, "", ilo),
    )
    pd.testing.assert_frame_equal(sources.panel("unemployment_rate", 0), before)
    theirs = sources.panel("unemployment_rate", 0, series="unemployment_rate_ilo")
    assert theirs[["geo", "age", "value"]].to_numpy().tolist() == [["AT", "Y_GE15", 5.3]]
    with pytest.raises(ParameterError, match="is of unemployment_rate, not of 'employment_rate'"):
        sources.panel("employment_rate", 0, series="unemployment_rate_ilo")
    with pytest.raises(
        ParameterError, match="not held at level 2; run `almpo data pull unemployment_rate_ilo`"
    ):
        sources.panel("unemployment_rate", 2, series="unemployment_rate_ilo")


def test_a_pull_from_a_year_on_says_that_the_past_is_missing(home: Path) -> None:
    keep("unemployment_rate_nuts2", {(g, "2025"): (5.0, "") for g in ALL}, since=2025)
    notices = sources.panel("unemployment_rate").attrs["notices"]
    assert any("held from 2025 on only" in n for n in notices)


def test_vintages_and_flags_come_row_by_row(home: Path) -> None:
    keep(
        "population_nuts2",
        {("NL31", "2018"): (1e6, "b"), ("NL35", "2024"): (1.1e6, ""), ("AT", "2024"): (9e6, "")},
    )
    panel = sources.panel("population")
    assert panel.set_index("geo")["nuts_version"].to_dict() == {"NL31": "2021", "NL35": "2024"}
    assert panel["flag"].fillna("").tolist() == ["b", ""]
    assert sources.panel("population", 0)["value"].tolist() == [9e6]
    with pytest.raises(
        ParameterError, match=r"no indicator 'population' at level 3.*data pull population_nuts3"
    ):
        sources.panel("population", 3)
    with pytest.raises(ParameterError, match="of level 3 nothing was pulled or added yet"):
        sources.indicators(3)


def test_expenditure_keeps_scopes_apart_and_replaces_a_whole_one(home: Path) -> None:
    before = sources.expenditure()
    assert list(before.columns) == ["geo", "year", "scope", "measure", "unit", "value", "flag", "source"]
    assert sources.expenditure(by_category=True).empty
    lmp = named("lmp_expenditure_by_category")
    key = {"freq": "A", "geo": "", "unit": "PC_GDP", "lmp_type": "TOT2_7", "exptype": "XTOT"}
    total = of.long_table(
        {("AT", "2022"): (0.5, ""), ("DE", "2022"): (0.3, "e"), ("FR", "2022"): (NAN, "c")}, key
    )
    training = of.long_table({("AT", "2022"): (0.3, "")}, key | {"lmp_type": "2"})
    data = of.sdmx_csv(pd.concat([total, training]), "LMP_IND_EXP", agency="EMPL")
    frame = formats.read(data, "", lmp)
    store.keep(
        lmp.name, Payload(data, "", "https://service.invalid/lmp", retrieved="2026-11-20T08:00:00"), frame
    )
    categories = sources.expenditure(by_category=True)
    assert categories[["geo", "category", "value"]].to_numpy().tolist() == (
        [["AT", "2", 0.3], ["AT", "2-7", 0.5], ["DE", "2-7", 0.3]]
    )
    after = sources.expenditure()
    assert list(after.columns) == list(before.columns)
    assert after.groupby("scope").size().to_dict() == {"active_measures_1_7": 39, "measures_2_7": 2}
    datasets = [v["dataset"] for v in after.attrs["data_versions"]]
    assert datasets == ["lmp_expenditure", "lmp_expenditure_by_category"]


def test_the_list_says_what_is_held(home: Path) -> None:
    assert not sources.series()["held"].any()
    keep("skilled_jobs_share_nuts2", {("AT11", "2023"): (30.0, ""), ("AT11", "2024"): (30.5, "")})
    row = sources.series().set_index("series").loc["skilled_jobs_share_nuts2"]
    assert row[["held", "rows", "first", "last", "retrieved"]].tolist() == [
        True,
        2,
        "2023",
        "2024",
        "2026-11-20",
    ]


def test_levels_that_do_not_exist() -> None:
    for ask in (lambda: sources.indicators(4), lambda: sources.panel("unemployment_rate", -1)):
        with pytest.raises(ParameterError, match="levels 0"):
            ask()


def test_offline_the_panel_loads_neither_sdmx_nor_requests() -> None:
    code = (
        "import sys; from almpo_kit import sources; t = sources.panel('unemployment_rate', level=2); "
        "heavy = {'sdmx', 'lxml', 'requests', 'pandera', 'geopandas', 'pyarrow.parquet'} & set(sys.modules); "
        "print(len(t), sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split(" ", 1)[1].strip() == "[]"
    assert int(done.stdout.split()[0]) >= 2026
