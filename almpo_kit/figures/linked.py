"""Map, course and table of one selection, in one specification: click a region and read its years.

In a report it is a picture with one region chosen; in JupyterLab ``live(finding)`` answers to clicks, without a
network. Everything is one layered view on pixels, so that one selection filters every part of it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.atlas import MapSheet, notes, read_sheet, subtitle, title
from almpo_kit.figures.atlas_legend import as_bar, as_list
from almpo_kit.figures.atlas_maps import draw_map, placed_on, single
from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.layers import Frame, chosen, projection
from almpo_kit.figures.placing import Placed
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.shapes import by_country
from almpo_kit.figures.theme import CONTEXT, HIGHLIGHT, INK, MUTED, RULE
from almpo_kit.figures.topology import topology
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_ROW = 18.0
#: Stands for the median in the column of codes; no region is called so.
_MEDIAN = "median"
_HOW = "In JupyterLab, click a region to see its years; in print one region is chosen."


def linked(finding: Finding, width: int) -> Any:
    """Draw an Atlas of numbers as a map of its last period beside the course and the values of one region."""
    data = read_sheet(finding)
    if data is None or data.finding.scale == "categories":
        why = "No region has a number to follow over time."
        return empty(finding, width, title=title(finding), why=why, way_out="Choose a column of numbers.")
    sheet = Canvas(width)
    last = replace(data, values={data.periods[-1]: data.values[data.periods[-1]]})
    top = (as_bar(sheet, last, 4) or as_list(sheet, last, 0, 4, width)) + 16
    beside = width >= 640
    map_width = math.floor(width * 0.56) if beside else float(width)
    sheet.text(data.periods[-1] or "Map", x=0, y=top, size=13, bold=True)
    placed = placed_on(data, map_width, labels=False, height=460.0)
    shift = (0.0, top + 14)
    made = _areas(data, placed)
    draw_map(sheet, last, placed, made, 0, shift)
    left = map_width + 44 if beside else 40.0
    panel = top if beside else shift[1] + placed.height + 30
    series, under = _series(sheet, data, left, panel, width - left - 4, 190.0)
    sheet.extra(*_parts(data, made, placed, shift, series, left - 40, panel, under))
    bottom = max(shift[1] + placed.height, under + 8 + _ROW * (len(data.periods) + 1))
    return sheet.finish(
        finding,
        title=title(finding),
        subtitle=subtitle(data),
        height=bottom,
        notes=[_HOW, *notes(data)],
        plot=(0, top, width, bottom),
    )


def live(finding: Finding, width: int = 720) -> Any:
    """The same chart, answering to clicks in JupyterLab, with nothing fetched from anywhere."""
    import altair as alt

    from almpo_kit.figures import draw

    alt.JupyterChart.enable_offline()
    return alt.JupyterChart(draw(finding, "linked", width=width))


def _areas(data: MapSheet, placed: Placed) -> str:
    cut = topology(placed.shapes | placed.ground)
    areas: dict[str, Any] = {"ground": [(own, {}) for own in by_country(placed.ground).values()]}
    areas["m0"] = [(own, {**told, "geo": own[0]}) for own, told in single(data, placed, data.periods[-1])]
    return cut.topojson(areas, {"countries": cut.borders(by_country(placed.shapes).values())})


def _series(
    sheet: Canvas, data: MapSheet, left: float, top: float, wide: float, high: float
) -> tuple[list[dict[str, Any]], float]:
    """Axes, drawn; every region's years (and the median's) in pixels, to be filtered; and where it ends."""
    f = data.finding
    numbers = finite(v for values in data.values.values() for v in values.values())
    low, top_value = min(numbers), max(numbers)
    low, span = (low, top_value - low) if top_value > low else (low - 1, 2.0)
    head, n = top + 34, len(data.periods)

    def x(k: int) -> float:
        return left + (wide * k / (n - 1) if n > 1 else wide / 2)

    def y(value: float) -> float:
        return head + high * (1 - (value - low) / span)

    at = ticks(low, low + span, 5)
    sheet.line([{"y": y(t)} for t in at], x=left, x2=left + wide, y="y", color=RULE)
    labels = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.text(labels, x=left - 6, y="y", size=11, color=MUTED, align="right")
    ends = sorted({0, n - 1})
    for k in ends:
        align = "left" if k == 0 else "right"
        sheet.text(data.periods[k], x=x(k), y=head + high + 14, size=11, color=MUTED, align=align)
    rows = []
    for geo in data.codes:
        for k, period in enumerate(data.periods):
            value = data.values[period].get(geo)
            there = value is not None and math.isfinite(value)
            said = data.written(period, geo) + (f.sign if there else "")
            row: dict[str, Any] = {"geo": geo, "k": k, "x": round(x(k), 1), "said": said}
            rows.append(row | {"y": round(y(value), 1) if there and value is not None else None})
    for k, period in enumerate(data.periods):
        middle = _median(data.values[period].values())
        rows.append(
            {
                "geo": _MEDIAN,
                "k": k,
                "x": round(x(k), 1),
                "y": round(y(middle), 1) if middle == middle else None,
            }
        )
    return rows, head + high + 26


def _median(values: Any) -> float:
    import statistics

    held = finite(values)
    return statistics.median(held) if held else math.nan


def _parts(
    data: MapSheet,
    made: str,
    placed: Placed,
    shift: tuple[float, float],
    series: list[dict[str, Any]],
    left: float,
    top: float,
    under: float,
) -> list[Any]:
    """The parts that answer to the selection."""
    import altair as alt

    first = (data.finding.highlight or (_highest(data),))[0]
    pick = alt.selection_point(
        name="pick", fields=["geo"], value=[{"geo": first}], toggle=False, empty=False, clear=False
    )
    frame = (*shift, shift[0] + placed.width, shift[1] + placed.height)
    shape = {"fill": "white", "fillOpacity": 0.001, "stroke": None}
    told = {
        "description": alt.Description("properties.hover:N"),
        "tooltip": alt.Tooltip("properties.hover:N", title=" "),
    }
    target = _regions(alt, made, frame, **shape).encode(**told)
    target = target.transform_calculate(geo="datum.properties.geo").add_params(pick)
    edge = {"filled": False, "stroke": HIGHLIGHT, "strokeWidth": 2.2}
    outline = _regions(alt, made, frame, aria=False, **edge)
    outline = outline.transform_calculate(geo="datum.properties.geo").transform_filter(pick)
    names = [{"geo": g, "label": f"{data.names[g]} ({g})", "x": left, "y": top} for g in data.codes]
    name = _text(alt, names, "label:N", fontSize=13, fontWeight=600, color=HIGHLIGHT).transform_filter(pick)
    years = [
        {"k": k, "label": p, "x": left, "y": under + 8 + _ROW * (k + 0.5)} for k, p in enumerate(data.periods)
    ]
    table = (
        _text(alt, series, "said:N", at="row", fontSize=12, align="right")
        .transform_filter(pick)
        .transform_calculate(row=f"{under + 8} + {_ROW} * (datum.k + 0.5)", x=str(left + 130))
    )
    middle = [row for row in series if row["geo"] == _MEDIAN]
    median = [_line(alt, middle, color=INK, strokeWidth=1.4, strokeDash=[4, 3])]
    if middle[-1]["y"] is not None:
        label = {"x": middle[-1]["x"], "y": middle[-1]["y"] - 8, "label": "median region"}
        rim: dict[str, Any] = {"fontSize": 11, "align": "right", "stroke": "white", "strokeWidth": 3.5}
        median += [
            _text(alt, [label], "label:N", **rim),
            _text(alt, [label], "label:N", fontSize=11, align="right"),
        ]
    every = _line(alt, series, color=CONTEXT, strokeWidth=0.5, opacity=0.55)
    own = _line(alt, series, color=HIGHLIGHT, strokeWidth=2.4, point={"color": HIGHLIGHT, "size": 30})
    return [
        every,
        *median,
        own.transform_filter(pick),
        outline,
        target,
        name,
        table,
        _text(alt, years, "label:N", fontSize=12, color=MUTED),
    ]


def _highest(data: MapSheet) -> str:
    """The region with the highest last value."""
    for period in reversed(data.periods):
        held = [(v, g) for g, v in data.values[period].items() if v is not None and v == v]
        if held:
            return str(max(held)[1])
    return data.codes[0]


def _regions(alt: Any, made: str, frame: Frame, **mark: Any) -> Any:
    """The regions as an Altair chart: what answers to a selection cannot be a plain view."""
    shape = alt.InlineData(values=made, format=alt.TopoDataFormat(type="topojson", feature="map"))
    drawn = alt.Chart(shape).mark_geoshape(**mark).encode()
    return drawn.transform_filter(chosen("m0")).project(**projection(frame))


def _on(alt: Any, field: str) -> dict[str, Any]:
    plain = alt.Scale(domain=[0, 1000], range=[0, 1000], nice=False, zero=False)
    return {"x": alt.X("x:Q", scale=plain, axis=None), "y": alt.Y(f"{field}:Q", scale=plain, axis=None)}


def _text(alt: Any, rows: list[dict[str, Any]], label: str, at: str = "y", **mark: Any) -> Any:
    options = {"align": "left", "baseline": "middle", "color": INK, "limit": 0, "aria": False} | mark
    return alt.Chart(alt.InlineData(values=rows)).mark_text(**options).encode(text=label, **_on(alt, at))


def _line(alt: Any, rows: list[dict[str, Any]], **mark: Any) -> Any:
    drawn = alt.Chart(alt.InlineData(values=rows)).mark_line(aria=False, **mark)
    return drawn.encode(detail="geo:N", order="k:Q", **_on(alt, "y"))
