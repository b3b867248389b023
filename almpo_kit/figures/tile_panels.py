"""The two panels of a tile map: the country's tiles with code and value, and the tiles of the EU."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.theme import GROUND, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.topology import UNIT, topology

if TYPE_CHECKING:
    from almpo_kit.figures.canvas import Canvas
    from almpo_kit.figures.region_map import MapData
    from almpo_kit.figures.tiles import Tile

Cell = tuple[int, int]
_INSET = "Overseas and islands"


def country_tiles(
    sheet: Canvas, data: MapData, tiles: dict[str, Tile], left: float, top: float, width: float
) -> float:
    """The country's own tiles, as large as they fit, its overseas regions in a labelled row below."""
    own = [tiles[g] for g in data.own() if g in tiles]
    main = [t for t in own if not t.inset]
    far = [t for t in own if t.inset]
    across = max((t.column for t in main), default=0) - min((t.column for t in main), default=0) + 1
    down = max((t.row for t in main), default=0) - min((t.row for t in main), default=0) + 1
    side = min(width / max(across, 1), 380 / max(down, 1), 64.0 if len(own) > 3 else 88.0)
    west, north = min((t.column for t in main), default=0), min((t.row for t in main), default=0)
    spots = {t.geo: (left + (t.column - west) * side, top + (t.row - north) * side) for t in main}
    bottom = top + (down * side if main else 0)
    if far:
        bottom = overseas_squares(sheet, data, [t.geo for t in far], left, bottom, width)
    _lettered(sheet, data, spots, side)
    return bottom


def overseas_squares(
    sheet: Canvas, data: MapData, far: list[str], left: float, top: float, width: float
) -> float:
    """The country's regions far from the continent, in a labelled row; returns where it ends."""
    side = min(width / len(far), 54.0)
    sheet.text(_INSET, x=left, y=top + 18, size=11, color=MUTED)
    _lettered(sheet, data, {geo: (left + k * side, top + 28) for k, geo in enumerate(far)}, side)
    return top + 28 + side


def _lettered(sheet: Canvas, data: MapData, spots: dict[str, tuple[float, float]], side: float) -> None:
    """Tiles with their code above their value."""
    squares(sheet, data, spots, side, gap=2)
    size = min(11.0, 11.0 * (side - 4) / max(text_width("ITC4", 11), 1))
    code, value = [], []
    for geo, (x, y) in spots.items():
        at = {"x": x + side / 2, "ink": data.letter(geo)}
        v = data.values[geo]
        written = data.measure.bare(v) if v == v else "no data"
        code.append(at | {"y": y + side * 0.34, "label": geo})
        value.append(at | {"y": y + side * 0.68, "label": written})
    sheet.text(code, size=round(size, 1), align="center")
    plain = [r for r in value if r["label"] != "no data"]
    sheet.text(plain, size=13, bold=True, align="center")
    sheet.text([r for r in value if r["label"] == "no data"], size=round(min(11, size), 1), align="center")


def squares(
    sheet: Canvas, data: MapData, spots: dict[str, tuple[float, float]], side: float, *, gap: float
) -> None:
    """Filled squares with the region's name and value on hover."""
    sheet.box(
        [
            {
                "x": x,
                "x2": x + side - gap,
                "y": y,
                "y2": y + side - gap,
                "ink": data.colour(geo),
                "hover": data.hover(geo),
            }
            for geo, (x, y) in spots.items()
        ]
    )


