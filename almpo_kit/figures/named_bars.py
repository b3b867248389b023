"""Named bars from zero, each with its number in words: a panel that several figures share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.theme import ACCENT, INK, MUTED


@dataclass(frozen=True)
class NamedBar:
    """A bar; ``said`` stands behind its end. Without a value the place stays empty and says why."""

    name: str
    value: float
    said: str
    color: str = ACCENT


def named_bars(sheet: Canvas, bars: Sequence[NamedBar], top: float, heading: str) -> float:
    """Draw bars from ``top`` on and return where they end; on a phone names stand above their bars."""
    pitch = 38.0 if sheet.phone else 24.0
    head = wrap(heading, 12, sheet.width, bold=True)
    for i, line in enumerate(head):
        sheet.text(line, x=0, y=top + 8 + 16 * i, size=12, bold=True)
    held = [b.value for b in bars if math.isfinite(b.value)]
    low, high = min([0.0, *held]), max([0.0, *held])
    left = 4.0 if sheet.phone else min(0.34 * sheet.width, max(text_width(b.name, 12) for b in bars) + 16)
    room = max(text_width(b.said, 12) for b in bars if b.said) + 12 if any(b.said for b in bars) else 8.0
    right = max(sheet.width - min(room, 0.5 * sheet.width), left + 40)
    span = (high - low) or 1.0
    zero = left + (right - left) * (0 - low) / span
    first = top + 8 + 16 * len(head)
    for k, bar in enumerate(bars):
        y = first + pitch * (k + (0.68 if sheet.phone else 0.5))
        if sheet.phone:
            # A line through all rows would cross their names.
            sheet.line(x=zero, y=y - 9, y2=y + 9, color=MUTED, width=1.2)
            sheet.text(fit(bar.name, 12, sheet.width - 8), x=0, y=y - 17)
        else:
            sheet.text(fit(bar.name, 12, left - 12), x=left - 10, y=y, align="right")
        end = zero if not math.isfinite(bar.value) else left + (right - left) * (bar.value - low) / span
        if math.isfinite(bar.value) and bar.value != 0:
            hover = [{"hover": f"{bar.name}: {bar.said}"}]
            sheet.box(hover, x=min(zero, end), x2=max(zero, end), y=y - 7, y2=y + 7, color=bar.color)
        ink = INK if math.isfinite(bar.value) else MUTED
        space = sheet.width - max(zero, end) - 6
        words = fit(bar.said, 12, space)
        sheet.text(words, x=max(zero, end) + 6, y=y, color=ink)
    bottom = first + pitch * len(bars)
    if not sheet.phone:
        sheet.line(x=zero, y=first, y2=bottom, color=MUTED, width=1.2)
    return bottom + 8
