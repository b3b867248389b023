"""What an occupation needs beside what a person has: skills by how far they are met, the heaviest first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.theme import CARD, CONTEXT, GOOD, MUTED
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Status -> heading.
_STATUS = {
    "missing": "Missing",
    "related held": "A related skill is held",
    "partly held": "Partly held",
    "held": "Held",
}
_AT_MOST = {"missing": 15, "related held": 10, "partly held": 6, "held": 6}


def skill_gap(finding: Finding, width: int) -> Any:
    """Draw SkillGap: essential skills in groups by status, each with its weight and how much of it is met."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title=_title(finding),
            why="No essential skills are listed for this occupation.",
            way_out="Choose another occupation.",
        )
    sheet = Canvas(width)
    y = _summary(sheet, finding, width)
    heaviest = max(r["weight"] for r in rows) or 1.0
    for status, head in _STATUS.items():
        group = [r for r in rows if r["status"] == status]
        if not group:
            continue
        sheet.text(f"{head} · {plural(len(group), 'essential skill')}", x=0, y=y + 8, size=13, bold=True)
        y += 22
        for row in group[: _AT_MOST[status]]:
            y = _row(sheet, row, heaviest, y, width)
        if len(group) > _AT_MOST[status]:
            sheet.text(f"and {len(group) - _AT_MOST[status]} more", x=0, y=y + 6, size=11, color=MUTED)
            y += 17
        y += 8
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Essential skills; bars: weight by specificity, dark as far as it is met",
        height=y,
        notes=_notes(finding),
        plot=(0, 0, width, y),
    )


def _rows(finding: Finding) -> list[dict[str, Any]]:
    table = finding.table
    cells = zip(
        words(table, "label"),
        words(table, "relation"),
        words(table, "status"),
        words(table, "through"),
        column(table, "weight").tolist(),
        column(table, "met").tolist(),
        strict=True,
    )
    rows = []
    for label, relation, status, through, weight, met in cells:
        if relation == "essential" and math.isfinite(weight) and math.isfinite(met):
            hover = f"{label}: {number(100 * met, 0)}% met" + (f" through {through}" if through else "")
            rows.append(
                {
                    "label": label,
                    "status": status,
                    "through": through,
                    "weight": weight,
                    "met": met,
                    "hover": hover,
                }
            )
    return rows


def _summary(sheet: Canvas, finding: Finding, width: int) -> float:
    """One bar: how much of all requirements, optional ones too, is covered."""
    covered = getattr(finding, "coverage", math.nan)
    if not (isinstance(covered, float) and math.isfinite(covered)):
        return 4.0
    said = f"{number(100 * covered, 0)}% of all it needs is covered, optional skills included"
    sheet.text(said, x=0, y=8, size=12)
    sheet.box(x=0, x2=width, y=18, y2=30, color=CARD, stroke=CONTEXT, strokeWidth=0.8)
    sheet.box(x=0, x2=covered * width, y=18, y2=30, color=GOOD)
    return 46.0


def _row(sheet: Canvas, row: dict[str, Any], heaviest: float, y: float, width: int) -> float:
    through = f" (through {row['through']})" if row["through"] else ""
    if sheet.phone:
        sheet.text(fit(row["label"] + through, 12, width), x=0, y=y + 7, size=12)
        start, end, at, pitch = 0.0, width - 4.0, y + 20, 32.0
    else:
        sheet.text(fit(row["label"] + through, 12, 0.62 * width - 12), x=0, y=y + 8, size=12)
        start, end, at, pitch = 0.62 * width, width - 4.0, y + 8, 20.0
    long = row["weight"] / heaviest * (end - start)
    both = {"y": at - 5, "y2": at + 5, "x": start, "hover": row["hover"]}
    sheet.box([both | {"x2": start + long}], x="x", x2="x2", y="y", y2="y2", color=CARD, stroke=CONTEXT)
    if row["met"] > 0:
        sheet.box([both | {"x2": start + long * row["met"]}], x="x", x2="x2", y="y", y2="y2", color=GOOD)
    return y + pitch


def _title(finding: Finding) -> str:
    origin, target = (text(getattr(finding, k, "")) or "?" for k in ("origin", "target"))
    missing, essential = (getattr(finding, k, math.nan) for k in ("missing_essential", "essential"))
    if not (missing == missing and essential == essential and essential):
        return f"From {origin} to {target}"
    if not missing:
        return f"From {origin} to {target}: no essential skill is missing"
    verb = "is" if missing == 1 else "are"
    return f"From {origin} to {target}: {int(missing)} of {int(essential)} essential skills {verb} missing"


def _notes(finding: Finding) -> list[str]:
    optional = sum(r == "optional" for r in words(finding.table, "relation"))
    notes = [f"{plural(optional, 'optional skill')} not shown; the table has them."] if optional else []
    low, high = (getattr(finding, k, math.nan) for k in ("months_low", "months_high"))
    if low == low and high == high:
        notes.append(
            f"Training: {number(math.floor(low), 0)} to {number(math.ceil(high), 0)} months, an assumption."
        )
    return notes
