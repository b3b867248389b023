"""Boundaries from GISCO: every vintage and scale, GeoJSON and TopoJSON, kept only if they are what they say."""

from __future__ import annotations

import functools
import gzip
import io
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from almpo_kit import sources
from almpo_kit.sources import cache, gisco_files, topojson
from almpo_kit.sources.services.manners import Manners
from almpo_kit.vocabulary.errors import DataError, ParameterError

from . import fake_service as at
from .fake_service import Answer, Fake

VINTAGES = ("2016", "2021", "2024")


def _collection(vintage: str, levels: tuple[int, ...]) -> dict[str, Any]:
    """Regions as a chessboard of half-degree squares, the same for each level."""
    features = []
    for level in levels:
        for k, code in enumerate(sources.nuts(vintage, level)["code"]):  # type: ignore[arg-type]
            x, y = -20.0 + (k % 100) / 2, 35.0 + (k // 100) / 2
            ring = [[x, y], [x, y + 0.5], [x + 0.5, y + 0.5], [x + 0.5, y], [x, y]]
            properties = {"NUTS_ID": code, "LEVL_CODE": level, "CNTR_CODE": code[:2], "NAME_LATN": code}
            shape = {"type": "Polygon", "coordinates": [ring]}
            features.append({"type": "Feature", "properties": properties, "geometry": shape})
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}
    return {"type": "FeatureCollection", "crs": crs, "features": features}


def topology(collection: dict[str, Any], name: str, steps: float = 1e-3) -> dict[str, Any]:
    """A GeoJSON collection as TopoJSON: each border between two corners is one arc, shared and reversed; quantised."""
    arcs: list[list[list[int]]] = []
    known: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}
    x0, y0 = -180.0, -90.0

    def index(a: tuple[int, int], b: tuple[int, int]) -> int:
        if (b, a) in known:
            return ~known[b, a]
        if (a, b) not in known:
            known[a, b] = len(arcs)
            arcs.append([list(a), [b[0] - a[0], b[1] - a[1]]])
        return known[a, b]

    def ring(corners: list[list[float]]) -> list[int]:
        whole = [(round((x - x0) / steps), round((y - y0) / steps)) for x, y in corners]
        return [index(a, b) for a, b in pairwise(whole) if a != b]

    shapes = []
    for feature in collection["features"]:
        shape, coordinates = feature["geometry"], feature["geometry"]["coordinates"]
        polygon = shape["type"] == "Polygon"
        parts = [ring(r) for r in coordinates] if polygon else [[ring(r) for r in p] for p in coordinates]
        shapes.append({"type": shape["type"], "arcs": parts, "properties": feature["properties"]})
    transform = {"scale": [steps, steps], "translate": [x0, y0]}
    objects = {name: {"type": "GeometryCollection", "geometries": shapes}}
    return {"type": "Topology", "arcs": arcs, "transform": transform, "objects": objects}


@functools.cache
def _bodies(vintage: str) -> tuple[bytes, bytes]:
    """All levels of a vintage as GeoJSON and as TopoJSON."""
    whole = _collection(vintage, (0, 1, 2, 3))
    return json.dumps(whole).encode(), json.dumps(topology(whole, "NUTS")).encode()


def _serve(fake: Fake, vintage: str, **headers: str) -> None:
    collection, topo = _bodies(vintage)
    for scale in ("20M", "60M"):
        name = f"NUTS_RG_{scale}_{vintage}_4326"
        fake.route(
            f"/gisco/geojson/{name}.geojson",
            Answer(collection, media="application/geo+json", headers=headers),
        )
        fake.route(f"/gisco/topojson/{name}.json", Answer(topo, media="application/json", headers=headers))


_ALL = [(v, f) for v in VINTAGES for f in ("geojson", "topojson")]
_FEW = (("2016", "topojson"), ("2024", "geojson"))


