"""Where regions stand on a sheet, in pixels: true polygons where boundaries are given, else tiles.

Both are the same thing to whoever draws: one shape a region, y downwards, and boxes for the regions that lie
far from the continent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from almpo_kit.figures.insets import Inset, far_group, fill, inset_boxes, stripes, tile_insets
from almpo_kit.figures.tiles import layout
from almpo_kit.figures.views import DETAIL, EUROPE_WIDE, View, mainland_window, metres
from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Kind = Literal["polygons", "tiles"]


@dataclass(frozen=True)
class Placed:
    """Regions in pixels.

    Parameters
    ----------
    shapes : dict of str to shapely geometry
    ground : dict of str to shapely geometry
        Other land in view; empty for tiles.
    insets : tuple of Inset
    side : float
        Pixels of a tile; 0 for polygons.
    """

    width: float
    height: float
    kind: Kind
    shapes: dict[str, Any]
    ground: dict[str, Any] = field(default_factory=dict)
    insets: tuple[Inset, ...] = ()
    side: float = 0.0


def place(
    codes: Collection[str],
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None,
    *,
    width: float,
    height: float | None = None,
    detail: float = DETAIL,
    labels: bool = True,
) -> Placed:
    """Put regions on a sheet.

    Parameters
    ----------
    codes : collection of str
        The regions to draw; others in `boundaries` become ground.
    locations : DataFrame or None
        ``geo, lon, lat``; needed where `boundaries` is None.
    boundaries : GeoDataFrame or None
        ``geo, geometry``; any projection that says which it is.
    width, height : float
        Pixels. The map is as high as it must be, and is made narrower where `height` is given and too low.
    detail : float
        Pixels of detail given up in polygons.
    labels : bool
        Leave room for the labels of insets.

    Raises
    ------
    DesignError
        No codes, or codes that have neither polygon nor row in `locations`; they are listed.
    """
    wanted = sorted({str(c) for c in codes})
    if not wanted:
        raise DesignError("there is no region to place; give `codes`, e.g. the `geo` column of a table.")
    if boundaries is not None and len(boundaries):
        return _polygons(wanted, boundaries, width, height, detail, labels)
    return _tiles(wanted, locations, width, height, labels)


def _unknown(missing: Sequence[str], where: str) -> DesignError:
    more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
    return DesignError(
        f"{where} know no region {', '.join(missing[:10])}{more}; codes of another NUTS vintage must be "
        "converted first with regions.convert, and countries and ZZ codes are no regions."
    )


def _polygons(
    codes: list[str], boundaries: Any, width: float, height: float | None, detail: float, labels: bool
) -> Placed:
    every = metres(boundaries)
    missing = [c for c in codes if c not in every.index]
    if missing:
        raise _unknown(missing, "the boundaries")
    far = [c for c in codes if far_group(c)]
    near = [c for c in codes if not far_group(c)]
    boxes: tuple[Inset, ...] = ()
    if not near:
        boxes = inset_boxes(far, 0, 1, width, labels, columns=max(1, int(width // 90)))
        shapes = fill(boxes, every, detail)
        return Placed(width, boxes[-1].y + boxes[-1].height, "polygons", shapes, insets=boxes)
    window = mainland_window(every.loc[near])
    tall = width * (window[3] - window[1]) / (window[2] - window[0])
    view = View(window, 0, 0, width, min(tall, height or tall))
    wide = window[2] - window[0] > EUROPE_WIDE
    # Iceland lies where the insets stand.
    ground = every[[g not in codes and not far_group(g) and not (far and g[:2] == "IS") for g in every.index]]
    level = len(near[0])
    seen = view.place(every.loc[[*near, *(g for g in ground.index if len(g) == level)]], detail)
    lost = [c for c in near if c not in seen]
    if lost:
        raise _unknown(lost, "the window of the map and the boundaries")
    bottom = view.bottom
    if far and wide:
        boxes = inset_boxes(far, 0, 0, width, labels, columns=4 if width > 480 or not labels else 2)
    elif far:
        boxes = inset_boxes(far, 0, bottom + 8, width, labels, columns=max(1, int(width // 90)))
        bottom = max(b.y + b.height for b in boxes)
    own = {c: seen[c] for c in near} | fill(boxes, every, detail)
    return Placed(width, bottom, "polygons", own, {g: s for g, s in seen.items() if g not in own}, boxes)


def _tiles(
    codes: list[str], locations: pd.DataFrame | None, width: float, height: float | None, labels: bool
) -> Placed:
    import shapely

    if locations is None or not {"geo", "lon", "lat"} <= set(locations.columns):
        raise DesignError(
            "without `boundaries` a map needs `locations` with geo, lon and lat; give sources.locations()."
        )
    points = locations.assign(geo=locations["geo"].astype(str)).drop_duplicates("geo")
    missing = [c for c in codes if c not in set(points["geo"])]
    if missing:
        raise _unknown(missing, "the locations")
    tiles = layout(points[points["geo"].isin(codes)])
    main = [t for t in tiles.values() if not t.inset]
    far = sorted(t.geo for t in tiles.values() if t.inset)
    west, north = min((t.column for t in main), default=0), min((t.row for t in main), default=0)
    across = max((t.column for t in main), default=0) - west + 1
    down = max((t.row for t in main), default=0) - north + 1
    side = min((width - 2) / across, ((height or 1e9) - 2) / down, 72.0 if main else 40.0)
    # Whole tenths, so that neighbouring tiles share their corners exactly.
    side = int(side * 10) / 10
    shapes: dict[str, Any] = {}
    for t in main:
        x, y = 1 + (t.column - west) * side, 1 + (t.row - north) * side
        shapes[t.geo] = shapely.box(x, y, x + side, y + side)
    bottom = 2 + down * side if main else 0.0
    wide = across > 18
    boxes = tile_insets(
        far, 1.0, 0.0 if wide else bottom + 6, side if wide else min(side, 40.0), width, labels
    )
    for box in boxes:
        shapes |= stripes(box)
    if not wide and boxes:
        bottom = max(b.y + b.height for b in boxes) + 1
    return Placed(width, bottom, "tiles", {c: shapes[c] for c in codes}, insets=boxes, side=side)


def centres(shapes: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The middle of the widest part of each shape, inside it, in pixels."""
    import shapely

    if not shapes:
        return {}
    parts = [max(getattr(s, "geoms", [s]), key=lambda p: p.area) for s in shapes.values()]
    circles = shapely.maximum_inscribed_circle(parts, tolerance=0.5)
    firsts = shapely.get_coordinates(shapely.get_point(circles, 0))
    return {g: (round(float(x), 1), round(float(y), 1)) for g, (x, y) in zip(shapes, firsts, strict=True)}
