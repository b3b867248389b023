"""Where a country's regions stand: its own regions large, and all of the EU with the country outlined.

True polygons when the Finding carries boundaries, else a tile map (see :mod:`almpo_kit.figures.tiles`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import Classes, classes, finite
from almpo_kit.figures.theme import INK, MISSING, MUTED, letter_on
from almpo_kit.figures.wording import Measure, country_name, in_country, measure, names, plural, text

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_TILES = "Tile map: each square is one region, placed near its true position; size means nothing."


@dataclass(frozen=True)
class MapData:
    """What both panels draw: each region's value and name, and the classes they share."""

    finding: Finding
    country: str
    period: str
    measure: Measure
    values: dict[str, float]
    names: dict[str, str]
    classes: Classes

    def colour(self, geo: str) -> str:
        """Fill of a region; missing regions get the colour that the renderer hatches."""
        v = self.values.get(geo, math.nan)
        return self.classes.colours[self.classes.of(v / self.measure.divisor)] if v == v else MISSING

    def letter(self, geo: str) -> str:
        """Colour of lettering on a region: black or white, whichever reads better."""
        return letter_on(self.colour(geo))

    def hover(self, geo: str) -> str:
        """``ITF3 Campania: 16.1%``."""
        v = self.values.get(geo, math.nan)
        name = self.names.get(geo, country_name(geo[:2]))
        return f"{geo} {name}: {self.measure.value(v) if v == v else 'no data'}"

    def own(self) -> list[str]:
        """Codes of the country's regions, in order."""
        return sorted(g for g in self.values if g[:2] == self.country)


def region_map(finding: Finding, width: int) -> Any:
    """Draw a Standing as a map of the country beside (on a phone: above) a map of the EU."""
    data = _data(finding)
    if not data.own():
        why = f"There is no regional figure {in_country(data.country)} to map."
        return empty(
            finding, width, title=_title(data), why=why, way_out="Choose another indicator or period."
        )
    sheet = Canvas(width)
    gap = 28
    eu_width = width if sheet.phone else round(width * 0.49)
    own_width = width if sheet.phone else width - eu_width - gap
    top = _legend(sheet, data, 4) + 18
    bottom, note = _panels(sheet, data, top, own_width, eu_width, 0 if sheet.phone else own_width + gap)
    bottom = _key(sheet, data, bottom + 16)
    return sheet.finish(
        finding,
        title=_title(data),
        subtitle=_subtitle(data, note),
        height=bottom,
        notes=_notes(data),
        plot=(0, top, width, bottom),
    )


def _panels(
    sheet: Canvas, data: MapData, top: float, own_width: float, eu_width: float, eu_left: float
) -> tuple[float, str]:
    """Both panels; returns where they end and what the reader must know about their geometry."""
    own_title = f"{country_name(data.country)}: {plural(len(data.own()), 'region')}"
    sheet.text(own_title, x=0, y=top, size=13, bold=True)
    boundaries = getattr(data.finding, "boundaries", None)
    if boundaries is not None and len(boundaries):
        from almpo_kit.figures.polygons import country_panel, europe_panel

        own_bottom = country_panel(sheet, data, boundaries, 0, top + 14, own_width)
        europe, note = (lambda y: europe_panel(sheet, data, boundaries, eu_left, y, eu_width)), ""
    else:
        from almpo_kit.figures.tile_panels import country_tiles, europe_tiles

        placed = tile_layout(data)
        own_bottom = country_tiles(sheet, data, placed, 0, top + 14, own_width)
        europe, note = (lambda y: europe_tiles(sheet, data, placed, eu_left, y, eu_width)), _TILES
    eu_top = own_bottom + 26 if sheet.phone else top
    n = len([g for g in data.values if g[:2] != data.country]) + len(data.own())
    eu_title = f"All {n} EU regions, {country_name(data.country)} outlined"
    sheet.text(fit(eu_title, 13, eu_width, bold=True), x=eu_left, y=eu_top, size=13, bold=True)
    return max(own_bottom, europe(eu_top + 14)), note


def tile_layout(data: MapData) -> dict[str, Any]:
    """Tiles of every region that is drawn; regions without a label point stand in the inset."""
    import pandas as pd

    from almpo_kit.figures.tiles import layout

    europe = getattr(data.finding, "europe", None)
    known = (
        {str(g): (x, y) for g, x, y in zip(europe["geo"], europe["lon"], europe["lat"], strict=True)}
        if europe is not None and {"geo", "lon", "lat"} <= set(europe.columns)
        else {}
    )
    rows = [(g, *known.get(g, (math.nan, math.nan))) for g in sorted(data.values)]
    return layout(pd.DataFrame(rows, columns=["geo", "lon", "lat"]))


def _data(finding: Finding) -> MapData:
    values: dict[str, float] = {}
    for frame in (getattr(finding, "europe", None), finding.table):
        values |= _values(frame)
    m = measure(finding)
    return MapData(
        finding=finding,
        country=str(getattr(finding, "country", "") or ""),
        period=text(getattr(finding, "period", "")),
        measure=m,
        values=values,
        names=names(finding),
        classes=_classes(m, values),
    )


