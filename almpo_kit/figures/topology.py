"""Polygons on a sheet as shared arcs: a border that two regions share is kept, and drawn, once.

Coordinates are whole tenths of a pixel. Neighbours that had a vertex in common still have it after rounding,
so that no gap opens, and the outline of any set of regions is the arcs that only one of them uses.

References
----------
The TopoJSON Format Specification, https://github.com/topojson/topojson-specification
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Point = tuple[int, int]
#: Tenths of a pixel in one pixel.
UNIT = 10
#: Square pixels; a smaller island (or hole) is left out, unless it is all there is of a region.
SPECK = 1.2


@dataclass(frozen=True)
class Topology:
    """Regions made of shared arcs.

    Parameters
    ----------
    arcs : tuple of tuple of (x, y)
        In tenths of a pixel, y downwards; each arc once.
    regions : dict of str to polygons
        Each polygon a list of rings (the first the outer one), each ring a list of arc numbers; ``~k`` is
        arc ``k`` walked backwards.
    """

    arcs: tuple[tuple[Point, ...], ...]
    regions: dict[str, list[list[list[int]]]]

    def points(self, ring: Iterable[int]) -> list[Point]:
        """The corners of a ring (or of a chain of arcs), the first one again at the end of a ring."""
        out: list[Point] = []
        for k in ring:
            arc = self.arcs[k] if k >= 0 else self.arcs[~k][::-1]
            out += arc[1:] if out else arc
        return out

    def path(self, geo: str) -> str:
        """SVG path of one region, in pixels."""
        rings = (ring for polygon in self.regions[geo] for ring in polygon)
        return "".join(_path(self.points(ring)[:-1]) + "Z" for ring in rings)

    def outline(self, members: Collection[str]) -> list[list[int]]:
        """Arcs around a set of regions: those that exactly one of them uses, once."""
        uses: dict[int, list[int]] = {}
        for geo in sorted(members):
            for k in (k for polygon in self.regions[geo] for ring in polygon for k in ring):
                uses.setdefault(k if k >= 0 else ~k, []).append(k)
        return self._chained([u[0] for u in uses.values() if len(u) == 1])

    def borders(self, groups: Iterable[Collection[str]], *, coasts: bool = True) -> list[list[int]]:
        """Arcs around each of several sets of regions; a border between two sets comes once.

        Without ``coasts``, only borders between two sets.
        """
        arcs: dict[int, list[int]] = {}
        for members in groups:
            for k in (k for chain in self.outline(members) for k in chain):
                arcs.setdefault(k if k >= 0 else ~k, []).append(k)
        return self._chained([both[0] for both in arcs.values() if coasts or len(both) > 1])

    def touching(self) -> dict[str, set[str]]:
        """Regions that share a border, for each region."""
        users: dict[int, set[str]] = {}
        for geo, polygons in self.regions.items():
            for k in (k for polygon in polygons for ring in polygon for k in ring):
                users.setdefault(k if k >= 0 else ~k, set()).add(geo)
        found: dict[str, set[str]] = {geo: set() for geo in self.regions}
        for both in users.values():
            for geo in both:
                found[geo] |= both - {geo}
        return found

    def _chained(self, arcs: list[int]) -> list[list[int]]:
        """Arcs put end to end, so that a line is drawn in as few strokes as possible."""
        start: dict[Point, list[int]] = {}
        for k in arcs:
            start.setdefault(self.points([k])[0], []).append(k)
        left = dict.fromkeys(arcs)
        chains: list[list[int]] = []
        while left:
            following: int | None = next(iter(left))
            chain: list[int] = []
            while following is not None:
                del left[following]
                chain.append(following)
                end = self.points([following])[-1]
                following = next((k for k in start.get(end, ()) if k in left), None)
            chains.append(chain)
        return chains

    def line(self, chains: Iterable[Sequence[int]]) -> str:
        """SVG path through chains of arcs, in pixels."""
        out = []
        for chain in chains:
            points = self.points(chain)
            closed = points[0] == points[-1] and len(points) > 2
            out.append(_path(points[:-1] if closed else points) + ("Z" if closed else ""))
        return "".join(out)

    def topojson(
        self,
        areas: Mapping[str, Iterable[tuple[Collection[str], Mapping[str, Any]]]],
        lines: Mapping[str, list[list[int]]] | None = None,
    ) -> str:
        """A TopoJSON topology in pixels, as text.

        Parameters
        ----------
        areas : mapping of name to (regions, properties) pairs
            Each pair becomes one feature, a MultiPolygon of its regions with the name as its property ``part``.
        lines : mapping of name to chains of arcs, optional
            Each becomes one feature, a MultiLineString.

        Returns
        -------
        str
            Quantised (tenths of a pixel) and delta-encoded; holds only the arcs that are used. There is one object,
            ``map``: Vega-Lite cannot read two objects of one topology.
        """
        kept: dict[int, int] = {}

        def renumber(part: Any) -> Any:
            if isinstance(part, list):
                return [renumber(p) for p in part]
            k = kept.setdefault(part if part >= 0 else ~part, len(kept))
            return k if part >= 0 else ~k

        geometries = [
            {
                "type": "MultiPolygon",
                "arcs": renumber([polygon for geo in members for polygon in self.regions[geo]]),
                "properties": {"part": name, **own},
            }
            for name, features in areas.items()
            for members, own in features
        ] + [
            {"type": "MultiLineString", "arcs": renumber(chains), "properties": {"part": name}}
            for name, chains in (lines or {}).items()
        ]
        made = {
            "type": "Topology",
            "transform": {"scale": [1 / UNIT, 1 / UNIT], "translate": [0, 0]},
            "objects": {"map": {"type": "GeometryCollection", "geometries": geometries}},
            "arcs": [_deltas(self.arcs[k]) for k in kept],
        }
        return json.dumps(made, ensure_ascii=False, separators=(",", ":"))


def topology(shapes: Mapping[str, BaseGeometry], *, speck: float = SPECK) -> Topology:
    """Cut polygons in pixels into shared arcs.

    Parameters
    ----------
    shapes : mapping of str to Polygon or MultiPolygon
        In pixels, simplified as one coverage.
    speck : float
        Square pixels; islands and holes below this are left out. The largest island of a region always
        stays, and so does a hole that another region fills.
    """
    rings = {geo: _polygons(shape, speck) for geo, shape in shapes.items()}
    filled = {p for polygons in rings.values() for polygon in polygons for p in polygon[0]}
    kept = {
        geo: [
            [polygon[0], *(h for h in polygon[1:] if abs(_area(h)) >= speck or not filled.isdisjoint(h))]
            for polygon in polygons
        ]
        for geo, polygons in rings.items()
    }
    junctions = _junctions(r for polygons in kept.values() for polygon in polygons for r in polygon)
    arcs: dict[tuple[Point, ...], int] = {}
    regions = {
        geo: [[_cut(ring, junctions, arcs) for ring in polygon] for polygon in polygons]
        for geo, polygons in kept.items()
    }
    return Topology(tuple(arcs), regions)


def _polygons(shape: BaseGeometry, speck: float) -> list[list[list[Point]]]:
    """Rings in tenths of a pixel, without specks; the largest polygon first."""
    parts = [p for p in getattr(shape, "geoms", [shape]) if p.geom_type == "Polygon" and not p.is_empty]
    found: list[list[list[Point]]] = []
    for part in sorted(parts, key=lambda p: -p.area):
        if found and part.area < speck:
            break
        outer = _ring(part.exterior.coords)
        if len(outer) < 3:
            if found:
                continue
            outer = _dot(outer[0])
        holes = [ring for hole in part.interiors if len(ring := _ring(hole.coords)) > 2]
        found.append([outer, *holes])
    return found


def _ring(coordinates: Iterable[Sequence[float]]) -> list[Point]:
    """Rounded corners, each once, open."""
    out: list[Point] = []
    for x, y, *_ in coordinates:
        at = (round(x * UNIT), round(y * UNIT))
        if not out or at != out[-1]:
            out.append(at)
    while len(out) > 1 and out[0] == out[-1]:
        out.pop()
    return out


def _dot(at: Point) -> list[Point]:
    """A region too small for the grid, one tenth of a pixel across: it stays clickable and is never lost."""
    x, y = at
    return [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]


def _area(ring: Sequence[Point]) -> float:
    """Square pixels, signed."""
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return twice / 2 / UNIT**2


def _junctions(rings: Iterable[Sequence[Point]]) -> set[Point]:
    """Corners where more than two lines meet."""
    seen: dict[Point, set[Point]] = {}
    for ring in rings:
        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
            seen.setdefault(a, set()).add(b)
            seen.setdefault(b, set()).add(a)
    return {at for at, neighbours in seen.items() if len(neighbours) > 2}


def _cut(ring: list[Point], junctions: set[Point], arcs: dict[tuple[Point, ...], int]) -> list[int]:
    """A ring as numbers of arcs; new arcs are added."""
    at = [i for i, p in enumerate(ring) if p in junctions]
    first = at[0] if at else ring.index(min(ring))
    turned = [*ring[first:], *ring[:first], ring[first]]
    cuts = [*(i - first for i in at), len(ring)] if at else [0, len(ring)]
    out = []
    for a, b in pairwise(cuts):
        arc = tuple(turned[a : b + 1])
        back = arc[::-1]
        if back in arcs:
            out.append(~arcs[back])
        else:
            out.append(arcs.setdefault(arc, len(arcs)))
    return out


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_tenth(x)},{_tenth(y)}" for x, y in points)


def _tenth(value: int) -> str:
    """``123`` -> ``12.3``, ``120`` -> ``12``."""
    whole, rest = divmod(abs(value), UNIT)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _deltas(arc: Sequence[Point]) -> list[list[int]]:
    return [list(arc[0]), *([b[0] - a[0], b[1] - a[1]] for a, b in pairwise(arc))]
