"""Programmes for one person, ranked by gain, with what each number rests on and why some have none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, CONTEXT, GROUND, INK, MISSING, MUTED, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_SILENT = "too little to say"
#: Source -> how its share of a number is filled.
_SOURCES = (
    ("weight_evidence", "evidence", ACCENT),
    ("weight_local", "local people", "#6D9BD1"),
    ("weight_prior", "no effect", CONTEXT),
)
_BARS = (
    "Small bars: what each number rests on (dark: published evidence, light: local people, grey: the assumption of no "
    "effect). "
)


def gains(finding: Finding, width: int) -> Any:
    """Draw an Advice."""
    table = finding.table
    if not len(table):
        return empty(
            finding,
            width,
            title="Which programme would add most?",
            why="There is no programme to show.",
            way_out="Give a menu with at least one programme.",
        )
    sheet = Canvas(width)
    end = _rows(sheet, finding)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=[f"{_BARS if finite(column(table, 'gain')) else ''}The caseworker decides."],
        plot=(0, 0, width, end),
    )


def _title(finding: Finding) -> str:
    said = words(finding.table, "says")
    names = words(finding.table, "programme")
    if all(s == _SILENT for s in said):
        return "Too little is known to rank programmes"
    if "offer first" in said:
        return f"Largest expected gain: {fit(names[said.index('offer first')], 12, 300)}"
    if "about as good" in said:
        return "The best programmes cannot be told apart"
    return "No programme is shown to help more than none"


def _subtitle(finding: Finding) -> str:
    unit, level = text(getattr(finding, "unit", "")), getattr(finding, "level", math.nan)
    parts = [f"Expected gain over no programme, {unit or 'unit not stated'}"]
    if math.isfinite(level):
        parts.append(f"{number(100 * level, 0)}% intervals (thick: 50%)")
    return " · ".join(parts)


def _rows(sheet: Canvas, finding: Finding) -> float:
    table, phone = finding.table, sheet.phone
    names, said, why = (words(table, c) for c in ("programme", "says", "reason"))
    mid, low, high = (column(table, c).tolist() for c in ("gain", "low", "high"))
    kinds = words(table, "programme_type")
    held = [*finite([*low, *high, *mid]), 0.0]
    a, b = min(held), max(held)
    pad = 0.05 * (b - a or 1.0)
    a, b = a - pad, b + pad
    side = 0.0 if phone or not finite(mid) else 150.0
    room = 0.0 if phone else min(max(text_width(n, 12) for n in names) + 14, 0.3 * sheet.width)
    x0, x1 = (6.0, sheet.width - 6.0) if phone else (room, sheet.width - side)
    # An axis says nothing where no programme has a number.
    first, pitch = 26.0 if finite(mid) else 6.0, 76.0 if phone else 44.0
    bottom = first + pitch * len(table)

    def x(v: float) -> float:
        return x0 + (v - a) / (b - a) * (x1 - x0)

    if finite(mid):
        at = ticks(a, b, 4 if phone else 6)
        grid = [{"x": x(t), "label": number(t, digits(at))} for t in at]
        sheet.line(grid, x="x", y=first, y2=bottom)
        sheet.line(x=x(0), y=first, y2=bottom, color=INK, width=1.2)
        sheet.text(grid, x="x", y=first - 10, size=11, color=MUTED, align="center", halo=True)
    for k, name in enumerate(names):
        top = first + pitch * k
        y = top + (40 if phone else 18)
        word = said[k] or _SILENT
        _name(sheet, name, word, top, room)
        if word == _SILENT or not math.isfinite(mid[k]):
            _slot(sheet, why[k] or _SILENT, x0, x1, y + (11 if phone else 0))
            continue
        colour = PROGRAMME_COLOURS.get(kinds[k], ACCENT)
        told = f"{number(mid[k], _digits(low[k], high[k]))} ({number(low[k], _digits(low[k], high[k]))} to {number(high[k], _digits(low[k], high[k]))})"
        hover = [{"hover": f"{name}: {told}, {word}"}]
        if math.isfinite(low[k]) and math.isfinite(high[k]):
            half = (high[k] - low[k]) * 0.1721
            sheet.line(hover, x=x(low[k]), x2=x(high[k]), y=y, color=colour, width=1.6)
            sheet.line(hover, x=x(mid[k] - half), x2=x(mid[k] + half), y=y, color=colour, width=5)
        sheet.dot(hover, x=x(mid[k]), y=y, color=colour, size=80)
        sheet.text(told, x=sheet.width, y=(top + 22 if phone else y - 6), align="right", size=11, halo=phone)
        _sources(sheet, table, k, sheet.width - 130, sheet.width, (y + 13 if phone else y + 6))
    return bottom + 4


def _digits(low: float, high: float) -> int:
    width = high - low if math.isfinite(high - low) else 1.0
    return 0 if width >= 20 else 1 if width >= 0.5 else 2


def _name(sheet: Canvas, name: str, word: str, top: float, room: float) -> None:
    space = sheet.width - 8 if sheet.phone else room - 12
    x, align = (0.0, "left") if sheet.phone else (room - 10, "right")
    sheet.text(
        fit(name, 12, space),
        x=x,
        y=top + (8 if sheet.phone else 12),
        align=align,
        bold=True,
        halo=sheet.phone,
    )
    beside = space - 140 if sheet.phone else space
    sheet.text(
        fit(word, 11, beside),
        x=x,
        y=top + (22 if sheet.phone else 27),
        align=align,
        size=11,
        color=MUTED,
        halo=sheet.phone,
    )


def _slot(sheet: Canvas, why: str, x0: float, x1: float, y: float) -> None:
    """An empty slot that says why."""
    lines = wrap(why, 11, x1 - x0 - 16, lines=3 if sheet.phone else 2)
    half = 9.0 + 7 * (len(lines) - 1)
    # Opaque below its hatch: the rules of the axis do not run through the words.
    sheet.box(x=x0, x2=x1, y=y + 1 - half, y2=y + 1 + half, color=GROUND)
    sheet.box(x=x0, x2=x1, y=y + 1 - half, y2=y + 1 + half, color=MISSING, stroke=RULE, strokeDash=[4, 3])
    for i, line in enumerate(lines):
        sheet.text(line, x=x0 + 8, y=y + 1 + 14 * (i - (len(lines) - 1) / 2), size=11, color=MUTED)


def _sources(sheet: Canvas, table: pd.DataFrame, k: int, x0: float, x1: float, y: float) -> None:
    """Shares of the sources as one small bar."""
    shares = [column(table, c).tolist()[k] for c, _, _ in _SOURCES]
    if not all(math.isfinite(s) for s in shares) or sum(shares) <= 0:
        return
    said = ", ".join(
        f"{label} {number(100 * s, 0)}%" for s, (_, label, _) in zip(shares, _SOURCES, strict=True)
    )
    left = x0
    for share, (_, _, colour) in zip(shares, _SOURCES, strict=True):
        right = left + share / sum(shares) * (x1 - x0)
        if right - left > 0.5:
            sheet.box([{"hover": f"Rests on: {said}"}], x=left, x2=right, y=y - 4, y2=y + 4, color=colour)
        left = right
    if not sheet.phone:
        largest = max(range(3), key=lambda i: shares[i])
        sheet.text(
            f"{number(100 * shares[largest], 0)}% {_SOURCES[largest][1]}",
            x=x1,
            y=y + 13,
            size=11,
            color=MUTED,
            align="right",
        )
