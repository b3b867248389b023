"""Which polygons touch: at a point (queen) or along a border (rook)."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: A shared border counts for the rook when it is longer than so many tolerances, because around a single shared corner
#: every border runs through the tolerance for a short way.
_CORNER = 10.0


class Contiguity(NamedTuple):
    """Pairs of touching polygons.

    ``pairs`` has shape (m, 2), each pair once with the smaller position first, sorted. ``closed`` marks the pairs whose
    polygons do not touch but lie within the tolerance; ``overlapping`` is True where the polygons are no clean coverage.
    """

    pairs: np.ndarray
    closed: np.ndarray
    overlapping: bool


def contiguous(geometries: Any, *, rook: bool = False, tolerance: float = 0.0) -> Contiguity:
    """Find the pairs of polygons that touch.

    Two polygons are neighbours when their distance is at most ``tolerance``. Vertices need not coincide, so a border
    that was drawn twice is found as well, up to the width of the sliver; overlaps count as touching.

    Parameters
    ----------
    geometries : array of shapely polygons, shape (n,)
        In a plane, valid; ``tolerance`` is in their unit.
    rook : bool
        Ask for a common border rather than a common point: of polygons that fit together the borders coincide over
        some length, of others more than ten tolerances of one border lie within the tolerance of the other polygon.
    """
    import shapely

    shapes = np.asarray(geometries, dtype=object)
    # An infinitely thin zone would lose pairs to rounding in the projection; shared vertices are exactly equal.
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance)
    once = first < second
    pairs = np.column_stack([first[once], second[once]])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    clean = bool(shapely.coverage_is_valid(shapes))
    if rook and len(pairs):
        pairs = pairs[_along(shapes, pairs, tolerance, clean)]
    apart = shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]]) > 0
    return Contiguity(pairs, apart, not clean)


def _along(shapes: np.ndarray, pairs: np.ndarray, tolerance: float, clean: bool) -> np.ndarray:
    """Which pairs share a border and not a corner alone, shape (m,)."""
    import shapely

    a, b = shapes[pairs[:, 0]], shapes[pairs[:, 1]]
    border = shapely.boundary(a)
    # Where polygons fit together, a border that coincides counts however short it is. Where they overlap, so does a
    # corner for a short way.
    shortest = 0.0 if clean else _CORNER * tolerance
    along: np.ndarray = shapely.length(shapely.intersection(border, b)) > shortest
    rest = np.flatnonzero(~along)
    if tolerance > 0 and len(rest):
        # Only the part of the other polygon near this one is widened: buffering whole coasts would take minutes.
        x0, y0, x1, y1 = shapely.bounds(a[rest]).T
        room = 2 * tolerance
        near = shapely.box(x0 - room, y0 - room, x1 + room, y1 + room)
        zones = shapely.buffer(shapely.intersection(b[rest], near), tolerance, quad_segs=4)
        along[rest] = shapely.length(shapely.intersection(border[rest], zones)) > _CORNER * tolerance
    return along
