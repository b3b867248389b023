"""Estimated effects of every contrast on every outcome, at the last month each was measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.effect_words import (
    after,
    capital,
    last_rows,
    outcome_label,
    said,
    unit_sign,
    unit_words,
    whom,
)
from almpo_kit.figures.lettering import wrap
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.wording import column, text, words

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def effects(finding: Finding, width: int) -> Any:
    """Draw an Estimate: a panel an outcome, a row a contrast."""
    table = last_rows(finding.table) if len(finding.table) else finding.table
    if not column(table, "effect").notna().any():
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No effect could be estimated.",
            way_out="Fewer arms, another method or more people may help; the checks say why.",
        )
    sheet, end = Canvas(width), 0.0
    outcomes = list(dict.fromkeys(zip(words(table, "outcome"), words(table, "unit"), strict=True)))
    for outcome, unit in outcomes:
        keys = zip(words(table, "outcome"), words(table, "unit"), strict=True)
        mine = table[[k == (outcome, unit) for k in keys]]
        head = ", ".join(filter(None, (outcome_label(outcome), _when(mine))))
        for line in wrap(head, 12, width, bold=True):
            sheet.text(line, x=0, y=end + 8, bold=True)
            end += 16
        end = interval_rows(sheet, _rows(mine), end + 4, unit=unit_words(unit), mark=(0.0, "no effect")) + 14
    return sheet.finish(
        finding,
        title=_title(table),
        subtitle=" · ".join(filter(None, ("Effects with 95% intervals", whom(table)))),
        height=end,
        notes=["No clear effect where the line crosses zero; that is not the same as no effect."],
        plot=(0, 0, width, end),
    )


def _when(rows: pd.DataFrame) -> str:
    months = set(column(rows, "months").dropna())
    return after(months.pop()) if len(months) == 1 else ""


def _rows(rows: pd.DataFrame) -> list[IntervalRow]:
    numbers = [column(rows, c) for c in ("effect", "low", "high")]
    return [
        IntervalRow(capital(name), v, low, high, said(v, low, high), faint=not math.isfinite(low))
        for name, v, low, high in zip(words(rows, "contrast"), *numbers, strict=True)
    ]


def _title(table: pd.DataFrame) -> str:
    row = table.iloc[0]
    value, low, high = (float(column(table, c).iloc[0]) for c in ("effect", "low", "high"))
    name = capital(text(row.get("contrast")))
    if not (math.isfinite(value) and math.isfinite(low)):
        return "What did the programmes do?"
    if len(table) > 3:
        return "What the programmes did"
    if low <= 0 <= high:
        return f"{name}: no clear effect on {outcome_label(text(row.get('outcome'))).lower()}"
    return f"{name}: {said(value, low, high, unit_sign(text(row.get('unit'))))}"
