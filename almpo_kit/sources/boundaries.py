"""Boundaries of NUTS regions: a GISCO file that a user adds, made ready for drawing.

The workbench carries no polygons. A GISCO NUTS GeoJSON (2024, any resolution, level 2 or all levels) is
checked, kept in the cache and simplified there such that neighbours keep sharing their borders.
"""

from __future__ import annotations

import io
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from almpo_kit.sources import cache
from almpo_kit.sources.catalogue import entry, sha256
from almpo_kit.sources.packages import nuts
from almpo_kit.vocabulary.errors import DataError, ParameterError
from almpo_kit.vocabulary.provenance import stamp

if TYPE_CHECKING:
    import geopandas as gpd

DATASET = "gisco_nuts_2024"
#: Equal-area projection of Europe; distances in metres.
EPSG = 3035
#: Metres; below what an A4 page shows at 1:20 million, and keeps NUTS 2 of the EU small.
TOLERANCE = 2_000.0
#: Bytes; the finest official file of all levels is about a quarter of this.
_LARGEST = 500_000_000
#: Raised whenever the preparation below changes.
_RECIPE = 1
_KEYS = {True: "gisco/nuts_2024_all.geojson", False: "gisco/nuts_2024_level2.geojson"}
_CRS = re.compile(r"(?:EPSG:+(?P<epsg>4326|4258|3035|3857)|OGC:[\d.]*:(?P<crs84>CRS84))$", re.IGNORECASE)


def _mapping(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one: nothing in a downloaded file can be taken for granted."""
    return value if isinstance(value, dict) else {}


def _declared_epsg(collection: dict[str, Any], name: str) -> int:
    text = str(_mapping(_mapping(collection.get("crs")).get("properties")).get("name", ""))
    match = _CRS.search(text)
    if not match:
        raise DataError(
            f"{name} does not declare a known projection (found {text or 'none'!r}); download the GeoJSON in "
            "EPSG:4326 or EPSG:3035 from GISCO."
        )
    return int(match["epsg"]) if match["epsg"] else 4326


def _codes(features: list[Any], name: str) -> dict[int, set[str]]:
    """NUTS codes by level; complains unless each feature has its own code, a level and a polygon."""
    found: dict[int, set[str]] = {}
    for feature in features:
        properties = _mapping(_mapping(feature).get("properties"))
        code, level = properties.get("NUTS_ID"), properties.get("LEVL_CODE")
        shape = _mapping(_mapping(feature).get("geometry")).get("type")
        if not isinstance(code, str) or level != len(code) - 2 or shape not in ("Polygon", "MultiPolygon"):
            raise DataError(
                f"{name} is not a GISCO file of NUTS regions: a feature has NUTS_ID {code!r}, LEVL_CODE "
                f"{level!r} and geometry {shape!r}. Choose the file of regions (RG), not borders or labels."
            )
        if code in found.setdefault(level, set()):
            raise DataError(f"{name} holds {code} twice; download it again.")
        found[level].add(code)
    return found


def validate(data: bytes, name: str) -> dict[int, set[str]]:
    """NUTS codes by level of a GISCO NUTS 2024 GeoJSON of regions.

    Raises
    ------
    DataError
        Not such a file; the message says what is wrong and which file to download.
    """
    try:
        collection = json.loads(data)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise DataError(f"{name} is not a complete JSON file; download it again.") from None
    features = _mapping(collection).get("features")
    if not isinstance(features, list) or not features:
        raise DataError(f"{name} is not a GeoJSON FeatureCollection; choose GISCO's GeoJSON of NUTS regions.")
    epsg, found = _declared_epsg(collection, name), _codes(features, name)
    _check_extent(features, epsg, name)
    wanted = set(nuts("2024", 2)["code"])
    missing = sorted(wanted - found.get(2, set()))
    if missing:
        raise DataError(
            f"{name} lacks {len(missing)} of the {len(wanted)} NUTS 2024 regions of level 2 (e.g. "
            f"{', '.join(missing[:5])}); choose the 2024 vintage, level 2 or all levels."
        )
    return found


def _check_extent(features: list[Any], epsg: int, name: str) -> None:
    point = features[0]["geometry"].get("coordinates")
    while isinstance(point, list) and point and isinstance(point[0], list):
        point = point[0]
    degrees = epsg in (4326, 4258)
    try:
        x, y = float(point[0]), float(point[1])
    except (TypeError, ValueError, IndexError):
        raise DataError(f"{name} has a region without coordinates; download it again.") from None
    if (abs(x) <= 180 and abs(y) <= 90) != degrees:
        raise DataError(
            f"{name} declares EPSG:{epsg} but its coordinates are in other units; download again."
        )


def add_file(path: str | Path) -> str:
    """Check a downloaded GISCO NUTS GeoJSON and keep it in the cache.

    Parameters
    ----------
    path : str or Path
        NUTS 2024 regions (RG), level 2 or all levels, EPSG 4326, 4258, 3035 or 3857.

    Returns
    -------
    str
        One sentence on what was added.

    Raises
    ------
    DataError
        Not such a file, unreadable, or the cache cannot be written; the cache is unchanged.
    """
    source = Path(path).expanduser()
    try:
        if source.stat().st_size > _LARGEST:
            raise DataError(
                f"{source.name} is larger than any GISCO file of NUTS regions; choose 1:20 million."
            )
        data = source.read_bytes()
    except OSError as error:
        raise DataError(f"{source} cannot be read ({error.strerror}); check the path.") from None
    found = validate(data, source.name)
    _try_to_prepare(data, source.name)
    try:
        cache.put(_KEYS[set(found) > {2}], data)
    except OSError as error:
        raise DataError(
            f"{source.name} is fine, but the cache {cache.folder()} cannot be written ({error.strerror}); make "
            "it writable or point ALMPO_HOME at a folder that is."
        ) from None
    levels = ", ".join(f"{len(found[level])} of level {level}" for level in sorted(found))
    return f"Added the NUTS 2024 boundaries of {source.name}: {levels}. Maps now show true polygons."


def _try_to_prepare(data: bytes, name: str) -> None:
    """Draw once before keeping: a polygon that cannot be drawn is found here, not in a report."""
    import shapely.errors

    try:
        frame = _prepare(data, 2)
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


def boundaries(level: int = 2) -> gpd.GeoDataFrame | None:
    """Simplified polygons of the NUTS 2024 regions of one level, if a GISCO file was added.

    Parameters
    ----------
    level : {0, 1, 2, 3}
        Levels other than 2 need a file of all levels.

    Returns
    -------
    GeoDataFrame or None
        ``geo, country, name, geometry`` in EPSG:3035 (metres), every region in the file, partner
        countries and overseas regions included; neighbours share their borders. None when no added file
        holds this level: draw tiles from :func:`almpo_kit.sources.locations` instead.

    Raises
    ------
    ParameterError
        Another level.
    """
    if level not in (0, 1, 2, 3):
        raise ParameterError(f"boundaries() has NUTS levels 0 to 3, not {level!r}.")
    for everything in (True, False):
        data = cache.get(_KEYS[everything]) if everything or level == 2 else None
        if data is not None:
            digest = sha256(data)
            frame = _prepared(digest, level, data).copy()
            if not frame.empty:
                return stamp(frame, entry(DATASET).stamp(digest))
    return None
