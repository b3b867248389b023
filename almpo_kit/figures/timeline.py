"""A line over quarters or months: axes, gaps, the pandemic's bracket, labels that stay inside."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import MUTED
from almpo_kit.figures.wording import country_name, text
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

Box = tuple[float, float, float, float]
_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?$")


def when(period: object) -> float:
    """``2021`` -> 2021.0, ``2021-Q3`` -> 2021.5, ``2021-07`` -> 2021.5; NaN for anything else."""
    match = _PERIOD.match(text(period))
    if match is None:
        return math.nan
    year, quarter, month = match.groups()
    return float(year) + ((int(quarter) - 1) / 4 if quarter else (int(month) - 1) / 12 if month else 0.0)


_THE = {"NL", "US", "UK", "EU27_2020", "EU28", "EA19", "EA20"}


def in_place(code: object) -> str:
    """``in Greece``, ``in the United States``, ``in the EU-27``; a region by its code."""
    name = country_name(code)
    name = name[:1].lower() + name[1:] if name.startswith("Euro ") else name
    return f"in {'the ' if str(code) in _THE else ''}{name}"


def with_code(code: object) -> str:
    """``Greece (EL)``; a region's code stands alone."""
    name = country_name(code)
    return name if name == str(code) else f"{name} ({code})"


def points(table: pd.DataFrame, column: str) -> list[dict[str, Any]]:
    """Rows ``x, y, period, part``: a new part after every missing value, so that no line bridges it."""
    import pandas as pd

    if column not in table or "period" not in table:
        return []
    rows: list[dict[str, Any]] = []
    part = 0
    values = pd.to_numeric(table[column], errors="coerce").astype(float)
    for period, value in zip(table["period"], values, strict=True):
        t = when(period)
        if not math.isfinite(value) or not math.isfinite(t):
            part += 1
            continue
        rows.append({"x": t, "y": float(value), "period": text(period), "part": str(part)})
    return rows


def lonely(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points that no line reaches."""
    counts: dict[str, int] = {}
    for r in rows:
        counts[r["part"]] = counts.get(r["part"], 0) + 1
    return [r for r in rows if counts[r["part"]] == 1]


def missing_periods(table: pd.DataFrame, column: str) -> list[str]:
    """Periods of the table without a value."""
    there = {r["period"] for r in points(table, column)}
    return [text(p) for p in table.get("period", []) if text(p) not in there]


def sheet_for(width: int, rows: Sequence[dict[str, Any]], box: Box, *, zero: bool = False) -> Canvas:
    """A canvas whose scales hold the rows with a little room above and below."""
    xs, ys = finite(r["x"] for r in rows), finite(r["y"] for r in rows)
    low, high = min(ys), max(ys)
    room = 0.14 * (high - low or high or 1)
    domain = (0.0 if zero else max(low - room, 0.0) if low >= 0 else low - room, high + room)
    span = (min(xs), max(xs)) if max(xs) > min(xs) else (min(xs) - 1, max(xs) + 1)
    return Canvas(width, x=(span, (box[0], box[2])), y=(domain, (box[3], box[1])))


def axes(sheet: Canvas, box: Box) -> None:
    """Light lines at round values, whole years below."""
    left, _, right, bottom = box
    at = ticks(*sheet.domain("y"), 6)
    rows = [{"y": t, "label": number(t, digits(at))} for t in at]
    sheet.line(rows, x=left, x2=right, y="y")
    sheet.text(rows, x=left - 6, y="y", size=11, color=MUTED, align="right")
    low, high = sheet.domain("x")
    years = [
        t for t in ticks(math.ceil(low), math.floor(high), 5 if sheet.phone else 9) if float(t).is_integer()
    ]
    marks = [{"x": t, "label": f"{t:.0f}"} for t in years if low <= t <= high]
    sheet.line(marks, x="x", y=bottom, y2=bottom + 4, color=MUTED)
    sheet.text(marks, x="x", y=bottom + 13, size=11, color=MUTED, align="center")
    sheet.line(x=left, x2=right, y=bottom, y2=bottom, color=MUTED)


def bracket(sheet: Canvas, table: pd.DataFrame, box: Box) -> None:
    """Shade the pandemic's periods and name them over the plot."""
    if "pandemic" not in table or "period" not in table:
        return
    inside = finite(
        when(p) for p, yes in zip(table["period"], table["pandemic"], strict=True) if yes is True or yes == 1
    )
    if not inside:
        return
    first = text(table["period"].iloc[0])
    step = 1 / 4 if "Q" in first else 1 / 12 if "-" in first else 0.0
    low, high = sheet.domain("x")
    ends = max(min(inside), low), min(max(inside) + step, high)
    sheet.box([{"x": ends[0], "x2": ends[1]}], x="x", x2="x2", y=box[1], y2=box[3], color="#EEF1F4")
    middle = sheet.pixel("x", sum(ends) / 2)
    half = text_width("pandemic", 11) / 2
    at = min(max(middle, box[0] + half), sheet.width - half)
    sheet.text("pandemic", x=at, y=box[1] - 9, size=11, color=MUTED, align="center")


def inside(x: float, label: str, size: float, box: Box, *, bold: bool = False) -> float:
    """Centre of a label moved so that it does not leave the plot."""
    half = text_width(label, size, bold=bold) / 2
    return min(max(x, box[0] + half), max(box[2] - half, box[0] + half))


def changes(values: list[str]) -> list[int]:
    """Positions at which a value differs from the one before."""
    return [i + 1 for i, (a, b) in enumerate(pairwise(values)) if a != b]
