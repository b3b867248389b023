"""How often proposed codes are right, and how often nothing is proposed, field by field."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.scales import finite
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_WIDEST = 60


def coding(finding: Finding, width: int) -> Any:
    """Draw a CodingTest."""
    table = finding.table
    if not len(table):
        return empty(
            finding,
            width,
            title="How often is a proposed code right?",
            why="There is no field to show.",
            way_out="Settle codes of some documents first.",
        )
    sheet = Canvas(width)
    promised = getattr(finding, "promised", math.nan)
    mark = (100 * promised, f"promised {number(100 * promised, 0)}%") if math.isfinite(promised) else None
    sheet.text("Right, of what is proposed", x=0, y=8, size=12, bold=True)
    end = interval_rows(sheet, _right(finding), 16.0, unit="% of proposals", mark=mark)
    sheet.text("Documents on which nothing is proposed", x=0, y=end + 14, size=12, bold=True)
    end = interval_rows(sheet, _silent(finding), end + 22, unit="% of documents")
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _title(finding: Finding) -> str:
    n, right = (sum(finite(column(finding.table, c))) for c in ("proposed", "right"))
    if not n:
        return "Nothing is proposed: everything is left to the expert"
    return f"{number(right, 0)} of {number(n, 0)} proposed codes were right"


def _subtitle(finding: Finding) -> str:
    parts = ["Studies that the model has not seen"]
    folds, level = getattr(finding, "folds", math.nan), getattr(finding, "level", math.nan)
    if math.isfinite(folds):
        parts.append(f"each left out once, in {number(folds, 0)} parts")
    if math.isfinite(level):
        parts.append(f"{number(100 * level, 0)}% intervals (Clopper–Pearson)")
    return " · ".join(parts)


def _notes(finding: Finding) -> list[str]:
    note = text(getattr(finding, "note", "")).strip().rstrip(".")
    notes = [f"{note}."] if note else []
    quiet = len(finite(column(finding.table, "precision"))) < len(finding.table)
    return [*notes, f"{'Without a mark: nothing was proposed. ' if quiet else ''}The expert decides."]


def _names(finding: Finding) -> list[str]:
    plain = [name.replace("_", " ")[:_WIDEST] for name in words(finding.table, "field")]
    return [f"{name[:1].upper()}{name[1:]}" for name in plain]


def _right(finding: Finding) -> list[IntervalRow]:
    columns = ("precision", "precision_low", "precision_high", "proposed", "right")
    rows = []
    for name, values in zip(
        _names(finding), zip(*(column(finding.table, c) for c in columns), strict=True), strict=True
    ):
        mid, low, high, n, right = values
        there = math.isfinite(mid)
        said = f"{number(right, 0)} of {number(n, 0)}" if there else "nothing proposed"
        rows.append(IntervalRow(name, 100 * mid, 100 * low, 100 * high, said, faint=not there))
    return rows


def _silent(finding: Finding) -> list[IntervalRow]:
    columns = ("abstention", "abstention_low", "abstention_high")
    rows = []
    for name, values in zip(
        _names(finding), zip(*(column(finding.table, c) for c in columns), strict=True), strict=True
    ):
        mid, low, high = (100 * v for v in values)
        said = f"{number(mid, 0)}%" if math.isfinite(mid) else "–"
        rows.append(IntervalRow(name, mid, low, high, said))
    return rows
