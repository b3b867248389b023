"""The one map: seen pixel by pixel, weighed, and read."""

from __future__ import annotations

import io
import json
import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from almpo_kit.figures import draw
from almpo_kit.figures.map_colours import class_colours
from almpo_kit.figures.svg import svg
from almpo_kit.figures.theme import HIGHLIGHT, MISSING, sequential
from almpo_kit.regions.mapping.atlas import Atlas, atlas
from almpo_kit.vocabulary.finding import Finding

from .maps import chessboard, eu_codes, gisco, indicators, locations
from .test_draw import words
from .test_topology import read
from .vision import SIGHTS, rgb, seen

LIMIT = 400_000


def rates(**more: Any) -> Atlas:
    kind = more.pop("kind", "polygons")
    boundaries = gisco() if kind == "polygons" else None
    return atlas(indicators(), "unemployment_rate", locations=locations(), boundaries=boundaries, **more)


def clusters(kind: str) -> Atlas:
    names = ("HH", "HL", "LH", "LL", "not significant")
    country = {c: names[k % 5] for k, c in enumerate(sorted({g[:2] for g in eu_codes()}))}
    table = pd.DataFrame({"geo": eu_codes(), "cluster": [country[g[:2]] for g in eu_codes()]})
    boundaries = gisco() if kind == "polygons" else None
    return atlas(table, "cluster", locations=locations(), boundaries=boundaries)


@lru_cache(maxsize=2)
def drawn_clusters(kind: str) -> tuple[Atlas, str, np.ndarray]:
    finding = clusters(kind)
    picture = svg(draw(finding, width=680))
    return finding, picture, image(picture)


def image(picture: str, scale: float = 1.0) -> np.ndarray:
    """RGB pixels of an SVG, shape (height, width, 3)."""
    import vl_convert

    with Image.open(io.BytesIO(vl_convert.svg_to_png(picture, scale=scale))) as opened:
        return np.array(opened.convert("RGB"))


def share(pixels: np.ndarray, colour: str) -> float:
    return float((pixels == rgb(colour)).all(axis=2).mean())


def weights(finding: Finding, width: int) -> tuple[int, int]:
    """Bytes of the specification and of the picture."""
    chart = draw(finding, width=width)
    return len(json.dumps(chart.to_dict()).encode()), len(svg(chart).encode())


def topologies(chart: Any) -> list[str]:
    return [v for v in chart.to_dict()["datasets"].values() if isinstance(v, str)]


@pytest.mark.parametrize("width", [328, pytest.param(1440, marks=pytest.mark.slow)])
def test_no_polygon_covers_the_map(width: int) -> None:
    picture = svg(draw(rates(period=2025), width=width))
    pixels = image(picture)
    shares = {c: share(pixels, c) for c in sequential(6)}
    assert all(v > 0.0005 for v in shares.values()), f"a class is missing: {shares}"
    assert all(v < 0.2 for v in shares.values()), f"one polygon covers the map: {shares}"
    assert share(pixels, "#FFFFFF") > 0.4


def test_every_small_map_is_drawn_in_its_own_place() -> None:
    """Vega-Lite would draw all of them on the first, if it could merge their projections."""
    pixels = image(svg(draw(rates(periods="all"), width=720)))
    greens = (pixels == rgb(sequential(6)[1])).all(axis=2)
    found = [greens[:, k * 180 : (k + 1) * 180] for k in range(4)]
    rows = [np.flatnonzero(part.sum(axis=1) > 2) for part in found]
    for own in rows:
        assert np.diff(own).max() > 60, "each column holds two maps with space between"
        assert len(own) > 100
    assert max(len(r) for r in rows) < 2 * min(len(r) for r in rows)


@pytest.mark.parametrize(
    ("kind", "width"),
    [("polygons", 328), ("polygons", 720), pytest.param("tiles", 720, marks=pytest.mark.slow)],
)
def test_a_map_of_nuts_2_weighs_less_than_400_kb(kind: str, width: int) -> None:
    # Measured 2026-11, polygons at 680: 131 kB of specification, 207 kB of picture; eight maps: 121 and 329 kB.
    for finding in (rates(kind=kind, period=2025), rates(kind=kind, periods="all")):
        spec, picture = weights(finding, width)
        assert spec < LIMIT and picture < LIMIT, (kind, width, finding.periods, spec, picture)


@pytest.mark.slow
def test_a_map_of_nuts_3_can_be_drawn() -> None:
    frame = gisco(3)
    codes = [g for g in frame["geo"] if g[:2] in {c[:2] for c in eu_codes()}]
    table = pd.DataFrame({"geo": codes, "value": [float(k % 23) for k in range(len(codes))]})
    finding = atlas(table, locations=None, boundaries=frame)
    assert len(finding.table) == 1165
    spec, picture = weights(finding, 720)
    assert spec < 600_000 and picture < 600_000
    pixels = image(svg(draw(finding, width=720)))
    assert all(share(pixels, c) < 0.2 for c in sequential(len(finding.classes)))


