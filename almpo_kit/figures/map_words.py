"""Lettering on a map: regions that have room for it, and the countries next door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.theme import MUTED
from almpo_kit.figures.wording import country_name

if TYPE_CHECKING:
    from almpo_kit.figures.canvas import Canvas


def neighbour_names(sheet: Canvas, ground: Mapping[str, Any]) -> None:
    """Names of the countries next door, where a good piece of them is in view."""
    import shapely

    by_country: dict[str, list[Any]] = {}
    for geo, shape in ground.items():
        by_country.setdefault(geo[:2], []).append(shape)
    rows = []
    for code, parts in sorted(by_country.items()):
        whole = shapely.unary_union([p.buffer(0.1) for p in parts])
        at = shapely.maximum_inscribed_circle(whole, tolerance=2.0)
        x, y = at.coords[0]
        for label in (country_name(code), code):
            half = text_width(label, 11) / 2
            if whole.contains(shapely.box(x - half, y - 6, x + half, y + 6)):
                rows.append({"x": x, "y": y, "label": label})
                break
    sheet.text(rows, size=11, color=MUTED, align="center")


def region_labels(
    sheet: Canvas, shapes: Mapping[str, Any], written: Callable[[str], str], ink: Callable[[str], str]
) -> None:
    """Value (and code) inside every region that has room for them."""
    import shapely

    from almpo_kit.figures.placing import centres

    codes, values = [], []
    for geo, (x, y) in centres(shapes).items():
        shape, value = shapes[geo], written(geo)
        at = {"x": x, "ink": ink(geo)}
        if shape.contains(shapely.box(x - 15, y - 13, x + 15, y + 13)):
            codes.append(at | {"y": y - 7, "label": geo})
            values.append(at | {"y": y + 7, "label": value})
        elif shape.contains(shapely.box(x - 12, y - 6, x + 12, y + 6)):
            values.append(at | {"y": y, "label": value})
    sheet.text(codes, size=11, align="center")
    sheet.text(values, size=12, bold=True, align="center")