def _classes(m: Measure, values: dict[str, float]) -> Classes:
    return classes(m.key, [v / m.divisor for v in values.values()])


def _values(frame: pd.DataFrame | None) -> dict[str, float]:
    if frame is None or "geo" not in frame or "value" not in frame:
        return {}
    out = {}
    for geo, value in zip(frame["geo"], frame["value"], strict=True):
        v = finite([value])
        out[str(geo)] = v[0] if v else math.nan
    return out


def _title(data: MapData) -> str:
    m, when = data.measure, f" in {data.period}" if data.period else ""
    found = sorted((data.values[g], g) for g in data.own() if data.values[g] == data.values[g])
    if not found:
        return f"{m.label} {in_country(data.country)}: no regional figure{when}"
    if len(data.own()) == 1:
        return f"{country_name(data.country)} is one region: {m.label.lower()} {m.value(found[0][0])}{when}"
    (low, a), (high, b) = found[0], found[-1]
    if len(found) == 1:
        return f"{m.label} {in_country(data.country)}: only {data.names.get(a, a)} has a figure{when}"
    low_name, high_name = data.names.get(a, a), data.names.get(b, b)
    return (
        f"{m.label} {in_country(data.country)}{when}: from {m.value(low)} in {low_name} "
        f"to {m.value(high)} in {high_name}"
    )


def _subtitle(data: MapData, note: str) -> str:
    own = [data.values[g] for g in data.own()]
    have = len(finite(own))
    parts = [
        data.measure.unit[:1].upper() + data.measure.unit[1:],
        f"{country_name(data.country)} ({data.country}) and EU-27",
        data.period,
        f"{have} of {plural(len(own), 'region')} with a figure",
    ]
    return " · ".join(p for p in parts if p) + "." + (f" {note}" if note else "")


def _notes(data: MapData) -> list[str]:
    f, m = data.finding, data.measure
    parts = [
        f"{name} {m.value(v)}"
        for name, v in (
            ("EU-27", getattr(f, "eu_value", None)),
            (country_name(data.country), getattr(f, "national_value", None)),
        )
        if finite([v])
    ]
    head = [f"For comparison: {', '.join(parts)}."] if parts else []
    fixed = (
        "the same in every year and country" if data.classes.fixed else "rounded fifths of the values shown"
    )
    source = "Boundaries" if getattr(f, "boundaries", None) is not None else "Label points"
    return [*head, f"Class limits are {fixed}. {source}: © EuroGeographics (GISCO), NUTS 2024."]


def _legend(sheet: Canvas, data: MapData, top: float) -> float:
    """Classes with their limits and how many regions each holds, as one bar."""
    labels = [*data.classes.labels, "no data"]
    fills = [*data.classes.colours, MISSING]
    counts = {"own": [0] * len(labels), "eu": [0] * len(labels)}
    for geo, v in data.values.items():
        k = data.classes.of(v / data.measure.divisor) if v == v else len(labels) - 1
        counts["eu"][k] += 1
        counts["own"][k] += geo[:2] == data.country
    room = min(sheet.width, 96 * len(labels))
    w = room / len(labels)
    rows = [{"x": k * w, "x2": (k + 1) * w - 2, "ink": c} for k, c in enumerate(fills)]
    sheet.box(rows, y=top, y2=top + 14, stroke="#8A939E", strokeWidth=0.5)
    lines = (
        (labels, INK, True),
        ([f"{data.country} {n}" for n in counts["own"]], MUTED, False),
        ([f"EU {n}" for n in counts["eu"]], MUTED, False),
    )
    y = top + 24
    for line, ink, bold in lines:
        sheet.text(
            [{"x": k * w, "label": label} for k, label in enumerate(line)], y=y, size=11, color=ink, bold=bold
        )
        y += 14
    return y


def _key(sheet: Canvas, data: MapData, top: float) -> float:
    """Code, name and value of each of the country's regions, in columns read downwards."""
    codes = data.own()
    longest = max((text_width(data.names.get(g, ""), 12) for g in codes), default=0)
    wide = 2 if longest > sheet.width / 3 - 100 else 3
    columns = 1 if sheet.phone or len(codes) <= 3 else wide
    deep = math.ceil(len(codes) / columns)
    w = (sheet.width - 20 * (columns - 1)) / columns if columns > 1 else min(sheet.width, 340)
    sheet.line(x=0, x2=sheet.width - 1, y=top, y2=top)
    cells: dict[str, list[dict[str, Any]]] = {"code": [], "name": [], "value": []}
    for k, geo in enumerate(codes):
        x, y = (k // deep) * (w + 20), top + 15 + (k % deep) * 17
        value = data.measure.bare(data.values[geo]) if data.values[geo] == data.values[geo] else "no data"
        room = w - 42 - text_width(value, 12) - 8
        cells["code"].append({"x": x, "y": y, "label": geo})
        cells["name"].append({"x": x + 40, "y": y, "label": fit(data.names.get(geo, ""), 12, room)})
        cells["value"].append({"x": x + w, "y": y, "label": value})
    sheet.text(cells["code"], size=11, color=MUTED)
    sheet.text(cells["name"], size=12)
    sheet.text(cells["value"], size=12, align="right")
    return top + 15 + deep * 17