@pytest.mark.slow
@pytest.mark.parametrize("level", [0, 1])
def test_countries_and_large_regions(level: int) -> None:
    frame = gisco(level)
    codes = [g for g in frame["geo"] if g[:2] in {c[:2] for c in eu_codes()}]
    table = pd.DataFrame({"geo": codes, "value": [float(k % 9) for k in range(len(codes))]})
    finding = atlas(table, locations=None, boundaries=frame)
    pixels = image(svg(draw(finding, width=360)))
    assert 0.1 < sum(share(pixels, c) for c in sequential(len(finding.classes))) < 0.4


def test_a_made_up_coverage_weighs_little_and_keeps_its_topology() -> None:
    """What is asserted on the official file, on a coverage that needs no file."""
    board = chessboard(15)
    table = pd.DataFrame({"geo": board["geo"], "value": [float(k % 17) for k in range(len(board))]})
    finding = atlas(table, locations=None, boundaries=board)
    chart = draw(finding, width=680)
    spec, picture = weights(finding, 680)
    assert spec < LIMIT and picture < LIMIT
    (text,) = topologies(chart)
    features = [f for f in read(text) if f["properties"]["part"] == "m0"]
    assert len(features) == 225
    borders: dict[frozenset[Any], int] = {}
    for f in features:
        for ring in (r for p in f["rings"] for r in p):
            for a, b in pairwise(ring):
                borders[frozenset((a, b))] = borders.get(frozenset((a, b)), 0) + 1
    assert set(borders.values()) == {1, 2}, "every piece of a border belongs to one region or to two"
    arcs = json.loads(text)["arcs"]
    assert len(arcs) == 2 * 15 * 14 + 60 - 4
    pixels = image(svg(chart))
    assert all(0.02 < share(pixels, c) < 0.4 for c in sequential(len(finding.classes)))


def test_the_topology_goes_into_the_drawing_once() -> None:
    chart = draw(rates(periods="all"), width=720)
    assert len(topologies(chart)) == 1
    spec = json.dumps(chart.to_dict())
    assert spec.count("Topology") == 1
    assert '"type": "identity"' in spec and "mercator" not in spec.lower()


def test_missing_regions_are_hatched_and_counted() -> None:
    finding = rates(period=2025)
    picture = svg(draw(finding, width=680))
    assert picture.count(f'fill="{MISSING}"') == 1, "only the ground of the hatch itself"
    hatched = re.findall(r'<path[^>]*fill="url\(#[^"]*hatch\)"[^>]*><title>([^<]*)</title>', picture)
    assert [h.split(":")[0].split()[0] for h in hatched if "no data" in h] == ["DEB2", "FI20", "PL43"]
    assert "no data" in words(picture)


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
@pytest.mark.parametrize("width", [328, 720])
def test_the_legend_counts_every_region(kind: str, width: int) -> None:
    finding = rates(kind=kind, period=2025)
    said = words(svg(draw(finding, width=width)))
    for label, n in finding.counts["2025"].items():
        assert str(label) in said and re.search(rf"\b{n}\b", said), label
    assert ("Tile map: each square is one region" in said) == (kind == "tiles")
    assert "© EuroGeographics (GISCO), NUTS 2024" in said
    assert "Source: " in said and "regional_indicators" in said


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_synthetic_stands_across_the_map(kind: str) -> None:
    table = pd.DataFrame(
        {"geo": eu_codes(), "value": [float(k % 9) for k in range(244)], "source": "SYNTHETIC"}
    )
    boundaries = gisco() if kind == "polygons" else None
    finding = atlas(table, locations=locations(), boundaries=boundaries)
    picture = svg(draw(finding, width=680))
    at = [float(y) for y in re.findall(r"<text[^>]*translate\([\d.]+,([\d.]+)\)[^>]*>SYNTHETIC<", picture)]
    high = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', picture)[1])  # type: ignore[index]
    assert at and all(0.1 * high < y < 0.9 * high for y in at)
    red = (np.abs(image(picture).astype(int) - rgb("#CB8F93")) < 60).all(axis=2).mean()
    assert red > 0.002, "the word is seen"
    assert "SYNTHETIC" not in words(svg(draw(rates(kind=kind), width=680)))


