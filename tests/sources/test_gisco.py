"""Adding a GISCO file: the right ones are kept and drawn, every other one is refused and changes nothing."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.places import EU27

SHARED = Path(os.environ.get("ALMPO_SHARED") or Path(__file__).parents[3] / "shared")
LEVEL2 = SHARED / "data/gisco/nuts2_2024_20M.geojson"
ALL = SHARED / "data/gisco/nuts_all_2024_20M.geojson"
official = pytest.mark.skipif(
    not LEVEL2.is_file(), reason="the official GISCO files are not beside the checkout"
)


def _square(code: str, k: int) -> dict[str, Any]:
    x, y = float(k % 20), 40.0 + k // 20
    ring = [[x, y], [x, y + 1], [x + 1, y + 1], [x + 1, y], [x, y]]
    properties = {"NUTS_ID": code, "LEVL_CODE": len(code) - 2, "CNTR_CODE": code[:2], "NAME_LATN": code}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture(scope="module")
def chessboard() -> dict[str, Any]:
    """A file of the right form: every region a one-degree square."""
    codes = sources.nuts("2024", 2)["code"]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    features = [_square(code, k) for k, code in enumerate(codes)]
    return {"type": "FeatureCollection", "crs": crs, "features": features}


def _write(folder: Path, content: object) -> Path:
    path = folder / "NUTS_RG.geojson"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def test_without_a_file_there_are_no_boundaries(home: Path) -> None:
    assert sources.boundaries() is None
    with pytest.raises(ParameterError, match="levels 0 to 3"):
        sources.boundaries(4)


def test_a_good_file_is_kept_and_drawn(home: Path, chessboard: dict[str, Any]) -> None:
    assert "244 of level 2" in sources.add_file(_write(home, chessboard))
    frame = sources.boundaries()
    assert frame is not None
    assert list(frame.columns) == ["geo", "country", "name", "geometry"]
    assert frame.crs.to_epsg() == 3035
    assert set(frame["geo"]) == set(sources.nuts("2024", 2)["code"])
    assert frame.attrs["data_versions"][0]["dataset"] == "gisco_nuts_2024"
    assert sources.boundaries(3) is None


def _without_crs(c: dict[str, Any]) -> None:
    del c["crs"]


def _wrong_units(c: dict[str, Any]) -> None:
    c["crs"]["properties"]["name"] = "urn:ogc:def:crs:EPSG::3035"


def _unknown_crs(c: dict[str, Any]) -> None:
    c["crs"] = {"type": "name", "properties": ["EPSG:9999"]}


def _old_vintage(c: dict[str, Any]) -> None:
    renamed = {"NL35": "NL31", "NL36": "NL33"}
    for f in c["features"]:
        f["properties"]["NUTS_ID"] = renamed.get(f["properties"]["NUTS_ID"], f["properties"]["NUTS_ID"])


def _lines(c: dict[str, Any]) -> None:
    c["features"][5]["geometry"] = {"type": "LineString", "coordinates": [[1, 40], [2, 41]]}


def _twice(c: dict[str, Any]) -> None:
    c["features"].append(c["features"][0])


def _no_level(c: dict[str, Any]) -> None:
    c["features"][3]["properties"] = ["NUTS_ID", "LEVL_CODE"]


def _no_shape(c: dict[str, Any]) -> None:
    c["features"][7]["geometry"]["coordinates"] = []


def _letters(c: dict[str, Any]) -> None:
    c["features"][0]["geometry"]["coordinates"] = [[["x", "y"]]]


def _no_features(c: dict[str, Any]) -> None:
    c["features"] = {"a": 1}


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_without_crs, "projection"),
        (_unknown_crs, "projection"),
        (_wrong_units, "other units"),
        (_old_vintage, "NL35"),
        (_lines, "LineString"),
        (_twice, "twice"),
        (_no_level, "LEVL_CODE"),
        (_no_shape, "polygon|drawn"),
        (_letters, "coordinates"),
        (_no_features, "FeatureCollection"),
    ],
)
def test_a_wrong_file_is_refused(
    home: Path, chessboard: dict[str, Any], spoil: Callable[[dict[str, Any]], None], says: str
) -> None:
    wrong = copy.deepcopy(chessboard)
    spoil(wrong)
    with pytest.raises(DataError, match=says):
        sources.add_file(_write(home, wrong))
    assert sources.boundaries() is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"[]", b"null", b'{"type": "Feat', b"[" * 100_000, b'{"features": [1, 2]}'],
)
def test_what_is_no_geojson_is_refused(home: Path, content: bytes) -> None:
    with pytest.raises(DataError):
        sources.add_file(_write(home, content))
    assert sources.boundaries() is None


def test_a_refused_file_leaves_the_good_one(home: Path, chessboard: dict[str, Any]) -> None:
    sources.add_file(_write(home, chessboard))
    with pytest.raises(DataError):
        sources.add_file(_write(home, b"{}"))
    with pytest.raises(DataError, match="cannot be read"):
        sources.add_file(home / "absent.geojson")
    assert sources.boundaries() is not None


def test_a_cache_that_cannot_be_written_says_so(home: Path, chessboard: dict[str, Any]) -> None:
    path = _write(home, chessboard)
    (home / "data/cache").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        sources.add_file(path)


@official
def test_the_official_files(home: Path) -> None:
    import shapely

    sources.add_file(LEVEL2)
    frame = sources.boundaries()
    assert frame is not None
    ours = frame[frame["country"].isin(EU27)]
    assert len(ours) == 244
    assert ours.geometry.is_valid.all()
    assert not ours.geometry.is_empty.any()
    # Neighbours still share their borders, and the whole is small enough for a page.
    assert shapely.coverage_is_valid(ours.geometry.to_numpy())
    assert shapely.get_num_coordinates(ours.geometry.to_numpy()).sum() < 12_000
    sources.add_file(ALL)
    states = sources.boundaries(0)
    assert states is not None
    assert set(EU27) <= set(states["geo"])


@official
def test_label_points_lie_in_their_regions(home: Path) -> None:
    import geopandas as gpd

    sources.add_file(LEVEL2)
    frame = sources.boundaries()
    assert frame is not None
    points = sources.locations().set_index("geo")
    ours = frame[frame["geo"].isin(sources.nuts("2024", 2)["code"])].set_index("geo")
    at = gpd.GeoSeries.from_xy(points["lon"], points["lat"], index=points.index, crs=4326).to_crs(3035)
    # Two kilometres of simplification may leave a coastal label outside.
    apart = ours.geometry.distance(at.loc[ours.index])
    assert (apart < 5_000).all(), apart[apart >= 5_000]