@pytest.mark.parametrize(
    ("vintage", "form"), [p if p in _FEW else pytest.param(*p, marks=pytest.mark.slow) for p in _ALL]
)
def test_every_vintage_is_pulled(home: Path, fake: Fake, manners: Manners, vintage: str, form: Any) -> None:
    _serve(fake, vintage)
    finding = sources.pull_boundaries(vintage, "60M", form=form, manners=manners)
    assert list(finding.table["status"]) == ["new"], finding.table["note"][0]
    ending = "geojson" if form == "geojson" else "json"
    assert fake.paths() == [f"/gisco/{form}/NUTS_RG_60M_{vintage}_4326.{ending}"]
    for level in (0, 1, 2, 3):
        frame = sources.boundaries(level, vintage, "60M")  # type: ignore[arg-type]
        assert frame is not None
        assert set(frame["geo"]) == set(sources.nuts(vintage, level)["code"])  # type: ignore[arg-type]
        assert frame.crs.to_epsg() == 3035
        assert frame.geometry.is_valid.all()
    assert frame.attrs["data_versions"][0]["dataset"] == f"gisco_nuts_{vintage}"
    assert sources.boundaries(2, vintage, "20M") is None
    assert sources.boundaries(2, vintage) is not None
    others = [v for v in VINTAGES if v != vintage]
    assert all(sources.boundaries(2, v) is None for v in others)
    assert f"boundaries NUTS {vintage}, all" in set(sources.pulled()["series"])


def test_single_levels(home: Path, fake: Fake, manners: Manners) -> None:
    for level in (1, 3):
        body = json.dumps(_collection("2021", (level,))).encode()
        fake.route(f"NUTS_RG_20M_2021_4326_LEVL_{level}.geojson", Answer(body))
    finding = sources.pull_boundaries("2021", levels=(1, 3), manners=manners)
    assert list(finding.table["status"]) == ["new", "new"]
    assert [sources.boundaries(n, "2021") is not None for n in (0, 1, 2, 3)] == [False, True, False, True]


def test_what_is_current_is_not_fetched_again(home: Path, fake: Fake, manners: Manners) -> None:
    _serve(fake, "2024", ETag='"g1"')
    sources.pull_boundaries(manners=manners)
    finding = sources.pull_boundaries(manners=manners)
    assert (list(finding.table["status"]), fake.asked[-1].headers["if-none-match"]) == (["current"], '"g1"')
    # A damaged file is not taken for current.
    (path,) = (cache.folder() / "gisco").glob("nuts_2024_20M_all.*.geojson")
    path.write_bytes(path.read_bytes()[:-1])
    assert sources.boundaries() is None
    assert list(sources.pull_boundaries(manners=manners).table["status"]) == ["new"]
    assert sources.boundaries() is not None


def test_a_damaged_file_falls_back_to_the_one_before(home: Path, fake: Fake, manners: Manners) -> None:
    _serve(fake, "2024", ETag='"g1"')
    sources.pull_boundaries(manners=manners)
    before = sources.boundaries()
    moved = _collection("2024", (0, 1, 2, 3))
    for feature in moved["features"]:
        feature["geometry"]["coordinates"] = [[[x + 1, y] for x, y in feature["geometry"]["coordinates"][0]]]
    fake.route("/geojson/NUTS_RG_20M_2024_4326.geojson", json.dumps(moved).encode())
    sources.pull_boundaries(manners=manners)
    after = sources.boundaries()
    assert before is not None
    assert after is not None
    assert after.total_bounds[0] > before.total_bounds[0]
    newest = max((cache.folder() / "gisco").glob("nuts_2024_20M_all.*"), key=lambda p: p.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes().replace(b"AT11", b"AT12"))
    assert any(newest.name in c.sentence for c in sources.check_data().failed)
    assert set(sources.pulled()["note"]) == {""}
    fallen = sources.boundaries()
    assert fallen is not None
    assert fallen.total_bounds.tolist() == before.total_bounds.tolist()


