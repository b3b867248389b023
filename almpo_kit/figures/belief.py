"""What a panel believes, person by person and put together; and beside the evidence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Persons that are drawn one by one; of more, evenly spaced ones by their median.
_MOST = 12


def belief(finding: Finding, width: int) -> Any:
    """Draw a Belief: some persons' ranges, and the pooled one."""
    people = getattr(finding, "individual", None)
    if people is None or not len(people):
        return _nothing(finding, width)
    pooled = [_row("The panel together", finding, HIGHLIGHT)]
    shown = _spaced(people)
    rows = [
        _table_row(f"person {number(p, 0)} of {len(people)}", v, low, high, ACCENT)
        for p, v, low, high in zip(
            *(column(shown, c) for c in ("person", "median", "low", "high")), strict=True
        )
    ]
    middle = number(getattr(finding, "median", math.nan))
    unit = _unit(finding)
    title = f"The panel expects {middle} {unit}; its members differ"
    if bool(getattr(finding, "thin", False)):
        title = "Too few answers to say what the panel expects"
    notes = [
        "Bars hold 80% of a belief: from the 10th to the 90th percentile; what people believe, not what was measured."
    ]
    if len(shown) < len(people):
        notes.append(f"{len(shown)} of {len(people)} persons are drawn, evenly spaced by their middle value.")
    return _drawn(finding, width, [*pooled, *rows], title, notes)


def belief_against_evidence(finding: Finding, width: int) -> Any:
    """Draw a BeliefAgainstEvidence: both sides as ranges of 80%."""
    table = finding.table
    if not len(table):
        return _nothing(finding, width)
    rows = []
    columns = (column(table, c) for c in ("value", "low", "high"))
    for view, name, v, low, high in zip(words(table, "view"), words(table, "called"), *columns, strict=True):
        color = HIGHLIGHT if view == "belief" else MUTED if view in ("average", "place") else ACCENT
        rows.append(_table_row(name, v, low, high, color))
    says = text(getattr(finding, "verdict", "")) or "belief and evidence"
    notes = [
        "Every bar holds 80%, so that bars can be compared. Belief is no measurement; studies may be few or from elsewhere."
    ]
    return _drawn(finding, width, rows, f"{says[:1].upper()}{says[1:]}", notes)


def _drawn(finding: Finding, width: int, rows: list[IntervalRow], title: str, notes: list[str]) -> Any:
    sheet = Canvas(width)
    end = interval_rows(sheet, rows, 0.0, unit=_unit(finding))
    return sheet.finish(
        finding,
        title=title,
        subtitle=text(finding.rests_on),
        height=end,
        notes=notes,
        plot=(0, 0, width, end),
    )


def _nothing(finding: Finding, width: int) -> Any:
    return empty(
        finding,
        width,
        title="What does the panel expect?",
        why="Nobody answered.",
        way_out="Close a round in which the quantity was asked.",
    )


def _unit(finding: Finding) -> str:
    unit = text(getattr(finding, "unit", ""))
    return UNITS[unit][0] if unit in UNITS else unit


def _row(name: str, finding: Finding, color: str) -> IntervalRow:
    middle, low, high = (float(getattr(finding, k, math.nan)) for k in ("median", "low", "high"))
    return _table_row(name, middle, low, high, color)


def _table_row(name: str, value: float, low: float, high: float, color: str) -> IntervalRow:
    said = f"{number(value)} ({number(low)} to {number(high)})"
    return IntervalRow(name, value, low, high, said, color=color)


def _spaced(people: pd.DataFrame) -> pd.DataFrame:
    if len(people) <= _MOST:
        return people
    return people.iloc[[round(k * (len(people) - 1) / (_MOST - 1)) for k in range(_MOST)]]
