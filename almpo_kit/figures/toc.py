"""How much more the first people gain than all, when those are served first of whom most is predicted (TOC)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.group_effects import text_map
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.figures.wording import text
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_HEIGHT = 190.0


def toc(finding: Finding, width: int) -> Any:
    """Draw the curve of each contrast of a Heterogeneity."""
    curve = getattr(finding, "toc", None)
    if curve is None or not len(curve) or not len(finding.table) or not curve["gain"].notna().any():
        return empty(
            finding,
            width,
            title="Is it worth serving some people first?",
            why="There is no curve to show.",
            way_out="Ask heterogeneity() of an estimate with more people.",
        )
    sheet = Canvas(width)
    end = 0.0
    claims = text_map(finding, "claims")
    for contrast, rows in curve.groupby("contrast", sort=False):
        end = _panel(sheet, str(contrast), rows, bool(claims.get(contrast, False)), end) + 16
    unit = str(curve["unit"].iloc[0])
    shown = UNITS[unit][0] if unit in UNITS else unit.replace("_", " ")
    about = text(getattr(finding, "target_words", ""))
    return sheet.finish(
        finding,
        title=_title(claims),
        subtitle=f"{about + ': e' if about else 'E'}ffect among the first share of people less that among all, in {shown}; "
        "bars are 95% intervals, each for itself",
        height=end,
        notes=[
            "People were ordered by effects predicted without them. A flat line at zero: the order says nothing.",
        ],
        plot=(0, 0, width, end),
    )


def _title(claims: dict[str, Any]) -> str:
    if any(claims.values()):
        return "Serving first those of whom most is predicted gains more"
    return "No evidence that serving some people first gains more"


def _panel(sheet: Canvas, contrast: str, rows: pd.DataFrame, claimed: bool, top: float) -> float:
    sheet.text(f"{contrast[:1].upper()}{contrast[1:]}", x=0, y=top + 10, size=12, bold=True)
    # Below a tenth of people a curve is mostly noise.
    shares, gains, lows, highs = (
        [float(v) for v in rows.loc[rows["share"] >= 0.1, c]] for c in ("share", "gain", "low", "high")
    )
    held = finite([*gains, *lows, *highs, 0.0])
    x0, x1, y0, y1 = 46.0, sheet.width - 20.0, top + 30, top + 30 + _HEIGHT
    low, high = min(held), max(held)
    pad = 0.06 * (high - low or 1.0)
    low, high = low - pad, high + pad

    def x(v: float) -> float:
        return x0 + v * (x1 - x0)

    def y(v: float) -> float:
        return y1 - (v - low) / (high - low) * (y1 - y0)

    at = ticks(low, high, 5)
    grid = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    sheet.line(x=x0, x2=x1, y=y(0.0), color=MUTED, width=1.2)
    marks = [{"x": x(s), "label": f"{s:.0%}"} for s in (0.2, 0.4, 0.6, 0.8, 1.0)]
    sheet.text(marks, x="x", y=y1 + 14, size=11, color=MUTED, align="center")
    sheet.text("share of people, most predicted first", x=x1, y=y1 + 30, size=11, color=MUTED, align="right")
    color = ACCENT if claimed else MUTED
    bars = [
        {"x": x(s), "a": y(a), "b": y(b)}
        for s, a, b in zip(shares, lows, highs, strict=True)
        if math.isfinite(a) and math.isfinite(b)
    ]
    sheet.line(bars, x="x", y="a", y2="b", color=color, width=7, opacity=0.25)
    points = [{"x": x(s), "y": y(g)} for s, g in zip(shares, gains, strict=True) if math.isfinite(g)]
    sheet.path(points, color=color, width=2.2)
    hover = [
        {"x": x(s), "y": y(g), "hover": f"first {s:.0%}: {number(g, 1)}"}
        for s, g in zip(shares, gains, strict=True)
        if math.isfinite(g)
    ]
    sheet.dot(hover, color=color, size=30)
    return y1 + 40
