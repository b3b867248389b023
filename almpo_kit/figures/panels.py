"""Two panels that several figures share: named rows with an interval each, and a course over periods with its band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, MUTED, RULE
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True)
class IntervalRow:
    """A named value with its interval; ``said`` stands at its right, ``also`` is marked as a hollow dot."""

    name: str
    value: float
    low: float
    high: float
    said: str
    also: float = float("nan")
    color: str = ACCENT
    faint: bool = False


def interval_rows(
    sheet: Canvas,
    rows: Sequence[IntervalRow],
    top: float,
    *,
    unit: str,
    start: float | None = 0.0,
    band: tuple[float, float, str] | None = None,
    mark: tuple[float, str] | None = None,
    reach: float | None = None,
) -> float:
    """Draw rows from ``top`` on and return where they end; on a phone names stand above their marks.

    Parameters
    ----------
    start : float, optional
        A value that the axis must show.
    band : (low, high, label), optional
        A shaded range across all rows.
    mark : (value, label), optional
        A line across all rows.
    reach : float, optional
        Ends of intervals beyond this many times the spread of values are cut at the edge, with an arrow, so that one
        row does not make the others unreadable; their numbers stand beside them all the same.
    """
    wide = max(text_width(r.said, 12) for r in rows) + 12
    room = 0.0 if sheet.phone else min(max(text_width(r.name, 12) for r in rows) + 14, 0.4 * sheet.width)
    x0, x1 = (6.0, sheet.width - 6.0) if sheet.phone else (room, sheet.width - wide)
    pitch = 38.0 if sheet.phone else 24.0
    values = finite(v for r in rows for v in (r.value, r.low, r.high, r.also))
    values = values if reach is None else _within(rows, reach)
    values += [] if start is None else [start]
    values += list(band[:2]) if band else []
    values += [mark[0]] if mark else []
    low, high = min(values), max(values)
    pad = 0.04 * (high - low or 1.0)
    low, high = (low if low == start else low - pad), high + pad
    first = top + 40 if band or mark else top + 26
    bottom = first + pitch * len(rows)

    def x(v: float) -> float:
        return x0 + (v - low) / (high - low or 1.0) * (x1 - x0)

    at = ticks(low, high, 5 if sheet.phone else 7)
    grid = [{"x": x(t), "label": number(t, digits(at))} for t in at]
    if band:
        sheet.box(x=x(band[0]), x2=x(band[1]), y=first, y2=bottom, color=RULE, opacity=0.7)
        half = text_width(band[2], 11) / 2
        middle = min(max((x(band[0]) + x(band[1])) / 2, half), sheet.width - half)
        sheet.text(band[2], x=middle, y=top + 10, size=11, color=MUTED, align="center")
    sheet.line(grid, x="x", y=first, y2=bottom)
    if mark:
        sheet.line(x=x(mark[0]), y=first - 4, y2=bottom, color=HIGHLIGHT, width=1.6)
        half = text_width(mark[1], 11) / 2
        middle = min(max(x(mark[0]), half), sheet.width - half)
        sheet.text(mark[1], x=middle, y=top + 10, size=11, color=HIGHLIGHT, align="center")
    sheet.text(grid, x="x", y=first - 10, size=11, color=MUTED, align="center", halo=True)
    sheet.text(unit, x=x1, y=bottom + 11, size=11, color=MUTED, align="right")
    for k, row in enumerate(rows):
        y = first + pitch * (k + (0.74 if sheet.phone else 0.5))
        name_y = y - 18 if sheet.phone else y
        space = sheet.width - wide if sheet.phone else room - 12
        sheet.text(
            fit(row.name, 12, space),
            x=0 if sheet.phone else room - 10,
            y=name_y,
            align="left" if sheet.phone else "right",
            halo=sheet.phone,
        )
        sheet.text(row.said, x=sheet.width, y=name_y, align="right", halo=sheet.phone)
        color = MUTED if row.faint else row.color
        hover = [{"hover": f"{row.name}: {row.said}"}]
        if finite([row.low, row.high]) and len(finite([row.low, row.high])) == 2:
            ends = min(max(row.low, low), high), max(min(row.high, high), low)
            sheet.line(hover, x=x(ends[0]), x2=x(ends[1]), y=y, color=color, width=2)
            for end, whole, arrow in zip(ends, (row.low, row.high), "◂▸", strict=True):
                if end != whole:
                    sheet.text(arrow, x=x(end), y=y, size=13, color=color, align="center")
        if finite([row.also]):
            sheet.dot(hover, x=x(row.also), y=y, color=color, size=46, hollow=True)
        if finite([row.value]):
            sheet.dot(hover, x=x(row.value), y=y, color=color, size=70, hollow=row.faint)
    return bottom + 20


def _within(rows: Sequence[IntervalRow], reach: float) -> list[float]:
    """Values, and ends of intervals that are no more than ``reach`` times the usual length away from their value."""
    lengths = sorted(finite(r.high - r.low for r in rows))
    usual = lengths[len(lengths) // 2] if lengths else 0.0
    kept = finite(v for r in rows for v in (r.value, r.also))
    for r in rows:
        kept += [v for v in finite([r.low, r.high]) if abs(v - r.value) <= reach * usual or not usual]
    return kept


def course(
    sheet: Canvas,
    periods: Sequence[str],
    values: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    top: float,
    *,
    unit: str,
    zero: bool,
    line_at: float | None = None,
    height: float = 170.0,
) -> float:
    """Draw a line over periods with its band, and return where it ends.

    Parameters
    ----------
    zero : bool
        Start the value axis at zero.
    line_at : float, optional
        A value that is marked by a darker line, such as one.
    """
    sheet.text(unit, x=0, y=top + 8, size=11, color=MUTED)
    x0, x1, y0, y1 = 40.0, sheet.width - 14.0, top + 26, top + 26 + height
    held = finite([*values, *lows, *highs])
    low, high = min(held), max(held)
    low = min(low, 0.0) if zero else low
    high = high + 0.06 * (high - low or 1.0)

    def x(i: float) -> float:
        return x0 + 8 + i / max(len(periods) - 1, 1) * (x1 - x0 - 8)

    def y(v: float) -> float:
        return y1 - (v - low) / (high - low or 1.0) * (y1 - y0)

    at = ticks(low, high, 5)
    grid = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    if line_at is not None and low <= line_at <= high:
        sheet.line(x=x0, x2=x1, y=y(line_at), color=MUTED, width=1.2)
    n = len(periods)
    each = max(text_width(p, 11) for p in periods) + 14
    step = max(1, -(-int(n * each) // int(x1 - x0)))
    shown = [i for i in range(n) if (n - 1 - i) % step == 0]
    ends = [
        {"x": min(x(i), sheet.width - text_width(periods[i], 11) / 2), "label": periods[i]} for i in shown
    ]
    sheet.text(ends, x="x", y=y1 + 14, size=11, color=MUTED, align="center")
    bars = [
        {"x": x(i), "a": y(a), "b": y(b)}
        for i, (a, b) in enumerate(zip(lows, highs, strict=True))
        if a == a and b == b
    ]
    sheet.line(bars, x="x", y="a", y2="b", color=ACCENT, width=min(9.0, 0.5 * (x1 - x0) / n), opacity=0.25)
    points: list[dict[str, Any]] = [{"x": x(i), "y": y(v)} for i, v in enumerate(values) if v == v]
    sheet.path(points, color=ACCENT, width=2.2)
    told = [p for i, p in enumerate(periods) if values[i] == values[i]]
    kept = [v for v in values if v == v]
    marks = [{**p, "hover": f"{a}: {number(v, 2)}"} for p, a, v in zip(points, told, kept, strict=True)]
    sheet.dot(marks, color=ACCENT, size=30 if n > 12 else 46)
    return y1 + 30
