"""One course over months since entry: estimate, interval of each month, band for all, and where people fall behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.effect_words import runs, said
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, ERROR, INK, MUTED
from almpo_kit.vocabulary.rendering import number

_HEIGHT = 170.0


@dataclass(frozen=True, eq=False)
class Course:
    """What is drawn; arrays of shape (m,) in order of months, NaN where not known."""

    months: Any
    value: Any
    low: Any
    high: Any
    band_low: Any
    band_high: Any
    label: str
    behind: tuple[float, float] | None = None


def draw_course(sheet: Canvas, course: Course, left: float, right: float, top: float) -> float:
    """Draw between ``left`` and ``right`` from ``top`` on, and return where it ends."""
    sheet.text(course.label, x=left, y=top + 8, size=11, color=MUTED)
    low, high, at, letters = _scale(course)
    x0 = left + max(text_width(w, 11) for w in letters) + 10
    x1, y0, y1 = right - 12, top + 24, top + 24 + _HEIGHT
    first, last = min([*finite(course.months), 0.0]), max([*finite(course.months), 1.0])

    def x(m: float) -> float:
        return x0 + 8 + (m - first) / (last - first) * (x1 - x0 - 8)

    def y(v: float) -> float:
        return y1 - (v - low) / (high - low) * (y1 - y0)

    if course.behind is not None:
        step = 0.5 * (x1 - x0) / max(last - first, 1)
        a, b = x(course.behind[0]) - step, x(course.behind[1]) + step
        sheet.box(x=max(a, x0), x2=min(b, x1 + 4), y=y0, y2=y1, color=ERROR, opacity=0.08)
        # A loss that lasts to the end is no lock-in.
        word = "lock-in" if course.behind[1] < max(course.months) else "worse off"
        middle = min(max((a + b) / 2, x0 + text_width(word, 11) / 2), x1 - text_width(word, 11) / 2)
        # At the bottom, or at the top where the line of no effect lies there.
        place = y1 - 8 if abs(y(0.0) - (y1 - 8)) > 12 else y0 + 8
        sheet.text(word, x=middle, y=place, size=11, color=ERROR, align="center", halo=True)
    grid = [{"y": y(t), "label": w} for t, w in zip(at, letters, strict=True)]
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.line(x=x0, x2=x1, y=y(0.0), color=INK, width=1.2)
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    if first < 0:
        sheet.line(x=x(0.0), y=y0, y2=y1, color=MUTED, strokeDash=[4, 3])
    _months(sheet, x, first, last, x1 - x0, y1)
    _marks(sheet, course, x, y, (x1 - x0) / max(len(course.months), 1))
    return y1 + 40


def axis_start(course: Course) -> float:
    """Pixels from the left edge of a course to its first month."""
    return max(text_width(w, 11) for w in _scale(course)[3]) + 18


def _scale(course: Course) -> tuple[float, float, list[float], list[str]]:
    """Ends of the value axis, its ticks and their lettering."""
    held = [
        *finite(course.value),
        *(v for pair in ("low", "high", "band_low", "band_high") for v in finite(getattr(course, pair))),
        0.0,
    ]
    low, high = min(held), max(held)
    pad = 0.05 * (high - low or 1.0)
    low, high = low - pad, high + pad
    at = ticks(low, high, 5)
    return low, high, at, [number(t, digits(at)) for t in at]


def _months(sheet: Canvas, x: Any, first: float, last: float, room: float, bottom: float) -> None:
    most = max(2, int(room // 44))
    steps = [s for s in (1, 2, 3, 6, 12, 24, 36, 60, 120) if (last - first) / s <= most]
    step = steps[0] if steps else 240
    shown = np.arange(np.ceil(first / step) * step, last + 1e-9, step)
    letters = [{"x": x(float(m)), "label": number(float(m), 0)} for m in shown]
    sheet.text(letters, x="x", y=bottom + 13, size=11, color=MUTED, align="center")
    sheet.text("months since entry", x=x(last), y=bottom + 29, size=11, color=MUTED, align="right")


def _marks(sheet: Canvas, course: Course, x: Any, y: Any, each: float) -> None:
    for a, b in runs(course.months, course.band_low, course.band_high):
        if b - a > 1:
            forth = [{"x": x(course.months[i]), "y": y(course.band_high[i])} for i in range(a, b)]
            back = [{"x": x(course.months[i]), "y": y(course.band_low[i])} for i in reversed(range(a, b))]
            sheet.path([*forth, *back], color=ACCENT, fill=True, opacity=0.14)
    bars, dots = [], []
    for m, v, lo, hi in zip(course.months, course.value, course.low, course.high, strict=True):
        if np.isfinite([m, lo, hi]).all():
            bars.append({"x": x(m), "a": y(lo), "b": y(hi)})
        if np.isfinite([m, v]).all():
            dots.append({"x": x(m), "y": y(v), "hover": f"month {number(m, 0)}: {said(v, lo, hi)}"})
    sheet.line(bars, x="x", y="a", y2="b", color=ACCENT, width=max(1.2, min(4.0, 0.3 * each)), opacity=0.5)
    for a, b in runs(course.months, course.value):
        sheet.path(
            [{"x": x(course.months[i]), "y": y(course.value[i])} for i in range(a, b)], color=ACCENT, width=2
        )
    sheet.dot(dots, color=ACCENT, size=26 if len(dots) > 14 else 44)
