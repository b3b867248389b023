"""How many relevant documents were found, how many there may be, and where reading may stop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.scales import ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, MUTED
from almpo_kit.figures.wording import column
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding


def stopping(finding: Finding, width: int) -> Any:
    """Draw a StoppingAdvice: found over read, with the upper bound of all there may be."""
    way = getattr(finding, "way", None)
    if way is None or not len(way):
        return empty(
            finding,
            width,
            title="May reading stop?",
            why="Nothing was read yet.",
            way_out="Read the first documents.",
        )
    sheet = Canvas(width)
    box = (46.0, 46.0, width - 14.0, 236.0)
    read, found, highest = (list(column(way, c)) for c in ("read", "found", "highest"))
    # Before draws by lot say something the bound is that of the pool, far above anything worth drawing.
    top = 1.6 * max(*found, 1.0) + 2.0
    shown = [min(h, top) for h in highest]
    panel = LinePanel(sheet, box, (0.0, max(read[-1], 1.0)), [0.0, top / 1.06])
    marks = ticks(0, max(read[-1], 1.0), 4 if sheet.phone else 8)
    end = panel.axes("relevant documents", "documents read", marks, lambda v: number(v, 0))
    panel.band(read, found, shown)
    panel.line(read, shown, color=MUTED, strokeDash=[5, 3])
    panel.line(read, found)
    points = [
        {
            "x": panel.x(r),
            "y": panel.y(f),
            "hover": f"{number(f, 0)} of {number(h, 0)} at most, {number(r, 0)} read",
        }
        for r, f, h in zip(read[-1:], found[-1:], highest[-1:], strict=True)
    ]
    sheet.dot(points, color=ACCENT, size=46)
    _mark(panel, _whole(finding, "first"), read[-1])
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=[
            "Line: found so far. Dashed: how many there are at most; cut off at the top, where draws by lot say little yet.",
        ],
        plot=box,
    )


def _whole(finding: Finding, name: str) -> float:
    value = getattr(finding, name, math.nan)
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else math.nan


def _mark(panel: LinePanel, first: float, last: float) -> None:
    if not 0 <= first <= last:
        return
    label, x = f"may stop after {number(first, 0)}", panel.x(first)
    panel.sheet.line(x=x, y=panel.box[1], y2=panel.box[3], color=HIGHLIGHT, width=1.6)
    half = text_width(label, 11) / 2
    middle = min(max(x, half + 2), panel.sheet.width - half - 2)
    panel.sheet.text(label, x=middle, y=14, size=11, color=HIGHLIGHT, align="center")


def _title(finding: Finding) -> str:
    share = _whole(finding, "guaranteed")
    if not math.isfinite(share):
        return "May reading stop?"
    held = f"at least {math.floor(1000 * share + 1e-6) / 10:g}% of the relevant ones are found"
    return f"Reading may stop: {held}" if getattr(finding, "may_stop", False) else f"Do not stop yet: {held}"


def _subtitle(finding: Finding) -> str:
    names = ("read", "by_lot", "n_documents", "confidence")
    read, lot, pool, confidence = (_whole(finding, n) for n in names)
    parts = [f"{number(read, 0)} of {number(pool, 0)} documents read, {number(lot, 0)} of them by lot"]
    if math.isfinite(confidence):
        parts.append(f"upper bound with {100 * confidence:.4g}% confidence")
    return " · ".join(parts)
