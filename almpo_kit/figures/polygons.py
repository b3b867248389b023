"""The two panels of a map with true boundaries.

Where regions stand in pixels, and how borders stay common, is settled in :mod:`almpo_kit.figures.views` and
:mod:`almpo_kit.figures.topology`, for every map of this wing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.map_words import neighbour_names, region_labels
from almpo_kit.figures.theme import GROUND, HIGHLIGHT, RULE
from almpo_kit.figures.tile_panels import inset_row, overseas_squares
from almpo_kit.figures.tiles import OVERSEAS
from almpo_kit.figures.topology import topology
from almpo_kit.figures.views import EUROPE, View, metres, padded

if TYPE_CHECKING:
    from almpo_kit.figures.canvas import Canvas
    from almpo_kit.figures.region_map import MapData

#: Land that carries no value.
NEIGHBOUR = "#F1F3F6"
#: Pixels; the two panels are small, so their borders may keep more detail.
_DETAIL = 0.35


def country_panel(
    sheet: Canvas, data: MapData, boundaries: Any, left: float, top: float, width: float
) -> float:
    """The country's polygons with code and value where they fit, its neighbours in grey and named."""
    shapes = _mainland(boundaries)
    own = shapes[shapes.index.str[:2] == data.country]
    bottom = top
    if len(own):
        window = padded(own.total_bounds, 0.06, narrowest=0.8)
        height = min(380.0, width * (window[3] - window[1]) / (window[2] - window[0]))
        near = View(window, left, top, width, height).place(shapes, _DETAIL)
        mine = {g: s for g, s in near.items() if g[:2] == data.country}
        ground = {g: s for g, s in near.items() if g not in mine}
        _draw(sheet, data, mine, ground, rim=0.8, outline=1.8)
        neighbour_names(sheet, ground)
        region_labels(sheet, mine, lambda g: _written(data, g), data.letter)
        bottom = top + height
    far = [g for g in data.own() if g in OVERSEAS]
    return overseas_squares(sheet, data, far, left, bottom, width) if far else bottom


def europe_panel(
    sheet: Canvas, data: MapData, boundaries: Any, left: float, top: float, width: float
) -> float:
    """All regions of the EU, the country outlined."""
    view = View(EUROPE, left, top, width, width * (EUROPE[3] - EUROPE[1]) / (EUROPE[2] - EUROPE[0]))
    everywhere = _mainland(boundaries)
    # Iceland lies where the inset stands, and is no member state.
    shapes = view.place(everywhere[everywhere.index.str[:2] != "IS"], _DETAIL)
    regions = {g: s for g, s in shapes.items() if g in data.values}
    ground = {g: s for g, s in shapes.items() if g not in regions}
    _draw(sheet, data, regions, ground, rim=0.3, outline=2.0)
    inset_row(sheet, data, [g for g in OVERSEAS if g in data.values], left, top, 12.0)
    return view.bottom


def _mainland(boundaries: Any) -> Any:
    shapes = metres(boundaries)
    return shapes[~shapes.index.isin(OVERSEAS)]


def _written(data: MapData, geo: str) -> str:
    v = data.values.get(geo, float("nan"))
    return data.measure.bare(v) if v == v else "no data"


def _draw(
    sheet: Canvas,
    data: MapData,
    regions: dict[str, Any],
    ground: dict[str, Any],
    *,
    rim: float,
    outline: float,
) -> None:
    """Land, regions in the colours of their classes, and the country's outline."""
    cut = topology(regions | ground)
    features = [((g,), {"ink": data.colour(g), "hover": data.hover(g)}) for g in regions]
    own = [g for g in regions if g[:2] == data.country]
    made = cut.topojson(
        {"ground": [((g,), {}) for g in ground], "regions": features}, {"own": cut.outline(own)}
    )
    if ground:
        sheet.areas(made, "ground", told=(), fill=NEIGHBOUR, stroke=RULE, strokeWidth=0.5)
    sheet.areas(made, "regions", stroke=GROUND, strokeWidth=rim)
    if own:
        sheet.border(made, "own", color=GROUND, width=outline + 1.6)
        sheet.border(made, "own", color=HIGHLIGHT, width=outline)