@pytest.mark.parametrize("kind", [pytest.param("polygons", marks=pytest.mark.slow), "tiles"])
def test_the_outline_is_seen_and_said(kind: str) -> None:
    plain, outlined = (image(svg(draw(rates(kind=kind, highlight=h), width=400))) for h in (None, "ES"))
    assert share(plain, HIGHLIGHT) == 0 and share(outlined, HIGHLIGHT) > 0.0015
    said = words(svg(draw(rates(kind=kind, highlight="ITF3", period=2025), width=680)))
    assert "Outlined: ITF3 Campania (13.9 in 2025)." in said


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_zoomed_to_a_country(kind: str) -> None:
    finding = rates(kind=kind, zoom="ES", period=2025)
    said = words(svg(draw(finding, width=720)))
    assert len(finding.table) == 19 and "Canarias" in said and "15.2" in said
    assert "Spain (ES)" in said
    if kind == "polygons":
        assert "Portugal" in said and "France" in said


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
def test_small_countries_can_be_found(kind: str) -> None:
    said = words(svg(draw(rates(kind=kind), width=720))).split()
    assert set(["Malta", "Cyprus", "LU"] if kind == "polygons" else ["MT", "CY", "LU"]) <= set(said)
    picture = svg(draw(rates(period=2025), width=720))
    assert re.search(r"<title>MT00 Malta: \d", picture)


@pytest.mark.parametrize("kind", ["polygons", "tiles"])
@pytest.mark.parametrize("sight", list(SIGHTS))
def test_categories_have_letters_and_their_own_colours(kind: str, sight: str) -> None:
    finding, picture, plain = drawn_clusters(kind)
    letters = re.findall(r">(HH|HL|LH|LL)</text>", picture)
    assert {c: letters.count(c) for c in ("HH", "HL", "LH", "LL") if letters.count(c) < 3} == {}
    assert "high among low" in words(picture)
    pixels = seen(plain, sight)
    shown = [seen(rgb(c), sight) for c in class_colours("categories", finding.classes)]
    # As seen, each class still covers a patch of its own colour.
    assert all((pixels == c).all(axis=2).mean() > 0.005 for c in shown)
    assert len({tuple(c) for c in shown}) == 5


def test_signs_stand_on_changes() -> None:
    table = pd.DataFrame(
        {"geo": eu_codes(), "change_1y": [(-3.0, -1.0, 0.0, 1.0, 3.0)[ord(g[0]) % 5] for g in eu_codes()]}
    )
    finding = atlas(table, "change_1y", locations=locations())
    assert finding.scale == "diverging" and len(finding.classes) == 5
    picture = svg(draw(finding, width=680))
    assert {"−−", "−", "+", "++"} <= set(re.findall(r">([−+]+)</text>", picture))


@pytest.mark.parametrize(("n", "width"), [(2, 328), (9, 328), (3, 720), (7, 1200)])
def test_any_number_of_small_maps(n: int, width: int) -> None:
    rows = [(g, str(2010 + k), float((ord(g[0]) + k) % 11)) for g in eu_codes() for k in range(n)]
    finding = atlas(
        pd.DataFrame(rows, columns=["geo", "period", "value"]),
        locations=locations(),
        periods="all",
        highlight="IE",
    )
    picture = svg(draw(finding, width=width))
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert box and width - 1 <= float(box[1]) <= width + 4
    said = words(picture)
    assert all(str(2010 + k) in said for k in range(n))
    assert float(box[2]) < (2400 if width < 480 else 1500)


def test_the_title_is_the_finding() -> None:
    from almpo_kit.figures.atlas import title

    def said(sentence: str) -> str:
        return title(Finding(question="What?", sentence=sentence, table=pd.DataFrame()))

    assert said("Nine rose. Four fell.") == "Nine rose"
    assert said("SYNTHETIC data. Nine rose, e.g. Campania.") == "Nine rose, e.g. Campania"
    long = "In 2025, of 234 regions, 31 stand out in unemployment together with their neighbours: 9 high among high (e.g. Murcia (ES62) and Andalucía (ES61)), 21 low among low, and others besides"
    assert said(long) == long.split(":")[0]
    assert said("word " * 100) == "What?"
    inside = f"None stands out together with its neighbours (false discoveries held to 5%; {'word ' * 30})"
    assert said(inside) == "None stands out together with its neighbours"


@pytest.mark.slow
def test_the_same_map_gives_the_same_bytes() -> None:
    assert svg(draw(rates(period=2025), width=328)) == svg(draw(rates(period=2025), width=328))


def test_names_are_lettered_not_obeyed() -> None:
    table = pd.DataFrame(
        {"geo": ["EL30", "EL41"], "value": [1.0, 2.0], "name": ['<script>alert("x")</script>', "';}"]}
    )
    picture = svg(draw(atlas(table, locations=locations(), highlight="EL30"), width=400))
    assert "<script" not in picture and "&lt;script" in picture
    shapes = gisco()
    picture = svg(draw(atlas(table, locations=None, boundaries=shapes, highlight="EL30"), width=400))
    assert "<script" not in picture
