"""The way to an occupation: trainings one after the other, at once and with stops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.demand_marks import demand_ink, demand_legend
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_HEADS = {"direct": "At once", "with stops": "With stops"}


def pathway(finding: Finding, width: int) -> Any:
    """Draw Pathway: each training a bar from where the one before ends."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title=_title(finding),
            why="No way could be computed.",
            way_out="Choose another target, or allow longer training.",
        )
    sheet = Canvas(width)
    known = bool(text(getattr(finding, "geo", "")))
    top = demand_legend(sheet, [r["demand"] for r in rows], 8, width) + 4 if known else 4.0
    reach = 1.03 * max(r["end_high"] for r in rows) or 1.0
    left, right = 4.0, width - 8.0

    def x(months: float) -> float:
        return left + months / reach * (right - left)

    y = top + 6
    bars: list[dict[str, Any]] = []
    for route in dict.fromkeys(r["route"] for r in rows):
        legs = [r for r in rows if r["route"] == route]
        y = _heading(sheet, finding, route, legs, y, width)
        for leg in legs:
            y = _leg(sheet, leg, y, width, known)
            bars.append(
                leg | {k: x(leg[v]) for k, v in _SPOTS} | {"up": y - 21, "low_y": y - 9, "mid": y - 15}
            )
        y += 10
    for tick in ticks(0, reach, 4 if sheet.phone else 8):
        sheet.line(
            [{"up": b["up"], "low_y": b["low_y"]} for b in bars], x=x(tick), y="up", y2="low_y", width=0.8
        )
        sheet.line(x=x(tick), y=y - 6, y2=y - 2, width=0.8)
        at = "left" if tick == 0 else "center"
        sheet.text(number(tick, digits([tick])), x=x(tick), y=y + 6, size=11, color=MUTED, align=at)
    sheet.text("months of training, added up", x=right, y=y + 22, size=11, color=MUTED, align="right")
    sheet.line(bars, x="x_low", x2="x_high", y="mid", color=MUTED, width=1.4)
    sheet.box(bars, x="x", x2="x2", y="up", y2="low_y")
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=y + 32,
        notes=_notes(finding, rows),
        plot=(0, top, width, y),
    )


_SPOTS = (("x", "begin"), ("x2", "end"), ("x_low", "end_low"), ("x_high", "end_high"))


def _rows(finding: Finding) -> list[dict[str, Any]]:
    table = finding.table
    known = bool(text(getattr(finding, "geo", "")))
    cells = zip(
        words(table, "route"),
        words(table, "start_label"),
        words(table, "label"),
        *(
            column(table, c).tolist()
            for c in ("coverage", "months_low", "months", "months_high", "level_change")
        ),
        *(column(table, c).tolist() for c in ("essential", "missing_essential", "tightness")),
        words(table, "demand"),
        words(table, "why_not"),
        strict=True,
    )
    rows: list[dict[str, Any]] = []
    at: dict[str, float] = {}
    for (
        route,
        start,
        label,
        covered,
        low,
        months,
        high,
        change,
        essential,
        missing,
        tight,
        demand,
        why,
    ) in cells:
        if not math.isfinite(months):
            continue
        begin = at.get(route, 0.0)
        low, high = (v if math.isfinite(v) else months for v in (low, high))
        at[route] = begin + months
        rows.append(
            {
                "route": route,
                "start": start,
                "name": label,
                "covered": covered,
                "begin": begin,
                "end": begin + months,
                "end_low": begin + low,
                "end_high": begin + high,
                "low": low,
                "months": months,
                "high": high,
                "change": change,
                "essential": essential,
                "missing": missing,
                "tight": tight,
                "demand": demand,
                "why": why,
                "ink": demand_ink(demand, known=known),
                "hover": f"{start} to {label}: {number(months, 0)} months",
            }
        )
    return rows


def _heading(
    sheet: Canvas, finding: Finding, route: str, legs: list[dict[str, Any]], y: float, width: int
) -> float:
    chosen = route == text(getattr(finding, "chosen", ""))
    total = sum(leg["months"] for leg in legs)
    said = f"{_HEADS.get(route, route)}{' · the cheapest' if chosen else ''}"
    tail = f"about {number(total, 0)} months"
    sheet.text(said, x=0, y=y + 6, size=13, bold=True)
    sheet.text(tail, x=width, y=y + 6, size=12, align="right")
    y += 20
    if route == "direct" and legs[0]["why"]:
        for line in wrap(f"Not within the rule: {legs[0]['why']}", 11, width):
            sheet.text(line, x=0, y=y + 4, size=11, color=MUTED)
            y += 15
    return y


def _leg(sheet: Canvas, leg: dict[str, Any], y: float, width: int, known: bool) -> float:
    covered = f"{number(100 * leg['covered'], 0)}% covered" if math.isfinite(leg["covered"]) else ""
    room = width - text_width(covered, 12) - 12
    sheet.text(fit(f"→ {leg['name']}", 12, room, bold=True), x=4, y=y + 9, size=12, bold=True)
    sheet.text(covered, x=width, y=y + 9, size=12, align="right")
    y += 18
    for line in wrap(_facts(leg, known), 11, width - 8):
        sheet.text(line, x=4, y=y + 7, size=11, color=MUTED)
        y += 15
    return y + 28


def _facts(leg: dict[str, Any], known: bool) -> str:
    facts = [f"{number(math.floor(leg['low']), 0)} to {number(math.ceil(leg['high']), 0)} months"]
    if math.isfinite(leg["missing"]) and math.isfinite(leg["essential"]):
        facts.append(f"{number(leg['missing'], 0)} of {number(leg['essential'], 0)} essential skills missing")
    if math.isfinite(leg["change"]) and leg["change"]:
        steps = abs(int(leg["change"]))
        way = "up" if leg["change"] > 0 else "down"
        facts.append(f"{steps} skill {'level' if steps == 1 else 'levels'} {way}")
    if known:
        tight = (
            f" ({number(leg['tight'], 2)} vacancies per unemployed person)"
            if math.isfinite(leg["tight"])
            else ""
        )
        facts.append(f"{leg['demand']}{tight}")
    return " · ".join(facts)


def _title(finding: Finding) -> str:
    origin, target = (text(getattr(finding, k, "")) or "?" for k in ("origin", "target"))
    chosen = text(getattr(finding, "chosen", ""))
    if not chosen:
        return f"From {origin} to {target}: no way within the rule"
    stops = [text(s) for s in getattr(finding, "stops", ())]
    if chosen == "direct" or not stops:
        return f"From {origin} to {target}: the direct move is the cheapest"
    return f"From {origin} to {target}: over {' and '.join(stops)}"


def _subtitle(finding: Finding) -> str:
    rule = getattr(finding, "rule", None)
    least, most = getattr(rule, "least_coverage", math.nan), getattr(rule, "most_months", math.nan)
    parts = ["Months of training for each move (bar: typical; line: range)"]
    if math.isfinite(least) and math.isfinite(most):
        parts.append(
            f"a move with stops asks for {number(100 * least, 0)}% covered and at most {number(most, 0)} months"
        )
    place = f"{text(getattr(finding, 'geo', ''))} {text(getattr(finding, 'period', ''))}".strip()
    return " · ".join([*parts, f"demand in {place}"] if place else parts)


def _notes(finding: Finding, rows: list[dict[str, Any]]) -> list[str]:
    notes = [
        "Months are an assumption with its range, not a measurement. Time worked at a stop is not shown."
    ]
    if not any(r["route"] == "with stops" for r in rows):
        notes.append("No way with stops makes the longest training clearly shorter within the rule.")
    return notes
