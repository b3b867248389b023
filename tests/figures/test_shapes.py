"""Paths for the app: every region, inside the picture, borders common, nothing turned inside out."""

from __future__ import annotations

import subprocess
import sys
from functools import reduce
from typing import Any

import pandas as pd
import pytest
import shapely

from almpo_kit.figures.shapes import RegionShapes, region_shapes
from almpo_kit.vocabulary.errors import DesignError

from .maps import chessboard, eu_codes, gisco, locations, rings
from .test_polygons import pixels, share

WIDTHS = (328.0, 680.0, 1100.0)


def make(kind: str, width: float = 680.0, **more: Any) -> RegionShapes:
    boundaries = gisco() if kind == "polygons" else None
    return region_shapes(locations(), boundaries, codes=eu_codes(), width=width, **more)


def areas(shapes: RegionShapes) -> dict[str, Any]:
    """The paths as polygons (outer rings minus holes, by the even-odd rule)."""
    return {
        geo: reduce(shapely.symmetric_difference, [shapely.make_valid(shapely.Polygon(r)) for r in rings(d)])
        for geo, d in shapes.paths.items()
    }


def test_plain_data_needs_no_altair() -> None:
    code = (
        "import sys; from almpo_kit.figures.shapes import region_shapes; "
        "sys.exit(any(m in sys.modules for m in ('altair', 'vl_convert', 'geopandas', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_region_has_a_path_inside_the_picture(kind: str, width: float) -> None:
    made = make(kind, width)
    assert made.kind == kind and len(made.paths) == 244 == len(made.centres)
    for geo, d in made.paths.items():
        corners = [p for ring in rings(d) for p in ring]
        assert len(corners) >= 3, geo
        assert all(-0.1 <= x <= made.width + 0.1 and -0.1 <= y <= made.height + 0.1 for x, y in corners), geo
    assert sum(map(len, made.paths.values())) < 250_000
    assert made.width == pytest.approx(width)


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_centres_lie_inside(kind: str) -> None:
    made = make(kind)
    whole = areas(made)
    outside = [g for g, at in made.centres.items() if not whole[g].buffer(0.3).contains(shapely.Point(at))]
    assert not outside


def test_neighbours_share_the_corners_of_their_border() -> None:
    """Each corner on a common border is a corner of both regions: no gap, no overlap."""
    made = make("polygons")
    whole = areas(made)
    geos = list(whole)
    tree = shapely.STRtree([whole[g] for g in geos])
    pairs = tree.query([whole[g] for g in geos], predicate="intersects").T
    checked = 0
    for i, j in pairs:
        if i >= j:
            continue
        assert whole[geos[i]].intersection(whole[geos[j]]).area < 1.5, (geos[i], geos[j])
        corners = [{p for r in rings(made.paths[geos[k]]) for p in r} for k in (i, j)]
        common = corners[0] & corners[1]
        border = whole[geos[i]].boundary.intersection(whole[geos[j]].boundary)
        if border.length > 2:
            assert len(common) >= 2, (geos[i], geos[j])
            checked += 1
    assert checked > 450  # NUTS 2 of the EU has more than 500 common borders
    assert not _gaps(whole, "CZ04", "DED4")


def _gaps(whole: dict[str, Any], a: str, b: str) -> bool:
    """Is there ground between two neighbours?"""
    joined = whole[a].union(whole[b])
    return joined.geom_type != "Polygon" or any(shapely.Polygon(r).area > 0.01 for r in joined.interiors)


def test_areas_are_those_of_the_boundaries() -> None:
    """Equal-area all the way: a region's share of the picture is its share of the land."""
    made = make("polygons", 1100.0)
    true = gisco().set_index("geo").geometry.area
    drawn = {g: s.area for g, s in areas(made).items()}
    big = [g for g in drawn if true[g] > 8e9 and g[:2] not in ("PT", "ES", "FR", "EL", "HR")]
    ratio = pd.Series({g: drawn[g] / true[g] for g in big})
    assert len(big) > 100
    assert (ratio / ratio.median()).between(0.95, 1.05).all()


def test_a_picture_pixel_by_pixel() -> None:
    """No ring turned inside out: each region's colour covers its own share and no more."""
    made = make("polygons", 300.0)
    colours = ("#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#00FFFF")
    parts = [f'<path d="{d}" fill="{colours[i % 5]}"/>' for i, d in enumerate(made.paths.values())]
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {made.width} {made.height}" '
        f'width="{made.width}" height="{made.height}"><rect width="100%" height="100%" fill="#FFFFFF"/>'
        f"{''.join(parts)}</svg>"
    )
    image = pixels(picture)
    shares = [share(image, c) for c in colours]
    assert all(0.01 < s < 0.12 for s in shares), shares
    assert share(image, "#FFFFFF") > 0.5


