"""Polygons and label points, checked and made ready for finding neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from almpo_kit.regions.panel import once, require
from almpo_kit.regions.space import linking
from almpo_kit.vocabulary.errors import DesignError, FrameError

if TYPE_CHECKING:
    import geopandas as gpd

#: Equal-area projection of Europe, in which the tolerance is measured, in metres.
_EPSG = 3035


def usable(
    boundaries: gpd.GeoDataFrame | None,
    locations: pd.DataFrame | None,
    rule: str,
    k: int,
    tolerance_m: float,
) -> None:
    if rule not in ("queen", "rook", "nearest"):
        raise DesignError(f"there is no rule {rule!r}; choose queen, rook or nearest.")
    if rule != "nearest" and boundaries is None:
        raise DesignError(
            f'rule="{rule}" needs polygons; give boundaries (sources.boundaries()), or use rule="nearest" with '
            "locations=sources.locations()."
        )
    if boundaries is None and locations is None:
        raise DesignError("give boundaries=sources.boundaries() or locations=sources.locations().")
    if not (np.isfinite(tolerance_m) and tolerance_m >= 0):
        raise DesignError(f"tolerance_m={tolerance_m!r} must be zero or a positive number of metres.")
    if isinstance(k, bool) or k != int(k):
        raise DesignError(f"k={k!r} must be a whole number of neighbours.")


_CHOICES = {
    "weighting": ("equal", "inverse_distance"),
    "transform": ("row", "binary"),
    "islands": ("leave", "join"),
    "overseas": ("leave", "keep"),
}


def among(**options: str) -> None:
    """Refuse a value that an option does not know."""
    for name, value in options.items():
        if value not in _CHOICES[name]:
            raise DesignError(f"{name}={value!r}; choose {' or '.join(_CHOICES[name])}.")


def shapes_of(boundaries: gpd.GeoDataFrame, only: set[str] | None) -> gpd.GeoDataFrame:
    import shapely

    require(boundaries, ("geo", "geometry"), "boundaries")
    once(boundaries["geo"], "boundaries", "geo")
    if boundaries.crs is None:
        raise FrameError(
            "`boundaries` state no projection; set it, e.g. boundaries.set_crs(4326) for degrees."
        )
    lengths = set(boundaries["geo"].str.len())
    if len(lengths) > 1:
        raise DesignError(
            "`boundaries` hold several NUTS levels, whose polygons overlap; give one, e.g. sources.boundaries(level=2)."
        )
    kept = boundaries if only is None else boundaries[boundaries["geo"].isin(only)]
    bare = kept.loc[kept.geometry.isna() | kept.geometry.is_empty, "geo"].tolist()
    if bare:
        raise FrameError(f"`boundaries` have no polygon for {', '.join(bare[:5])}; drop the rows.")
    flat = kept.loc[~kept.geometry.geom_type.isin(["Polygon", "MultiPolygon"]), "geo"].tolist()
    if flat:
        raise FrameError(
            f"`boundaries` hold something else than a polygon for {', '.join(flat[:5])}; choose GISCO's file of regions (RG)."
        )
    plane = kept.sort_values("geo", ignore_index=True).to_crs(_EPSG)
    return plane.set_geometry(shapely.make_valid(plane.geometry.to_numpy()), crs=_EPSG)


def points_of(
    locations: pd.DataFrame | None, shapes: gpd.GeoDataFrame | None, only: set[str] | None
) -> pd.DataFrame:
    if locations is None:
        assert shapes is not None
        return linking.points_within(shapes).sort_index()
    require(locations, ("geo", "lon", "lat"), "locations")
    once(locations["geo"], "locations", "geo")
    kept = locations if only is None else locations[locations["geo"].isin(only)]
    points = kept.set_index("geo")[["lon", "lat"]].astype(float).sort_index()
    if not np.isfinite(points.to_numpy()).all():
        raise FrameError("`locations` have a point without longitude or latitude; drop the row.")
    return points


def all_there(only: set[str] | None, ids: list[str]) -> None:
    absent = sorted((only or set()) - set(ids))
    if absent:
        raise DesignError(
            f"{len(absent)} of the regions asked for are not on the map: {', '.join(absent[:5])}; check level and vintage."
        )
    if len(ids) < 2:
        raise DesignError(f"{len(ids)} region has no neighbours to find; give two or more.")
