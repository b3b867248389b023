"""Proposed trials: what the result of each is worth to the next decisions, beside what it costs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, CONTEXT, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_MOST = 8


def trial_values(finding: Finding, width: int) -> Any:
    """Draw a TrialValues."""
    rows = _valued(finding.table)
    if not rows:
        return empty(
            finding,
            width,
            title="Which trial next?",
            why="No trial could be valued.",
            way_out="Propose a trial of a programme whose cost is known, and say how far its effect may lie from zero.",
        )
    sheet = Canvas(width)
    scale, unit = (1e6, "million €") if max(max(v, c) for _, v, c in rows) >= 1e6 else (1e3, "thousand €")
    bars = []
    for name, value, cost in rows[:_MOST]:
        digits = 2 if scale == 1e6 else 0
        color = ACCENT if value > cost else MUTED
        bars.append(NamedBar(name, value / scale, number(value / scale, digits), color))
        bars.append(NamedBar("costs", cost / scale, number(cost / scale, digits), CONTEXT))
    end = named_bars(sheet, bars, 0.0, f"Worth of the result, and cost, {unit}")
    notes = ["Grey-blue below each: its cost. Dark grey: worth less than it costs."]
    if len(rows) > _MOST:
        notes.append(f"{len(rows) - _MOST} more trials are in the table.")
    first = text(getattr(finding, "first", ""))
    return sheet.finish(
        finding,
        title=f"Worth running first: {first}" if first else "No trial proposed is worth its cost",
        subtitle="What the next decisions are expected to gain from knowing the result, over all years it serves",
        height=end,
        notes=notes,
        plot=(0, 0, width, end),
    )


def _valued(table: pd.DataFrame) -> list[tuple[str, float, float]]:
    if not len(table):
        return []
    every = zip(words(table, "trial"), column(table, "value_eur"), column(table, "cost_eur"), strict=True)
    return [(n, float(v), float(c)) for n, v, c in every if math.isfinite(v) and math.isfinite(c)]
