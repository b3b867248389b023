"""Who sits on a panel, beside who should."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import ACCENT, BAD, ERROR, MUTED
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_INKS = {"missing": ERROR, "too few": BAD, "too many": BAD, "not wanted": MUTED}


def coverage(finding: Finding, width: int) -> Any:
    """Draw a Coverage."""
    table = finding.table
    rows = _rows(finding) if len(table) and column(table, "answered_share").notna().any() else []
    if not rows:
        return empty(
            finding,
            width,
            title="Does the panel look as it should?",
            why="Nobody has answered yet.",
            way_out="Look again once a round is open.",
        )
    sheet = Canvas(width)
    end = interval_rows(sheet, rows, 0.0, unit="% of those who answered", start=0.0)
    standing = list(words(table, "standing"))
    gone, few = standing.count("missing"), standing.count("too few")
    title = "No part of the panel is clearly smaller than wanted"
    if gone:
        title = f"{gone} part{'s' if gone > 1 else ''} of the panel did not answer"
    elif few:
        title = f"{few} part{'s' if few > 1 else ''} of the panel answered less than wanted"
    return sheet.finish(
        finding,
        title=title,
        subtitle=f"{getattr(finding, 'answered', 0)} of {getattr(finding, 'invited', 0)} people invited answered · share of the panel, and share wanted",
        height=end,
        notes=[
            "Filled: share of those who answered, with the range that chance alone could bring (95%). Hollow: share wanted. "
            "The panel was not drawn by lot and does not speak for the people of the region."
        ],
        plot=(0, 0, width, end),
    )


def _rows(finding: Finding) -> list[IntervalRow]:
    table = finding.table
    numbers = ("answered_share", "low", "high", "wanted")
    rows = []
    columns = (column(table, c) for c in numbers)
    for name, standing, share, low, high, wanted in zip(
        words(table, "name"), words(table, "standing"), *columns, strict=True
    ):
        if not math.isfinite(share):
            continue
        known = math.isfinite(wanted) and standing != "not wanted"
        said = f"{number(100 * share, 0)}%" + (f", wanted {number(100 * wanted, 0)}%" if known else "")
        mark = float("nan") if not known else 100 * wanted
        label = f"{name}: nobody" if standing == "missing" else name
        ink = _INKS.get(standing, ACCENT)
        rows.append(IntervalRow(label, 100 * share, 100 * low, 100 * high, said, also=mark, color=ink))
    return rows
