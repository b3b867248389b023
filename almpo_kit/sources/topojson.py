"""TopoJSON to GeoJSON: arcs are decoded and joined, so that what reads GeoJSON reads both.

After the TopoJSON format specification 1.0 (Bostock, Metcalf): with a ``transform`` positions are differences of
integers to be scaled and moved; arc ``i`` of a ring is ``~i`` where it runs backwards; the last position of an arc is
the first of the next.
"""

from __future__ import annotations

from typing import Any

from almpo_kit.vocabulary.errors import DataError

Position = list[float]


def _arcs(topology: dict[str, Any]) -> list[list[Position]]:
    transform = topology.get("transform")
    if transform is None:
        return [[[float(x), float(y)] for x, y, *_ in arc] for arc in topology["arcs"]]
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        positions = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            positions.append([x * kx + dx, y * ky + dy])
        found.append(positions)
    return found


def _ring(indices: list[int], arcs: list[list[Position]]) -> list[Position]:
    ring: list[Position] = []
    for i in indices:
        if not -len(arcs) <= i < len(arcs):
            raise ValueError(f"there is no arc {i}")
        arc = arcs[i] if i >= 0 else arcs[~i][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _geometry(shape: dict[str, Any], arcs: list[list[Position]]) -> dict[str, Any]:
    kind, parts = shape.get("type"), shape.get("arcs")
    if kind == "Polygon":
        return {"type": kind, "coordinates": [_ring(r, arcs) for r in parts or []]}
    if kind == "MultiPolygon":
        return {"type": kind, "coordinates": [[_ring(r, arcs) for r in p] for p in parts or []]}
    # Borders, labels: for whoever checks what is in the file.
    return {"type": kind, "coordinates": []}


def object_name(topology: dict[str, Any]) -> str:
    """Name of the one object of a topology, e.g. ``NUTS_RG_20M_2024_3035_LEVL_2``; empty where there is none."""
    objects = topology.get("objects")
    return str(next(iter(objects))) if isinstance(objects, dict) and len(objects) == 1 else ""


def to_geojson(topology: dict[str, Any], name: str) -> dict[str, Any]:
    """The one collection of a topology as a GeoJSON FeatureCollection; ``crs`` is handed through.

    Raises
    ------
    DataError
        Several objects, or arcs that are not there; the message names the file.
    """
    try:
        (collection,) = topology["objects"].values()
        arcs = _arcs(topology)
        features = [
            {
                "type": "Feature",
                "id": shape.get("id"),
                "properties": shape.get("properties") or {},
                "geometry": _geometry(shape, arcs),
            }
            for shape in collection["geometries"]
        ]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise DataError(
            f"{name} is no complete TopoJSON of one set of regions ({type(error).__name__}: {error}); download it "
            "again, or choose the GeoJSON."
        ) from None
    crs = {"crs": topology["crs"]} if "crs" in topology else {}
    return {"type": "FeatureCollection", **crs, "features": features}
