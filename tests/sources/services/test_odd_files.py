"""Files of every odd kind by hand, and a cache that others have written: refused in one sentence, nothing changed."""

from __future__ import annotations

import errno
import fcntl
import gzip
import json
import os
from pathlib import Path

import pytest

from almpo_kit import sources
from almpo_kit.sources import cache, gisco_files
from almpo_kit.sources.catalogue import sha256
from almpo_kit.sources.services import locks, store
from almpo_kit.sources.services.faults import UnkeptError
from almpo_kit.sources.services.formats import opening
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.workbench import cli

from . import official_formats as of
from .small_tables import table
from .test_adding import RATE, write

NAME = "unemployment_rate_nuts2"


def test_what_is_no_file(home: Path) -> None:
    os.mkfifo(home / "pipe.tsv")
    for path, says in (
        (home, "it is a folder"),
        (Path("/dev/zero"), "a device or a pipe"),
        (home / "pipe.tsv", "a device or a pipe"),
        (Path("~nobody-of-this-name/x.tsv"), "cannot be read"),
        (home / ("x" * 300), "cannot be read"),
        (home / "a\0b", "cannot be read"),
    ):
        for take in (sources.add, sources.add_file):
            with pytest.raises(DataError, match=says):
                take(path)
    assert store.names() == []


def test_the_command_refuses_in_one_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "add", "/dev/zero"]) == 1
    _, err = capsys.readouterr()
    assert err == "almpo: /dev/zero cannot be read: it is a device or a pipe; name one file.\n"


def test_orders_to_a_terminal_are_no_codes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = of.sdmx_csv(table(RATE), "lfst_r_lfu3rt").replace(b"AT11", b"\x1b[31m", 1)
    with pytest.raises(DataError, match="control characters"):
        sources.add(write(home, "lfst_r_lfu3rt.csv", data))


def test_formulas_are_no_regions(home: Path) -> None:
    data = of.sdmx_csv(table(RATE), "lfst_r_lfu3rt").replace(b"AT11", b"=cmd|x!A1")
    said = sources.add(write(home, "lfst_r_lfu3rt.csv", data))
    assert "=CMD" not in said and "1 place unknown here (=cmd|x!A1): left out" in said
    assert "=cmd|x!A1" not in set(sources.panel("unemployment_rate")["geo"])
    bad = of.sdmx_csv(table(RATE), "lfst_r_lfu3rt").replace(b"5.5", b"=1+1", 1)
    with pytest.raises(DataError, match="'=1\\+1' where a number should stand"):
        sources.add(write(home, "lfst_r_lfu3rt.csv", bad))


def test_a_bomb_is_unpacked_no_further_than_its_bound(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "LARGEST", 2_000_000)
    path = write(home, "lfst_r_lfu3rt.tsv.gz", gzip.compress(b"0" * 5_000_000))
    with pytest.raises(DataError, match="unpack to more than 2,000,000 bytes"):
        sources.add(path)


def test_a_file_without_earlier_years_says_so(home: Path) -> None:
    said = sources.add(write(home, "lfst_r_lfu3rt.tsv", of.tsv(table(RATE))))
    assert "Mind that it lacks 6 periods between 2018 and 2023" in said
    again = sources.add(write(home, "lfst_r_lfu3rt.tsv", of.tsv(table(RATE))))
    assert "Mind" not in again


def test_boundaries_may_be_compressed_and_are_no_series(home: Path) -> None:
    content = {"type": "FeatureCollection", "features": [{"type": "Feature"}]}
    path = write(home, "NUTS_RG_20M_2024_4326.geojson.gz", gzip.compress(json.dumps(content).encode()))
    with pytest.raises(DataError, match="projection"):
        sources.add(path)
    with pytest.raises(ParameterError, match=f"holds boundaries, not {NAME}"):
        sources.add(path, NAME)


@pytest.mark.parametrize("level", [2.0, True, "2", -1, None, 5])
def test_a_level_that_is_none(level: object) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 40], [0, 41], [1, 41], [0, 40]]]}
    code = {-1: "A", 5: "AT11111"}.get(level, "AT11")  # type: ignore[call-overload]
    feature = {"type": "Feature", "properties": {"NUTS_ID": code, "LEVL_CODE": level}, "geometry": square}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    data = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()
    with pytest.raises(DataError, match="not a GISCO file of NUTS regions"):
        gisco_files.check(data, "x.geojson")


def test_a_clock_set_back_hides_nothing(home: Path) -> None:
    cache.put("gisco/x.geojson", b"old", spare=1)
    (path,) = (cache.folder() / "gisco").iterdir()
    os.utime(path, (4e9, 4e9))
    cache.put("gisco/x.geojson", b"new", spare=1)
    assert cache.get("gisco/x.geojson") == b"new"


def test_a_disk_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(UnkeptError, match=r"cannot be locked \(No locks available\)"), locks.alone(tmp_path):
        pass


def test_a_version_that_another_workbench_wrote_is_fetched_anew(home: Path) -> None:
    sources.add(write(home, "lfst_r_lfu3rt.tsv", of.tsv(table(RATE))))
    kept = store.latest(NAME)
    assert kept is not None
    manifest = {k: v for k, v in kept.manifest.items() if k != "etag"}
    data = json.dumps(manifest).encode()
    (kept.folder / "manifest.json").write_bytes(data)
    kept.folder.rename(kept.folder.with_name(f"000002-20260101-{sha256(data)[:16]}"))
    assert store.latest(NAME) is None
    assert store.damaged(NAME)
    assert "DAMAGED" in sources.pulled()["note"].iloc[0]
    assert len(sources.panel("unemployment_rate")) > 488


def test_a_ring_that_does_not_close_is_no_region(home: Path) -> None:
    codes = sources.nuts("2024", 1)["code"].tolist()
    features = [
        {
            "type": "Feature",
            "properties": {"NUTS_ID": c, "LEVL_CODE": 1, "CNTR_CODE": c[:2], "NAME_LATN": c},
            "geometry": {"type": "Polygon", "coordinates": [[[i, 40], [i, 41], [i + 0.9, 41], [i, 40]]]},
        }
        for i, c in enumerate(codes)
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    content = {"type": "FeatureCollection", "crs": crs, "features": features}
    name = "NUTS_RG_20M_2024_4326_LEVL_1.geojson"
    assert "Added the NUTS 2024 boundaries" in sources.add(write(home, name, json.dumps(content).encode()))
    features[3]["geometry"]["coordinates"][0].pop()  # type: ignore[index]
    with pytest.raises(DataError, match="cannot be drawn"):
        sources.add(write(home, name, json.dumps(content).encode()))


@pytest.mark.parametrize("place", ["~nobody-of-this-name", "/dev/null", "x" * 5000])
def test_a_home_that_is_none(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMPO_HOME", place)
    assert cli.main(["data", "list"]) == 1
    assert "has no data/sources.csv" in capsys.readouterr().err
