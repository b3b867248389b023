"""How far arms of a trial differ in each covariate, beside what the lot usually does."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_words import capital
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, BAD
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Rows an arm: those furthest beyond what is usual.
_MOST = 30


def assignment_balance(finding: Finding, width: int) -> Any:
    """Draw a Balance: a bar a covariate for what 95 of 100 draws stay within, a dot for this draw."""
    table = finding.table
    known = "difference" in table and bool(column(table, "difference").notna().any())
    if not known:
        return empty(
            finding,
            width,
            title="Are the arms alike?",
            why="No difference can be shown." if len(table) else "There is no covariate to compare.",
            way_out="Name covariates from before the draw; arms need 10 people or more.",
        )
    sheet, top = Canvas(width), 0.0
    arms = words(table, "arm")
    for name in dict.fromkeys(arms):
        part = table[[a == name for a in arms]]
        sheet.text(fit(capital(name), 13, width, bold=True), x=0, y=top + 8, size=13, bold=True)
        top = interval_rows(sheet, _rows(part), top + 20, unit="standard deviations", mark=(0.0, "alike"))
        top += 18
    return sheet.finish(
        finding,
        title=_title(table),
        subtitle="Difference of means from the first arm, in standard deviations of the list",
        height=top,
        notes=_notes(table),
        plot=(0, 0, width, top),
    )


def _rows(part: pd.DataFrame) -> list[IntervalRow]:
    names = words(part, "covariate")
    differences, usual = column(part, "difference").tolist(), column(part, "usual").tolist()
    every = list(zip(names, differences, usual, strict=True))
    # Stable: what is equally far out stands as it came.
    every.sort(key=lambda row: -_out(row[1], row[2]))
    return [_row(*row) for row in every[:_MOST]]


def _out(difference: float, usual: float) -> float:
    if math.isnan(difference):
        return -1.0
    return abs(difference) / usual if usual > 0 else abs(difference)


def _row(name: str, difference: float, usual: float) -> IntervalRow:
    if math.isnan(difference):
        return IntervalRow(name, math.nan, math.nan, math.nan, "not shown")
    color = BAD if abs(difference) > usual else ACCENT
    return IntervalRow(name, difference, -usual, usual, number(difference, 2), color=color)


def _title(table: pd.DataFrame) -> str:
    difference, usual = column(table, "difference").abs(), column(table, "usual")
    known = int(difference.notna().sum())
    off = int((difference > usual).sum())
    if not off:
        return "The arms are as alike as the lot usually leaves them"
    verb = "is" if off == 1 else "are"
    return f"{off} of {known} differences {verb} larger than the lot usually leaves"


def _notes(table: pd.DataFrame) -> list[str]:
    notes = [
        "Bars: what 95 of 100 draws stay within. Dots: this draw; orange beyond the bar, as about one of twenty is by luck."
    ]
    if bool(column(table, "difference").isna().any()):
        notes.append("Not shown: an arm has fewer than 10 people.")
    arms = words(table, "arm")
    most = max((arms.count(a) for a in set(arms)), default=0)
    if most > _MOST:
        notes.append(f"The {_MOST} of {most} covariates that are furthest out.")
    return notes
