"""Rules of adaptive trials beside each other: what people lose in the trial, and after it."""

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
    from almpo_kit.vocabulary.finding import Finding

#: Rules drawn of one simulation; there are four kinds.
_MOST = 12
_BLOCKS = (
    ("in_trial_regret", "Lost by a person in the trial, beside the best arm"),
    ("policy_regret", "Lost by a person after the trial, under the arm that was chosen"),
)


def rule_simulation(finding: Finding, width: int) -> Any:
    """Draw a RuleSimulation: a block each for the trial and after it, and how often the best arm was found."""
    table = finding.table
    drawn = [b for b in _BLOCKS if len(table) and column(table, b[0]).notna().any()]
    if not drawn:
        return empty(
            finding,
            width,
            title="What would the rules do?",
            why="No rule was simulated.",
            way_out="Ask simulate_rule() with a setting.",
        )
    sheet, end = Canvas(width), 0.0
    factor, unit = _scale(finding)
    for name, head in drawn:
        for line in wrap(head, 12, sheet.width, bold=True):
            sheet.text(line, x=0, y=end + 10, size=12, bold=True)
            end += 16
        end = interval_rows(sheet, _rows(finding, name, factor), end + 2, unit=unit) + 10
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle="Less is better · 95% intervals of the simulation · how often the best arm is chosen, how many were in it",
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _scale(finding: Finding) -> tuple[float, str]:
    kind = text(getattr(getattr(finding, "setting", None), "kind", "")) or "binary"
    return (100.0, "percentage points") if kind == "binary" else (1.0, "in the outcome’s unit")


def _rows(finding: Finding, name: str, factor: float) -> list[IntervalRow]:
    table = finding.table.iloc[:_MOST]
    asked = text(getattr(finding, "rule", ""))
    aside = "to_best" if name == "in_trial_regret" else "best_chosen"
    columns = (column(table, c) for c in (name, f"{name}_se", aside))
    rows = []
    for rule, value, se, share in zip(words(table, "rule"), *columns, strict=True):
        if not math.isfinite(value):
            continue
        half = 1.96 * factor * se if math.isfinite(se) else 0.0
        middle = factor * value
        rows.append(
            IntervalRow(
                "equal shares"
                if rule == "uniform"
                else rule.replace("_", " ").replace("thompson", "Thompson"),
                middle,
                middle - half,
                middle + half,
                _said(middle, half, share, name == "in_trial_regret"),
                color=ACCENT if rule == asked else MUTED,
            )
        )
    return rows


def _said(value: float, half: float, share: float, inside: bool) -> str:
    # Two digits of the half-width: rules are near to each other.
    digits = 0 if half >= 10 else 1 if half >= 0.3 else 2
    held = number(value, digits)
    if not math.isfinite(share):
        return held
    percent = f"{number(100 * share, 0)}%"
    return f"{held} · {percent} in it" if inside else f"{held} · chosen {percent}"


def _title(finding: Finding) -> str:
    table = finding.table
    names, chosen = words(table, "rule"), list(column(table, "best_chosen"))
    asked = text(getattr(finding, "rule", ""))
    own = [c for n, c in zip(names, chosen, strict=True) if n == asked and math.isfinite(c)]
    even = [c for n, c in zip(names, chosen, strict=True) if n == "uniform" and math.isfinite(c)]
    if not own or not even or asked == "uniform":
        return "What rules do in a known world"
    return (
        f"{asked.replace('_', ' ').capitalize()} finds the best arm in {number(100 * own[0], 0)}% of trials, "
        f"equal shares in {number(100 * even[0], 0)}%"
    )


def _notes(finding: Finding) -> list[str]:
    setting = getattr(finding, "setting", None)
    named = text(getattr(setting, "name", "")).replace("_", " ")
    source = text(getattr(setting, "source", ""))
    notes = [f"Setting: {named}." if not source else f"Setting: {named}. {source}."] if named else []
    cover = [c for c in column(finding.table, "naive_coverage") if math.isfinite(c)]
    if cover:
        told = f"Plain 95% intervals hold the truth in as little as {number(100 * min(cover), 1)}% of trials."
        notes.append(told)
    return notes
