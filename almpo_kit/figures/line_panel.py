"""A panel with two value axes for lines and bands, as several figures of money and assumptions need it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, MUTED
from almpo_kit.vocabulary.rendering import number


class LinePanel:
    """A box on a sheet with linear axes.

    Parameters
    ----------
    sheet : Canvas
    box : (left, top, right, bottom)
        Pixels.
    across, up : (float, float)
        What the axes span; ``up`` is widened to hold zero.
    """

    def __init__(
        self,
        sheet: Canvas,
        box: tuple[float, float, float, float],
        across: tuple[float, float],
        up: Sequence[object],
    ) -> None:
        self.sheet, self.box, self.across = sheet, box, across
        held = [*finite(up), 0.0]
        low, high = min(held), max(held)
        pad = 0.06 * (high - low or 1.0)
        self.up = (low - pad * (low < 0), high + pad * (high > 0 or low == 0))

    def x(self, value: float) -> float:
        """Pixel of a value across."""
        (low, high), (left, _, right, _) = self.across, self.box
        return left + (value - low) / (high - low or 1.0) * (right - left)

    def y(self, value: float) -> float:
        """Pixel of a value upwards."""
        (low, high), (_, top, _, bottom) = self.up, self.box
        return bottom - (value - low) / (high - low or 1.0) * (bottom - top)

    def axes(
        self,
        unit: str,
        under: str,
        marks: Sequence[float],
        lettered: Callable[[float], str],
    ) -> float:
        """Grid, numbers and units; returns where the panel ends.

        Parameters
        ----------
        unit : str
            Above the upward axis.
        under : str
            Below the other axis.
        marks : sequence of float
            Values across to letter.
        lettered : callable
            How they read.
        """
        left, top, right, bottom = self.box
        self.sheet.text(unit, x=0, y=top - 14, size=11, color=MUTED)
        at = [t for t in ticks(*self.up, 5) if self.up[0] <= t <= self.up[1]]
        grid = [{"y": self.y(t), "label": number(t, digits(at))} for t in at]
        self.sheet.line(grid, x=left, x2=right, y="y")
        self.sheet.text(grid, x=left - 6, y="y", size=11, color=MUTED, align="right")
        self.sheet.line(x=left, x2=right, y=self.y(0), color=MUTED, width=1.4)
        for value in marks:
            self.sheet.text(
                lettered(value), x=self.x(value), y=bottom + 13, size=11, color=MUTED, align="center"
            )
        self.sheet.text(under, x=right, y=bottom + 29, size=11, color=MUTED, align="right")
        return bottom + 38

    def band(
        self, across: Sequence[float], low: Sequence[float], high: Sequence[float], color: str = ACCENT
    ) -> None:
        """A shaded interval."""
        held = [
            (self.x(a), self.y(b), self.y(c))
            for a, b, c in zip(across, low, high, strict=True)
            if a == a and b == b and c == c
        ]
        around = [{"x": x, "y": y} for x, y, _ in held] + [{"x": x, "y": y} for x, _, y in reversed(held)]
        if len(held) > 1:
            self.sheet.path(around, color=color, fill=True, opacity=0.16)

    def line(
        self, across: Sequence[float], values: Sequence[float], color: str = ACCENT, **options: Any
    ) -> None:
        """A line through what is known."""
        points = [
            {"x": self.x(a), "y": self.y(v)} for a, v in zip(across, values, strict=True) if a == a and v == v
        ]
        self.sheet.path(points, color=color, width=2.2, **options)
