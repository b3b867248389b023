"""Metres to pixels: what is in view, clipped, and simplified to what can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import DesignError

if TYPE_CHECKING:
    import geopandas as gpd

Window = tuple[float, float, float, float]
#: Pixels of detail that are given up (coverage simplification keeps borders common).
DETAIL = 0.5
#: Window of the EU in EPSG:3035, metres: west, south, east, north.
EUROPE: Window = (2_600_000.0, 1_350_000.0, 6_560_000.0, 5_450_000.0)
#: Metres; a map wider than this shows Europe, and its insets stand in the empty Atlantic.
EUROPE_WIDE = 2_500_000.0
_EPSG = 3035


def metres(boundaries: gpd.GeoDataFrame) -> Any:
    """Geometries by code in EPSG:3035, sorted; regions without one are left out."""
    if boundaries.crs is None:
        raise DesignError("`boundaries` does not say its projection; set it, e.g. boundaries.set_crs(4326).")
    if boundaries.crs.to_epsg() != _EPSG:
        boundaries = boundaries.to_crs(_EPSG)
    shapes = boundaries.set_index(boundaries["geo"].astype(str)).geometry
    shapes = shapes[shapes.notna() & ~shapes.is_empty]
    twice = sorted(set(shapes.index[shapes.index.duplicated()]))
    if twice:
        raise DesignError(
            f"`boundaries` has more than one polygon for {', '.join(twice[:5])}; dissolve them."
        )
    return shapes.sort_index()


@dataclass(frozen=True)
class View:
    """Metres to pixels within one panel; the window is centred in it."""

    window: Window
    left: float
    top: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Pixels in a metre."""
        west, south, east, north = self.window
        return min(self.width / (east - west), self.height / (north - south))

    @property
    def bottom(self) -> float:
        """Where the panel ends."""
        return self.top + self.height

    @property
    def frame(self) -> Window:
        """The panel in pixels."""
        return (self.left, self.top, self.left + self.width, self.bottom)

    def place(self, shapes: Any, detail: float = DETAIL) -> dict[str, Any]:
        """Polygons in pixels, clipped to the panel and simplified together to what can be seen."""
        import shapely

        west, south, east, north = self.window
        k = self.scale
        left = self.left + (self.width - k * (east - west)) / 2
        top = self.top + (self.height - k * (north - south)) / 2
        moved = shapes.affine_transform([k, 0, 0, -k, left - k * west, top + k * north])
        near = moved[moved.intersects(shapely.box(*self.frame))]
        slim = simplified(near.to_numpy(), detail)
        cut = shapely.clip_by_rect(slim, *self.frame)
        return {str(g): s for g, s in zip(near.index, cut, strict=True) if not s.is_empty}


def simplified(shapes: Any, detail: float) -> Any:
    """Polygons with less detail, neighbours keeping one common border."""
    import shapely

    if not len(shapes):
        return shapes
    try:
        return shapely.coverage_simplify(shapes, detail)
    except shapely.errors.GEOSException:  # not a valid coverage: draw it as it is
        return shapes


def padded(bounds: Any, share: float, *, narrowest: float = 0.0) -> Window:
    """Bounds with a margin; no narrower than ``narrowest`` of the height."""
    west, south, east, north = map(float, bounds)
    pad = share * max(east - west, north - south)
    more = max(0.0, narrowest * (north - south) - (east - west)) / 2
    return west - pad - more, south - pad, east + pad + more, north + pad


def mainland_window(shapes: Any) -> Window:
    """Bounds of what is to be seen. Countries carry their overseas parts with them: those are cut off."""
    import shapely

    europe = shapely.box(2_400_000, 1_200_000, 7_500_000, 5_600_000)
    inside = shapes[shapes.intersects(europe)].intersection(europe)
    bounds = (inside if len(inside) else shapes).total_bounds
    # One country is shown with something of its neighbours.
    alone = bounds[2] - bounds[0] < EUROPE_WIDE
    west, south, east, north = padded(bounds, 0.06 if alone else 0.02, narrowest=0.8 if alone else 0.0)
    # One tiny region (Malta) is shown with something around it.
    more = max(0.0, 60_000.0 - (east - west)) / 2
    return west - more, south - more, east + more, north + more
