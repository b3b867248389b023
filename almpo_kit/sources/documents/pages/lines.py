"""A piece of a line and a line, as they stand on a page; distances in points from its top left."""

from __future__ import annotations

from typing import NamedTuple

#: Between the cells of a row.
CELL = "\t"


class Line(NamedTuple):
    """Text and its box; ``size`` is the height of its letters with their room, ``column`` counts along the reading."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    page: int = 0
    column: int = 0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table: cells, or little but numbers."""
        if CELL in self.text:
            return True
        solid = self.text.replace(" ", "")
        return sum(map(str.isalpha, solid)) < 0.3 * len(solid)
