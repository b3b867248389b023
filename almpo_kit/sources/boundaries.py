"""Boundaries of NUTS regions: a GISCO file that was pulled or added, made ready for drawing.

The workbench carries no polygons. A GISCO file of NUTS regions (2016, 2021 or 2024, any scale, one level or all) is
checked, kept in the cache and simplified there such that neighbours keep sharing their borders.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from almpo_kit.sources import cache, gisco_files
from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.gisco_files import SCALES, VINTAGES, Boundaries
from almpo_kit.sources.given_files import read_file
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import DataVersion, stamp

if TYPE_CHECKING:
    import geopandas as gpd

DATASET = "gisco_nuts_2024"
#: Equal-area projection of Europe; distances in metres.
EPSG = 3035
#: Metres; below what an A4 page shows at 1:20 million, and keeps NUTS 2 of the EU small.
TOLERANCE = 2_000.0
#: Raised whenever the preparation below changes.
_RECIPE = 1


def add_file(path: str | Path) -> str:
    """Check a downloaded GISCO file of NUTS regions and keep it in the cache.

    Parameters
    ----------
    path : str or Path
        Regions (RG) of NUTS 2016, 2021 or 2024, one level or all levels, GeoJSON or TopoJSON, EPSG 4326, 4258,
        3035 or 3857. The official name says vintage and scale.

    Returns
    -------
    str
        One sentence on what was added.

    Raises
    ------
    DataError
        Not such a file, unreadable, or the cache cannot be written; the cache is unchanged.
    """
    name, data = read_file(path)
    return add_bytes(data, name)


def add_bytes(data: bytes, name: str) -> str:
    """:func:`add_file` for bytes that were read already."""
    found = keep(data, name)
    levels = ", ".join(f"{len(codes)} of level {level}" for level, codes in found.codes.items())
    return f"Added the NUTS {found.vintage} boundaries of {name}: {levels}. Maps now show true polygons."


def keep(data: bytes, name: str) -> Boundaries:
    """Check the bytes of a GISCO file and keep them; the version before stays beside them.

    Raises
    ------
    DataError
        Not such a file, or the cache cannot be written; the cache is unchanged.
    """
    found = gisco_files.check(data, name)
    _try_to_prepare(found, name)
    try:
        cache.put(found.key, found.geojson, spare=1)
    except OSError as error:
        raise DataError(
            f"{name} is fine, but the cache {cache.folder()} cannot be written ({error.strerror}); make "
            "it writable or point ALMPO_HOME at a folder that is."
        ) from None
    return found


def _try_to_prepare(found: Boundaries, name: str) -> None:
    """Draw once before keeping: a polygon that cannot be drawn is found here, not in a report."""
    import shapely.errors

    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            frame = _prepare(found.geojson, 2 if 2 in found.codes else max(found.codes))
        # GDAL reads an open ring or half a position with no more than this, and draws what was not meant.
        if odd := [w for w in told if issubclass(w.category, RuntimeWarning)]:
            raise ValueError(str(odd[0].message).partition(".")[0])
    except (ValueError, TypeError, RuntimeError, shapely.errors.ShapelyError) as error:
        raise DataError(f"{name} holds a region that cannot be drawn ({error}); download it again.") from None
    empty = frame.loc[frame.geometry.is_empty | frame.geometry.isna(), "geo"].tolist()
    if empty:
        raise DataError(f"{name} has no usable polygon for {', '.join(empty[:5])}; download it again.")


def _prepare(data: bytes, level: int) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    frame = gpd.read_file(io.BytesIO(data), columns=["NUTS_ID", "LEVL_CODE", "CNTR_CODE", "NAME_LATN"])
    frame = frame[frame["LEVL_CODE"] == level].to_crs(EPSG).sort_values("NUTS_ID", ignore_index=True)
    # Simplifying the coverage, not each polygon: neighbours keep one common border.
    frame["geometry"] = shapely.coverage_simplify(shapely.make_valid(frame.geometry.to_numpy()), TOLERANCE)
    names = {"NUTS_ID": "geo", "CNTR_CODE": "country", "NAME_LATN": "name"}
    return frame.rename(columns=names)[["geo", "country", "name", "geometry"]]


@lru_cache(maxsize=4)
def _prepared(digest: str, level: int, data: bytes) -> gpd.GeoDataFrame:
    import geopandas as gpd

    key = f"gisco/prepared_{digest[:16]}_level{level}_{_RECIPE}.parquet"
    kept = cache.get(key)
    if kept is not None:
        return gpd.read_parquet(io.BytesIO(kept))
    frame, buffer = _prepare(data, level), io.BytesIO()
    frame.to_parquet(buffer)
    cache.try_put(key, buffer.getvalue())
    return frame


def _stamp(vintage: str, digest: str) -> DataVersion:
    """As the catalogue lists the boundaries of 2024; the other vintages are the same product."""
    return replace(entry(DATASET).stamp(digest), dataset=f"gisco_nuts_{vintage}", version=vintage)


def boundaries(level: int = 2, vintage: str = "2024", scale: str | None = None) -> gpd.GeoDataFrame | None:
    """Simplified polygons of the NUTS regions of one level, if a GISCO file was pulled or added.

    Parameters
    ----------
    level : {0, 1, 2, 3}
    vintage : {"2024", "2021", "2016"}
        Of the codes and territories.
    scale : {"20M", "10M", "60M", "03M", "01M"}, optional
        Only a file of this scale; by default the first of these that is held, or one that does not say.

    Returns
    -------
    GeoDataFrame or None
        ``geo, country, name, geometry`` in EPSG:3035 (metres), every region in the file, partner
        countries and overseas regions included; neighbours share their borders. None when no file of this
        level, vintage and scale is held: draw tiles from :func:`almpo_kit.sources.locations` instead, or
        fetch one with ``almpo data pull --boundaries``.

    Raises
    ------
    ParameterError
        Another level, vintage or scale.
    """
    if level not in (0, 1, 2, 3) or vintage not in VINTAGES or scale not in (None, *SCALES):
        raise ParameterError(
            f"boundaries() has NUTS levels 0 to 3, the vintages {', '.join(VINTAGES)} and the scales "
            f"{', '.join(s for s in SCALES if s)}; not level={level!r}, vintage={vintage!r}, scale={scale!r}."
        )
    for size in SCALES if scale is None else (scale,):
        for part in (None, level):
            data = cache.get(gisco_files.key(vintage, size, part))
            if data is not None:
                digest = sha256(data)
                frame = _prepared(digest, level, data).copy()
                if not frame.empty:
                    return stamp(frame, _stamp(vintage, digest))
    return None
