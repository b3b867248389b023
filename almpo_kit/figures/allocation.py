"""A plan of places: how many are used, by programme and office, and what one more place would be worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.theme import INK, MUTED, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Rows drawn; the table has them all.
_MOST = 12
_ROW = 44.0


def allocation(finding: Finding, width: int) -> Any:
    """Draw an Allocation: programme and office by what one more place is worth, most first."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="Where the places go",
            why="There is no programme at any office.",
            way_out="Give a table of offices with programmes and places.",
        )
    sheet, unit = Canvas(width), text(getattr(finding, "unit", ""))
    shown = rows[:_MOST]
    most = max([1.0, *(v for r in shown for v in (r["places"], r["used"]) if math.isfinite(v))])
    for k, row in enumerate(shown):
        _draw(sheet, row, _ROW * k + 8, most, unit)
    notes = [
        f"Pale bar: places; dark bar: places in the plan. One more: what one more place would add to the sum of gains, in {unit}. "
        "Where fewer than ten people stand behind a number, or would be given away, it is not told."
    ]
    if len(rows) > len(shown):
        notes.append(f"{number(len(rows) - len(shown), 0)} further rows are in the table.")
    height = _ROW * len(shown) + 4
    return sheet.finish(
        finding,
        title=_title(shown),
        subtitle=_subtitle(finding),
        height=height,
        notes=notes,
        plot=(0, 0, width, height),
    )


def _rows(finding: Finding) -> list[dict[str, Any]]:
    t = finding.table
    columns = zip(
        words(t, "programme"),
        words(t, "programme_type"),
        words(t, "office"),
        *(column(t, c) for c in ("places", "used", "value_of_one_more")),
        strict=True,
    )
    keys = ("programme", "type", "office", "places", "used", "value")
    rows = [dict(zip(keys, r, strict=True)) for r in columns]
    known = [r for r in rows if math.isfinite(r["value"])]
    rest = [r for r in rows if not math.isfinite(r["value"])]
    return [*sorted(known, key=lambda r: -r["value"]), *rest]


def _draw(sheet: Canvas, row: dict[str, Any], y: float, most: float, unit: str) -> None:
    w = sheet.width
    where = "" if row["office"] in ("", "anywhere") else f" · {row['office']}"
    said = f"one more: {_signed(row['value'])}" + ("" if sheet.phone else f" {unit}")
    worth = said if math.isfinite(row["value"]) else "not told"
    room = 0.4 * w if sheet.phone else 0.3 * w
    sheet.text(fit(row["programme"] + where, 12, w - room - 8, bold=True), x=0, y=y, size=12, bold=True)
    sheet.text(fit(worth, 12, room), x=w, y=y, size=12, align="right", color=INK)
    end = w - 132.0
    if math.isfinite(row["places"]):
        sheet.box(x=0, x2=max(1.0, end * row["places"] / most), y=y + 10, y2=y + 22, color=RULE)
    if math.isfinite(row["used"]) and row["used"] > 0:
        colour = PROGRAMME_COLOURS.get(row["type"], PROGRAMME_COLOURS["mixed"])
        sheet.box(x=0, x2=max(1.0, end * row["used"] / most), y=y + 12, y2=y + 20, color=colour)
    used = number(row["used"], 0) if math.isfinite(row["used"]) else "?"
    of = f"of {number(row['places'], 0)}" if math.isfinite(row["places"]) else "no limit"
    sheet.text(fit(f"{used} {of}", 11, 124), x=w, y=y + 16, size=11, color=MUTED, align="right")


def _signed(value: float) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    said = number(value, digits)
    return f"+{said}" if value > 0 and said.strip("0.") else said


def _title(rows: list[dict[str, Any]]) -> str:
    best = rows[0]
    if not math.isfinite(best["value"]):
        return "Where the places go"
    if not best["value"] > 0:
        return "No office lacks a place that would be worth having"
    at = "" if best["office"] in ("", "anywhere") else f" at {best['office']}"
    return f"One more place is worth most in {best['programme']}{at}"


def _subtitle(finding: Finding) -> str:
    parts = []
    offered, people = getattr(finding, "n_offered", None), getattr(finding, "n_people", None)
    if offered and people:
        parts.append(f"An offer for {number(offered, 0)} of {number(people, 0)} people")
    total = getattr(finding, "total_gain", math.nan)
    if math.isfinite(total):
        parts.append(
            f"{number(total, 0)} {text(getattr(finding, 'unit', ''))} in all against no programme for anybody"
        )
    cost = getattr(finding, "cost", math.nan)
    parts += [f"€{number(cost, 0)}"] if math.isfinite(cost) else []
    return " · ".join(parts)
