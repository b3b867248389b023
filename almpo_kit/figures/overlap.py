"""How likely people were to take part, participants above the line and the comparison below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_words import capital
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.theme import ACCENT, INK, MUTED
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Pixels of one side.
_SIDE = 84.0
#: A bar higher than this times the tallest of the other side is cut and says what it holds.
_CUT = 1.6


def overlap(finding: Finding, width: int) -> Any:
    """Draw the chances of an Overlap."""
    bins = _bins(finding)
    if bins is None or not len(finding.table):
        return empty(
            finding,
            width,
            title="Do the groups hold people with the same chances?",
            why="There are no chances of taking part to show.",
            way_out="They are shown for selection on observed characteristics, in groups of ten people or more.",
        )
    sheet, top = Canvas(width), 0.0
    contrasts = words(bins, "contrast")
    for name in dict.fromkeys(contrasts):
        top = _panel(sheet, name, bins[[c == name for c in contrasts]], top) + 26
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Chance of being in the programme's group, given what was observed; shares of each group",
        height=top,
        notes=["Bars join where fewer than 10 people would stand in one: a wide low bar is a thin place."],
        plot=(0, 0, width, top),
    )


def _bins(finding: Finding) -> pd.DataFrame | None:
    details = getattr(finding, "details", None) or {}
    bins = details.get("histogram")
    if bins is None or not len(bins) or not column(bins, "share").notna().any():
        return None
    found: pd.DataFrame = bins
    return found


def _title(finding: Finding) -> str:
    if getattr(finding, "stops", ()):
        return "The groups cannot be compared as they are"
    if finding.failed:
        return "The groups can be compared with caution"
    return "The groups hold people with the same chances"


def _panel(sheet: Canvas, name: str, bins: pd.DataFrame, top: float) -> float:
    groups = list(dict.fromkeys(words(bins, "group")))
    sheet.text(fit(capital(name), 13, sheet.width, bold=True), x=0, y=top + 8, size=13, bold=True)
    x0, x1, first = 6.0, sheet.width - 6.0, top + 30
    middle, bottom = first + _SIDE, first + 2 * _SIDE
    grid = [{"x": x0 + t * (x1 - x0), "label": number(t, 1)} for t in (0, 0.2, 0.4, 0.6, 0.8, 1)]
    sheet.line(grid, x="x", y=first, y2=bottom)
    held = {g: bins[[w == g for w in words(bins, "group")]] for g in groups[:2]}
    limit = _limit([_density(part) for part in held.values()])

    def x(v: float) -> float:
        return x0 + v * (x1 - x0)

    for (group, part), up, color in zip(held.items(), (True, False), (ACCENT, MUTED), strict=False):
        _side(sheet, group, part, (middle, up, limit), color, x)
    sheet.line(x=x0, x2=x1, y=middle, color=INK, width=1.2)
    for k, (group, color) in enumerate(zip(held, (ACCENT, MUTED), strict=False)):
        y = first - 6 if k == 0 else bottom + 8
        sheet.text(
            fit(group, 12, sheet.width, bold=True), x=x1, y=y, size=12, bold=True, color=color, align="right"
        )
    ends = [g | {"x": min(max(float(str(g["x"])), 10.0), sheet.width - 10.0)} for g in grid]
    sheet.text(ends, x="x", y=bottom + 24, size=11, color=MUTED, align="center")
    return bottom + 32


def _density(part: pd.DataFrame) -> list[float]:
    wide = (column(part, "high") - column(part, "low")).clip(lower=1e-9)
    return [v for v in (column(part, "share") / wide) if v == v]


def _limit(sides: list[list[float]]) -> float:
    """Density that fills a side: the tallest bar, or less where one side would flatten the other."""
    tops = sorted(max(s, default=0.0) for s in sides)
    if len(tops) < 2 or tops[0] <= 0:
        return max([*tops, 1e-9])
    return min(tops[1], _CUT * tops[0])


def _side(
    sheet: Canvas,
    group: str,
    part: pd.DataFrame,
    place: tuple[float, bool, float],
    color: str,
    x: Callable[[float], float],
) -> None:
    middle, up, limit = place
    sign = -1.0 if up else 1.0
    rows, cut = [], []
    for low, high, share in zip(*(column(part, c) for c in ("low", "high", "share")), strict=True):
        if not share > 0:
            continue
        tall = share / max(high - low, 1e-9) / limit
        end = middle + sign * _SIDE * min(tall, 1.0)
        said = f"{group}: {number(100 * share, 0)}% between {number(low, 2)} and {number(high, 2)}"
        rows.append(
            {
                "x": x(low) + 0.5,
                "x2": x(high) - 0.5,
                "y": min(end, middle),
                "y2": max(end, middle),
                "hover": said,
            }
        )
        if tall > 1.02:
            cut.append({"x": x(low) + 4, "y": end - sign * 10, "label": f"{number(100 * share, 0)}%"})
    sheet.box(rows, x="x", x2="x2", y="y", y2="y2", color=color, opacity=0.85)
    sheet.text(cut, x="x", y="y", size=11, halo=True)
