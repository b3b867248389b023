"""Shared arcs: what goes in comes out, each border once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
import shapely

from almpo_kit.figures.placing import place
from almpo_kit.figures.topology import Topology, topology

from .maps import chessboard, eu_codes, gisco


def placed(side: int = 6) -> dict[str, Any]:
    board = chessboard(side)
    return place(board["geo"], None, board, width=300).shapes


def read(text: str) -> list[dict[str, Any]]:
    """A reader of TopoJSON of its own: features with rings of points in pixels."""
    made = json.loads(text)
    (sx, sy), (tx, ty) = made["transform"]["scale"], made["transform"]["translate"]
    arcs = []
    for arc in made["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round(x * sx + tx, 1), round(y * sy + ty, 1)))
        arcs.append(points)

    def ring(numbers: list[int]) -> list[tuple[float, float]]:
        out: list[tuple[float, float]] = []
        for k in numbers:
            points = arcs[k] if k >= 0 else arcs[~k][::-1]
            assert not out or out[-1] == points[0], "arcs do not meet"
            out += points[1:] if out else points
        return out

    return [
        {
            **f,
            "rings": [[ring(r) for r in p] for p in f["arcs"]] if f["type"] == "MultiPolygon" else f["arcs"],
        }
        for f in made["objects"]["map"]["geometries"]
    ]


def test_round_trip() -> None:
    """Every region read back from TopoJSON is the region that went in, to a tenth of a pixel."""
    shapes = placed()
    cut = topology(shapes)
    features = read(cut.topojson({"regions": [((g,), {"geo": g}) for g in shapes]}))
    assert [f["properties"]["geo"] for f in features] == list(shapes)
    for f in features:
        back = shapely.MultiPolygon([(p[0], p[1:]) for p in f["rings"]])
        true = shapes[f["properties"]["geo"]]
        assert back.symmetric_difference(true).area < 0.12 * true.length
        assert all(ring[0] == ring[-1] for p in f["rings"] for ring in p)


def test_each_border_is_kept_once() -> None:
    cut = topology(placed())
    uses = Counter(
        k if k >= 0 else ~k for polygons in cut.regions.values() for p in polygons for ring in p for k in ring
    )
    assert set(uses.values()) == {1, 2}
    # A board of 6 x 6 has 60 inner borders and 24 sides; the two arcs at each outer corner become one.
    assert sum(v == 2 for v in uses.values()) == 60
    assert sum(v == 1 for v in uses.values()) == 20
    text = json.loads(cut.topojson({"regions": [((g,), {}) for g in cut.regions]}))
    assert len(text["arcs"]) == 80


def test_an_outline_is_the_border_of_the_union() -> None:
    shapes = placed()
    cut = topology(shapes)
    own = ["EL11", "EL12", "EL22", "EL23"]
    (chain,) = cut.outline(own)
    outline = shapely.Polygon([(x / 10, y / 10) for x, y in cut.points(chain)])
    whole = shapely.union_all([shapes[g] for g in own])
    assert outline.symmetric_difference(whole).area < 0.12 * whole.length
    assert cut.touching()["EL22"] == {"EL12", "EL32", "EL21", "EL23"}


def test_borders_between_sets_come_once() -> None:
    cut = topology(placed())
    left = [g for g in cut.regions if g[2] in "012"]
    right = [g for g in cut.regions if g[2] in "345"]
    between = {k if k >= 0 else ~k for c in cut.borders([left, right], coasts=False) for k in c}
    assert len(between) == 6
    everything = [k if k >= 0 else ~k for c in cut.borders([left, right]) for k in c]
    assert len(everything) == len(set(everything)) == 26


def test_islands_holes_and_specks() -> None:
    lake = shapely.Point(5, 5).buffer(2)
    shapes = {
        "A": shapely.MultiPolygon([shapely.box(0, 0, 10, 10) - lake, shapely.box(20, 0, 20.5, 0.5)]),
        "B": lake,
        "C": shapely.box(30, 30, 30.01, 30.01),
    }
    cut = topology(shapes)
    assert len(cut.regions["A"]) == 1, "an island of a quarter of a pixel is left out"
    assert len(cut.regions["A"][0]) == 2, "the hole that B fills stays"
    assert len(cut.regions["C"]) == 1 and cut.path("C"), "all there is of a region stays, however small"
    (inner,) = cut.regions["B"][0]
    assert inner in ([~k for k in cut.regions["A"][0][1]], cut.regions["A"][0][1])
    filled = topology({"A": shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 4.5, 4.5)})
    assert len(filled.regions["A"][0]) == 1, "a hole that nobody fills and nobody sees is closed"


def test_an_empty_topology() -> None:
    cut = topology({})
    assert cut == Topology((), {})
    assert json.loads(cut.topojson({}))["arcs"] == []


@pytest.mark.parametrize("width", [168, 680])
def test_the_real_regions_survive(width: int) -> None:
    shapes = place(eu_codes(), None, gisco(), width=width).shapes
    cut = topology(shapes)
    features = read(cut.topojson({"regions": [((g,), {"geo": g}) for g in shapes]}))
    assert len(features) == 244 and all(f["rings"] for f in features)
    uses = Counter(
        k if k >= 0 else ~k for polygons in cut.regions.values() for p in polygons for ring in p for k in ring
    )
    assert max(uses.values()) == 2
    assert sum(v == 2 for v in uses.values()) > 500
