"""A series over time with its turning points, and labour market tightness over time."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.path_labels import along, place
from almpo_kit.figures.rows import missing_note
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.timeline import (
    Box,
    axes,
    bracket,
    changes,
    in_place,
    inside,
    lonely,
    missing_periods,
    points,
    sheet_for,
    when,
    with_code,
)
from almpo_kit.figures.wording import column, measure, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

Row = dict[str, Any]
#: Shade of the phases in which things get worse: unemployment rises, vacancies fall.
_WORSE = "#FBEFE6"


def turning_points(finding: Finding, width: int) -> Any:
    """Draw TurningPoints: the series, its peaks and troughs by date, worsening phases shaded."""
    m, country = measure(finding), text(getattr(finding, "country", ""))
    rows = points(finding.table, "value")
    if not rows:
        return _nothing(finding, width, f"Turning points of the {m.label.lower()} {in_place(country)}")
    box = (32.0, 40.0, width - (8.0 if width < 480 else 58.0), 290.0 if width < 480 else 330.0)
    sheet = sheet_for(width, rows, box)
    worse = "rising" if m.key != "job_vacancy_rate" else "falling"
    shaded = _shade(sheet, finding, worse, box)
    bracket_only(sheet, finding, box)
    axes(sheet, box)
    sheet.path(rows, color=ACCENT, width=2)
    sheet.dot(lonely(rows), color=ACCENT, size=24)
    _turns(sheet, finding, rows, m.digits, box)
    _last(sheet, rows, f"{number(rows[-1]['y'], m.digits)}{m.sign}", box)
    notes = [f"Shaded: {m.label.lower()} {worse}."] if shaded else []
    notes += missing_note("No value", missing_periods(finding.table, "value"))
    return sheet.finish(
        finding,
        title=_title(finding, m.label, country),
        subtitle=f"{m.label}, %{_treated(finding)} · {with_code(country)} · {rows[0]['period']} to {rows[-1]['period']}",
        height=box[3] + 24,
        notes=notes,
        plot=box,
    )


def tightness(finding: Finding, width: int) -> Any:
    """Draw a Tightness: vacancies per unemployed person, highest, lowest and latest named."""
    country = text(getattr(finding, "country", ""))
    rows = points(finding.table, "vacancies_per_unemployed")
    title = f"Vacancies for each unemployed person {in_place(country)}"
    if not rows:
        return _nothing(finding, width, title)
    box = (38.0, 40.0, width - (8.0 if width < 480 else 58.0), 270.0 if width < 480 else 310.0)
    sheet = sheet_for(width, rows, box, zero=True)
    bracket(sheet, finding.table, box)
    axes(sheet, box)
    sheet.path(rows, color=ACCENT, width=2)
    sheet.dot(lonely(rows), color=ACCENT, size=24)
    _ends(sheet, rows, box)
    notes = missing_note("No value", missing_periods(finding.table, "vacancies_per_unemployed"))
    return sheet.finish(
        finding,
        title=f"{title}: {number(rows[-1]['y'], 2)} in {rows[-1]['period']}",
        subtitle=f"Vacancies per unemployed person · {_assumption(finding)}{with_code(country)} · "
        f"{rows[0]['period']} to {rows[-1]['period']}",
        height=box[3] + 24,
        notes=notes,
        plot=box,
    )


def _nothing(finding: Finding, width: int, title: str) -> Any:
    why = "No quarter or month has a value."
    return empty(finding, width, title=title, why=why, way_out="Choose another country or another series.")


def bracket_only(sheet: Canvas, finding: Finding, box: Box) -> None:
    """The pandemic as a bracket above the plot, where the plot itself is shaded by phase."""
    frame = finding.table
    inner = [when(p) for p in words(frame, "period") if _pandemic(p)]
    low, high = sheet.domain("x")
    inner = [t for t in inner if low <= t <= high]
    if not inner:
        return
    a, b = sheet.pixel("x", min(inner)), sheet.pixel("x", max(inner))
    sheet.line(x=a, x2=b, y=box[1] - 14, color=MUTED, width=2)
    sheet.text(
        "pandemic",
        x=inside((a + b) / 2, "pandemic", 11, box),
        y=box[1] - 24,
        size=11,
        color=MUTED,
        align="center",
    )


def _pandemic(period: str) -> bool:
    return 2020.0 <= when(period) < 2021.5 if "Q" in period else 2020 + 2 / 12 <= when(period) < 2021.5


def _shade(sheet: Canvas, finding: Finding, worse: str, box: Box) -> bool:
    table = finding.table
    if "phase" not in table:
        return False
    times, kinds = [when(p) for p in words(table, "period")], words(table, "phase")
    starts = [0, *changes(kinds), len(kinds)]
    bands = [
        {"x": times[max(a - 1, 0)], "x2": times[b - 1]}
        for a, b in pairwise(starts)
        if b > a and kinds[a] == worse and math.isfinite(times[b - 1])
    ]
    low, high = sheet.domain("x")
    bands = [{k: min(max(v, low), high) for k, v in band.items()} for band in bands]
    sheet.box(bands, x="x", x2="x2", y=box[1], y2=box[3], color=_WORSE)
    return bool(bands)


def _turns(sheet: Canvas, finding: Finding, rows: list[Row], digits: int, box: Box) -> None:
    at = {r["period"]: r for r in rows}
    turned = [
        at[p] | {"kind": k, "side": 1 if k == "peak" else -1}
        for p, k in zip(words(finding.table, "period"), words(finding.table, "turn"), strict=True)
        if k in ("peak", "trough") and p in at
    ]
    sheet.dot([t for t in turned if t["kind"] == "peak"], color=HIGHLIGHT, shape="triangle-up", size=75)
    sheet.dot([t for t in turned if t["kind"] == "trough"], color=INK, shape="triangle-down", size=75)
    _letter(sheet, turned, rows, digits, box)


def _letter(sheet: Canvas, turned: list[Row], rows: list[Row], digits: int, box: Box) -> None:
    """Dates and values of turns, the sharpest first, for as long as they cover neither line nor each other."""
    beside = [0.0, *[abs(b["y"] - a["y"]) for a, b in pairwise(turned)], 0.0]
    order = sorted(range(len(turned)), key=lambda i: -max(beside[i], beside[i + 1]))
    chosen = [turned[i] for i in order]
    labels = [f"{t['period']}: {number(t['y'], digits)}" for t in chosen]
    path = along([(sheet.pixel("x", r["x"]), sheet.pixel("y", r["y"])) for r in rows])
    at = [(sheet.pixel("x", t["x"]), sheet.pixel("y", t["y"]) - 4 * t["side"]) for t in chosen]
    sizes = [(text_width(label, 11), 12.0) for label in labels]
    room = (box[0], box[1], sheet.width, box[3])
    above = [(0, -t["side"]) for t in chosen]
    spots = place(at, sizes, path, room, above)
    # What found no place straight above or below may stand beside.
    beyond = place(at, sizes, path + [s for s in spots if s], room, [(1, -t["side"]) for t in chosen])
    for label, spot, other in zip(labels, spots, beyond, strict=True):
        where = spot or (other if len(turned) <= 8 else None)
        if where is not None:
            sheet.text(label, x=where[0], y=where[1], size=11, align="center", color=INK, halo=True)


def _last(sheet: Canvas, rows: list[Row], label: str, box: Box) -> None:
    last = rows[-1]
    sheet.dot([last], color=ACCENT, size=46)
    x, y = sheet.pixel("x", last["x"]), sheet.pixel("y", last["y"])
    if sheet.phone or x > sheet.width - 40:
        # On the side that the line does not come from.
        falling = len(rows) > 1 and rows[-2]["y"] > last["y"] and y + 26 < box[3]
        sheet.text(
            label,
            x=x,
            y=y + (15 if falling else -13),
            size=12,
            bold=True,
            color=ACCENT,
            align="right",
            halo=True,
        )
    else:
        sheet.text(label, x=x + 8, y=y, size=12, bold=True, color=ACCENT, halo=True)


def _ends(sheet: Canvas, rows: list[Row], box: Box) -> None:
    """Highest and lowest by date, where they are not the latest."""
    last = rows[-1]
    for found, dy in ((max(rows, key=lambda r: r["y"]), -13), (min(rows, key=lambda r: r["y"]), 14)):
        if found is last:
            continue
        label = f"{found['period']}: {number(found['y'], 2)}"
        sheet.dot([found], color=INK, size=36)
        x = inside(sheet.pixel("x", found["x"]), label, 11, box)
        # Close to the axis there is no room below.
        dy = dy if dy < 0 or sheet.pixel("y", found["y"]) + 22 < box[3] else -24
        sheet.text(
            label, x=x, y=sheet.pixel("y", found["y"]) + dy, size=11, align="center", color=INK, halo=True
        )
    _last(sheet, rows, number(last["y"], 2), box)


def _treated(finding: Finding) -> str:
    """Say that the line is not what was published."""
    a, b = column(finding.table, "value"), column(finding.table, "published")
    return ", seasons taken out" if ((a - b).abs() > 1e-9).any() else ""


def _title(finding: Finding, label: str, country: str) -> str:
    periods, kinds = words(finding.table, "period"), words(finding.table, "turn")
    turned = [(p, k) for p, k in zip(periods, kinds, strict=True) if k]
    if not turned:
        return f"{label} {in_place(country)}: no turning point is dated"
    last, kind = turned[-1]
    return f"{label} {in_place(country)}: last turn, a {kind}, in {last}"


def _assumption(finding: Finding) -> str:
    """What the level rests on where the number of posts is not held."""
    if getattr(finding, "exact", False) is True:
        return ""
    bound = "upper bound: " if getattr(finding, "bound", True) is True else ""
    return f"{bound}as many posts as employed people · "
