"""Net cost to the public purse over the years, and when it is even."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.scales import ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, MUTED, RULE
from almpo_kit.figures.wording import column, text
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


def returns(finding: Finding, width: int) -> Any:
    """Draw a Payback: cumulative net cost a participant with its interval, years without an estimate shaded."""
    table = finding.table
    name = text(getattr(finding, "programme", "")) or "the programme"
    if not len(table) or not column(table, "net_cost").notna().any():
        return empty(
            finding,
            width,
            title="Does it pay back?",
            why="There is no year to show.",
            way_out="Give gains by year with se.",
        )
    sheet = Canvas(width)
    box = (58.0, 46.0, width - 20.0, 236.0)
    years, net, low, high = (list(column(table, c)) for c in ("year", "net_cost", "low", "high"))
    last = max((y for y in years if y == y), default=1.0)
    panel = LinePanel(sheet, box, (0.0, max(last, 1.0)), [*net, *low, *high])
    _shade(panel, table, last)
    marks = [t for t in ticks(0, last, 6 if sheet.phone else 12) if float(t).is_integer()]
    end = panel.axes(
        "euro a participant: net cost so far", "years after entry", marks, lambda v: number(v, 0)
    )
    panel.band(years, low, high)
    panel.line(years, net)
    points = [
        {"x": panel.x(y), "y": panel.y(v), "hover": f"after {number(y, 0)} years: €{number(v, 0)}"}
        for y, v in zip(years, net, strict=True)
        if y == y and v == v
    ]
    sheet.dot(points, color=ACCENT, size=36)
    _even(panel, getattr(finding, "break_even", math.nan), last)
    return sheet.finish(
        finding,
        title=_title(finding, name),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=box,
    )


def _title(finding: Finding, name: str) -> str:
    chance = getattr(finding, "paid_back", math.nan)
    years = column(finding.table, "year").max()
    if not math.isfinite(chance):
        return "Does it pay back?"
    said = "below 1%" if chance < 0.01 else "above 99%" if chance > 0.99 else f"{number(100 * chance, 0)}%"
    return f"{name}: the chance that it pays back within {number(years, 0)} years is {said}"


def _subtitle(finding: Finding) -> str:
    parts = ["Public purse, per participant, against no programme, discounted"]
    rate = getattr(finding, "displacement", math.nan)
    if math.isfinite(rate):
        parts.append(f"{number(100 * rate, 0)}% of the gain assumed lost by others")
    level = getattr(finding, "level", math.nan)
    if math.isfinite(level):
        parts.append(f"{number(100 * level, 0)}% intervals")
    return " · ".join(parts)


def _shade(panel: LinePanel, table: Any, last: float) -> None:
    """Years in which nothing was estimated, named."""
    if "assumed" not in table:
        return
    seen = [y for y, a in zip(column(table, "year"), table["assumed"], strict=True) if y == y and not bool(a)]
    start = max(seen, default=0.0)
    if start >= last:
        return
    left, right = panel.x(start), panel.box[2]
    panel.sheet.box(x=left, x2=right, y=panel.box[1], y2=panel.box[3], color=RULE, opacity=0.45)
    label = "not estimated"
    if right - left > text_width(label, 11) + 8:
        panel.sheet.text(
            label, x=right - 4, y=panel.box[1] + 9, size=11, color=MUTED, align="right", halo=True
        )


def _even(panel: LinePanel, year: float, last: float) -> None:
    if not math.isfinite(year) or not 0 <= year <= last:
        return
    label, x = f"even in year {number(year, 0)}", panel.x(year)
    panel.sheet.line(x=x, y=panel.box[1], y2=panel.box[3], color=HIGHLIGHT, width=1.6)
    half = text_width(label, 11) / 2
    middle = min(max(x, half), panel.sheet.width - half)
    panel.sheet.text(label, x=middle, y=14, size=11, color=HIGHLIGHT, align="center")


def _notes(finding: Finding) -> list[str]:
    notes = ["Below zero: more came back in taxes and saved benefits than was paid."]
    if "assumed" in finding.table and any(bool(a) for a in finding.table["assumed"]):
        notes.append("Grey: years without an estimate; what is gained there is assumed.")
    return notes
