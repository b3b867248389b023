"""Real and made-up geometry for the tests of maps, and colours as others see them."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from almpo_kit import sources
from almpo_kit.vocabulary.places import EU27, is_extra_regio

ROOT = Path(__file__).parents[2]


def gisco(level: int = 2) -> Any:
    """The official NUTS 2024 boundaries, or a skipped test where they are not at hand."""
    found = _gisco(level)
    if found is None:
        pytest.skip("no boundary file: set ALMPO_SHARED to the folder that holds data/gisco")
    return found


@lru_cache(maxsize=4)
def _gisco(level: int) -> Any:
    import geopandas as gpd

    shared = Path(os.environ.get("ALMPO_SHARED", ROOT.parent / "shared"))
    file = shared / "data" / "gisco" / f"nuts{2 if level == 2 else '_all'}_2024_20M.geojson"
    if not file.is_file():
        return None
    frame: Any = gpd.read_file(file)
    frame = frame[frame["LEVL_CODE"] == level].to_crs(3035)
    return frame.assign(geo=frame["NUTS_ID"])[["geo", "geometry"]].reset_index(drop=True)


@lru_cache(maxsize=1)
def eu_codes() -> tuple[str, ...]:
    """The 244 NUTS-2 regions of the EU."""
    places = sources.nuts()
    codes = places.loc[places["level"] == 2, "code"]
    return tuple(c for c in codes if c[:2] in EU27 and not is_extra_regio(c))


@lru_cache(maxsize=1)
def locations() -> pd.DataFrame:
    """Label points of the real regions."""
    return sources.locations()


@lru_cache(maxsize=1)
def indicators() -> pd.DataFrame:
    """The panel, without the Portuguese and Dutch codes that NUTS 2024 no longer has."""
    rows = sources.indicators(level=2)
    return rows[~rows["geo"].isin(["NL31", "NL33", "PT16", "PT17", "PT18"])]


def chessboard(side: int = 16, country: str = "EL") -> Any:
    """``side * side`` regions in a square around the middle of Europe, with wavy common borders."""
    import geopandas as gpd
    import shapely

    step, wave = 60_000.0, 24

    def edge(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[float, float]]:
        """A border that bends; the same points in whichever direction it is walked."""
        if a > b:
            return edge(b, a)[::-1]
        t = np.linspace(0, 1, wave + 1)
        x, y = (np.array([a[i] + (b[i] - a[i]) * t for i in (0, 1)])) * step
        bend = 4_000 * np.sin(t * 4 * np.pi) * (1 if (a[0] + a[1]) % 2 else -1)
        out = (x + bend, y) if a[0] == b[0] else (x, y + bend)
        return [(float(p) + 4e6, float(q) + 2.6e6) for p, q in zip(*out, strict=True)]

    rows = []
    for i in range(side):
        for j in range(side):
            corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)]
            ring = [p for k in range(4) for p in edge(corners[k], corners[(k + 1) % 4])[:-1]]
            rows.append((f"{country}{i:x}{j:x}".upper(), shapely.Polygon(ring)))
    return gpd.GeoDataFrame({"geo": [g for g, _ in rows]}, geometry=[s for _, s in rows], crs="EPSG:3035")


def rings(path: str) -> list[list[tuple[float, float]]]:
    """Corner points of an SVG path of straight lines."""
    found = []
    for part in path.split("M")[1:]:
        points = re.findall(r"(-?[\d.]+),(-?[\d.]+)", part)
        found.append([(float(x), float(y)) for x, y in points])
    return found
