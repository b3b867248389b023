"""Between which weights of each criterion the first place holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit
from almpo_kit.figures.panels import IntervalRow, interval_rows
from almpo_kit.figures.theme import PHONE
from almpo_kit.figures.wording import column, listed, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_METHODS = {"topsis": "TOPSIS", "promethee": "PROMETHEE II", "weighted_sum": "weighted sum"}


def weight_sensitivity(finding: Finding, width: int) -> Any:
    """Draw a WeightSensitivity."""
    rows = _rows(finding, width)
    if not rows:
        return empty(
            finding,
            width,
            title="How far can the weights move?",
            why="There are no weights to move.",
            way_out="Weigh at least one criterion that all options have.",
        )
    sheet = Canvas(width)
    end = interval_rows(sheet, rows, 0.0, unit="points of 100 that the criterion gets")
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=[
            "Dot: the weight as given. Line: weights with which the first place holds, the others keeping their proportions. Beside it: "
            "who comes first beyond its ends."
        ],
        plot=(0, 0, width, end),
    )


def _name(code: str) -> str:
    return code.replace("_", " ")


def _rows(finding: Finding, width: int) -> list[IntervalRow]:
    table = finding.table
    # On a phone who comes first shares its line with the criterion; elsewhere with the lines of weights.
    room = (0.66 if width < PHONE else 0.4) * width
    numbers = (column(table, c) for c in ("weight", "low", "high"))
    texts = (words(table, c) for c in ("criterion", "low_first", "high_first"))
    return [
        IntervalRow(_name(c), 100 * w, 100 * low, 100 * high, _said(below, above, room))
        for c, below, above, w, low, high in zip(*texts, *numbers, strict=True)
        if math.isfinite(w)
    ]


def _said(below: str, above: str, room: float) -> str:
    """Who comes first beyond either end, each shortened where both would not fit."""
    told = [(w, _name(x)) for w, x in (("below", below), ("above", above)) if x]
    each = room / max(len(told), 1) - 8
    return "; ".join(fit(f"{w}: {x}", 12, each) for w, x in told) or "nobody else"


def _title(finding: Finding) -> str:
    first = [_name(str(o)) for o in getattr(finding, "first", ())]
    least = getattr(finding, "smallest_change", math.nan)
    if len(first) > 1:
        return f"{listed(first)} share the first place"
    who = f"{first[0][:1].upper()}{first[0][1:]}" if first else "The first place"
    if not math.isfinite(least):
        return (
            f"{who} stays first whichever weight moves"
            if first and least > 0
            else "How far can the weights move?"
        )
    points = 100 * least
    return f"{who} stays first until a weight moves by {number(points, 1 if points < 9.95 else 0)} points"


def _subtitle(finding: Finding) -> str:
    parts = ["Weights of criteria with which the first place holds"]
    if method := _METHODS.get(text(getattr(finding, "method", ""))):
        parts.append(method)
    return " · ".join([*parts, "values taken as exact"])
