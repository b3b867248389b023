"""Cells of a balance as they are drawn: shade, mark and words, so that no meaning hangs on colour alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.theme import BAD, GOOD, INK, MISSING, MUTED
from almpo_kit.figures.wording import column, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

_MARKS = {"scarcer": "▲", "more plentiful": "▼"}
_LOOKS = {
    "scarcer": (BAD, "#FFFFFF", "▲ labour scarcer than overall"),
    "more plentiful": (GOOD, "#FFFFFF", "▼ more plentiful"),
    "balanced": ("#C9D2DB", INK, "as overall"),
    "too little to say": ("#F6F8FA", MUTED, "too little to say"),
    "hidden": (MISSING, INK, "small, kept back"),
}


@dataclass(frozen=True)
class BalanceCell:
    """One region and occupation."""

    geo: str
    name: str
    occupation: str
    label: str
    tightness: float
    low: float
    high: float
    verdict: str
    exceeds: str
    hidden: bool
    known: bool

    @property
    def look(self) -> str:
        """How it is drawn."""
        return "hidden" if self.hidden or not self.known else self.verdict

    @property
    def decided(self) -> bool:
        """Whether it differs from the rest for sure."""
        return self.verdict in _MARKS

    @property
    def mark(self) -> str:
        """Up, down or nothing."""
        return _MARKS.get(self.verdict, "")

    @property
    def hover(self) -> str:
        """Everything in words."""
        head = f"{self.label}, {self.name}: {self.verdict}"
        return (
            head
            if self.hidden or not self.known
            else f"{head}; {self.interval} vacancies per unemployed person"
        )

    @property
    def interval(self) -> str:
        """``0.35 (95%: 0.20 to 0.60)``."""
        return f"{ratio(self.tightness)} (95%: {ratio(self.low)} to {ratio(self.high)})"


def ratio(value: float) -> str:
    """A tightness with no more digits than it can bear."""
    if math.isinf(value):
        return "∞"
    if 0 <= value < 0.005:
        return "<0.01" if value else "0"
    return number(value, 2 if value < 1 else 1 if value < 10 else 0)


def balance_cells(table: pd.DataFrame) -> list[BalanceCell]:
    """Cells in the order of the table."""
    text = [words(table, c) for c in ("geo", "name", "occupation", "label", "verdict", "exceeds")]
    numbers = [column(table, c).tolist() for c in ("tightness", "low", "high")]
    hidden = table["suppressed"].astype(bool).tolist() if "suppressed" in table else [False] * len(table)
    return [
        BalanceCell(
            geo, name or geo, code, label or code, t, low, high, verdict, exceeds, away, not math.isnan(t)
        )
        for geo, name, code, label, verdict, exceeds, t, low, high, away in zip(
            *text, *numbers, hidden, strict=True
        )
    ]


def look(name: str) -> tuple[str, str, str]:
    """Shade, ink and words of a look."""
    return _LOOKS.get(name, _LOOKS["too little to say"])


def said(c: BalanceCell, room: float) -> str:
    """What stands in a tile: the mark and the number, the mark alone, or nothing."""
    full = c.mark if c.hidden or not c.known else f"{c.mark}{ratio(c.tightness)}"
    return full if text_width(full, 11, bold=True) <= room else c.mark
