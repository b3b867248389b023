"""What it would be worth to know, and trials beside what they cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, CONTEXT, HIGHLIGHT
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_MOST = 10
_TRIALS = 5


def value_of_information(finding: Finding, width: int) -> Any:
    """Draw a ValueOfInformation."""
    table = finding.table
    if not len(table) or not column(table, "value_a_year").notna().any():
        return empty(
            finding,
            width,
            title="What is worth finding out?",
            why="There is no value to show.",
            way_out="Choose a mix of at least one programme first.",
        )
    sheet = Canvas(width)
    unit = text(getattr(finding, "unit", "")) or "additional jobs"
    end = named_bars(sheet, _unknowns(table), 0.0, f"Worth of knowing, in {unit} a year")
    rows = _trials(getattr(finding, "trials", None))
    if rows:
        end = named_bars(
            sheet, rows, end + 16, "Trials: what the result is worth, and what it costs, million €"
        )
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Expected gain from choosing the mix with the answer instead of without it",
        height=end,
        notes=["Grey: what a trial costs. What is worth little would not change the mix."],
        plot=(0, 0, width, end),
    )


def _unknowns(table: pd.DataFrame) -> list[NamedBar]:
    rows = [
        NamedBar(name, value, number(value, 1), HIGHLIGHT if kind == "everything" else ACCENT)
        for name, kind, value in zip(
            words(table, "unknown"), words(table, "kind"), column(table, "value_a_year"), strict=True
        )
        if math.isfinite(value)
    ]
    # What rounds to nothing says no more than the first of its kind; three rows always stand.
    return [b for k, b in enumerate(rows) if k < 3 or b.value >= 0.05][:_MOST]


def _trials(trials: pd.DataFrame | None) -> list[NamedBar]:
    if trials is None or not len(trials):
        return []
    rows: list[NamedBar] = []
    for name, value, cost in zip(
        words(trials, "programme"), column(trials, "value_eur"), column(trials, "trial_cost_eur"), strict=True
    ):
        if math.isfinite(value) and math.isfinite(cost) and len(rows) < 2 * _TRIALS:
            rows.append(NamedBar(f"Trial of {name}", value / 1e6, number(value / 1e6, 2)))
            rows.append(NamedBar("costs", cost / 1e6, number(cost / 1e6, 2), CONTEXT))
    return rows


def _title(finding: Finding) -> str:
    first = text(getattr(finding, "first", ""))
    return f"Worth running first: a trial of {first}" if first else "No trial of this size is worth its cost"
