"""The two panels of a map with true boundaries.

Geometries are put into pixels here, simplified together (so that no gap opens between neighbours) and
drawn under the identity projection: a spherical projection of TopoJSON can turn one ring inside out and
cover the whole map without an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.theme import GROUND, HIGHLIGHT, MUTED, RULE
from almpo_kit.figures.tile_panels import inset_row, overseas_squares
from almpo_kit.figures.tiles import OVERSEAS
from almpo_kit.figures.wording import country_name

if TYPE_CHECKING:
    from almpo_kit.figures.canvas import Canvas
    from almpo_kit.figures.region_map import MapData

#: Window of the EU panel in EPSG:3035, metres: west, south, east, north.
_EUROPE = (2_600_000.0, 1_350_000.0, 6_560_000.0, 5_450_000.0)
_NEIGHBOUR = "#F1F3F6"


def country_panel(
    sheet: Canvas, data: MapData, boundaries: Any, left: float, top: float, width: float
) -> float:
    """The country's polygons with code and value where they fit, its neighbours in grey and named."""
    shapes = _mainland(boundaries)
    own = shapes[shapes.index.str[:2] == data.country]
    bottom = top
    if len(own):
        window = _padded(own.total_bounds, 0.06)
        height = min(380.0, width * (window[3] - window[1]) / (window[2] - window[0]))
        view = _View(window, left, top, width, height)
        near = view.place(shapes)
        _draw(sheet, [(g, s) for g, s in near.items() if g[:2] != data.country], fill=_NEIGHBOUR, rim=RULE)
        mine = [(g, s) for g, s in near.items() if g[:2] == data.country]
        _regions(sheet, data, mine, rim=0.8)
        _outline(sheet, mine, 1.8)
        _neighbour_names(sheet, near, data.country)
        _region_labels(sheet, data, mine)
        bottom = top + height
    far = [g for g in data.own() if g in OVERSEAS]
    return overseas_squares(sheet, data, far, left, bottom, width) if far else bottom


def europe_panel(
    sheet: Canvas, data: MapData, boundaries: Any, left: float, top: float, width: float
) -> float:
    """All regions of the EU, the country outlined."""
    view = _View(_EUROPE, left, top, width, width * (_EUROPE[3] - _EUROPE[1]) / (_EUROPE[2] - _EUROPE[0]))
    everywhere = _mainland(boundaries)
    # Iceland lies where the inset stands, and is no member state.
    shapes = view.place(everywhere[everywhere.index.str[:2] != "IS"])
    _draw(sheet, [(g, s) for g, s in shapes.items() if g not in data.values], fill=_NEIGHBOUR, rim=RULE)
    regions = [(g, s) for g, s in shapes.items() if g in data.values]
    _regions(sheet, data, regions, rim=0.3)
    _outline(sheet, [(g, s) for g, s in regions if g[:2] == data.country], 2.0)
    inset_row(sheet, data, [g for g in OVERSEAS if g in data.values], left, top, 12.0)
    return view.bottom


def _mainland(boundaries: Any) -> Any:
    shapes = boundaries.set_index(boundaries["geo"].astype(str)).geometry
    return shapes[~shapes.index.isin(OVERSEAS) & shapes.notna()].sort_index()


def _padded(bounds: Any, share: float) -> tuple[float, float, float, float]:
    west, south, east, north = map(float, bounds)
    pad = share * max(east - west, north - south)
    # A country taller than wide still gets a window no narrower than 0.8 of its height.
    more = max(0.0, 0.8 * (north - south) - (east - west)) / 2
    return west - pad - more, south - pad, east + pad + more, north + pad


class _View:
    """Metres to pixels within one panel."""

    def __init__(
        self, window: tuple[float, float, float, float], left: float, top: float, width: float, height: float
    ):
        west, south, east, north = window
        self.scale = min(width / (east - west), height / (north - south))
        self.left = left + (width - self.scale * (east - west)) / 2
        self.top, self.west, self.north = top, west, north
        self.bottom = top + height
        self.frame = (left, top, left + width, top + height)

    def place(self, shapes: Any) -> dict[str, Any]:
        """Polygons in pixels, clipped to the panel and simplified to what can be seen."""
        import shapely

        k = self.scale
        moved = shapes.affine_transform([k, 0, 0, -k, self.left - k * self.west, self.top + k * self.north])
        x0, y0, x1, y1 = self.frame
        near = moved[moved.intersects(shapely.box(x0, y0, x1, y1))]
        try:
            slim = shapely.coverage_simplify(near.values, 0.35)
        except shapely.errors.GEOSException:  # not a valid coverage: draw it as it is
            slim = near.values
        cut = shapely.clip_by_rect(slim, x0, y0, x1, y1)
        return {str(g): s for g, s in zip(near.index, cut, strict=True) if not s.is_empty}


