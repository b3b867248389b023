"""Effects by time since a programme's start, and the time before it, one panel a contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.plane import Plane, detail
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.figures.wording import text, words
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Panels at most; further contrasts are told in a note.
_MOST = 4


def event_study(finding: Finding, width: int) -> Any:
    """Draw an Estimate of differences over time, or an Overlap of the time before."""
    table = detail(finding, "event_time")
    if not len(table) or "effect" not in table or not len(finite(table["effect"])):
        return empty(
            finding,
            width,
            title="Did groups move alike before, and apart after?",
            why="There are no effects by time to show.",
            way_out="Follow units over periods: design(…, assignment='did', period=…, treated_from=…).",
        )
    sheet = Canvas(width)
    names = list(dict.fromkeys(words(table, "contrast")))
    end = 0.0
    for name in names[:_MOST]:
        end = _panel(sheet, finding, table[table["contrast"] == name], name, end)
    return sheet.finish(
        finding,
        title=_title(table),
        subtitle=_subtitle(finding, table),
        height=end,
        notes=_notes(finding, names),
        plot=(0, 0, width, end),
    )


def _panel(sheet: Canvas, finding: Finding, rows: pd.DataFrame, name: str, top: float) -> float:
    sheet.text(fit(name, 12, sheet.width, bold=True), x=0, y=top + 8, size=12, bold=True)
    values = (
        [v for c in ("effect", "low", "high") for v in rows[c]] if "low" in rows else list(rows["effect"])
    )
    plane = Plane(
        sheet,
        rows["months"],
        values,
        top=top + 20,
        height=150.0 if sheet.phone else 190.0,
        across="months since the start",
        up=_unit(finding),
        zero=True,
    )
    if (rows["months"] >= 0).any() and (rows["months"] < 0).any():
        before = max(m for m in rows["months"] if m < 0)
        plane.upright((before + min(m for m in rows["months"] if m >= 0)) / 2, "start")
    for after, color in ((False, MUTED), (True, ACCENT)):
        some = rows[(rows["months"] >= 0) == after].to_dict("records")
        bars, dots = [], []
        for row in some:
            if not len(finite([row["effect"]])):
                continue
            said = f"{number(row['months'], 0)} months: {number(row['effect'], 2)}"
            if len(finite([row["low"], row["high"]])) == 2:
                said += f" (95%: {number(row['low'], 2)} to {number(row['high'], 2)})"
                ends = {"a": plane.y(row["low"]), "b": plane.y(row["high"])}
                bars.append({"x": plane.x(row["months"]), "hover": said, **ends})
            dots.append({"x": plane.x(row["months"]), "y": plane.y(row["effect"]), "hover": said})
        sheet.line(bars, x="x", y="a", y2="b", color=color, width=2, opacity=0.6)
        sheet.dot(dots, color=color, size=34 if len(rows) > 24 else 52, hollow=not after)
    return plane.end + 6


def _unit(finding: Finding) -> str:
    unit = next(iter(words(finding.table, "unit")), "")
    return UNITS[unit][1] if unit in UNITS else "effect, in the unit of the outcome"


def _title(table: pd.DataFrame) -> str:
    if (table["months"] >= 0).any():
        return "Effects by time since the start, and the time before"
    return "Did the groups move alike before the start?"


def _subtitle(finding: Finding, table: pd.DataFrame) -> str:
    label = next(iter(words(finding.table, "outcome")), "").replace("_", " ")
    parts = [text(label).capitalize()] if label else []
    parts.append("lines: 95% intervals, each time by itself")
    return " · ".join(parts)


def _notes(finding: Finding, names: list[str]) -> list[str]:
    notes = [
        "Hollow: before the start, beside the last period before it; they should lie around zero. Filled: effects."
    ]
    for row in detail(finding, "honest").to_dict("records"):
        if row.get("times") == 1.0 and len(finite([row.get("low"), row.get("high")])) == 2:
            name = f" ({text(row.get('contrast'))})" if len(names) > 1 else ""
            notes.append(
                "If trends went on differing by as much as they ever did before, the mean effect lies between "
                f"{number(row['low'], 1)} and {number(row['high'], 1)}{name}."
            )
    if len(names) > _MOST:
        notes.append(f"{len(names) - _MOST} further comparisons are in the table.")
    return notes
