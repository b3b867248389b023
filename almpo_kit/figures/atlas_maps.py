"""The maps of an atlas: one large, or one small map a period."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.atlas_legend import as_bar, as_list, size
from almpo_kit.figures.insets import OVERSEAS_NAMES
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.map_letters import clusters
from almpo_kit.figures.map_words import neighbour_names, region_labels
from almpo_kit.figures.placing import Placed, centres, place
from almpo_kit.figures.polygons import NEIGHBOUR
from almpo_kit.figures.shapes import by_country, labels
from almpo_kit.figures.theme import GROUND, HIGHLIGHT, INK, MUTED, RULE, letter_on
from almpo_kit.figures.topology import Topology, topology
from almpo_kit.figures.views import DETAIL

if TYPE_CHECKING:
    from almpo_kit.figures.atlas import MapSheet
    from almpo_kit.figures.canvas import Canvas

#: Pixels; a larger single map says no more.
_LARGEST = 820.0
#: Pixels; a narrower map is one of several, and drawn with lighter lines and less detail.
_SMALL = 300.0
#: More regions than this are drawn one class at a time: a report stays small, and pointing at one is hopeless.
_MANY = 600
_GAP = 14.0
Result = tuple[float, float, list[str]]


def one_map(sheet: Canvas, data: MapSheet) -> Result:
    """One map with its legend; returns the top and bottom of the plot, and notes."""
    beside = sheet.width >= 900
    wide = min(sheet.width * 0.68, _LARGEST) if beside else float(sheet.width)
    placed = placed_on(data, wide, labels=True)
    period = data.periods[0]
    left, top, under = 0.0, 4.0, 0.0
    spot = None if beside else _free(placed, *size(data))
    if beside:
        left = min(sheet.width - wide, 360.0)
        under = as_list(sheet, data, 0, top, left - 24)
        under = _extremes(sheet, data, period, under + 22, left - 40)
    elif spot is None:
        top = (as_bar(sheet, data, top) or as_list(sheet, data, 0, top, sheet.width)) + 12
    cut = topology(placed.shapes | placed.ground)
    merged = len(placed.shapes) > _MANY
    made = _topojson(data, placed, cut, merged=merged)
    draw_map(sheet, data, placed, made, 0, (left, top))
    _lettering(sheet, data, placed, cut, period, (left, top))
    if spot is not None:
        as_list(sheet, data, *spot, size(data)[0])
    dotted = placed.kind == "polygons" and not merged and any(s.area < 12 for s in placed.shapes.values())
    notes = ["Regions too small to be seen are drawn as dots."] if dotted else []
    return top, max(top + placed.height, under), notes


def small_maps(sheet: Canvas, data: MapSheet) -> Result:
    """One map for each period, all on one scale; returns the top and bottom of the plot, and notes."""
    n = len(data.periods)
    columns = _columns(n, sheet.width)
    wide = math.floor((sheet.width - _GAP * (columns - 1)) / columns)
    top = (as_bar(sheet, data, 4) or as_list(sheet, data, 0, 4, sheet.width)) + 14
    placed = placed_on(data, wide, labels=False, height=420.0)
    cut = topology(placed.shapes | placed.ground, speck=0.8)
    made = _topojson(data, placed, cut, merged=True)
    high = 18 + placed.height + 16
    for k, period in enumerate(data.periods):
        x, y = round((k % columns) * (wide + _GAP), 1), round(top + (k // columns) * (high + 14), 1)
        sheet.text(period, x=x, y=y + 6, size=13, bold=True)
        draw_map(sheet, data, placed, made, k, (x, y + 18))
        _letters(sheet, data, placed, cut, period, (x, y + 18), bold=False)
        _shares(sheet, data, period, x, y + 18 + placed.height + 3, wide)
    bottom = top + math.ceil(n / columns) * (high + 14) - 14
    notes = ["The bar under each map shows how its regions are divided among the classes."]
    far = [OVERSEAS_NAMES.get(box.label, box.label) for box in placed.insets]
    if far:
        notes.append(f"Squares apart from the map, row by row: {', '.join(far)}.")
    return top, bottom, notes


def _columns(n: int, width: float) -> int:
    if width < 480:
        return 2 if width >= 300 else 1
    at_most = 3 if width < 660 else 4 if width < 1100 else 5
    rows = math.ceil(n / at_most)
    return math.ceil(n / rows)


def placed_on(data: MapSheet, width: float, *, labels: bool, height: float | None = None) -> Placed:
    """The regions of an atlas on a sheet."""
    f, several = data.finding, len(data.periods) > 1 and not labels
    zoomed = 560.0 if f.zoom else None
    return place(
        data.codes,
        f.locations,
        f.boundaries,
        width=width,
        height=height or zoomed,
        detail=1.1 if several else DETAIL,
        labels=labels,
    )


def _free(placed: Placed, wide: float, high: float) -> tuple[float, float] | None:
    """Where the legend fits into the empty sea at the left of the map; None where it does not."""
    import shapely

    under = max((box.y + box.height for box in placed.insets), default=0.0) + 12
    land = shapely.STRtree([*placed.shapes.values(), *placed.ground.values()])
    for y in (under, under + 20, under + 40):
        box = shapely.box(0, y, wide + 8, y + high + 4)
        if y + high < placed.height and not len(land.query(box, predicate="intersects")):
            return 0.0, y
    return None


def _topojson(data: MapSheet, placed: Placed, cut: Topology, *, merged: bool) -> str:
    """Everything that is drawn, once: each map's areas, land, borders and the outline."""
    areas: dict[str, Any] = {"ground": [(own, {}) for own in by_country(placed.ground).values()]}
    for k, period in enumerate(data.periods):
        areas[f"m{k}"] = _merged(data, placed, period) if merged else single(data, placed, period)
    # A coast needs no line to be seen; leaving it out halves the weight of small maps.
    coasts = len(data.periods) == 1 or placed.kind == "tiles"
    lines = {"countries": cut.borders(by_country(placed.shapes).values(), coasts=coasts)}
    own = [g for g in data.finding.highlight if g in placed.shapes]
    if own:
        lines["highlight"] = cut.outline(own)
    return cut.topojson(areas, lines)


