"""The decided cells of a balance in a list, scarcest labour first, with their intervals."""

from __future__ import annotations

import math

from almpo_kit.figures.balance_cells import BalanceCell, look, ratio
from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.theme import INK, MUTED, RULE
from almpo_kit.vocabulary.rendering import number

_SHOWN, _PITCH = 12, 40.0


def ranked_list(sheet: Canvas, cells: list[BalanceCell], overall: float, y: float, width: int) -> float:
    """Draw the list from `y` on; returns where it ends."""
    for verdict, head in (
        ("scarcer", "Labour scarcer than overall"),
        ("more plentiful", "More plentiful than overall"),
    ):
        rows = [c for c in cells if c.verdict == verdict]
        shown = [c for c in rows if c.known and not c.hidden]
        shown.sort(key=lambda c: c.tightness, reverse=verdict == "scarcer")
        y = _part(sheet, shown, len(rows), head, overall, y, width)
    unsure = sum(c.verdict == "too little to say" for c in cells)
    alike = len(cells) - unsure - sum(c.decided for c in cells)
    rest = (
        f"As overall: {number(alike, 0)}. Too little to say: {number(unsure, 0)} of {number(len(cells), 0)}."
    )
    lines = [
        *wrap(rest, 12, width),
        *(["Upright tick: the overall number."] if any(c.decided for c in cells) else []),
    ]
    for line in lines:
        sheet.text(line, x=0, y=y + 8, size=12, color=MUTED)
        y += 17
    return y + 6


def _part(
    sheet: Canvas, shown: list[BalanceCell], total: int, head: str, overall: float, y: float, width: int
) -> float:
    sheet.text(f"{head}: {number(total, 0)}", x=0, y=y + 8, size=13, bold=True)
    y += 22
    listed = shown[:_SHOWN]
    at = _scale(listed, overall, width)
    for c in listed:
        _row(sheet, c, at, overall, y, width)
        y += _PITCH
    left = total - len(listed)
    if left:
        words = f"{number(left, 0)} more in the table" + (
            ", some with numbers kept back" if total > len(shown) else ""
        )
        sheet.text(words, x=0, y=y + 6, size=11, color=MUTED)
        y += 18
    return y + 8


def _row(sheet: Canvas, c: BalanceCell, at: _Scale, overall: float, y: float, width: int) -> None:
    shade = look(c.verdict)[0]
    value = f"{c.mark} {ratio(c.tightness)}"
    room = width - text_width(value, 12, bold=True) - 10
    place = f" · {fit(c.name, 12, 0.5 * room)}"
    sheet.text(fit(c.label, 12, room - text_width(place, 12)) + place, x=0, y=y + 8, size=12, color=INK)
    sheet.text(value, x=width, y=y + 8, size=12, bold=True, color=shade, align="right")
    sheet.line(x=4, x2=width - 4, y=y + 24, color=RULE)
    if math.isfinite(overall) and overall > 0:
        sheet.line(x=at(overall), y=y + 17, y2=y + 31, color=MUTED, width=2)
    sheet.line(x=at(c.low), x2=at(c.high), y=y + 24, color=shade, width=2)
    sheet.dot([{"hover": c.hover}], x=at(c.tightness), y=y + 24, color=shade, size=60)


class _Scale:
    """Logarithmic pixels, so that half as many and twice as many lie equally far."""

    def __init__(self, low: float, high: float, width: int):
        self.low, self.high, self.width = math.log(low), math.log(high), width

    def __call__(self, value: float) -> float:
        if math.isinf(value):
            return self.width - 4.0
        share = (math.log(max(value, 1e-9)) - self.low) / (self.high - self.low)
        return round(6 + min(max(share, 0.0), 1.0) * (self.width - 12), 2)


def _scale(cells: list[BalanceCell], overall: float, width: int) -> _Scale:
    ends = [v for c in cells for v in (c.low, c.high, c.tightness) if math.isfinite(v) and v > 0]
    ends += [overall] if math.isfinite(overall) and overall > 0 else []
    low, high = (min(ends), max(ends)) if ends else (0.1, 1.0)
    return _Scale(low / 1.2, max(high, low) * 1.2, width)