def test_a_dry_run(home: Path, fake: Fake) -> None:
    finding = sources.pull_boundaries("2016", "60M", levels=(2,), dry_run=True)
    assert "/gisco/geojson/NUTS_RG_60M_2016_4326_LEVL_2.geojson" in finding.table["note"][0]
    assert not fake.asked


@pytest.mark.parametrize(
    "options", [{"vintage": "2013"}, {"scale": "10M"}, {"levels": (4,)}, {"form": "shp"}, {"vintage": 2024}]
)
def test_what_gisco_is_not_asked_for(home: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="GISCO is asked for"):
        sources.pull_boundaries(**options)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE html><html><title>Moved</title></html>", "web page titled 'Moved'"),
        (b'{"type":"FeatureCollection","features":[', "complete JSON"),
        (json.dumps({"type": "Topology"}).encode(), "TopoJSON"),
    ],
)
def test_a_wrong_body_leaves_the_file_before(
    home: Path, fake: Fake, manners: Manners, body: bytes, says: str
) -> None:
    name = "NUTS_RG_20M_2024_4326.geojson"
    fake.route(name, body)
    finding = sources.pull_boundaries(manners=manners)
    assert says in finding.table["note"][0]
    assert "maps draw tiles" in finding.table["note"][0]
    _serve(fake, "2024")
    sources.pull_boundaries(manners=manners)
    fake.route(name, body)
    finding = sources.pull_boundaries(manners=manners)
    assert "The file held before stays in use." in finding.table["note"][0]
    assert len(finding.failed) == 1
    assert sources.boundaries() is not None


def test_another_vintage_than_it_says(home: Path, fake: Fake, manners: Manners) -> None:
    fake.route("NUTS_RG_20M_2024_4326.geojson", json.dumps(_collection("2021", (2,))).encode())
    note = sources.pull_boundaries(manners=manners).table["note"][0]
    assert "lacks" in note
    assert "NUTS 2024 regions of level 2 (e.g." in note


def test_an_interrupted_download_of_boundaries_continues(home: Path, fake: Fake, manners: Manners) -> None:
    _serve(fake, "2024", ETag='"g1"')
    fake.fail("/gisco/", at.reset_after(100_000))
    assert list(sources.pull_boundaries(manners=manners).table["status"]) == ["new"]
    assert fake.asked[1].headers["if-range"] == '"g1"'


def test_files_by_hand(home: Path, tmp_path: Path) -> None:
    for name, content in (
        ("NUTS_RG_60M_2016_4326_LEVL_2.geojson", _collection("2016", (2,))),
        ("NUTS_RG_01M_2021_4326.json", topology(_collection("2021", (0, 1, 2, 3)), "NUTS_RG_01M_2021_4326")),
    ):
        (tmp_path / name).write_text(json.dumps(content))
        assert f"NUTS {name[12:16]} boundaries" in sources.add_file(tmp_path / name)
    assert sources.boundaries(2, "2016", "60M") is not None
    assert sources.boundaries(3, "2021", "01M") is not None
    # Without the official name the codes say which vintage it is, where they can.
    (tmp_path / "mine.geojson").write_text(json.dumps(_collection("2016", (2, 3))))
    assert "NUTS 2016" in sources.add_file(tmp_path / "mine.geojson")
    (tmp_path / "mine.geojson").write_text(json.dumps(_collection("2021", (0,))))
    with pytest.raises(DataError, match="keep the official name"):
        sources.add_file(tmp_path / "mine.geojson")


def test_a_topojson_in_metres_needs_its_name(home: Path, tmp_path: Path) -> None:
    content = _collection("2024", (2,))
    for feature in content["features"]:
        ring = feature["geometry"]["coordinates"][0]
        feature["geometry"]["coordinates"] = [[[4e6 + x * 1e4, 3e6 + y * 1e4] for x, y in ring]]
    topo = topology(content, "regions", steps=1.0)
    (tmp_path / "regions.json").write_text(json.dumps(topo))
    with pytest.raises(DataError, match="keep its name"):
        sources.add_file(tmp_path / "regions.json")
    (tmp_path / "NUTS_RG_20M_2024_3035_LEVL_2.json").write_text(json.dumps(topo))
    sources.add_file(tmp_path / "NUTS_RG_20M_2024_3035_LEVL_2.json")
    frame = sources.boundaries()
    assert frame is not None
    assert frame.total_bounds[0] == pytest.approx(3.8e6)


