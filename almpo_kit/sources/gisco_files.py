"""GISCO's files of NUTS regions: their names, and whether a file is one, of which vintage, scale and levels.

Official names: ``NUTS_RG_20M_2024_4326_LEVL_2.geojson`` (regions, 1:20 million, vintage, projection, level), without
``_LEVL_n`` for all levels; ``.json`` is TopoJSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from almpo_kit.sources import topojson
from almpo_kit.sources.vintages import nuts
from almpo_kit.vocabulary.errors import DataError
from almpo_kit.vocabulary.places import NutsVersion

VINTAGES: tuple[NutsVersion, ...] = ("2024", "2021", "2016")
#: In the order in which maps prefer them: fine enough for a page, not finer.
SCALES = ("20M", "10M", "60M", "03M", "01M", "")
_CRS = re.compile(r"(?:EPSG:+(?P<epsg>4326|4258|3035|3857)|OGC:[\d.]*:(?P<crs84>CRS84))$", re.IGNORECASE)
_NAME = re.compile(
    r"NUTS_RG_(?P<scale>\d\dM)_(?P<vintage>\d{4})_(?P<epsg>4326|4258|3035|3857)(?:_LEVL_(?P<level>[0-3]))?"
)


@dataclass(frozen=True)
class Boundaries:
    """A checked file.

    Parameters
    ----------
    vintage, scale : str
        ``scale`` is empty where neither name nor content says.
    codes : dict
        NUTS codes by level.
    geojson : bytes
        What it holds, as GeoJSON with a declared projection; the file itself where it was that already.
    """

    vintage: NutsVersion
    scale: str
    codes: dict[int, set[str]]
    geojson: bytes

    @property
    def key(self) -> str:
        """Where it is kept."""
        return key(self.vintage, self.scale, next(iter(self.codes)) if len(self.codes) == 1 else None)


def key(vintage: str, scale: str, level: int | None) -> str:
    """Key in the cache of one level, or of all (None)."""
    part = "all" if level is None else f"level{level}"
    return f"gisco/nuts_{vintage}_{f'{scale}_' if scale else ''}{part}.geojson"


def file_name(vintage: str, scale: str, level: int | None, *, epsg: int = 4326, form: str = "geojson") -> str:
    """Official name of a file; ``form`` is ``geojson`` or ``topojson``."""
    levels = "" if level is None else f"_LEVL_{level}"
    return f"NUTS_RG_{scale}_{vintage}_{epsg}{levels}.{'geojson' if form == 'geojson' else 'json'}"


def mapping(value: Any) -> dict[str, Any]:
    """The value if it is a JSON object, else an empty one: nothing in a downloaded file can be taken for granted."""
    return value if isinstance(value, dict) else {}


def check(data: bytes, name: str) -> Boundaries:
    """Check a GISCO file of NUTS regions, GeoJSON or TopoJSON.

    Raises
    ------
    DataError
        Not such a file; the message says what is wrong and which file to download.
    """
    try:
        content = mapping(json.loads(data))
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise DataError(f"{name} is not a complete JSON file; download it again.") from None
    said = _NAME.search(name) or _NAME.search(topojson.object_name(content))
    if content.get("type") == "Topology":
        content = topojson.to_geojson(content, name)
        if "crs" not in content and (epsg := said["epsg"] if said else _degrees(content)):
            content["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{epsg}"}}
        data = json.dumps(content, separators=(",", ":")).encode()
    features = content.get("features")
    if not isinstance(features, list) or not features:
        raise DataError(f"{name} is not a GeoJSON FeatureCollection; choose GISCO's GeoJSON of NUTS regions.")
    epsg, found = _declared_epsg(content, name), _codes(features, name)
    _check_extent(features, epsg, name)
    vintage = _vintage(found, said["vintage"] if said else "", name)
    return Boundaries(vintage, said["scale"] if said else "", found, data)


def _degrees(collection: dict[str, Any]) -> str:
    """``4326`` where every corner could be in degrees, else nothing: a TopoJSON seldom says what its numbers are."""
    corners = [p for f in collection["features"] for p in _positions(f["geometry"]["coordinates"])]
    return "4326" if corners and all(abs(x) <= 180 and abs(y) <= 90 for x, y in corners) else ""


def _positions(nested: Any) -> Iterator[tuple[float, float]]:
    if isinstance(nested, list) and nested and not isinstance(nested[0], list):
        yield nested[0], nested[1]
    elif isinstance(nested, list):
        for inner in nested:
            yield from _positions(inner)


def _declared_epsg(collection: dict[str, Any], name: str) -> int:
    text = str(mapping(mapping(collection.get("crs")).get("properties")).get("name", ""))
    match = _CRS.search(text)
    if not match:
        raise DataError(
            f"{name} does not declare a known projection (found {text or 'none'!r}); download the GeoJSON in "
            "EPSG:4326 or EPSG:3035 from GISCO, and keep its name."
        )
    return int(match["epsg"]) if match["epsg"] else 4326


def _codes(features: list[Any], name: str) -> dict[int, set[str]]:
    """NUTS codes by level; complains unless each feature has its own code, a level and a polygon."""
    found: dict[int, set[str]] = {}
    for feature in features:
        properties = mapping(mapping(feature).get("properties"))
        code: Any = properties.get("NUTS_ID")
        level: Any = properties.get("LEVL_CODE")
        shape = mapping(mapping(feature).get("geometry")).get("type")
        fits = isinstance(code, str) and type(level) is int and 0 <= level <= 3 and level == len(code) - 2
        if not isinstance(code, str) or not fits or shape not in ("Polygon", "MultiPolygon"):
            raise DataError(
                f"{name} is not a GISCO file of NUTS regions: a feature has NUTS_ID {code!r}, LEVL_CODE "
                f"{level!r} and geometry {shape!r}. Choose the file of regions (RG), not borders or labels."
            )
        if code in found.setdefault(level, set()):
            raise DataError(f"{name} holds {code} twice; download it again.")
        found[level].add(code)
    return dict(sorted(found.items()))


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


def _missing(found: dict[int, set[str]], vintage: NutsVersion) -> tuple[int, list[str], int]:
    """The level that lacks most regions of the EU-27, which, and of how many."""
    worst: tuple[int, list[str], int] = (next(iter(found)), [], 0)
    for level, codes in found.items():
        wanted = set(nuts(vintage, cast("Any", level))["code"])
        lacking = sorted(wanted - codes)
        if len(lacking) >= len(worst[1]):
            worst = (level, lacking, len(wanted))
    return worst


def _vintage(found: dict[int, set[str]], said: str, name: str) -> NutsVersion:
    """The vintage whose regions of the EU-27 are all there; what the name says comes first, and must be true."""
    if said and said not in VINTAGES:
        raise DataError(f"{name} is of the vintage {said}; choose one of {', '.join(VINTAGES)}.")
    candidates = [v for v in VINTAGES if v == said] or list(VINTAGES)
    lacking = {v: _missing(found, v) for v in candidates}
    right = [v for v in candidates if not lacking[v][1]]
    if len(right) == 1 or (right and max(found) >= 2):
        return right[0]
    if right:
        raise DataError(
            f"The regions of {name} are the same in {' and '.join(right)}, and its name does not say which it is; "
            f"keep the official name, e.g. {file_name(right[0], '20M', max(found))}."
        )
    nearest = min(candidates, key=lambda v: len(lacking[v][1]))
    level, missing, total = lacking[nearest]
    raise DataError(
        f"{name} lacks {len(missing)} of the {total} NUTS {nearest} regions of level {level} (e.g. "
        f"{', '.join(missing[:5])}); choose a file of one vintage ({', '.join(VINTAGES)}), one level or all levels."
    )
