"""Regions far from the continent, each in a named box of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.figures.views import View, Window, padded

#: Names of the far regions, by the code of their inset.
OVERSEAS_NAMES: dict[str, str] = {
    "ES7": "Canarias",
    "PT2": "Açores",
    "PT3": "Madeira",
    "FRY1": "Guadeloupe",
    "FRY2": "Martinique",
    "FRY3": "Guyane",
    "FRY4": "Réunion",
    "FRY5": "Mayotte",
    "FRY": "French overseas",
}


@dataclass(frozen=True)
class Inset:
    """A box for regions that are drawn away from their place: its label, its regions, its pixels."""

    label: str
    geos: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


def far_group(geo: str) -> str:
    """The inset in which a region stands; empty on the continent."""
    return next((key for key in OVERSEAS_NAMES if geo.startswith(key)), "")


def inset_boxes(
    far: list[str], left: float, top: float, width: float, labels: bool, *, columns: int
) -> tuple[Inset, ...]:
    groups: dict[str, list[str]] = {}
    for geo in far:
        groups.setdefault(far_group(geo), []).append(geo)
    head = 13.0 if labels else 0.0
    wide, high = _box_size(width, labels, top > 0)
    ranked = sorted(groups, key=list(OVERSEAS_NAMES).index)
    return tuple(
        Inset(
            OVERSEAS_NAMES[key],
            tuple(groups[key]),
            left + (k % columns) * (wide + 4),
            top + head + (k // columns) * (high + head + 4),
            wide,
            high,
        )
        for k, key in enumerate(ranked)
    )


def _box_size(width: float, labels: bool, below: bool) -> tuple[float, float]:
    """Width and height of one inset; with labels wide enough for the longest."""
    if below:
        return 86.0, 48.0
    if not labels:
        return max(7.0, width / 24), max(7.0, width / 24)
    return (62.0, 40.0) if width > 480 else (60.0, 17.0)


def fill(boxes: Sequence[Inset], every: Any, detail: float) -> dict[str, Any]:
    """Far regions scaled into their boxes. Several territories in one code (FRY) become the box itself."""
    import shapely

    out: dict[str, Any] = {}
    for box in boxes:
        own = _upright(every.loc[list(box.geos)])
        window = padded(_main_islands(own), 0.06)
        if box.width < 20 or max(window[2] - window[0], window[3] - window[1]) > 1_500_000:
            out |= stripes(box)
            continue
        view = View(window, box.x, box.y, box.width, box.height)
        placed = view.place(own, detail)
        out |= {g: placed.get(g, shapely.box(box.x, box.y, box.x + 2, box.y + 2)) for g in box.geos}
    return out


def _upright(own: Any) -> Any:
    """Far regions as metres east and north of their own middle: a projection of Europe shears them."""
    degrees = own.to_crs(4326)
    _, south, _, north = degrees.total_bounds
    high = 111_320.0
    wide = high * math.cos(math.radians((south + north) / 2))
    return degrees.affine_transform([wide, 0, 0, high, 0, 0]).set_crs(None, allow_override=True)


def _main_islands(own: Any) -> Window:
    """Bounds without rocks far out at sea (the Selvagens of Madeira, Saint-Martin of Guadeloupe): the islands of
    some size, and those within 150 km of the largest."""
    parts = own.explode(index_parts=False)
    area = parts.area
    near = parts.distance(parts.iloc[int(area.to_numpy().argmax())]) < 150_000
    return tuple(parts[(area >= 0.15 * area.max()) | near].total_bounds)


def stripes(box: Inset) -> dict[str, Any]:
    """The box cut into one piece a region."""
    import shapely

    w = box.width / len(box.geos)
    return {
        g: shapely.box(box.x + k * w, box.y, box.x + (k + 1) * w, box.y + box.height)
        for k, g in enumerate(box.geos)
    }


def tile_insets(
    far: list[str], left: float, top: float, side: float, width: float, labels: bool
) -> tuple[Inset, ...]:
    """Squares of far regions in rows, each country's under its code."""
    groups: dict[str, list[str]] = {}
    for geo in far:
        groups.setdefault(geo[:2], []).append(geo)
    head = 13.0 if labels else 0.0
    x, y, out = left, top + head, []
    for key, members in groups.items():
        room = len(members) * side
        if x + room > width and x > left:
            x, y = left, y + side + head + 3
        called = OVERSEAS_NAMES.get(far_group(members[0]), key) if len(groups) == len(members) == 1 else key
        out.append(Inset(called, tuple(members), x, y, room, side))
        x += max(room, 18.0 if labels else 0.0) + 6
    return tuple(out)
