"""Adding a downloaded file: recognised by content or name, kept like a pull, and refused where it would do harm."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.sources.services import store
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.workbench import cli

from . import official_formats as of
from .small_tables import KEY, table
from .test_places import TGS

ALL = sources.nuts("2024", 2)["code"].tolist()
RATE = {(g, y): (5.5, "") for g in ALL for y in ("2024", "2025")}


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("download.csv", of.sdmx_csv(table(RATE), "lfst_r_lfu3rt")),
        pytest.param("download.json", of.json_stat(table(RATE), "lfst_r_lfu3rt"), marks=pytest.mark.slow),
        pytest.param(
            "download.xml", of.sdmx_ml_generic(table(RATE), "lfst_r_lfu3rt"), marks=pytest.mark.slow
        ),
        ("estat_lfst_r_lfu3rt.tsv.gz", of.tsv(table(RATE), compressed=True)),
        ("LFST_R_LFU3RT (1).tsv", of.tsv(table(RATE))),
        ("lfst_r_lfu3rt__custom_42_linear.csv", of.plain_csv(table(RATE))),
    ],
)
def test_a_dataset_of_ours_is_recognised_and_feeds_the_panel(home: Path, name: str, data: bytes) -> None:
    said = sources.add(write(home, name, data))
    assert f"Added unemployment_rate_nuts2 from {name}: 488 values of 244 places, 2024 to 2025." in said
    panel = sources.panel("unemployment_rate")
    assert len(panel) == 488 and set(panel["value"]) == {5.5}
    version = panel.attrs["data_versions"][0]
    assert version["kind"] == "file" and version["version"].startswith("lfst_r_lfu3rt 20")
    kept = store.latest("unemployment_rate_nuts2")
    # The very bytes that came are kept beside what was read from them.
    assert kept is not None and kept.raw == (data,) and kept.manifest["file"] == name


def test_one_dataset_feeds_every_series_it_holds(home: Path) -> None:
    whole = pd.concat([table(RATE), table(RATE, age="Y15-24").assign(OBS_VALUE=14.0), table(RATE, sex="F")])
    said = sources.add(write(home, "lfst_r_lfu3rt.tsv", of.tsv(whole)))
    assert "Added unemployment_rate_nuts2" in said and "Added youth_unemployment_rate_nuts2" in said
    assert set(sources.panel("youth_unemployment_rate")["value"]) == {14.0}
    assert set(sources.panel("unemployment_rate")["value"]) == {5.5}


def test_a_name_that_begins_like_ours_is_not_ours(home: Path) -> None:
    force = {"freq": "A", "sex": "T", "age": "Y15-74", "unit": "THS_PER", "geo": ""}
    data = of.tsv(of.long_table({("AT11", "2024"): (148.0, "")}, force))
    with pytest.raises(ParameterError, match=r"names no dataset.*--as SERIES.*labour_force_nuts2"):
        sources.add(write(home, "estat_lfst_r_lfp2actrt.tsv", data))
    assert "Added labour_force_nuts2" in sources.add(
        home / "estat_lfst_r_lfp2actrt.tsv", "labour_force_nuts2"
    )
    other = write(home, "other.csv", of.sdmx_csv(table(RATE), "lfst_r_lfe2en2"))
    with pytest.raises(ParameterError, match="dataset LFST_R_LFE2EN2, which feeds no series of ours"):
        sources.add(other)


def test_a_file_of_a_few_regions_does_not_take_the_place_of_europe(home: Path) -> None:
    before = sources.panel("unemployment_rate")
    few = write(
        home, "lfst_r_lfu3rt.tsv", of.tsv(table({("AT11", "2025"): (4.0, ""), ("AT12", "2025"): (4.1, "")}))
    )
    with pytest.raises(
        DataError, match=r"2 places of unemployment_rate_nuts2, while \d+ are in use.*--accept-shrinking"
    ):
        sources.add(few)
    pd.testing.assert_frame_equal(sources.panel("unemployment_rate"), before)
    assert store.latest("unemployment_rate_nuts2") is None
    sources.add(few, accept_shrinking=True)
    assert len(sources.panel("unemployment_rate")) == 2
    # What was never there can be begun small.
    skilled = {"freq": "A", "category": "HRSTO", "unit": "PC_ACT", "geo": ""}
    one = write(home, "hrst_st_rcat.tsv", of.tsv(of.long_table({("AT11", "2024"): (29.0, "")}, skilled)))
    assert "Added skilled_jobs_share_nuts2" in sources.add(one)


def test_a_refused_file_changes_nothing(home: Path) -> None:
    sources.add(write(home, "lfst_r_lfu3rt.tsv", of.tsv(table(RATE))))
    good = store.latest("unemployment_rate_nuts2")
    for name, data, says in (
        ("lfst_r_lfu3rt.tsv", of.tsv(table(RATE))[:-3], "cut off"),
        ("lfst_r_lfu3rt.tsv", of.tsv(table(RATE, unit="THS_PER")), "was not added.*needs unit=pc"),
        ("lfst_r_lfu3rt.tsv", b"", "empty"),
        ("lfst_r_lfu3rt.csv", b"<html></html>", "web page"),
    ):
        with pytest.raises(DataError, match=says):
            sources.add(write(home, name, data))
    with pytest.raises(DataError, match="cannot be read"):
        sources.add(home / "absent.tsv")
    with pytest.raises(DataError, match="cannot be read"):
        sources.add(home)
    with pytest.raises(ParameterError, match="no series 'unemployment'"):
        sources.add(home / "lfst_r_lfu3rt.tsv", "unemployment")
    still = store.latest("unemployment_rate_nuts2")
    assert good is not None and still is not None and still.version == good.version


def test_boundaries_still_go_where_they_belong(home: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 40], [0, 41], [1, 41], [0, 40]]]}
    properties = {"NUTS_ID": "AT11", "LEVL_CODE": 2}
    feature = {"type": "Feature", "properties": properties, "geometry": square}
    content = {"type": "FeatureCollection", "features": [feature]}
    with pytest.raises(DataError, match="projection"):
        sources.add(write(home, "lfst_r_lfu3rt.geojson", json.dumps(content).encode()))


def test_the_command(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(home, "some.tsv", of.tsv(table({("AT11", "2025"): (4.0, "u")})))
    assert cli.main(["data", "add", str(path)]) == 2
    assert "--as SERIES" in capsys.readouterr().err
    command = ["data", "add", str(path), "--as", "unemployment_rate_nuts2"]
    assert cli.main(command) == 1
    assert "--accept-shrinking" in capsys.readouterr().err
    assert cli.main([*command, "--accept-shrinking"]) == 0
    assert "1 value of 1 place, 2025" in capsys.readouterr().out
    assert cli.main(["data", "series"]) == 0
    assert "unemployment_rate_nuts2" in capsys.readouterr().out


@pytest.mark.skipif(not TGS.is_file(), reason="the official file is not beside the checkout")
def test_a_real_file(home: Path) -> None:
    said = sources.add(TGS)
    assert "Added unemployment_rate_15plus_nuts2" in said and "HU10 of 2013" in said and "UKI1" in said
    panel = sources.panel("unemployment_rate", series="unemployment_rate_15plus_nuts2")
    assert set(panel["age"]) == {"Y_GE15"}
    # Its age band is another, so it does not feed the panel of the indicator.
    assert set(sources.panel("unemployment_rate")["age"]) == {"Y15-74"}
    with pytest.raises(DataError, match="lacks the dimension isced11"):
        sources.add(TGS, "unemployment_rate_nuts2")


def test_the_key_of_the_small_tables_is_the_official_order() -> None:
    from almpo_kit.sources.services.series import named

    assert tuple(KEY) == named("unemployment_rate_nuts2").order
