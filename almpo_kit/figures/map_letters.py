"""Where the letters of classes stand: one on each stretch of neighbouring regions of one class that has room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.placing import Placed

if TYPE_CHECKING:
    from almpo_kit.figures.topology import Topology


def clusters(
    placed: Placed, cut: Topology, called: Mapping[str, str], letters: Mapping[str, str]
) -> list[tuple[str, float, float]]:
    """Class and middle of each stretch of like regions that holds its letters.

    Parameters
    ----------
    called : mapping of region to class
    letters : mapping of class to letters
        Classes without letters are passed over.

    Returns
    -------
    list of (class, x, y)
        In pixels; on tiles, every tile that is large enough has its own.
    """
    import shapely

    groups = [[g] for g in placed.shapes] if placed.kind == "tiles" else _stretches(placed, cut, called)
    lettered = [group for group in groups if letters.get(called[group[0]])]
    if not lettered:
        return []
    wholes = [_largest(shapely.union_all([placed.shapes[g] for g in group])) for group in lettered]
    circles = shapely.maximum_inscribed_circle(wholes, tolerance=0.5)
    out = []
    for group, circle in zip(lettered, circles, strict=True):
        mark = called[group[0]]
        (x, y), radius = circle.coords[0], circle.length
        if radius >= max(6.5, text_width(letters[mark], 11, bold=True) / 2 + 1):
            out.append((mark, round(x, 1), round(y, 1)))
    return out


def _largest(shape: object) -> object:
    return max(getattr(shape, "geoms", [shape]), key=lambda p: p.area)


def _stretches(placed: Placed, cut: Topology, called: Mapping[str, str]) -> list[list[str]]:
    """Regions of one class that touch, together."""
    touching = cut.touching()
    left = dict.fromkeys(placed.shapes)
    out = []
    while left:
        first = next(iter(left))
        queue, members = [first], []
        del left[first]
        while queue:
            geo = queue.pop()
            members.append(geo)
            for other in sorted(touching[geo]):
                if other in left and called[other] == called[first]:
                    del left[other]
                    queue.append(other)
        out.append(members)
    return out
