"""Who is offered a programme and who gains, group by group, beside what was; groups with a warning are marked in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, ERROR, INK
from almpo_kit.figures.wording import text
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Groups drawn; the table has all.
_MOST = 14
_PLACES = ("country", "region")
#: Times the usual length of an interval beyond which its end is cut: small groups have very long ones.
_REACH = 2.5


def fairness(finding: Finding, width: int) -> Any:
    """Draw a FairnessAudit."""
    records = [r for r in finding.table.to_dict("records") if not text(r.get("says", ""))]
    if not records:
        return empty(
            finding,
            width,
            title="Who is served?",
            why="No group is large enough to tell anything about it.",
            way_out="Join groups, or audit a larger caseload.",
        )
    sheet = Canvas(width)
    shown = _shown(records)
    unit = text(getattr(finding, "unit", "")) or "unit of the outcome"
    sheet.text("Offered a programme", x=0, y=8, size=12, bold=True)
    end = interval_rows(
        sheet, [_row(r, "offered", "offered_today", "%") for r in shown], 16, unit="% of the group"
    )
    sheet.text("Gain of the rule against what was", x=0, y=end + 18, size=12, bold=True)
    against = [_row(r, "against_today", "", "") for r in shown]
    end = interval_rows(sheet, against, end + 26, unit=unit, reach=_REACH)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(len(records) - len(shown)),
        plot=(0, 0, width, end),
    )


def _shown(records: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """The whole caseload, then groups with a warning, then the others: regions last, and of these the largest."""
    first, rest = records[:1], records[1:]
    warned = [r for r in rest if r.get("flagged") is True or r.get("flagged") == 1]
    others = [r for r in rest if not (r.get("flagged") is True or r.get("flagged") == 1)]
    # Where there are many regions only some fit: those with most people, not those first in the alphabet.
    others.sort(key=lambda r: -_people(r) if text(r.get("by")) in _PLACES else -math.inf)
    return [*first, *(warned + others)[: _MOST - 1]]


def _people(record: dict[Any, Any]) -> float:
    """People of a group; none where that is not told."""
    return sum(finite([record.get("people")]))


def _row(record: dict[Any, Any], measure: str, also: str, sign: str) -> IntervalRow:
    value, low, high = (
        float(record.get(c, math.nan)) for c in (measure, f"{measure}_low", f"{measure}_high")
    )
    warned = record.get("flagged") is True or record.get("flagged") == 1
    everybody = record.get("by") == "everybody"
    name = "Everybody" if everybody else f"{text(record.get('by'))}: {text(record.get('group'))}"
    said = "not told" if not math.isfinite(value) else _said(value, low, high, sign)
    return IntervalRow(
        name,
        value,
        low,
        high,
        f"{said} · warning" if warned else said,
        also=float(record.get(also, math.nan)) if also else math.nan,
        color=INK if everybody else ERROR if warned else ACCENT,
    )


def _said(value: float, low: float, high: float, sign: str) -> str:
    digits = 0 if sign else 1
    ends = (
        f" ({number(low, digits)} to {number(high, digits)})"
        if math.isfinite(low) and math.isfinite(high)
        else ""
    )
    return f"{number(value, digits)}{sign}{ends}"


def _title(finding: Finding) -> str:
    flags = getattr(finding, "flags", None)
    found = 0 if flags is None else len(flags)
    name = text(getattr(finding, "policy_name", "")) or "the rule"
    if not found:
        return f"No warning about {name}"
    return f"{found} warning{'s' if found > 1 else ''} about {name}"


def _subtitle(finding: Finding) -> str:
    about = text(getattr(finding, "target_words", ""))
    level = getattr(finding, "level", math.nan)
    lines = f"lines are {number(100 * level, 0)}% intervals that hold together" if level == level else ""
    return " · ".join(p for p in ("Simulated deployment", about, lines) if p)


def _notes(left: int) -> list[str]:
    notes = ["Filled: under the rule. Hollow: what was. No warning is no proof of fairness."]
    if left:
        notes.append(f"{left} more groups stand in the table.")
    return notes
