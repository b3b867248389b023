"""Occupations within reach: how much of each is covered, and how long the rest takes to learn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.demand_marks import demand_dots, demand_ink, demand_legend
from almpo_kit.figures.lettering import fit, spread, wrap
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import CARD, CONTEXT, MUTED, RULE
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_LINE = 17.0


def reachable(finding: Finding, width: int) -> Any:
    """Draw Reachable: coverage against months, named at the right; on a phone one row each."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title=_title(finding),
            why="No occupation could be compared.",
            way_out="Name another occupation, or more skills.",
        )
    sheet = Canvas(width)
    known = any(r["told"] for r in rows)
    top = demand_legend(sheet, [r["demand"] for r in rows], 8, width) + 4 if known else 4.0
    draw = _list if sheet.phone else _scatter
    bottom = draw(sheet, finding, rows, top, width)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding, known),
        height=bottom,
        notes=_notes(rows),
        plot=(0, top, width, bottom),
    )


def _rows(finding: Finding) -> list[dict[str, Any]]:
    table = finding.table
    known = bool(text(getattr(finding, "geo", "")))
    cells = zip(
        words(table, "label"),
        column(table, "coverage").tolist(),
        *(column(table, c).tolist() for c in ("months_low", "months", "months_high")),
        words(table, "demand"),
        table.get("viable", [True] * len(table)),
        table.get("declining", [False] * len(table)),
        strict=True,
    )
    rows = []
    for label, covered, low, months, high, demand, viable, declining in cells:
        if not (math.isfinite(covered) and math.isfinite(months)):
            continue
        span = f"{number(math.floor(low), 0)}–{number(math.ceil(high), 0)} months" if low == low else ""
        told = [f"{number(100 * covered, 0)}%", span, *(["vacancies falling"] if declining else [])]
        rows.append(
            {
                "label": label,
                "covered": covered,
                "low": low if low == low else months,
                "months": months,
                "high": high if high == high else months,
                "ink": demand_ink(demand, known=known),
                "demand": demand,
                "told": known,
                "viable": bool(viable),
                "tail": ", ".join(t for t in told if t),
                "hover": f"{label}: {', '.join(t for t in told if t)}" + (f", {demand}" if known else ""),
            }
        )
    return rows


def _scatter(sheet: Canvas, finding: Finding, rows: list[dict[str, Any]], top: float, width: int) -> float:
    left, right, first = 40.0, 0.56 * width, top + 24
    bottom = first + max(280.0, _LINE * len(rows) + 24)
    reach = 1.04 * max(finite([r["high"] for r in rows])) or 1.0

    def x(months: float) -> float:
        return left + months / reach * (right - left)

    # Coverage runs from 0 to the next quarter above the best; a fixed scale would leave most of the sheet empty.
    best = min(1.0, math.ceil(4 * max(r["covered"] for r in rows) + 0.01) / 4)

    def y(covered: float) -> float:
        return bottom - covered / best * (bottom - first)

    for at in ticks(0, reach, 6):
        sheet.line(x=x(at), y=first, y2=bottom)
        sheet.text(number(at, digits([at])), x=x(at), y=bottom + 11, size=11, color=MUTED, align="center")
    for share in (s for s in (0.0, 0.25, 0.5, 0.75, 1.0) if s <= best):
        sheet.line(x=left, x2=right, y=y(share))
        sheet.text(f"{number(100 * share, 0)}%", x=left - 6, y=y(share), size=11, color=MUTED, align="right")
    sheet.text("covered", x=0, y=first - 14, size=12, color=MUTED)
    sheet.text("months of training", x=right, y=bottom + 27, size=12, color=MUTED, align="right")
    _limits(sheet, finding, x, y, (left, right, first, bottom, reach))
    for r in rows:
        r |= {"x": x(r["months"]), "x2": x(r["high"]), "x1": x(r["low"]), "y": y(r["covered"])}
    places = spread([r["y"] for r in rows], _LINE, first, bottom - 2)
    for r, at in zip(rows, places, strict=True):
        r["at"] = at
    # Level to the edge, then up or down to its name: lines that started at the marks would cross.
    guides = [{k: r[k] for k in ("x2", "y", "at")} for r in rows]
    sheet.line(guides, x="x2", x2=right, y="y", color=CONTEXT, width=0.8)
    sheet.line(guides, x=right, x2=right + 18, y="y", y2="at", color=CONTEXT, width=0.8)
    _marks(sheet, rows)
    room = width - right - 24
    for r in rows:
        tail = f" · {r['tail']}"
        r["label"] = fit(r["label"], 12, room - 6.6 * len(tail)) + tail
    sheet.text([{"label": r["label"], "at": r["at"]} for r in rows], x=right + 22, y="at", size=12)
    return bottom + 38


