"""What is left of gains as more is lost by others, and up to where a price is covered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.line_panel import LinePanel
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED, PROGRAMME_COLOURS
from almpo_kit.figures.wording import column, listed, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Programmes drawn; others are named in a note.
_MOST = 4
_DASHES: tuple[list[int], ...] = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])


@dataclass(frozen=True)
class _Drawn:
    name: str
    color: str
    dash: list[int]
    even: float
    curve: pd.DataFrame


def displacement(finding: Finding, width: int) -> Any:
    """Draw a Displacement: net gain by rate, the assumed rate, and where each price is just covered."""
    title = "What is left of the gains when others lose jobs by them"
    drawn, more = _drawn(finding)
    if not drawn:
        return empty(
            finding,
            width,
            title=title,
            why="No programme here has an estimate.",
            way_out="Give gains with low and high, by programme.",
        )
    sheet = Canvas(width)
    room = 18.0 if sheet.phone else min(max(text_width(d.name, 12) for d in drawn) + 34, 0.36 * width)
    box = (44.0, 46.0, width - room, 226.0)
    columns = ("net", "low", "high") if len(drawn) == 1 else ("net",)
    panel = LinePanel(sheet, box, (0.0, 1.0), [v for d in drawn for c in columns for v in column(d.curve, c)])
    unit = text(getattr(finding, "unit", "")) or "gain"
    marks = (0.0, 0.5, 1.0) if sheet.phone else (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    end = panel.axes(
        f"{unit} a participant, net",
        "displacement: share of the gain that others lose",
        marks,
        lambda v: f"{number(100 * v, 0)}%",
    )
    _assumed(panel, getattr(finding, "rate", math.nan))
    for d in drawn:
        _programme(panel, d, alone=len(drawn) == 1)
    end = _legend(sheet, drawn, end) if sheet.phone else _labels(panel, drawn, end, room)
    return sheet.finish(
        finding,
        title=title,
        subtitle="Gains against no programme · the rate is an assumption, no estimate",
        height=end,
        notes=_notes(drawn, more),
        plot=box,
    )


def _drawn(finding: Finding) -> tuple[list[_Drawn], list[str]]:
    """Programmes with a curve, the largest gain that is shown first, and the names of those that do not fit."""
    table, curve = finding.table, getattr(finding, "curve", None)
    if curve is None or not len(curve) or not len(table):
        return [], []
    lows = column(table, "net_low")
    rows = zip(
        lows <= 0,
        column(table, "net"),
        words(table, "programme"),
        words(table, "programme_type"),
        column(table, "break_even"),
        strict=True,
    )
    # Those whose interval includes zero come last and in grey, however large their estimate.
    held = sorted((r for r in rows if math.isfinite(r[1])), key=lambda r: (r[0], -r[1], r[2]))
    found: list[_Drawn] = []
    for unsure, _, name, kind, even in held[:_MOST]:
        color = MUTED if unsure else PROGRAMME_COLOURS.get(kind, ACCENT)
        dash = _DASHES[sum(d.color == color for d in found)]
        label = f"{name} (no gain shown)" if unsure else name
        part = curve[curve["programme"].astype(str) == name]
        found.append(_Drawn(label, color, dash, math.nan if unsure else even, part))
    return found, [r[2] for r in held[_MOST:]]


def _assumed(panel: LinePanel, rate: float) -> None:
    if not math.isfinite(rate):
        return
    label, x = f"assumed: {number(100 * rate, 0)}%", panel.x(rate)
    panel.sheet.line(x=x, y=panel.box[1], y2=panel.box[3], color=HIGHLIGHT, width=1.6)
    half = text_width(label, 11) / 2
    middle = min(max(x, panel.box[0] + half), panel.sheet.width - half)
    panel.sheet.text(label, x=middle, y=14, size=11, color=HIGHLIGHT, align="center")


def _programme(panel: LinePanel, d: _Drawn, *, alone: bool) -> None:
    at = list(column(d.curve, "displacement"))
    if alone:
        panel.band(at, list(column(d.curve, "low")), list(column(d.curve, "high")), d.color)
    values = list(column(d.curve, "net"))
    panel.line(at, values, d.color, strokeDash=d.dash)
    if not (math.isfinite(d.even) and 0 <= d.even <= 1 and values and math.isfinite(values[0])):
        return
    # Only gains are displaced, so the line of a gain is straight.
    y = panel.y(values[0] * (1 - d.even) if values[0] > 0 else values[0])
    said = f"{number(100 * d.even, 0)}%"
    hover = [{"hover": f"{d.name}: price covered up to {said}"}]
    panel.sheet.dot(hover, x=panel.x(d.even), y=y, color=d.color, size=80, hollow=True)
    panel.sheet.text(said, x=panel.x(d.even), y=y - 13, size=11, color=INK, align="center", halo=True)


def _labels(panel: LinePanel, drawn: list[_Drawn], end: float, room: float) -> float:
    # Lines meet at full displacement, so names stand at the height of their beginning, in order.
    wanted = [panel.y(v[0]) if (v := list(column(d.curve, "net"))) and v[0] == v[0] else 60.0 for d in drawn]
    for d, y in zip(drawn, spread(wanted, 17, panel.box[1] + 6, panel.box[3] - 6), strict=True):
        x = panel.box[2] + 8
        panel.sheet.line(x=x, x2=x + 10, y=y, color=d.color, width=2.2, strokeDash=d.dash)
        panel.sheet.text(fit(d.name, 12, room - 22), x=x + 14, y=y)
    return end


def _legend(sheet: Canvas, drawn: list[_Drawn], top: float) -> float:
    for k, d in enumerate(drawn):
        y = top + 8 + 18 * k
        sheet.line(x=0, x2=18, y=y, color=d.color, width=2.2, strokeDash=d.dash)
        sheet.text(fit(d.name, 12, sheet.width - 26), x=24, y=y)
    return top + 18 * len(drawn) + 6


def _notes(drawn: list[_Drawn], more: list[str]) -> list[str]:
    notes = []
    if any(math.isfinite(d.even) and 0 <= d.even <= 1 for d in drawn):
        notes.append("Hollow: displacement up to which the price of the programme is just covered.")
    if len(drawn) == 1:
        notes.append("Shaded: the interval of the gain; it does not hold the doubt about displacement.")
    else:
        notes.append("Intervals are in the table; lines whose intervals overlap cannot be told apart.")
    if more:
        notes.append(f"Not drawn: {listed(more)}.")
    return notes
