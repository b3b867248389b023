"""How much each criterion counts for a panel, and where its groups differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.consultations import ROLES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Differences shown, and how rare chance must make a dimension for its differences to be shown.
_MOST, _RARE = 6, 0.05


def criteria_weights(finding: Finding, width: int) -> Any:
    """Draw a CriteriaWeights."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="How much does each criterion count?",
            why="There are no weights to show.",
            way_out="Give the answers of a round in which an item for criteria was asked.",
        )
    sheet = Canvas(width)
    end = interval_rows(sheet, rows, 0.0, unit="% of all weight")
    apart = _differences(finding)
    if apart:
        sheet.text("Where groups differ most", x=0, y=end + 20, size=12, bold=True)
        end = interval_rows(sheet, apart, end + 30, unit="points more or less than everybody else")
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding, bool(apart)),
        plot=(0, 0, width, end),
    )


def _thin(finding: Finding) -> bool:
    return finding.certainty == "too little to say"


def _rows(finding: Finding) -> list[IntervalRow]:
    table = finding.table
    columns = zip(words(table, "name"), *(column(table, c) for c in ("weight", "low", "high")), strict=True)
    ranked = sorted((r for r in columns if math.isfinite(r[1])), key=lambda r: -r[1])
    return [
        IntervalRow(
            name[:1].upper() + name[1:],
            100 * w,
            100 * low,
            100 * high,
            _said(w, low, high, "%"),
            faint=_thin(finding),
        )
        for name, w, low, high in ranked
    ]


def _said(value: float, low: float, high: float, sign: str = "") -> str:
    ends = f" ({number(100 * low, 0)} to {number(100 * high, 0)})" if math.isfinite(low + high) else ""
    return f"{number(100 * value, 0)}{sign}{ends}"


def _differences(finding: Finding) -> list[IntervalRow]:
    """The largest differences within dimensions in which groups differ more than chance would bring."""
    tests, groups = getattr(finding, "disagreement", None), getattr(finding, "by_group", None)
    if tests is None or groups is None or _thin(finding):
        return []
    told = zip(words(tests, "dimension"), words(tests, "criterion"), column(tests, "p"), strict=True)
    rare = {(d, c) for d, c, p in told if p < _RARE}
    twins = _twins(groups)
    names = dict(zip(words(finding.table, "criterion"), words(finding.table, "name"), strict=False))
    found = []
    what = (words(groups, c) for c in ("dimension", "group", "criterion"))
    values = (column(groups, f"difference{e}") for e in ("", "_low", "_high"))
    for dimension, group, criterion, gap, low, high in zip(*what, *values, strict=True):
        shown = {(dimension, "all"), (dimension, criterion)} <= rare and (dimension, group) not in twins
        if shown and math.isfinite(gap) and low * high > 0:
            name = f"{_group(dimension, group)}: {names.get(criterion, criterion)}"
            found.append(IntervalRow(name, 100 * gap, 100 * low, 100 * high, _said(gap, low, high)))
    return sorted(found, key=lambda r: -abs(r.value))[:_MOST]


def _twins(groups: pd.DataFrame) -> set[tuple[str, str]]:
    """The second of only two groups says what the first says, the other way round."""
    held: dict[str, list[str]] = {}
    for dimension, group in zip(words(groups, "dimension"), words(groups, "group"), strict=True):
        held.setdefault(dimension, [])
        held[dimension] += [group] if group not in held[dimension] else []
    return {(d, names[1]) for d, names in held.items() if len(names) == 2}


def _group(dimension: str, group: str) -> str:
    told = ROLES.get(group, group).split(" and their ")[0] if dimension == "role" else group
    return told[:1].upper() + told[1:]


def _title(finding: Finding) -> str:
    if _thin(finding):
        return "Too little to say how much each criterion counts"
    table: pd.DataFrame = finding.table
    ranked = sorted(
        zip(column(table, "weight"), words(table, "name"), column(table, "leads"), strict=True), reverse=True
    )
    if ranked[0][2] >= 0.95:
        return f"{ranked[0][1][:1].upper()}{ranked[0][1][1:]} counts most for this panel"
    return "Which criterion counts most is not clear"


def _subtitle(finding: Finding) -> str:
    parts = [
        {"points": "Points", "swing": "Swings", "pairwise": "Comparisons in pairs"}.get(
            text(getattr(finding, "kind", "")), "Comparisons with best and worst"
        )
    ]
    if finding.rests_on:
        parts.append(finding.rests_on)
    level = getattr(finding, "confidence", math.nan)
    if math.isfinite(level):
        parts.append(f"{number(100 * level, 0)}% intervals over people")
    return " · ".join(parts)


def _notes(finding: Finding, apart: bool) -> list[str]:
    notes = ["Intervals say how much weights hang on who happened to answer; they speak of this panel only."]
    if apart:
        notes.append("Differences whose interval leaves out zero; small groups are shown together as others.")
    return notes
