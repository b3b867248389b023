"""How demand for an occupation is marked: by colour and shape, with a word for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.theme import BAD, GOOD, INK, MUTED, NEUTRAL

#: The lightest grey that a mark on white may have (3:1).
FAINT = "#87929E"

#: Word in the table -> colour; the order is that of the legend.
DEMAND_INKS: dict[str, str] = {
    "tighter than average": GOOD,
    "about average": NEUTRAL,
    "over-supplied": BAD,
    "too few to say": FAINT,
    "not known": FAINT,
}

#: Upwards where people are wanted, downwards where there are too many; else round.
_SHAPES = {"tighter than average": "triangle-up", "over-supplied": "triangle-down"}


def demand_ink(demand: str, *, known: bool) -> str:
    """Colour of an occupation; ink where no demand was given at all."""
    return DEMAND_INKS.get(demand, FAINT) if known else INK


def demand_legend(sheet: Canvas, demands: Iterable[str], y: float, width: float) -> float:
    """Dots and words of the kinds of demand that occur, on as many lines as they need; returns the next y."""
    present = set(demands)
    x = 0.0
    for kind in (k for k in DEMAND_INKS if k in present):
        room = 18 + text_width(kind, 12)
        if x and x + room > width:
            x, y = 0.0, y + 18
        sheet.dot(x=x + 6, y=y, color=DEMAND_INKS[kind], size=70, shape=_SHAPES.get(kind, "circle"))
        sheet.text(kind, x=x + 16, y=y, size=12, color=MUTED)
        x += room + 14
    return y + 18


def demand_dots(
    sheet: Canvas, rows: Sequence[dict[str, Any]], *, x: str = "x", y: str = "y", size: float = 90
) -> None:
    """Each row's mark by its ``demand`` and ``ink``; hollow where it is not ``viable``."""
    for row in rows:
        shape = _SHAPES.get(row["demand"], "circle") if row["told"] else "circle"
        sheet.dot([row], x=x, y=y, size=size, shape=shape, hollow=not row["viable"])
