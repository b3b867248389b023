"""Gains of programmes in four labour markets: high and low unemployment by high- and low-skilled jobs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, INK, MUTED, PROGRAMME_COLOURS
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_CELLS = (("high", "low"), ("high", "high"), ("low", "low"), ("low", "high"))
_PITCH = 26.0


def context_gains(finding: Finding, width: int) -> Any:
    """Draw a GainModel."""
    table = finding.table
    held = finite([*column(table, "gain")])
    if not len(table) or not held:
        return empty(
            finding,
            width,
            title="What would each programme add?",
            why="There is no gain to show: too little is known of every programme.",
            way_out="Give evidence with at least five independent samples of a type, or local people who took a programme.",
        )
    sheet = Canvas(width)
    end = _panels(sheet, table)
    unit, level = text(getattr(finding, "unit", "")), getattr(finding, "level", math.nan)
    parts = [f"Expected gain over no programme, {unit or 'unit not stated'}"]
    parts += [f"{number(100 * level, 0)}% intervals"] if math.isfinite(level) else []
    return sheet.finish(
        finding,
        title="What each programme adds, by labour market",
        subtitle=" · ".join(parts),
        height=end,
        notes=[
            "Hollow: no local people took it in that labour market, the number is shrunk from elsewhere. Words instead of a mark: too little is known."
        ],
        plot=(0, 0, width, end),
    )


def _panels(sheet: Canvas, table: pd.DataFrame) -> float:
    u, s = words(table, "unemployment_class"), words(table, "skill_class")
    cells = [c for c in _CELLS if c in set(zip(u, s, strict=True))]
    # Locals whose classes nobody knows have a panel of their own.
    cells += sorted(set(zip(u, s, strict=True)) - set(_CELLS))
    stop = [bool(v) and v == v for v in table["abstains"]] if "abstains" in table else [False] * len(table)
    shown = [i for i, v in enumerate(stop) if not v]
    ends = [v for c in ("gain", "low", "high") for v in column(table, c).iloc[shown]]
    held = [*finite(ends), 0.0]
    low, high = min(held), max(held)
    pad = 0.05 * (high - low or 1.0)
    across = 1 if sheet.width < 600 else 2
    names = list(dict.fromkeys(words(table, "programme")))
    room = min(max(text_width(n, 12) for n in names) + 12, 0.36 * sheet.width)
    wide = (sheet.width - room - 10 * (across - 1)) / across
    top, most = 0.0, 0.0
    for k, cell in enumerate(cells):
        if k % across == 0:
            top, most = top + most, 0.0
        x0 = room + (k % across) * (wide + 10)
        rows = [i for i, pair in enumerate(zip(u, s, strict=True)) if pair == cell]
        area = (x0, x0 + wide - 6, top, room if k % across == 0 else 0.0)
        most = max(most, _panel(sheet, table, cell, rows, stop, area, (low - pad, high + pad)) - top)
    return top + most


def _panel(
    sheet: Canvas,
    table: pd.DataFrame,
    cell: tuple[str, str],
    rows: list[int],
    stop: list[bool],
    area: tuple[float, float, float, float],
    span: tuple[float, float],
) -> float:
    x0, x1, top, room = area
    low, high = span
    first = top + 44
    bottom = first + _PITCH * len(rows)

    def x(v: float) -> float:
        return x0 + (v - low) / (high - low) * (x1 - x0)

    start = 0.0 if sheet.phone else x0
    sheet.text(fit(_cell_words(*cell), 12, x1 - start, bold=True), x=start, y=top + 12, bold=True)
    at = ticks(low, high, 4)
    grid = [{"x": x(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x="x", y=first, y2=bottom)
    sheet.line(x=x(0), y=first, y2=bottom, color=INK, width=1.2)
    sheet.text(grid, x="x", y=first - 10, size=11, color=MUTED, align="center", halo=True)
    names, kinds = words(table, "programme"), words(table, "programme_type")
    seen = (
        [bool(v) and v == v for v in table["seen_locally"]]
        if "seen_locally" in table
        else [True] * len(table)
    )
    mid, ends_low, ends_high = (column(table, c).tolist() for c in ("gain", "low", "high"))
    for k, i in enumerate(rows):
        y = first + _PITCH * (k + 0.5)
        if room:
            sheet.text(fit(names[i], 12, room - 10), x=room - 8, y=y, align="right")
        if stop[i] or not math.isfinite(mid[i]):
            sheet.text(
                fit("too little to say", 11, x1 - x0 - 8), x=x0 + 4, y=y, size=11, color=MUTED, halo=True
            )
            continue
        colour = PROGRAMME_COLOURS.get(kinds[i], ACCENT)
        told = f"{names[i]}, {_cell_words(*cell)}: {number(mid[i], 1)} ({number(ends_low[i], 1)} to {number(ends_high[i], 1)})"
        hover = [{"hover": told}]
        if math.isfinite(ends_low[i]) and math.isfinite(ends_high[i]):
            sheet.line(hover, x=x(ends_low[i]), x2=x(ends_high[i]), y=y, color=colour, width=1.8)
        sheet.dot(hover, x=x(mid[i]), y=y, color=colour, size=70, hollow=not seen[i])
    return bottom + 14


def _cell_words(unemployment: str, skill: str) -> str:
    parts = [f"{unemployment} unemployment"] if unemployment in ("high", "low") else []
    parts += [f"{skill}-skilled jobs"] if skill in ("high", "low") else []
    said = ", ".join(parts) or "class not known"
    return said[:1].upper() + said[1:]
