"""How often each design of a trial would see the effect that matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.named_bars import NamedBar, named_bars
from almpo_kit.figures.theme import ACCENT, CONTEXT, MUTED
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: From here on a trial is worth its trouble, in per cent; 79.8 is said as 80.
_ENOUGH = 79.5


def trial_proposal(finding: Finding, width: int) -> Any:
    """Draw a TrialProposal."""
    table = finding.table
    able = [bool(a) for a in table["can_be_run"]] if "can_be_run" in table else []
    rows = list(zip(words(table, "design"), column(table, "power"), able, strict=True))
    if not any(math.isfinite(p) for _, p, _ in rows):
        return empty(
            finding,
            width,
            title="How often would each design see the effect?",
            why="No design could be sized.",
            way_out="Take more offices, or give people of one office different offers.",
        )
    sheet = Canvas(width)
    bars = [
        NamedBar(name[:1].upper() + name[1:], 100 * p, _said(p, runs), _colour(p, runs))
        for name, p, runs in rows
    ]
    end = named_bars(sheet, bars, 0.0, "Trials of 100 that would see the effect that matters")
    return sheet.finish(
        finding,
        title=_title(rows),
        subtitle="80 of 100 or more is usually asked for",
        height=end,
        notes=[
            "Dark grey: too seldom. Light grey: cannot be run as things are, or answers another question."
        ],
        plot=(0, 0, width, end),
    )


def _colour(power: float, runs: bool) -> str:
    if not runs:
        return CONTEXT
    return ACCENT if 100 * power >= _ENOUGH else MUTED


def _said(power: float, runs: bool) -> str:
    if not math.isfinite(power):
        return "cannot be sized"
    return f"{number(100 * power, 0)}{'' if runs else ' (not as things are)'}"


def _title(rows: list[tuple[str, float, bool]]) -> str:
    best = max((p for _, p, runs in rows if runs and math.isfinite(p)), default=math.nan)
    if not math.isfinite(best):
        return "None of the designs can be run as things are"
    if 100 * best >= _ENOUGH:
        return "At least one design would show the effect"
    return "No design would show the effect often enough"