def _feature(geo: str, shape: Any, **more: Any) -> dict[str, Any]:
    import shapely

    # d3 wants rings the other way round than shapely gives them only for spheres; identity does not care.
    rounded = shapely.set_precision(shape, 0.1)
    polygons = shape if rounded.is_empty else rounded
    return {"type": "Feature", "geometry": _rounded(shapely.geometry.mapping(polygons)), "geo": geo, **more}


def _rounded(geometry: Any) -> Any:
    def trim(part: Any) -> Any:
        return round(float(part), 1) if isinstance(part, float | int) else [trim(p) for p in part]

    if geometry["type"] == "GeometryCollection":
        areas = [g for g in geometry["geometries"] if "Polygon" in g["type"]]
        geometry = areas[0] if areas else {"type": "MultiPolygon", "coordinates": []}
    return {"type": geometry["type"], "coordinates": trim(geometry["coordinates"])}


def _draw(sheet: Canvas, shapes: list[tuple[str, Any]], *, fill: str, rim: str) -> None:
    sheet.shapes([_feature(g, s) for g, s in shapes], fill=fill, stroke=rim, strokeWidth=0.5)


def _regions(sheet: Canvas, data: MapData, shapes: list[tuple[str, Any]], *, rim: float) -> None:
    features = [_feature(g, s, ink=data.colour(g), hover=data.hover(g)) for g, s in shapes]
    sheet.shapes(features, stroke=GROUND, strokeWidth=rim)


def _outline(sheet: Canvas, shapes: list[tuple[str, Any]], width: float) -> None:
    import shapely

    if not shapes:
        return
    whole = shapely.unary_union([s.buffer(0.15) for _, s in shapes])
    feature = [_feature("outline", whole)]
    sheet.shapes(feature, fill=None, stroke=GROUND, strokeWidth=width + 1.6)
    sheet.shapes(feature, fill=None, stroke=HIGHLIGHT, strokeWidth=width)


def _neighbour_names(sheet: Canvas, shapes: dict[str, Any], country: str) -> None:
    """Names of the countries next door, where a good piece of them is in view."""
    import shapely

    from almpo_kit.figures.lettering import text_width

    by_country: dict[str, list[Any]] = {}
    for geo, shape in shapes.items():
        by_country.setdefault(geo[:2], []).append(shape)
    rows = []
    for code, parts in sorted(by_country.items()):
        if code == country:
            continue
        whole = shapely.unary_union([p.buffer(0.1) for p in parts])
        at = shapely.maximum_inscribed_circle(whole, tolerance=2.0)
        x, y = at.coords[0]
        for label in (country_name(code), code):
            half = text_width(label, 11) / 2
            if whole.contains(shapely.box(x - half, y - 6, x + half, y + 6)):
                rows.append({"x": x, "y": y, "label": label})
                break
    sheet.text(rows, size=11, color=MUTED, align="center")


def _region_labels(sheet: Canvas, data: MapData, shapes: list[tuple[str, Any]]) -> None:
    """Value (and code) inside every polygon that has room for them."""
    import shapely

    codes, values = [], []
    for geo, shape in shapes:
        x, y = shapely.maximum_inscribed_circle(shape, tolerance=1.0).coords[0]
        v = data.values.get(geo, float("nan"))
        written = data.measure.bare(v) if v == v else "no data"
        at = {"x": x, "ink": data.letter(geo)}
        if shape.contains(shapely.box(x - 15, y - 13, x + 15, y + 13)):
            codes.append(at | {"y": y - 7, "label": geo})
            values.append(at | {"y": y + 7, "label": written})
        elif shape.contains(shapely.box(x - 12, y - 6, x + 12, y + 6)):
            values.append(at | {"y": y, "label": written})
    sheet.text(codes, size=11, align="center")
    sheet.text(values, size=12, bold=True, align="center")
