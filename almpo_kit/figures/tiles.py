"""Tile cartogram: one square a region, each near its true position, none on top of another.

Where no boundary file is at hand, label points are all that is known of a region. They are projected to
EPSG:3035, drawn towards their neighbours until crowded regions have room and empty stretches close (as in
Dorling's cartogram), and matched to the cells of a square grid so that the sum of squared displacements is
least (Kuhn-Munkres). A last pass swaps cells where that brings neighbours together again. Nothing is drawn
at random: the same points give the same tiles.

References
----------
Dorling (1996) Area Cartograms: Their Use and Creation. CATMOG 59.
Kuhn (1955) Nav. Res. Logist. Q. 2, 83-97.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from almpo_kit.figures import eu_tiles

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Regions far from the continent; they stand in a labelled inset.
OVERSEAS = ("PT20", "PT30", "ES70", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5")
#: Side of a cell in kilometres: about the square root of the mean area of an EU region.
CELL_KM = 128.0
#: Regions nearer than this (km) are pulled together; two label points of one country always are.
_NEIGHBOUR_KM = 330.0


@dataclass(frozen=True)
class Tile:
    """One region's cell: column from the west, row from the north, and the shift from its true place in
    kilometres (None in the inset)."""

    geo: str
    column: int
    row: int
    shift_km: float | None
    inset: bool = False


def layout(places: pd.DataFrame) -> dict[str, Tile]:
    """Tiles of all regions.

    Parameters
    ----------
    places : DataFrame, shape (n_regions, ...)
        ``geo``, ``lon``, ``lat`` (degrees). Regions without a point, and those of :data:`OVERSEAS`, go into
        the inset, in the order of their codes.

    Returns
    -------
    dict of str to Tile
        Columns and rows count from 0 on the mainland; in the inset the column counts and the row is 0.
    """
    rows = zip(places["geo"], places["lon"], places["lat"], strict=True)
    return dict(_layout(tuple(sorted((str(g), float(x), float(y)) for g, x, y in rows))))


@lru_cache(maxsize=8)
def _layout(points: eu_tiles.Points) -> tuple[tuple[str, Tile], ...]:
    ahead = eu_tiles.rows_of(points)
    if ahead is None:
        return lay_out(points)
    return tuple((geo, Tile(geo, c, r, shift, inset=shift is None)) for geo, c, r, shift in ahead)


def lay_out(points: eu_tiles.Points) -> tuple[tuple[str, Tile], ...]:
    """The search itself, for sorted points (code, longitude, latitude)."""
    import numpy as np

    placed = [p for p in points if p[0] not in OVERSEAS and p[1] == p[1] and p[2] == p[2]]
    known = {p[0] for p in placed}
    inset = [p[0] for p in points if p[0] not in known]
    tiles = [(geo, Tile(geo, k, 0, None, inset=True)) for k, geo in enumerate(inset)]
    if placed:
        codes = [p[0] for p in placed]
        true = project(np.array([p[1:] for p in placed])) / CELL_KM
        cells = _assign(codes, true)
        # How far a tile stands from its true place, after the two pictures are laid over each other.
        shift = np.hypot(*((cells - cells.mean(0)) - (true - true.mean(0))).T) * CELL_KM
        tiles += [
            (g, Tile(g, int(c), int(r), float(s))) for g, (c, r), s in zip(codes, cells, shift, strict=True)
        ]
    return tuple(tiles)


def project(lonlat: np.ndarray) -> np.ndarray:
    """Longitude and latitude, shape (n, 2), to kilometres east and *south* in EPSG:3035 (LAEA Europe)."""
    import numpy as np
    from pyproj import Transformer

    to_laea = Transformer.from_crs("EPSG:4326", "EPSG:3035", always_xy=True)
    east, north = to_laea.transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([east, -np.asarray(north)]) / 1000.0


def _assign(codes: list[str], true: np.ndarray) -> np.ndarray:
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    pairs = _neighbours(codes, true)
    loose = _relax(true, pairs)
    low = np.floor(loose.min(0)).astype(int) - 1
    high = np.ceil(loose.max(0)).astype(int) + 1
    columns, rows = np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1))
    cells = np.column_stack([columns.ravel(), rows.ravel()])
    cost = ((loose[:, None, :] - cells[None, :, :]) ** 2).sum(-1)
    _, chosen = linear_sum_assignment(cost)
    tidy = _tidy(cells[chosen], loose, pairs, codes)
    return np.column_stack([_close_up(tidy[:, 0]), _close_up(tidy[:, 1])])


def _close_up(line: np.ndarray) -> np.ndarray:
    """Count from 0 and shorten every run of empty columns (rows) to one: Cyprus lies 500 km out at sea."""
    import numpy as np

    used = np.unique(line)
    steps = np.minimum(np.diff(used, prepend=used[:1]), 2)
    return np.cumsum(steps)[np.searchsorted(used, line)]


def _neighbours(codes: list[str], true: np.ndarray) -> np.ndarray:
    """Pairs of regions that should stand together, shape (n_pairs, 2): Delaunay edges that are short or
    within a country, plus a chain that ties each country's regions together."""
    import numpy as np
    from scipy.spatial import Delaunay, QhullError, cKDTree

    n = len(codes)
    country = np.array([c[:2] for c in codes])
    pairs: set[tuple[int, int]] = set()
    if n > 3:
        try:
            for a, b, c in Delaunay(true).simplices:
                pairs |= {(min(i, j), max(i, j)) for i, j in ((a, b), (b, c), (a, c))}
        except QhullError:  # all points on one line: the chains below are all there is
            pairs = set()
    near = {(i, j) for i, j in pairs if np.hypot(*(true[i] - true[j])) * CELL_KM < _NEIGHBOUR_KM}
    near |= {(i, j) for i, j in pairs if country[i] == country[j]}
    for name in sorted(set(country)):
        members = np.flatnonzero(country == name)
        for k, i in enumerate(members[1:], start=1):
            j = members[:k][int(cKDTree(true[members[:k]]).query(true[i])[1])]
            near.add((min(int(i), int(j)), max(int(i), int(j))))
    return np.array(sorted((int(i), int(j)) for i, j in near), dtype=int).reshape(-1, 2)


