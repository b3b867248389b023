"""A sequence of programmes as a timeline: its steps as bars, and the months in work it adds as they add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_panel import Course, axis_start, draw_course
from almpo_kit.figures.effect_words import said
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import MUTED, PROGRAMME_COLOURS, WARNING
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Sequences drawn; more stand in the table.
_DRAWN = 3
_BAR = 18.0


def timeline(finding: Finding, width: int) -> Any:
    """Draw Pathways: the best sequence, and up to two others, the shortest that cannot be told from it among them."""
    paths, stages = (_frame(finding, name) for name in ("paths", "stages"))
    chosen = _chosen(finding) if len(paths) and column(paths, "added_up").notna().any() else []
    if not chosen:
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No sequence can be told about.",
            way_out="Give effects month by month, with standard errors, of at least one programme.",
        )
    sheet, end = Canvas(width), 0.0
    horizon = max(column(paths, "months").max(), 1.0)
    for name in chosen:
        end = _sequence(sheet, name, paths, stages, horizon, end)
    return sheet.finish(
        finding,
        title=_title(finding, chosen[0]),
        subtitle=f"Months in work added up, against {text(getattr(finding, 'comparison', '')) or 'no programme'}",
        height=end,
        notes=_notes(finding, stages, chosen),
        plot=(0, 0, width, end),
    )


def _frame(finding: Finding, name: str) -> pd.DataFrame:
    import pandas as pd

    found = getattr(finding, name, None)
    return found if isinstance(found, pd.DataFrame) and "pathway" in found else pd.DataFrame()


def _chosen(finding: Finding) -> list[str]:
    named = words(finding.table, "pathway")
    simple = text(getattr(finding, "simplest", ""))
    order = [*named[:1], *([simple] if simple in named else []), *named[1:]]
    there = set(words(_frame(finding, "paths"), "pathway"))
    return [n for n in dict.fromkeys(order) if n in there][:_DRAWN]


def _sequence(
    sheet: Canvas, name: str, paths: pd.DataFrame, stages: pd.DataFrame, horizon: float, top: float
) -> float:
    rows = paths[[n == name for n in words(paths, "pathway")]]
    steps = stages[[n == name for n in words(stages, "pathway")]] if len(stages) else stages
    shown = ("months", "added_up", "added_up_low", "added_up_high")
    months, value, low, high = (column(rows, c).to_numpy() for c in shown)
    nothing = np.full(len(months), np.nan)
    behind = months[(value < 0) & (months > 0)]
    course = Course(
        months,
        value,
        nothing,
        nothing,
        low,
        high,
        "months in work, added up",
        (float(behind.min()), float(behind.max())) if len(behind) else None,
    )
    # Bars stand over the months of the course below.
    indent, right = axis_start(course), float(sheet.width) - 12

    def x(month: float) -> float:
        return indent + month / horizon * (right - indent)

    sheet.text(
        fit(name[:1].upper() + name[1:], 13, sheet.width, bold=True), x=0, y=top + 8, size=13, bold=True
    )
    y = top + 26
    for label, kind, start, end, share, assumed in zip(
        words(steps, "label"),
        words(steps, "programme_type"),
        *(column(steps, c) for c in ("start", "end", "share")),
        words(steps, "assumed"),
        strict=True,
    ):
        if not (math.isfinite(start) and math.isfinite(end)):
            continue
        y = _step(sheet, x, (start, end), label, kind, share, bool(assumed), y)
    return draw_course(sheet, course, 0.0, float(sheet.width), y) + 12


def _step(
    sheet: Canvas,
    x: Any,
    span: tuple[float, float],
    label: str,
    kind: str,
    share: float,
    assumed: bool,
    y: float,
) -> float:
    colour = PROGRAMME_COLOURS.get(kind, MUTED)
    a, b = x(span[0]), max(x(span[1]), x(span[0]) + 3)
    who = f"{number(share, 0)}% take it" if math.isfinite(share) else ""
    told = f"{label}, months {number(span[0], 0)} to {number(span[1], 0)}" + (f", {who}" if who else "")
    sheet.box([{"hover": told}], x=a, x2=b, y=y, y2=y + _BAR, color=colour, opacity=0.85)
    tail = " · ".join(filter(None, (who, "ASSUMED in part" if assumed else "")))
    words_ = " · ".join(filter(None, (label, tail)))
    ink = WARNING if assumed else MUTED
    space = sheet.width - b - 8
    if text_width(words_, 11) <= space:
        sheet.text(words_, x=b + 6, y=y + _BAR / 2, size=11, color=ink)
        return y + _BAR + 4
    sheet.text(fit(words_, 11, sheet.width), x=0, y=y + _BAR + 9, size=11, color=ink)
    return y + _BAR + 20


def _title(finding: Finding, first: str) -> str:
    rows = finding.table[[n == first for n in words(finding.table, "pathway")]]
    value, low, high = (float(column(rows, c).iloc[0]) for c in ("gain", "low", "high"))
    name = first[:1].upper() + first[1:]
    if not math.isfinite(value) or not math.isfinite(low):
        return f"{name}: too little to say"
    if low <= 0 <= high:
        return f"{name}: no gain shown"
    return f"{name}: {said(value, low, high, 'months in work')}"


def _notes(finding: Finding, stages: pd.DataFrame, drawn: list[str]) -> list[str]:
    notes = ["Bars: steps, taken by those still out of work when they start. Shaded: interval of each month."]
    if any("→" in n for n in drawn):
        notes.append("ASSUMPTION: what a step adds after an earlier one was not measured.")
    told = dict.fromkeys(
        f"{label}: {why}."
        for name, label, why in zip(*(words(stages, c) for c in ("pathway", "label", "assumed")), strict=True)
        if why and name in drawn
    )
    notes += list(told)[:3]
    more = len(finding.table) - len(drawn)
    if more > 0:
        notes.append(f"{more} more sequence{'' if more == 1 else 's'} in the table.")
    return notes
