"""Plain data for a map that is drawn elsewhere: one SVG path a region, in pixels.

The app ``regions`` draws and recolours these in the browser; nothing here needs Altair.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.places import EU27

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from almpo_kit.figures.insets import Inset
    from almpo_kit.figures.placing import Kind, Placed


@dataclass(frozen=True)
class Label:
    """Words on a map: where they stand (middle line) and which end of them (``start, middle, end``)."""

    text: str
    x: float
    y: float
    anchor: str = "start"


@dataclass(frozen=True)
class RegionShapes:
    """A map as plain data, in pixels, y downwards; ``viewBox="0 0 {width} {height}"``.

    Parameters
    ----------
    width, height : float
    kind : {"polygons", "tiles"}
        Tiles stand near their true place and say nothing about size: the screen must say so.
    paths : dict of str to str
        SVG path (``d``) of each region, rounded to 0.1 pixel; neighbours share the vertices of their border.
    centres : dict of str to (x, y)
        A point inside each region, for labels and pointers.
    country_outlines : dict of str to str
        SVG path of each country's outline.
    ground : str
        SVG path of other land in view; empty for tiles.
    insets : tuple of Inset
        Boxes of regions drawn away from their place: ``label, geos, x, y, width, height``.
    labels : tuple of Label
        Names of the insets and of countries too small to be found (Malta, Cyprus, Luxembourg).
    small : tuple of str
        Regions of less than 16 square pixels: give them a dot at their centre to be seen and clicked.
    """

    width: float
    height: float
    kind: Kind
    paths: dict[str, str]
    centres: dict[str, tuple[float, float]]
    country_outlines: dict[str, str]
    ground: str
    insets: tuple[Inset, ...]
    labels: tuple[Label, ...]
    small: tuple[str, ...]


#: Countries that a reader looks for in vain without a name.
_TINY = ("CY", "LU", "MT")
#: Square pixels.
SMALL = 16.0


def region_shapes(
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None = None,
    *,
    codes: Collection[str],
    width: float,
    height: float | None = None,
) -> RegionShapes:
    """Shapes of regions for a drawing in the browser.

    Parameters
    ----------
    locations : DataFrame
        A ``locations`` frame (``geo, lon, lat``); may be None where `boundaries` is given.
    boundaries : GeoDataFrame, optional
        ``geo, geometry`` of one NUTS level, as from :func:`almpo_kit.sources.boundaries`. Without it regions
        are tiles.
    codes : collection of str
        The regions to draw, of one NUTS level.
    width, height : float
        Pixels, at least 100 wide. The map takes the height that it needs, and no more than `height`.

    Raises
    ------
    DesignError
        No codes, unknown codes (listed), or a width below 100.
    """
    from almpo_kit.figures.placing import centres, place
    from almpo_kit.figures.topology import topology

    if not width >= 100 or not (height is None or height >= 100):
        raise DesignError(
            f"a map of {width} by {height} pixels cannot be read; use 100 or more, e.g. width=560"
        )
    placed = place(codes, locations, boundaries, width=width, height=height)
    drawn = topology(placed.shapes)
    ground = topology(placed.ground)
    middle = centres(placed.shapes)
    return RegionShapes(
        width=round(placed.width, 1),
        height=round(placed.height, 1),
        kind=placed.kind,
        paths={geo: drawn.path(geo) for geo in placed.shapes},
        centres=middle,
        country_outlines={c: drawn.line(drawn.outline(own)) for c, own in by_country(placed.shapes).items()},
        ground="".join(ground.line(ground.outline(own)) for own in by_country(placed.ground).values()),
        insets=placed.insets,
        labels=labels(placed, middle),
        small=tuple(geo for geo, s in placed.shapes.items() if s.area < SMALL),
    )


def by_country(codes: Iterable[str]) -> dict[str, list[str]]:
    """Codes by the country in front of them, in order."""
    found: dict[str, list[str]] = {}
    for geo in sorted(codes):
        found.setdefault(geo[:2], []).append(geo)
    return found


def labels(placed: Placed, middle: dict[str, tuple[float, float]]) -> tuple[Label, ...]:
    """Names of insets above their boxes, and of the smallest countries beside (on tiles: in) them."""
    out = [Label(box.label, box.x, box.y - 6) for box in placed.insets]
    countries = {geo[:2] for geo in placed.shapes}
    for geo, shape in placed.shapes.items():
        code = geo[:2]
        if code not in _TINY or len(countries) == 1 or len(geo) > 4:
            continue
        x, y = middle[geo]
        if placed.kind == "tiles" and placed.side < 16:
            continue  # its code would hide the tile
        if placed.kind == "tiles" or code == "LU":
            out.append(Label(code, x, y, "middle"))
        else:
            # Left of the island, where there is only sea.
            out.append(Label(EU27[code], round(min(shape.bounds[0], x - 5) - 4, 1), y, "end"))
    return tuple(out)