def _relax(true: np.ndarray, pairs: np.ndarray, rounds: int = 90) -> np.ndarray:
    """Push apart what stands closer than a cell, pull together what belongs together (unit: cells)."""
    import numpy as np

    at = true.copy()
    if len(at) < 2:
        return at
    i, j = pairs[:, 0], pairs[:, 1]
    degree = np.maximum(np.bincount(pairs.ravel(), minlength=len(at)), 1)[:, None]
    for _ in range(rounds):
        east, south = (at[:, None, d] - at[None, :, d] for d in (0, 1))
        far = np.sqrt(east * east + south * south) + np.eye(len(at)) * 9
        push = np.maximum(1.06 - far, 0) / np.maximum(far, 0.05)
        move = 0.24 * np.column_stack([(push * east).sum(1), (push * south).sum(1)])
        edge = at[j] - at[i]
        length = np.maximum(np.hypot(*edge.T), 1e-9)
        pull = 0.5 * (np.clip(length - 1.05, 0, None) / length)[:, None] * edge
        draw = np.zeros_like(at)
        np.add.at(draw, i, pull)
        np.add.at(draw, j, -pull)
        at = at + move + 0.35 * draw / degree + 0.012 * (true - at)
    return at


def _tidy(cells: np.ndarray, loose: np.ndarray, pairs: np.ndarray, codes: list[str]) -> np.ndarray:
    """Swap cells (or move into a free one next door) while that lowers displacement plus torn neighbours."""
    import numpy as np

    cells = cells.copy()
    n = len(cells)
    friends: list[list[tuple[int, float]]] = [[] for _ in range(n)]
    for i, j in pairs.tolist():
        weight = 2.6 if codes[i][:2] == codes[j][:2] else 0.5
        friends[i].append((j, weight))
        friends[j].append((i, weight))
    spots = [(int(c), int(r)) for c, r in cells]
    owner: dict[tuple[int, int], int] = {s: k for k, s in enumerate(spots)}
    want = loose.tolist()

    def cost(k: int, spot: tuple[int, int]) -> float:
        x, y = spot
        total = (x - want[k][0]) ** 2 + (y - want[k][1]) ** 2
        for m, weight in friends[k]:
            a, b = spots[m]
            total += weight * max(0.0, max(abs(a - x), abs(b - y)) + 0.3 * min(abs(a - x), abs(b - y)) - 1.0)
        return total

    for _ in range(12):
        moved = False
        for k in range(n):
            here = spots[k]
            for dx, dy in _STEPS:
                there = (here[0] + dx, here[1] + dy)
                other = owner.get(there)
                before = cost(k, here) + (cost(other, there) if other is not None else 0.0)
                spots[k] = there
                if other is not None:
                    spots[other] = here
                after = cost(k, there) + (cost(other, here) if other is not None else 0.0)
                if after < before - 1e-9:
                    owner[there] = k
                    if other is not None:
                        owner[here] = other
                    else:
                        del owner[here]
                    here, moved = there, True
                else:
                    spots[k] = here
                    if other is not None:
                        spots[other] = there
        if not moved:
            break
    return np.array(spots, dtype=int)


_STEPS = tuple((dx, dy) for dx in range(-2, 3) for dy in range(-2, 3) if 1 <= abs(dx) + abs(dy) <= 2)


def _table_anew() -> None:
    """Lay out the regions of ``eu_tiles.csv`` again, by the label points of today."""
    import csv
    from pathlib import Path

    with (Path(__file__).parents[2] / "data" / "label_points.csv").open(
        encoding="utf-8", newline=""
    ) as handle:
        at = {r["geo"]: (float(r["lon"]), float(r["lat"])) for r in csv.DictReader(handle)}
    points = tuple((code, *at[code]) for code in eu_tiles.codes())
    eu_tiles.write(points, [(geo, t.column, t.row, t.shift_km) for geo, t in lay_out(points)])


if __name__ == "__main__":
    _table_anew()
