"""How far groups differ in each covariate, before weighting and after."""

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

#: Rows a contrast: the largest differences.
_MOST = 40
#: Above this a difference deserves a caution, in standard deviations.
_DIFFERS = 0.1


def balance_love(finding: Finding, width: int) -> Any:
    """Draw the balance of an Overlap."""
    table = finding.table
    if "difference_after" not in table or not len(table):
        return empty(
            finding,
            width,
            title="How alike are the groups?",
            why="There is no covariate to compare.",
            way_out="Name covariates from before the programme in the design.",
        )
    sheet, top = Canvas(width), 0.0
    contrasts = words(table, "contrast")
    for name in dict.fromkeys(contrasts):
        part = table[[c == name for c in contrasts]]
        sheet.text(fit(capital(name), 13, width, bold=True), x=0, y=top + 8, size=13, bold=True)
        top = interval_rows(
            sheet,
            _rows(part),
            top + 20,
            unit="standard deviations",
            mark=(_DIFFERS, "0.1"),
        )
        top += 18
    return sheet.finish(
        finding,
        title=_title(table),
        subtitle="Difference of means between the groups, in standard deviations, whichever way",
        height=top,
        notes=_notes(table),
        plot=(0, 0, width, top),
    )


def _rows(part: pd.DataFrame) -> list[IntervalRow]:
    before, after = (column(part, f"difference_{w}").abs() for w in ("before", "after"))
    names = words(part, "column")
    order = sorted(range(len(part)), key=lambda i: -_rank(before.iloc[i], after.iloc[i]))[:_MOST]
    return [_row(names[i], float(before.iloc[i]), float(after.iloc[i])) for i in order]


def _rank(before: float, after: float) -> float:
    held = [v for v in (before, after) if not math.isnan(v)]
    return max(held, default=-1.0)


def _row(name: str, before: float, after: float) -> IntervalRow:
    nothing = math.nan
    if math.isnan(after):
        return IntervalRow(name, nothing, nothing, nothing, "not shown")
    said = number(after, 2) if math.isfinite(after) else "apart"
    return IntervalRow(
        name,
        after,
        nothing,
        nothing,
        said,
        also=before,
        color=BAD if after > _DIFFERS else ACCENT,
    )


def _title(table: pd.DataFrame) -> str:
    after = column(table, "difference_after").abs()
    known = after[after.notna()]
    if not len(known):
        return "How alike are the groups?"
    off = int((known > _DIFFERS).sum())
    if _as_they_came(table):
        return (
            f"{off} of {len(known)} covariates differ between the groups" if off else "The groups are alike"
        )
    if off == 0:
        return "After weighting the groups are alike in what was observed"
    return f"{off} of {len(known)} covariates still differ after weighting"


def _as_they_came(table: pd.DataFrame) -> bool:
    """Whether nothing was weighted, as in a trial without blocks."""
    moved = (column(table, "difference_after") - column(table, "difference_before")).abs()
    return bool((moved.fillna(0.0) < 1e-9).all())


def _notes(table: pd.DataFrame) -> list[str]:
    weighted = "Hollow: as people came. Filled: after weighting; orange above 0.1."
    notes = ["As people came, without weights; orange above 0.1." if _as_they_came(table) else weighted]
    if bool(column(table, "difference_after").isna().any()):
        notes.append("Not shown: fewer than 10 people stand behind the number.")
    most = max((words(table, "contrast").count(c) for c in set(words(table, "contrast"))), default=0)
    if most > _MOST:
        notes.append(f"The {_MOST} largest of {most} covariates.")
    return notes
