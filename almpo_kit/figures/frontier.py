"""A programme mix, what more or less money would buy, and mixes side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, MUTED, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def frontier(finding: Finding, width: int) -> Any:
    """Draw a Portfolio."""
    table = finding.table
    if not len(table) or not column(table, "euro").notna().any():
        return empty(
            finding,
            width,
            title="Which mix of programmes?",
            why="There is no mix to show.",
            way_out="Give gains and unit costs of at least one programme.",
        )
    sheet = Canvas(width)
    end = named_bars(sheet, _bars(table), 0.0, "Money and places by programme")
    line = getattr(finding, "frontier", None)
    if line is not None and len(line) > 1:
        end = _curve(sheet, line, end + 22, _outcome(finding))
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _outcome(finding: Finding) -> tuple[str, str]:
    """Column and words of the outcome that is drawn."""
    return (
        ("months", "months in work") if text(getattr(finding, "base", "")) == "months" else ("jobs", "jobs")
    )


def _millions(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    return f"€{number(value / 1e6, 2)} m" if abs(value) >= 1e6 else f"€{number(value / 1e3, 0)} k"


def _bars(table: pd.DataFrame) -> list[NamedBar]:
    rows = []
    columns = [words(table, c) for c in ("programme", "programme_type", "status", "reason")]
    for name, kind, status, why, euro, places in zip(
        *columns, column(table, "euro"), column(table, "places"), strict=True
    ):
        if status == "excluded" or not math.isfinite(euro):
            # The first clause: the table has the whole reason.
            short = why.partition(",")[0]
            rows.append(NamedBar(name, math.nan, f"left out: {short}" if why else "left out"))
        elif euro <= 0:
            rows.append(NamedBar(name, 0.0, "not funded"))
        else:
            said = f"{number(places, 0)} places, {_millions(euro)}"
            rows.append(NamedBar(name, euro, said, PROGRAMME_COLOURS.get(kind, ACCENT)))
    return rows


def _curve(sheet: Canvas, line: pd.DataFrame, top: float, outcome: tuple[str, str]) -> float:
    """The best mix at every budget, with its interval."""
    name, said = outcome
    budget = [b / 1e6 for b in column(line, "budget_eur")]
    mid, low, high = (list(column(line, c)) for c in (name, f"{name}_low", f"{name}_high"))
    held = finite([*mid, *low, *high])
    if not held or not finite(budget) or max(finite(budget)) <= 0:
        return top
    sheet.text(f"Additional {said} by budget, 95% interval", x=0, y=top, size=12, bold=True)
    y0, y1, x0, x1 = top + 20, top + 180, 46.0, sheet.width - 16.0
    least, most = min(0.0, *held), max(0.0, *held)
    span, wide = (most - least) or 1.0, max(finite(budget))

    def x(v: float) -> float:
        return x0 + v / wide * (x1 - x0)

    def y(v: float) -> float:
        return y1 - (v - least) / span * (y1 - y0)

    at = ticks(least, most, 5)
    for t in at:
        sheet.line(x=x0, x2=x1, y=y(t), color=MUTED if t == 0 else RULE)
        sheet.text(number(t, digits(at)), x=x0 - 6, y=y(t), size=11, color=MUTED, align="right")
    along = ticks(0.0, wide, 4 if sheet.phone else 7)
    for t in along:
        sheet.text(number(t, digits(along)), x=x(t), y=y1 + 14, size=11, color=MUTED, align="center")
    sheet.text("budget, million €", x=x1, y=y1 + 31, size=11, color=MUTED, align="right")
    for ends in (low, high):
        sheet.path(_points(budget, ends, x, y), color=ACCENT, width=1, opacity=0.6)
    sheet.path(_points(budget, mid, x, y), color=ACCENT, width=2.2)
    asked = list(line["asked"]) if "asked" in line else [False] * len(line)
    for b, v, here in zip(budget, mid, asked, strict=True):
        if here and math.isfinite(v):
            sheet.dot(x=x(b), y=y(v), color=HIGHLIGHT, size=80)
            sheet.text(f"{number(v, 0)} {said}", x=x(b), y=y(v) - 14, bold=True, align="center", halo=True)
    return y1 + 40


def _points(xs: list[float], ys: list[float], x: Any, y: Any) -> list[dict[str, float]]:
    pairs = zip(xs, ys, strict=True)
    return [{"x": x(a), "y": y(b)} for a, b in pairs if math.isfinite(a) and math.isfinite(b)]


def _title(finding: Finding) -> str:
    funded = [
        n
        for n, s in zip(words(finding.table, "programme"), words(finding.table, "status"), strict=True)
        if s == "funded"
    ]
    if finding.certainty == "too little to say":
        return "Too little to say which programmes to fund"
    if not funded:
        return "No programme is funded"
    spent = getattr(finding, "spent", math.nan)
    return f"What {_millions(spent)} buys" if math.isfinite(spent) else "What the budget buys"


def _subtitle(finding: Finding) -> str:
    level = getattr(finding, "level", math.nan)
    parts = []
    for field, unit in (("jobs", "additional jobs"), ("months", "additional months in work")):
        s = getattr(finding, field, None)
        value, low, high = (getattr(s, p, math.nan) for p in ("value", "low", "high"))
        if all(math.isfinite(v) for v in (value, low, high)):
            parts.append(f"{number(value, 0)} {unit} ({number(low, 0)} to {number(high, 0)})")
    if parts and math.isfinite(level):
        parts.append(f"{number(100 * level, 0)}% intervals")
    return " · ".join([*parts, "against no programme, net of displacement"])


def _notes(finding: Finding) -> list[str]:
    return [
        "Displacement is an assumption of the person who asked. The curve is the best mix on average at each budget."
    ]