def single(data: MapSheet, placed: Placed, period: str) -> list[Any]:
    """One feature a region, with its colour and what it says when pointed at."""
    return [((g,), {"ink": data.colour(period, g), "hover": data.hover(period, g)}) for g in placed.shapes]


def _merged(data: MapSheet, placed: Placed, period: str) -> list[Any]:
    """One feature a class: eight maps of 244 regions would weigh half a megabyte otherwise."""
    out = []
    for called in [*data.classes, "no data"]:
        own = [g for g in placed.shapes if data.called[period].get(g) == called]
        if own:
            n = "1 region" if len(own) == 1 else f"{len(own)} regions"
            out.append((own, {"ink": data.ink(called), "hover": f"{period} {called}: {n}".strip()}))
    return out


def draw_map(
    sheet: Canvas,
    data: MapSheet,
    placed: Placed,
    made: str,
    k: int,
    shift: tuple[float, float],
) -> None:
    """Land, regions, national borders, dots for what is too small, and the outline."""
    tiles = placed.kind == "tiles"
    small = placed.width < _SMALL
    frame = (*shift, shift[0] + placed.width, shift[1] + placed.height)
    if placed.ground:
        sheet.areas(made, "ground", told=(), frame=frame, fill=NEIGHBOUR, stroke=RULE, strokeWidth=0.5)
    rim = 0.8 if tiles else 0.15 if small or len(placed.shapes) > _MANY else 0.5
    sheet.areas(made, f"m{k}", frame=frame, stroke=GROUND, strokeWidth=rim)
    sheet.border(made, "countries", color=INK, width=0.4 if small else 0.7, frame=frame)
    if data.finding.highlight:
        thick = 1.4 if small else 2.2
        sheet.border(made, "highlight", color=GROUND, width=thick + 1.6, frame=frame)
        sheet.border(made, "highlight", color=HIGHLIGHT, width=thick, frame=frame)
    _dots(sheet, data, placed, data.periods[k], shift)


def _dots(sheet: Canvas, data: MapSheet, placed: Placed, period: str, shift: tuple[float, float]) -> None:
    """Regions too small to be seen (Malta, Ceuta, Brussels), as dots in the colour of their class."""
    if placed.kind == "tiles" or len(placed.shapes) > _MANY:
        return
    small = placed.width < _SMALL
    alone = {own[0] for own in by_country(placed.shapes).values() if len(own) == 1}
    # On a small map dots would hide their neighbours: only Malta, which would be lost as a whole country, has one.
    tiny = {g: s for g, s in placed.shapes.items() if (s.area < 3 and g in alone if small else s.area < 12)}
    rows = [
        {"x": x + shift[0], "y": y + shift[1], "ink": data.colour(period, g), "hover": data.hover(period, g)}
        for g, (x, y) in centres(tiny).items()
    ]
    radius = 1.6 if small else 3.2
    rims = [{"x": r["x"], "y": r["y"], "ink": _rim(data, g)} for r, g in zip(rows, tiny, strict=True)]
    _round(sheet, rims, radius + (0.5 if small else 1.0))
    _round(sheet, rows, radius)


