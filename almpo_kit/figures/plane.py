"""A panel with two numeric axes, placed in pixels: what paths over months and outcomes along a variable are drawn on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import MUTED
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def detail(finding: Finding, name: str) -> pd.DataFrame:
    """A further table of an estimate's fit, or of the step itself; empty where there is none."""
    import pandas as pd

    fit_ = getattr(finding, "fit", None)
    held: Mapping[str, Any] = getattr(fit_, "details", None) or getattr(finding, "details", None) or {}
    found = held.get(name)
    return found if isinstance(found, pd.DataFrame) else pd.DataFrame()


class Plane:
    """Axes from ``top`` on; values to pixels by ``x`` and ``y``.

    Parameters
    ----------
    sheet : Canvas
    xs, ys : iterable of float
        Values that must be in view; missing ones are passed over.
    top, height : float
    across, up : str
        What the axes measure, lettered at their ends.
    zero : bool
        The vertical axis shows zero, as a darker line.
    """

    def __init__(
        self,
        sheet: Canvas,
        xs: Iterable[Any],
        ys: Iterable[Any],
        *,
        top: float,
        height: float,
        across: str,
        up: str,
        zero: bool,
    ) -> None:
        held_x, held_y = finite(xs), finite(ys)
        held_y += [0.0] if zero else []
        self._x, self._y = _span(held_x, 0.02), _span(held_y, 0.06)
        self.sheet, self.top, self.bottom = sheet, top + 22.0, top + 22.0 + height
        marks = ticks(*self._y, 5)
        labels = [number(t, digits(marks)) for t in marks]
        self.left = max([text_width(t, 11) for t in labels] + [20.0]) + 10.0
        self.right = sheet.width - 10.0
        grid = [{"y": self.y(t), "label": label} for t, label in zip(marks, labels, strict=True)]
        sheet.text(fit(up, 11, sheet.width), x=0, y=top + 6, size=11, color=MUTED)
        sheet.line(grid, x=self.left, x2=self.right, y="y")
        sheet.text(grid, x=self.left - 6, y="y", size=11, color=MUTED, align="right")
        if zero:
            sheet.line(x=self.left, x2=self.right, y=self.y(0), color=MUTED, width=1.2)
        across_marks = ticks(*self._x, 4 if sheet.phone else 8)
        wide = [number(t, digits(across_marks)) for t in across_marks]
        ends = []
        for t, label in zip(across_marks, wide, strict=True):
            half = text_width(label, 11) / 2
            ends.append({"x": min(max(self.x(t), half), sheet.width - half), "label": label})
        sheet.text(ends, x="x", y=self.bottom + 13, size=11, color=MUTED, align="center")
        sheet.text(
            fit(across, 11, sheet.width),
            x=self.right,
            y=self.bottom + 29,
            size=11,
            color=MUTED,
            align="right",
        )

    @property
    def end(self) -> float:
        """Where the panel ends, lettering included."""
        return self.bottom + 40.0

    def x(self, value: float) -> float:
        """Pixels from the left."""
        low, high = self._x
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        low, high = self._y
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def upright(self, value: float, label: str = "") -> None:
        """A dashed upright line at a value of the horizontal axis, with its name at the top."""
        at = self.x(value)
        self.sheet.line(x=at, y=self.top, y2=self.bottom, color=MUTED, width=1, strokeDash=[4, 3])
        if label:
            room = text_width(label, 11) + 6
            right = at + room > self.sheet.width
            self.sheet.text(
                label,
                x=at - 5 if right else at + 5,
                y=self.top + 7,
                size=11,
                color=MUTED,
                align="right" if right else "left",
                halo=True,
            )

    def points(self, rows: Iterable[Mapping[Any, Any]], x: str, y: str) -> list[dict[str, Any]]:
        """Pixels of rows whose values are both known."""
        found = []
        for row in rows:
            if len(finite([row[x], row[y]])) == 2:
                found.append({"x": self.x(float(row[x])), "y": self.y(float(row[y]))})
        return found


def _span(values: list[float], pad: float) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    wide = (high - low) or abs(high) or 1.0
    return low - pad * wide, high + pad * wide
