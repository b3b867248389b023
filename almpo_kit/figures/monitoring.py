"""What each look at a running trial shows, with intervals that hold at all looks at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.scales import finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Arms drawn; more stand in the table.
_DRAWN = 3
#: Intervals of early looks are cut at so many times the reach of the last.
_REACH = 1.8


def monitoring(finding: Finding, width: int) -> Any:
    """Draw a Monitoring: a band over looks for each arm, and the first look that let the trial stop."""
    table = finding.table
    arms = list(dict.fromkeys(words(table, "arm"))) if len(table) else []
    drawn = [a for a in arms if finite(column(table[table["arm"].astype(str) == a], "low"))]
    if not drawn:
        return empty(
            finding,
            width,
            title="What the trial shows so far",
            why="No look has enough people for an interval.",
            way_out="Look again later.",
        )
    sheet, end = Canvas(width), 0.0
    for arm in drawn[:_DRAWN]:
        end = _arm(sheet, finding, table[table["arm"].astype(str) == arm], end, named=len(arms) > 1)
    notes = ["Shaded: interval that holds at all looks at once, so one may look and stop at any time."]
    if _value(finding, "matters") > 0:
        notes.append("Dashed: smallest effect that matters.")
    if len(arms) > len(drawn[:_DRAWN]):
        notes.append("Other arms stand in the table.")
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Difference from the comparison at each look",
        height=end,
        notes=notes,
        plot=(0, 0, width, end),
    )


def _value(finding: Finding, name: str, default: float = math.nan) -> float:
    value = getattr(finding, name, default)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else default


def _title(finding: Finding) -> str:
    told, since = text(getattr(finding, "advice", "")), _value(finding, "since")
    if told.startswith("may stop"):
        early = f" since look {number(since, 0)}" if since == since else ""
        return f"The trial may stop{early}: {told.removeprefix('may stop: ')}"
    return "Nothing so far says that the trial should stop"


def _arm(sheet: Canvas, finding: Finding, rows: pd.DataFrame, top: float, *, named: bool) -> float:
    factor = _value(finding, "scale_factor", 1.0)
    rows = rows.sort_values("look", kind="stable")
    look = list(column(rows, "look"))
    effect, low, high = ([factor * v for v in column(rows, c)] for c in ("effect", "low", "high"))
    last = [(e, a, b) for e, a, b in zip(effect, low, high, strict=True) if finite([a, b]) == [a, b]][-1]
    reach = max(abs(last[1]), abs(last[2]), last[2] - last[1], 1e-9) * _REACH

    def cut(values: list[float]) -> list[float]:
        return [max(min(v, reach), -reach) if math.isfinite(v) else math.nan for v in values]

    known = [math.isfinite(a) and math.isfinite(b) for a, b in zip(low, high, strict=True)]
    shown = [e if k else math.nan for e, k in zip(cut(effect), known, strict=True)]
    if named:
        sheet.text(fit(words(rows, "arm")[0], 12, sheet.width), x=0, y=top + 8, bold=True)
    start = top + (22 if named else 0)
    box = (46.0, start + 36, sheet.width - 14.0, start + (176 if named else 236))
    bottom, peak = cut(low), cut(high)
    panel = LinePanel(sheet, box, (look[0] - 0.3, look[-1] + 0.3), [*bottom, *peak])
    marks = [t for t in ticks(look[0], max(look[-1], look[0] + 1), 5 if sheet.phone else 10) if t in look]
    end = panel.axes(
        text(getattr(finding, "unit", "")) or "difference", "look", marks, lambda v: number(v, 0)
    )
    panel.band(look, bottom, peak)
    panel.line(look, shown)
    _dots(panel, look, (effect, low, high), shown, finding)
    matters = factor * _value(finding, "matters", 0.0)
    if panel.up[0] < matters < panel.up[1] and matters > 0:
        sheet.line(x=box[0], x2=box[2], y=panel.y(matters), color=MUTED, width=1.2, strokeDash=[5, 4])
    _stop(panel, rows)
    return end + 8


def _dots(
    panel: LinePanel, look: list[float], values: tuple[list[float], ...], shown: list[float], finding: Finding
) -> None:
    unit = text(getattr(finding, "unit", ""))
    points = [
        {
            "x": panel.x(at),
            "y": panel.y(v),
            "hover": f"look {number(at, 0)}: {number(e)} {unit} ({number(a)} to {number(b)})",
        }
        for at, v, e, a, b in zip(look, shown, *values, strict=True)
        if v == v
    ]
    panel.sheet.dot(points, color=ACCENT, size=34)
    for at, v, a, b in zip(look, shown, values[1], values[2], strict=True):
        if v == v and len(look) == 1:
            panel.sheet.line(x=panel.x(at), y=panel.y(a), y2=panel.y(b), color=ACCENT, width=2)


def _stop(panel: LinePanel, rows: pd.DataFrame) -> None:
    stops = [
        at for at, told in zip(column(rows, "look"), words(rows, "advice"), strict=True) if told != "go on"
    ]
    if not finite(stops):
        return
    label, x = f"may stop from look {number(min(stops), 0)}", panel.x(min(stops))
    panel.sheet.line(x=x, y=panel.box[1], y2=panel.box[3], color=HIGHLIGHT, width=1.6)
    half = text_width(label, 11) / 2
    # Above the panel, beside the unit that stands at its left.
    middle = min(max(x, half + 110), panel.sheet.width - half - 2)
    panel.sheet.text(label, x=middle, y=panel.box[1] - 14, size=11, color=INK, align="center")
