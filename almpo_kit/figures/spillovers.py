"""What an offer brings to those offered, what others lose by it, and how both fare as the share offered rises."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, BAD, INK
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Estimands drawn -> their words and colour; the first three where there are places without any offer.
_SHOWN = {
    "offered": ("those offered", ACCENT),
    "others": ("others, for each offer", BAD),
    "net": ("an offer in all", INK),
}
_WITHOUT = {
    "direct": ("offered ahead of others nearby", ACCENT),
    "slope_not_offered": ("others, where all are offered", BAD),
}


def spillovers(finding: Finding, width: int) -> Any:
    """Draw a Spillovers: effects as rows, below them means by the share offered."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="What offers do to others",
            why="No effect can be estimated.",
            way_out="Give places with different shares offered, several of each.",
        )
    level = 100 * (1 - float(finding.provenance.options.get("alpha", 0.05)))
    sheet, unit = Canvas(width), text(getattr(finding, "unit", ""))
    end = interval_rows(sheet, rows, 0.0, unit=unit)
    means = getattr(finding, "means", None)
    if means is not None and len(means):
        end = _means(sheet, finding, means, end + 14)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=f"Points with {level:g}% intervals; places are what was drawn",
        height=end,
        notes=[
            "Below: mean outcome by the share of people offered it, those offered in blue, others in orange."
        ],
        plot=(0, 0, width, end),
    )


def _field(finding: Finding, name: str) -> float:
    value = getattr(finding, name, math.nan)
    return float(value) if isinstance(value, int | float) else math.nan


def _pooled(finding: Finding, estimand: str, end: str) -> float:
    """An end of the interval over all saturations; NaN where there is none."""
    rows = zip(
        words(finding.table, "estimand"),
        column(finding.table, "saturation"),
        column(finding.table, end),
        strict=True,
    )
    return next((float(v) for name, at, v in rows if name == estimand and at != at), math.nan)


def _factor(finding: Finding) -> float:
    value = getattr(finding, "scale_factor", 1.0)
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 1.0


def _rows(finding: Finding) -> list[IntervalRow]:
    table, factor = finding.table, _factor(finding)
    if not len(table):
        return []
    pooled = table[column(table, "saturation").isna().to_numpy()]
    names = words(pooled, "estimand")
    values = {n: i for i, n in enumerate(names)}
    asked = _SHOWN if "net" in values else _WITHOUT
    found = []
    effect, low, high = (list(factor * column(pooled, c)) for c in ("effect", "low", "high"))
    for key, (label, color) in asked.items():
        at = values.get(key)
        if at is None or effect[at] != effect[at]:
            continue
        ends = f" ({number(low[at])} to {number(high[at])})" if finite([low[at], high[at]]) else ""
        found.append(
            IntervalRow(label, effect[at], low[at], high[at], f"{number(effect[at])}{ends}", color=color)
        )
    return found


def _title(finding: Finding) -> str:
    share, least, most = (_field(finding, n) for n in ("displaced", "displaced_low", "displaced_high"))
    gain, lost = _pooled(finding, "offered", "low") > 0, _pooled(finding, "others", "high") < 0
    # The title says what the interval bears; where none lost is in it, or it has no end, nothing is said of others.
    if math.isfinite(share) and gain:
        if most < 0 and math.isfinite(least):
            return "Where those offered gain, others gain too"
        if lost and not (math.isfinite(least) and math.isfinite(most)):
            return "Those offered gain and others lose; how much of it cannot be told"
        if not (least > 0 and math.isfinite(most)):
            return "Those offered gain; whether others lose by it cannot be told"
        return f"Of 10 gained by those offered, others lost {number(10 * share, 0 if share >= 1 else 1)}"
    return "What offers do to those offered, and to others"


def _means(sheet: Canvas, finding: Finding, means: pd.DataFrame, top: float) -> float:
    factor = _factor(finding)
    mean, low, high = (list(factor * column(means, c)) for c in ("mean", "low", "high"))
    share, offered = list(100 * column(means, "saturation")), list(means["offered"].astype(bool))
    if not finite(mean):
        return top
    box = (46.0, top + 30, sheet.width - 14.0, top + 160)
    panel = LinePanel(sheet, box, (-6.0, 106.0), [*mean, *low, *high])
    end = panel.axes(
        "mean" if factor == 1 else "of 100 people",
        "share of people offered it",
        (0.0, 50.0, 100.0) if sheet.phone else (0.0, 25.0, 50.0, 75.0, 100.0),
        lambda v: f"{number(v, 0)}%",
    )
    for flag, color in ((False, BAD), (True, ACCENT)):
        at = [i for i, o in enumerate(offered) if o == flag and mean[i] == mean[i]]
        panel.line([share[i] for i in at], [mean[i] for i in at], color)
        for i in at:
            said = f"{number(share[i], 0)}% offered: {number(mean[i])}"
            if finite([low[i], high[i]]) == [low[i], high[i]]:
                sheet.line(
                    x=panel.x(share[i]), y=panel.y(low[i]), y2=panel.y(high[i]), color=color, width=1.4
                )
            sheet.dot([{"hover": said}], x=panel.x(share[i]), y=panel.y(mean[i]), color=color, size=50)
        if at:
            label, x, y = ("offered" if flag else "others"), panel.x(share[at[-1]]), panel.y(mean[at[-1]])
            sheet.text(
                label,
                x=x,
                y=y - 13,
                size=11,
                color=color,
                align="center" if share[at[-1]] < 90 else "right",
                halo=True,
            )
    return end