def _marks(sheet: Canvas, rows: list[dict[str, Any]]) -> None:
    sheet.line(rows, x="x1", x2="x2", y="y", width=1.6)
    demand_dots(sheet, rows)


def _limits(sheet: Canvas, finding: Finding, x: Any, y: Any, box: tuple[float, ...]) -> None:
    """What the rule asks, as dashed lines."""
    left, right, first, bottom, reach = box
    rule = getattr(finding, "rule", None)
    least, most = getattr(rule, "least_coverage", math.nan), getattr(rule, "most_months", math.nan)
    if math.isfinite(least):
        sheet.line(x=left, x2=right, y=y(least), color=MUTED, width=1.2, strokeDash=[4, 3])
    if math.isfinite(most) and most < reach:
        sheet.line(x=x(most), y=first, y2=bottom, color=MUTED, width=1.2, strokeDash=[4, 3])


def _list(sheet: Canvas, finding: Finding, rows: list[dict[str, Any]], top: float, width: int) -> float:
    """One row an occupation: name, a bar of what is covered, a line of months."""
    middle, y = 0.46 * width, top + 12
    start, end = middle + 12, width - 6.0
    reach = 1.04 * max(finite([r["high"] for r in rows])) or 1.0
    sheet.text("covered", x=0, y=y, size=11, color=MUTED)
    sheet.text("months of training", x=width, y=y, size=11, color=MUTED, align="right")
    y += 14
    grid = y
    for r in rows:
        lines = wrap(r["label"] + ("" if r["viable"] else " (beyond the rule)"), 12, width - 16, lines=2)
        demand_dots(sheet, [r | {"x": 5.0, "y": y + 8}], size=60)
        for k, line in enumerate(lines):
            sheet.text(line, x=14, y=y + 8 + 15 * k, size=12)
        at = y + 10 + 15 * len(lines)
        sheet.box(x=0, x2=middle - 36, y=at - 5, y2=at + 5, color=CARD, stroke=RULE, strokeWidth=0.6)
        sheet.box(x=0, x2=r["covered"] * (middle - 36), y=at - 5, y2=at + 5, color=r["ink"])
        sheet.text(f"{number(100 * r['covered'], 0)}%", x=middle, y=at, size=12, align="right")
        r |= {
            k: start + r[v] / reach * (end - start)
            for k, v in (("x", "months"), ("x1", "low"), ("x2", "high"))
        }
        r["y"] = at
        y = at + 16
    for tick in ticks(0, reach, 4):
        at = start + tick / reach * (end - start)
        sheet.line(x=at, y=grid, y2=y - 6, width=0.7)
        sheet.text(number(tick, digits([tick])), x=at, y=y + 4, size=11, color=MUTED, align="center")
    _marks(sheet, rows)
    return y + 14


def _title(finding: Finding) -> str:
    origin = text(getattr(finding, "origin", "")) or "this person"
    n = getattr(finding, "n_viable", math.nan)
    n = int(n) if n == n else 0
    return f"From {origin}: {plural(n, 'occupation is', 'occupations are') if n else 'no occupation is'} within reach"


def _subtitle(finding: Finding, known: bool) -> str:
    rule = getattr(finding, "rule", None)
    parts = ["Share of each occupation’s weighted skills covered, and months to learn the missing ones"]
    least, most = getattr(rule, "least_coverage", math.nan), getattr(rule, "most_months", math.nan)
    if math.isfinite(least) and math.isfinite(most):
        parts.append(f"within reach: {number(100 * least, 0)}% or more, at most {number(most, 0)} months")
    if known:
        parts.append(
            f"demand in {text(getattr(finding, 'geo', ''))} {text(getattr(finding, 'period', ''))}".strip()
        )
    return " · ".join(parts)


def _notes(rows: list[dict[str, Any]]) -> list[str]:
    notes = ["Months are an assumption with its range, not a measurement."]
    if any(not r["viable"] for r in rows):
        notes.append("Hollow: beyond the rule (dashed lines, and at most one skill level up).")
    return notes
