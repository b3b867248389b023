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
        Ask for a common border rather than a common point: the length of one polygon's border within the tolerance of
        the other exceeds ten tolerances (zero where the tolerance is zero).
    """
    import shapely

    shapes = np.asarray(geometries, dtype=object)
    # An infinitely thin zone would lose pairs to rounding in the projection; shared vertices are exactly equal.
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=tolerance)
    once = first < second
    pairs = np.column_stack([first[once], second[once]])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    if rook and len(pairs):
        pairs = pairs[_borders(shapes, pairs, tolerance) > _CORNER * tolerance]
    apart = shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]]) > 0
    return Contiguity(pairs, apart, not bool(shapely.coverage_is_valid(shapes)))


def _borders(shapes: np.ndarray, pairs: np.ndarray, tolerance: float) -> np.ndarray:
    """Length of the border of the first within the tolerance of the second, shape (m,)."""
    import shapely

    borders = shapely.boundary(shapes)
    a, b = pairs[:, 0], pairs[:, 1]
    zones = borders[b]
    if tolerance > 0:
        # Only the part of the other polygon near this one is widened: buffering whole coasts would take minutes.
        x0, y0, x1, y1 = shapely.bounds(shapes[a]).T
        room = 2 * tolerance
        near = shapely.box(x0 - room, y0 - room, x1 + room, y1 + room)
        zones = shapely.buffer(shapely.intersection(borders[b], near), tolerance, quad_segs=4)
    lengths: np.ndarray = shapely.length(shapely.intersection(borders[a], zones))
    return lengths