def _rim(data: MapSheet, geo: str) -> str:
    return HIGHLIGHT if geo in data.finding.highlight else INK


def _round(sheet: Canvas, rows: list[dict[str, Any]], radius: float) -> None:
    """Circles as marks of one colour each."""
    for ink in sorted({r["ink"] for r in rows}):
        sheet.dot([_bare(r) for r in rows if r["ink"] == ink], color=ink, size=round(math.pi * radius**2, 1))


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != "ink"}


def _lettering(
    sheet: Canvas, data: MapSheet, placed: Placed, cut: Topology, period: str, shift: tuple[float, float]
) -> None:
    """Names of insets and of what cannot be found; values where there is room; letters of classes."""
    from shapely.affinity import translate

    middle = centres(placed.shapes)
    for box in placed.insets:
        frame = {"x": box.x + shift[0], "x2": box.x + box.width + shift[0]}
        frame |= {"y": box.y + shift[1], "y2": box.y + box.height + shift[1]}
        if placed.kind == "polygons":
            sheet.box([frame], color="transparent", stroke="#B8C2CC", strokeWidth=0.7)
    anchors = {"start": "left", "middle": "center", "end": "right"}
    lettered = placed.kind == "tiles" and (any(data.letters) or data.finding.zoom)
    for label in labels(placed, middle):
        if lettered and label.anchor == "middle":
            continue  # a tile holds one word
        x, y = label.x + shift[0], label.y + shift[1]
        muted = label.anchor != "middle"
        sheet.text(
            label.text,
            x=x,
            y=y,
            size=11,
            align=anchors[label.anchor],
            color=MUTED if muted else INK,
            halo=not muted,
        )
    moved = {g: translate(s, *shift) for g, s in placed.shapes.items()}
    if data.finding.zoom:
        neighbour_names(sheet, {g: translate(s, *shift) for g, s in placed.ground.items()})
        if data.finding.scale != "categories":
            main = {g: moved[g] for g in moved if not any(g in box.geos for box in placed.insets)}
            region_labels(sheet, main, lambda g: data.written(period, g), lambda g: _on(data, period, g))
            return
    _letters(sheet, data, placed, cut, period, shift, bold=True)


def _on(data: MapSheet, period: str, geo: str) -> str:
    return letter_on(data.colour(period, geo))


def _letters(
    sheet: Canvas,
    data: MapSheet,
    placed: Placed,
    cut: Topology,
    period: str,
    shift: tuple[float, float],
    *,
    bold: bool,
) -> None:
    """Letters of classes on every stretch of like regions that has room, so that colour is never alone."""
    if not any(data.letters):
        return
    called = {g: data.called[period].get(g, "") for g in placed.shapes}
    rows = [
        {"x": x + shift[0], "y": y + shift[1], "label": data.letter(c), "ink": letter_on(data.ink(c))}
        for c, x, y in clusters(placed, cut, called, {c: data.letter(c) for c in data.classes})
    ]
    sheet.text(rows, size=11, bold=bold, align="center")


def _shares(sheet: Canvas, data: MapSheet, period: str, left: float, top: float, wide: float) -> None:
    """How a map's regions are divided among the classes, as one bar."""
    counts = data.counts(period)
    total, x, rows = max(sum(counts), 1), left, []
    for called, n in zip([*data.classes, "no data"], counts, strict=True):
        if n:
            end = x + wide * n / total
            rows.append({"x": x, "x2": end, "ink": data.ink(called), "hover": f"{period} {called}: {n}"})
            x = end
    sheet.box(rows, y=top, y2=top + 7, stroke=GROUND, strokeWidth=0.4)


def _extremes(sheet: Canvas, data: MapSheet, period: str, top: float, room: float) -> float:
    """The regions at both ends, where the page is wide enough to name them."""
    if data.finding.scale == "categories":
        return top
    there = [(v, g) for g, v in data.values[period].items() if v is not None and v == v]
    ranked = sorted(there)
    few = min(5, len(ranked) // 2)
    for head, rows in (("Highest", ranked[::-1][:few]), ("Lowest", ranked[:few])):
        if not rows:
            continue
        sheet.text(head, x=0, y=top + 6, size=12, bold=True)
        for k, (_, geo) in enumerate(rows):
            y = top + 26 + 18 * k
            value = data.written(period, geo)
            name = fit(f"{geo} {data.names[geo]}", 12, room - text_width(value, 12) - 10)
            sheet.text(name, x=0, y=y, size=12)
            sheet.text(value, x=room, y=y, size=12, align="right")
        top += 26 + 18 * few + 12
    return top
