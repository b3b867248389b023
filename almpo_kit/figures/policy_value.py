"""Policies beside each other: what each gives over what is done now, and over one programme for all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Rows drawn of one comparison; the table has all.
_MOST = 16
_ONE_FOR_ALL = "one for all"


def policy_value(finding: Finding, width: int) -> Any:
    """Draw a PolicyValue: differences to what is done now, then to one programme for all."""
    table = finding.table
    if not len(table) or not column(table, "difference").notna().any():
        return empty(
            finding,
            width,
            title="What would policies be worth?",
            why="No policy differs from what is done now for ten people or more.",
            way_out="Give a policy that offers something else.",
        )
    sheet = Canvas(width)
    rows = _beside_now(finding, sheet.phone)
    end = _block(sheet, "Beside what is done now", rows, 0.0, text(getattr(finding, "unit", "")))
    more = _beside_one(finding)
    if more:
        end = _block(
            sheet,
            "Beside one programme for all",
            more,
            end + 12,
            text(getattr(finding, "unit", "")),
        )
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(table),
        plot=(0, 0, width, end),
    )


def _block(sheet: Canvas, head: str, rows: list[IntervalRow], top: float, unit: str) -> float:
    for line in wrap(head, 12, sheet.width, bold=True):
        sheet.text(line, x=0, y=top + 10, size=12, bold=True)
        top += 16
    return interval_rows(sheet, rows, top + 2, unit=unit, mark=(0.0, "no difference"))


def _said(value: float, low: float, high: float, offered: float) -> str:
    digits = 0 if (high - low) / 2 >= 10 else 1 if (high - low) / 2 >= 0.95 else 2
    gap = (
        f"{number(value, digits)} ({number(low, digits)} to {number(high, digits)})"
        if math.isfinite(low) and math.isfinite(high)
        else number(value, digits if math.isfinite(high - low) else 2)
    )
    return f"{gap} · {number(100 * offered, 0)}% offered" if math.isfinite(offered) else gap


def _beside_now(finding: Finding, phone: bool) -> list[IntervalRow]:
    table = finding.table
    best = text(getattr(finding, "best", ""))
    columns = ("difference", "difference_low", "difference_high", "offered")
    rows = []
    for name, kind, *held in zip(
        words(table, "policy"),
        words(table, "kind"),
        *(column(table, c) for c in columns),
        strict=True,
    ):
        value, low, high, offered = held
        if math.isfinite(value):
            shown = f"{name} · best value" if name == best and not phone else name
            told = _said(value, low, high, math.nan if phone else offered)
            color = MUTED if kind == "to compare" else ACCENT
            rows.append(IntervalRow(shown, value, low, high, told, color=color))
    return rows[:_MOST]


def _beside_one(finding: Finding) -> list[IntervalRow]:
    held: pd.DataFrame | None = getattr(finding, "differences", None)
    if held is None or not len(held):
        return []
    mine = held[held["against"] == _ONE_FOR_ALL]
    rows = []
    for name, *values in zip(
        words(mine, "policy"), *(column(mine, c) for c in ("difference", "low", "high")), strict=True
    ):
        value, low, high = values
        if math.isfinite(value):
            rows.append(IntervalRow(name, value, low, high, _said(value, low, high, math.nan)))
    return rows[:_MOST]


def _title(finding: Finding) -> str:
    if finding.certainty == "too little to say":
        return "Too little to say which policy does more"
    if getattr(finding, "same_for_all", True):
        return "No policy is shown to do better than one programme for all"
    return f"“{text(getattr(finding, 'best', ''))}” has the highest value"


def _subtitle(finding: Finding) -> str:
    about = text(getattr(finding, "target_words", ""))
    level = getattr(finding, "level", math.nan)
    lead = f"{about[:1].upper()}{about[1:]}: difference a person" if about else "Difference a person"
    inside = f"{number(100 * level, 0)}% intervals" if math.isfinite(level) else "intervals"
    return f"{lead}; {inside} that hold for all policies at once, on people whom no policy was learned from"


def _notes(table: pd.DataFrame) -> list[str]:
    notes = ["Grey: rules to compare with. Offered: share of people who are offered a programme."]
    if len(table) > _MOST:
        notes.append(f"{len(table) - _MOST} more are in the table.")
    return notes