def test_outlines_are_national_borders_only() -> None:
    made = make("polygons")
    assert len(made.country_outlines) == 27
    italy = {p for r in rings(made.country_outlines["IT"]) for p in r}
    inner = {p for r in rings(made.paths["ITI2"]) for p in r}  # Umbria touches no coast and no other country
    touching = inner & italy
    assert not touching
    assert italy & {p for r in rings(made.country_outlines["AT"]) for p in r}, "a border has two sides"


def test_far_regions_stand_in_named_boxes() -> None:
    made = make("polygons")
    held = {g: box for box in made.insets for g in box.geos}
    assert set(held) == {"ES70", "PT20", "PT30", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5"}
    assert held["FRY4"].label == "Réunion" and {"Réunion", "Malta", "Cyprus", "LU"} <= {
        label.text for label in made.labels
    }
    for geo, box in held.items():
        for x, y in (p for ring in rings(made.paths[geo]) for p in ring):
            assert box.x - 0.1 <= x <= box.x + box.width + 0.1, geo
            assert box.y - 0.1 <= y <= box.y + box.height + 0.1, geo
    land = shapely.union_all([s for g, s in areas(made).items() if g not in held])
    assert not any(
        land.intersects(shapely.box(b.x, b.y - 12, b.x + b.width, b.y + b.height)) for b in made.insets
    )


def test_insets_cover_no_region_on_a_phone() -> None:
    for kind in ("polygons", "tiles"):
        made = make(kind, 328.0)
        far = {g for box in made.insets for g in box.geos}
        land = shapely.union_all([s for g, s in areas(made).items() if g not in far])
        boxes = [shapely.box(b.x, b.y - 11, b.x + b.width, b.y + b.height) for b in made.insets]
        assert not any(land.intersects(box) for box in boxes), kind


def test_regions_too_small_to_be_seen_are_named() -> None:
    small = set(make("polygons").small)
    assert {"MT00", "ES63", "ES64", "BE10"} <= small and len(small) < 20
    assert not make("tiles").small


@pytest.mark.parametrize("country", ["LU", "MT", "PT", "FR", "CY"])
@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_one_country(country: str, kind: str) -> None:
    codes = [c for c in eu_codes() if c[:2] == country]
    made = region_shapes(locations(), gisco() if kind == "polygons" else None, codes=codes, width=400)
    assert sorted(made.paths) == codes
    corners = [p for d in made.paths.values() for ring in rings(d) for p in ring]
    assert all(-0.1 <= x <= made.width + 0.1 and -0.1 <= y <= made.height + 0.1 for x, y in corners)
    assert made.height < 900


@pytest.mark.parametrize(("level", "n"), [(0, 27), (1, 92), pytest.param(3, 1165, marks=pytest.mark.slow)])
def test_other_levels(level: int, n: int) -> None:
    frame = gisco(level)
    codes = [g for g in frame["geo"] if g[:2] in {c[:2] for c in eu_codes()}]
    made = region_shapes(None, frame, codes=codes, width=680)
    assert len(made.paths) == n
    assert sum(map(len, made.paths.values())) < 250_000


def test_a_height_is_kept() -> None:
    for kind in ("polygons", "tiles"):
        made = make(kind, 900.0, height=500.0)
        assert made.height <= 500.1


def test_boundaries_in_degrees_are_projected() -> None:
    degrees = gisco().to_crs(4326)
    made = region_shapes(None, degrees, codes=eu_codes(), width=680)
    assert made.height == pytest.approx(make("polygons").height, abs=0.2)


def test_a_made_up_coverage_keeps_its_corners() -> None:
    board = chessboard()
    made = region_shapes(None, board, codes=board["geo"], width=480)
    inner = [p for ring in rings(made.paths["EL55"]) for p in ring]
    around = {p for g in ("EL45", "EL65", "EL54", "EL56") for r in rings(made.paths[g]) for p in r}
    assert set(inner) <= around
    whole = shapely.union_all(list(areas(made).values()))
    assert whole.geom_type == "Polygon" and not whole.interiors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"codes": []}, "no region to place"),
        ({"codes": ["DE21", "UKI3", "XX99"]}, "UKI3, XX99"),
        ({"codes": ["DE21", "EL"]}, "know no region EL"),
        ({"width": 20}, "cannot be read"),
        ({"width": float("nan")}, "cannot be read"),
    ],
)
@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_refusals(kind: str, change: dict[str, Any], message: str) -> None:
    boundaries = gisco() if kind == "polygons" else None
    asked: dict[str, Any] = {"codes": ["DE21"], "width": 400} | change
    with pytest.raises(DesignError, match=message):
        region_shapes(locations(), boundaries, **asked)


def test_refuses_geometry_that_it_cannot_read() -> None:
    with pytest.raises(DesignError, match="lon and lat"):
        region_shapes(None, codes=["DE21"], width=400)
    board = chessboard(3)
    with pytest.raises(DesignError, match="does not say its projection"):
        region_shapes(None, board.set_crs(None, allow_override=True), codes=["EL00"], width=400)
    twice = pd.concat([board, board.head(1)])
    with pytest.raises(DesignError, match="more than one polygon for EL00"):
        region_shapes(None, twice, codes=["EL00"], width=400)
