"""Areas and borders of a topology as SVG."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from almpo_kit.figures.svg_marks import style
from almpo_kit.figures.svg_numbers import UnlikeASheet, finite, quoted, rounded

_OPTIONS = {"stroke", "strokeWidth", "strokeJoin", "fill", "fillOpacity", "opacity", "filled"}
_CHANNELS = {
    "description": {"field": "properties.hover", "type": "nominal"},
    "tooltip": {"field": "properties.hover", "title": " ", "type": "nominal"},
    "fill": {"field": "properties.ink", "scale": None, "type": "nominal"},
}
_FORMAT = {"feature": "map", "type": "topojson"}
Line = list[tuple[float, float]]


@lru_cache(maxsize=8)
def _read(topojson: str) -> tuple[list[dict[str, Any]], list[Line]]:
    """Geometries and arcs of a topology, in its own pixels."""
    held = json.loads(topojson)
    (kx, ky), (dx, dy) = held["transform"]["scale"], held["transform"]["translate"]
    arcs = []
    for arc in held["arcs"]:
        x = y = 0
        line = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            line.append((x * kx + dx, y * ky + dy))
        arcs.append(line)
    return held["objects"]["map"]["geometries"], arcs


def _joined(chain: list[int], arcs: list[Line]) -> Line:
    """Arcs one after the other; a negative number is an arc backwards."""
    out: Line = []
    for k in chain:
        arc = arcs[k] if k >= 0 else arcs[~k][::-1]
        out += arc if not out else arc[1:]
    return out


def areas(layer: Mapping[str, Any], topojson: Any, k: int, clip: str) -> str:
    """The SVG of one layer of areas or borders, clipped to the sheet."""
    mark, encoding, told = dict(layer["mark"]), layer["encoding"], layer["projection"]
    aria, part = mark.pop("aria", True), layer["transform"][0]["filter"]
    mark.pop("type")
    known = all(_CHANNELS.get(name) == channel for name, channel in encoding.items())
    expected = {"data", "mark", "encoding", "projection", "transform"}
    if set(layer) != expected or set(mark) - _OPTIONS or not known or len(layer["transform"]) != 1:
        raise UnlikeASheet("areas with something more")
    if layer["data"].get("format") != _FORMAT or not isinstance(topojson, str):
        raise UnlikeASheet("areas that are no topology")
    if set(told) != {"type", "scale", "translate", "clipExtent"} or (told["type"], told["scale"]) != (
        "identity",
        1,
    ):
        raise UnlikeASheet("a map that is projected")
    begin, end = "datum.properties.part == '", "'"
    if not (part.startswith(begin) and part.endswith(end)) or "'" in part[len(begin) : -1] or "\\" in part:
        raise UnlikeASheet("areas chosen otherwise")
    if not mark.pop("filled", True) and ("fill" in encoding or "fill" in mark):
        raise UnlikeASheet("borders with a fill")
    geometries, arcs = _read(topojson)
    drawn = [g for g in geometries if g["properties"].get("part") == part[len(begin) : -1]]
    inside = "".join(_area(g, arcs, mark, encoding, told) for g in drawn)
    hidden = ' aria-hidden="true"' if aria is False else ""
    return f'<g class="mark-shape role-mark layer_{k}_marks" clip-path="url(#{clip})"{hidden}>{inside}</g>'


def _area(
    geometry: dict[str, Any],
    arcs: list[Line],
    mark: Mapping[str, Any],
    encoding: Mapping[str, Any],
    told: Mapping[str, Any],
) -> str:
    looks = dict(mark)
    if "fill" in encoding:
        looks["fill"] = geometry["properties"]["ink"]
        quoted(looks["fill"])
    (dx, dy), extent = map(finite, told["translate"]), told["clipExtent"]

    def path(line: Line, closed: bool) -> str:
        points = [(x + dx, y + dy) for x, y in (line[:-1] if closed else line)]
        for x, y in points:
            if not (extent[0][0] < x < extent[1][0] and extent[0][1] < y < extent[1][1]):
                raise UnlikeASheet("an area that is cut off")
        return f"M{'L'.join(f'{rounded(x)},{rounded(y)}' for x, y in points)}{'Z' if closed else ''}"

    kind = geometry["type"]
    if kind == "MultiPolygon":
        d = "".join(path(_joined(ring, arcs), True) for polygon in geometry["arcs"] for ring in polygon)
    elif kind == "MultiLineString":
        d = "".join(path(_joined(line, arcs), False) for line in geometry["arcs"])
    else:
        raise UnlikeASheet(f"a {kind}")
    head = f'<path transform="translate(0,0)" d="{d}"{style(looks)}'
    if "description" not in encoding:
        return f"{head}/>"
    return f"{head}><title>{quoted(geometry['properties'].get('hover'))}</title></path>"