def europe_tiles(
    sheet: Canvas, data: MapData, tiles: dict[str, Tile], left: float, top: float, width: float
) -> float:
    """All tiles of the EU, the country outlined, countries named by their codes."""
    main = [t for t in tiles.values() if not t.inset]
    across = max((t.column for t in main), default=0) + 1
    down = max((t.row for t in main), default=0) + 1
    # The outline is drawn half outside its tiles.
    left, width = left + 3, width - 6
    side = min(width / across, 15.0)
    spots = {t.geo: (left + t.column * side, top + t.row * side) for t in main}
    squares(sheet, data, spots, side, gap=0.8)
    inset_row(sheet, data, sorted(t.geo for t in tiles.values() if t.inset), left, top, side)
    cells = {(t.column, t.row) for t in main if t.geo[:2] == data.country}
    _outline(sheet, cells, left, top, side)
    _codes(sheet, data, main, left, top, side)
    return top + down * side


def inset_row(sheet: Canvas, data: MapData, far: list[str], left: float, top: float, side: float) -> None:
    """Overseas regions in a row in the empty north-west, each country's over its code."""
    if not far:
        return
    sheet.text(_INSET, x=left, y=top + 8, size=11, color=MUTED)
    groups: dict[str, list[str]] = {}
    for geo in sorted(far):
        groups.setdefault(geo[:2], []).append(geo)
    x, y = left, top + 18
    spots = {}
    for code, members in groups.items():
        room = max(len(members) * side, text_width(code, 11) + 4)
        sheet.text(code, x=x, y=y + side + 9, size=11, color=INK, bold=code == data.country)
        for geo in members:
            spots[geo] = (x, y)
            x += side
        x += room - len(members) * side + 6
    squares(sheet, data, spots, side, gap=0.8)
    own = [s for g, s in spots.items() if g[:2] == data.country]
    if own:
        x0, x1 = min(s[0] for s in own), max(s[0] for s in own) + side
        rim = {"x": x0 - 0.5, "x2": x1 - 0.3, "y": y - 0.5, "y2": y + side - 0.3}
        sheet.box([rim], color="transparent", stroke=HIGHLIGHT, strokeWidth=2.2)


def _outline(sheet: Canvas, cells: set[Cell], left: float, top: float, side: float) -> None:
    """Around all cells together, as around any regions of a map."""
    import shapely

    x, y = left - 0.4, top - 0.4
    boxes = {
        f"{c} {r}": shapely.box(x + c * side, y + r * side, x + (c + 1) * side, y + (r + 1) * side)
        for c, r in cells
    }
    cut = topology(boxes)
    rows = [
        {"x": px / UNIT, "y": py / UNIT, "part": k}
        for k, chain in enumerate(cut.outline(boxes))
        for px, py in cut.points(chain)
    ]
    sheet.path(rows, color=GROUND, width=4.5)
    sheet.path(rows, color=HIGHLIGHT, width=2.4)


def _codes(sheet: Canvas, data: MapData, main: Iterable[Tile], left: float, top: float, side: float) -> None:
    """Country codes: beside countries of one tile where there is room, else on the middle of the country."""
    taken = {(t.column, t.row) for t in main}
    by_country: dict[str, list[Cell]] = {}
    for t in main:
        by_country.setdefault(t.geo[:2], []).append((t.column, t.row))
    east = max((c for c, _ in taken), default=0)
    labels = []
    for code, cells in sorted(by_country.items()):
        if len(cells) == 1:
            c, r = cells[0]
            sides = (-1, 1) if c >= east - 1 else (1, -1)
            free = next((s for s in sides if {(c + s, r), (c + 2 * s, r)}.isdisjoint(taken)), 0)
            x, y = c + 0.5 + 1.3 * free, r + 0.5
        else:
            x = sum(c for c, _ in cells) / len(cells) + 0.5
            y = sum(r for _, r in cells) / len(cells) + 0.5
        edge = 12 / side  # half a code's width, so that none leaves the panel
        x = min(max(x, edge), east + 1 - edge)
        labels.append({"x": left + x * side, "y": top + y * side, "label": code, "own": code == data.country})
    plain: list[Any] = [r for r in labels if not r["own"]]
    sheet.text(plain, size=11, align="center", halo=True)
    sheet.text([r for r in labels if r["own"]], size=12, bold=True, align="center", halo=True)
