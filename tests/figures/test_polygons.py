"""True boundaries: seen pixel by pixel, because a ring turned inside out is no error to any parser."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg
from almpo_kit.figures.theme import sequential
from almpo_kit.vocabulary.places import EU27

from .stand_ins import StandIn, standing

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def italy() -> StandIn:
    """Italy and the EU on the official boundaries, a fifth of the regions in each class."""
    shared = Path(os.environ.get("ALMPO_SHARED", ROOT.parent / "shared"))
    file = shared / "data" / "gisco" / "nuts2_2024_20M.geojson"
    if not file.is_file():
        pytest.skip("no boundary file: set ALMPO_SHARED to the folder that holds data/gisco")
    import geopandas as gpd

    shapes: Any = gpd.read_file(file).to_crs(3035)
    shapes = shapes.assign(geo=shapes["NUTS_ID"])[["geo", "geometry"]]
    codes = sorted(g for g in shapes["geo"] if g[:2] in EU27 and not g.endswith("ZZ"))
    europe = pd.DataFrame({"geo": codes, "country": [c[:2] for c in codes], "lon": 10.0, "lat": 50.0})
    europe["value"] = [(1.0, 4.0, 6.0, 8.0, 12.0)[i % 5] for i in range(len(codes))]
    own = europe[europe["country"] == "IT"].assign(name="Regione", period="2024")
    return standing(own, country="IT", europe=europe, boundaries=shapes)


def pixels(picture: str) -> np.ndarray:
    """RGB values of a PNG made from the SVG, shape (height, width, 3)."""
    import vl_convert

    data = vl_convert.svg_to_png(picture, scale=1)
    at, chunks, size = 8, b"", (0, 0)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
            assert body[8:10] == b"\x08\x06", "expected 8-bit RGBA"
        chunks += body if kind == b"IDAT" else b""
        at += 12 + length
    return _unfilter(zlib.decompress(chunks), *size)[:, :, :3]


def _unfilter(raw: bytes, width: int, height: int) -> np.ndarray:
    out = np.zeros((height, width * 4), dtype=np.int64)
    above = np.zeros(width * 4, dtype=np.int64)
    lines = np.frombuffer(raw, dtype=np.uint8).reshape(height, width * 4 + 1)
    for y, line in enumerate(lines):
        row = _line(int(line[0]), line[1:].astype(np.int64).tolist(), above.tolist())
        above = out[y] = np.array(row)
    return out.reshape(height, width, 4).astype(np.uint8)


def _line(kind: int, row: list[int], above: list[int]) -> list[int]:
    for i in range(len(row)):
        left, up, corner = (row[i - 4], above[i], above[i - 4]) if i >= 4 else (0, above[i], 0)
        guess = (0, left, up, (left + up) // 2, _paeth(left, up, corner))[kind]
        row[i] = (row[i] + guess) & 255
    return row


def _paeth(left: int, up: int, corner: int) -> int:
    p = left + up - corner
    return min((left, up, corner), key=lambda v: abs(p - v))


def share(image: np.ndarray, colour: str) -> float:
    """Share of pixels of exactly this colour."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return float((image == rgb).all(axis=2).mean())


def test_no_polygon_covers_the_map(italy: StandIn) -> None:
    picture = svg(draw(italy))
    assert len(picture) < 400_000
    image = pixels(picture)
    shares = {colour: share(image, colour) for colour in sequential(6)[:5]}
    assert all(v > 0.005 for v in shares.values()), f"a class is missing: {shares}"
    assert all(v < 0.15 for v in shares.values()), f"one polygon covers the map: {shares}"
    assert share(image, "#FFFFFF") > 0.3


def test_polygons_fit_a_phone(italy: StandIn) -> None:
    picture = svg(draw(italy, width=328))
    assert len(picture) < 400_000
    assert "Tile map" not in picture
    assert picture.count("<path") > 240
