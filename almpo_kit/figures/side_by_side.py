"""Estimates of one effect from several designs and methods, beside what is known."""

from __future__ import annotations

import math
from typing import Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import BAD, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number


def side_by_side(finding: Finding, width: int) -> Any:
    """Draw a SideBySide: a block of rows a group, the known effect as a line."""
    table = finding.table
    if not len(table):
        return empty(
            finding,
            width,
            title="Estimates beside each other",
            why="There is no estimate.",
            way_out="Give at least one.",
        )
    sheet = Canvas(width)
    rows = _rows(table)
    known = _known(finding)
    mark = (
        (known, f"{text(getattr(finding, 'known_name', ''))}: {number(known, 0)}") if known == known else None
    )
    units = [u for u in words(table, "unit") if u in UNITS]
    end = interval_rows(sheet, rows, 0.0, unit=UNITS[units[0]][0] if units else "", mark=mark)
    return sheet.finish(
        finding,
        title=_title(finding, known),
        subtitle="Points with 95% intervals; hollow: made against the checks",
        height=end,
        notes=["Grey and hollow: made although the groups are not comparable. Refused ones have no point."],
        plot=(0, 0, width, end),
    )


def _known(finding: Finding) -> float:
    value = getattr(finding, "known", math.nan)
    return float(value) if value is not None else math.nan


def _title(finding: Finding, known: float) -> str:
    values = [v for v in column(finding.table, "effect") if v == v]
    if not values:
        return "No estimate could be made"
    if known == known:
        return f"Between {number(min(values), 0)} and {number(max(values), 0)}, where {text(getattr(finding, 'known_name', ''))} says {number(known, 0)}"
    return f"Estimates lie between {number(min(values), 0)} and {number(max(values), 0)}"


def _rows(table: Any) -> list[IntervalRow]:
    groups, names, standing = (words(table, c) for c in ("group", "name", "standing"))
    values, lows, highs = (list(column(table, c)) for c in ("effect", "low", "high"))
    rows = []
    for i, (group, name) in enumerate(zip(groups, names, strict=True)):
        v, low, high = values[i], lows[i], highs[i]
        against = standing[i] == "against the checks"
        said = "refused" if standing[i] == "refused" else "–" if v != v else number(v, 0)
        ends = f" ({number(low, 0)} to {number(high, 0)})" if low == low and high == high else ""
        color = MUTED if against else BAD if standing[i] == "refused" else ""
        row = IntervalRow(f"{group} · {name}", v, low, high, said + ends, faint=against)
        rows.append(
            row if not color else IntervalRow(row.name, v, low, high, row.said, color=color, faint=against)
        )
    return rows