def test_our_decoder_agrees_with_gdal(tmp_path: Path) -> None:
    import geopandas as gpd

    topo = topology(_collection("2024", (2,)), "regions")
    ours = gpd.read_file(io.BytesIO(json.dumps(topojson.to_geojson(topo, "x")).encode())).set_index("NUTS_ID")
    (tmp_path / "regions.json").write_text(json.dumps(topo))
    theirs = gpd.read_file(tmp_path / "regions.json", engine="pyogrio").set_index("NUTS_ID").set_crs(4326)
    assert len(ours) == len(theirs) == 244
    assert ours.geometry.geom_equals_exact(theirs.geometry.loc[ours.index], 1e-9, align=False).all()


@pytest.mark.parametrize(
    "topo",
    [
        {"objects": {}, "arcs": []},
        {"objects": {"a": {"geometries": []}, "b": {"geometries": []}}, "arcs": []},
        {"objects": {"a": {"geometries": [{"type": "Polygon", "arcs": [[7]]}]}}, "arcs": []},
        {
            "objects": {"a": {"geometries": [{"type": "Polygon", "arcs": [["x"]]}]}},
            "arcs": [[[0, 0], [1, 1]]],
        },
        {"objects": {"a": {"geometries": [3]}}, "arcs": [[[0, 0]]]},
        {
            "objects": {"a": {"geometries": []}},
            "arcs": [[0]],
            "transform": {"scale": [1, 1], "translate": [0, 0]},
        },
        {"objects": [], "arcs": None},
        {"objects": {"a": {"geometries": []}}, "arcs": [], "transform": {"scale": 3}},
    ],
)
def test_a_broken_topology_is_told(topo: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"no complete TopoJSON .*download it again"):
        topojson.to_geojson({"type": "Topology", **topo}, "regions.json")


SHARED = Path(__file__).parents[4] / "shared/data/gisco/nuts2_2024_20M.geojson"


@pytest.mark.skipif(not SHARED.is_file(), reason="the official GISCO files are not beside the checkout")
def test_real_polygons_through_topojson(home: Path, fake: Fake, manners: Manners) -> None:
    import shapely

    real = json.loads(SHARED.read_bytes())
    name = "NUTS_RG_20M_2024_4326_LEVL_2"
    body = json.dumps(topology(real, name, steps=1e-6)).encode()
    fake.route(f"{name}.json", Answer(gzip.compress(body), headers={"Content-Encoding": "gzip"}))
    fake.route(f"{name}.geojson", SHARED.read_bytes())
    sources.pull_boundaries(levels=(2,), form="topojson", manners=manners)
    by_arcs = sources.boundaries()
    sources.pull_boundaries(levels=(2,), form="geojson", manners=manners)
    direct = sources.boundaries()
    assert by_arcs is not None
    assert direct is not None
    ours = by_arcs[by_arcs["geo"].isin(sources.nuts("2024", 2)["code"])]
    assert shapely.coverage_is_valid(ours.geometry.to_numpy())
    # A millionth of a degree is a tenth of a metre; simplification may choose another corner here and there.
    areas = by_arcs.set_index("geo").area / direct.set_index("geo").area
    assert np.abs(areas - 1).max() < 0.02
    assert np.abs(areas - 1).median() < 1e-4


def test_official_names() -> None:
    assert gisco_files.file_name("2024", "20M", 2) == "NUTS_RG_20M_2024_4326_LEVL_2.geojson"
    assert (
        gisco_files.file_name("2016", "60M", None, epsg=3035, form="topojson") == "NUTS_RG_60M_2016_3035.json"
    )
