"""Named rows beside a value axis: the frame that ranking, context and target share.

On a desk the name stands left of the marks and numbers right of them; on a phone the name and its number
stand above the marks, which then have the whole width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from almpo_kit.figures.canvas import Canvas
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import INK, MUTED, PHONE
from almpo_kit.vocabulary.rendering import number


@dataclass(frozen=True)
class Rule:
    """A labelled vertical line across all rows."""

    at: float
    label: str
    color: str = INK
    dash: tuple[int, ...] = ()


class RowSheet:
    """A canvas with a value axis and named rows.

    Parameters
    ----------
    names : sequence of str
        One a row, top to bottom.
    domain : (low, high)
        Of the value axis; widened a little so that no mark touches the edge.
    columns : sequence of (heading, texts)
        Numbers right of the marks; on a phone only the first is shown, above the marks.
    """

    def __init__(
        self,
        width: int,
        names: Sequence[str],
        domain: tuple[float, float],
        columns: Sequence[tuple[str, Sequence[str]]] = (),
        rules: Sequence[Rule] = (),
        *,
        top: float = 0.0,
    ):
        self.phone = width < PHONE
        self.names, self.rules = list(names), list(rules)
        self.columns = list(columns[:1] if self.phone else columns)
        self.widths = [self._column_width(h, c) for h, c in self.columns]
        longest = max((text_width(n, 12) for n in names), default=0.0)
        self.left = 8.0 if self.phone else min(longest + 14, 0.38 * width)
        self.right = width - 8.0 if self.phone else width - sum(self.widths) - 12
        self.pitch = 36.0 if self.phone else 20.0
        pad = 0.04 * (domain[1] - domain[0] or 1.0)
        self.domain = (domain[0] - pad, domain[1] + pad)
        self.sheet = Canvas(width, x=(self.domain, (self.left, self.right)))
        self.width = width
        self.top = top
        self.first = top + 15 * len(self.rules) + 26
        self.bottom = self.first + self.pitch * len(self.names)

    @staticmethod
    def _column_width(heading: str, texts: Sequence[str]) -> float:
        return max([text_width(t, 12) for t in texts] + [text_width(w, 11) for w in heading.split("\n")]) + 14

    def y(self, k: int) -> float:
        """Middle of the marks of row ``k``."""
        return self.first + self.pitch * (k + (0.72 if self.phone else 0.5))

    def frame(self, unit: str) -> None:
        """Gridlines, axis, rules, names and number columns; call before the marks."""
        at = ticks(*self.domain, 5 if self.phone else 7)
        d = digits(at)
        grid = [{"x": t, "label": number(t, d)} for t in at]
        sheet = self.sheet
        sheet.line(grid, y=self.first, y2=self.bottom)
        sheet.text(grid, y=self.first - 10, size=11, color=MUTED, align="center", halo=True)
        if len(self.names) > 12:
            sheet.text(grid, y=self.bottom + 11, size=11, color=MUTED, align="center")
        self._rules()
        self._names()
        self._numbers()

    def _rules(self) -> None:
        """The lines first, then their labels; of two, each label points away from the other line."""
        sheet = self.sheet
        order = sorted(range(len(self.rules)), key=lambda k: self.rules[k].at)
        for k, rule in enumerate(self.rules):
            x, y = sheet.pixel("x", rule.at), self.top + 7 + 15 * k
            sheet.line(x=x, y=y - 5, y2=self.bottom, color=rule.color, width=1.4, strokeDash=list(rule.dash))
        for k, rule in enumerate(self.rules):
            x, wide = sheet.pixel("x", rule.at), text_width(rule.label, 11, bold=True)
            to_left = (len(self.rules) > 1 and order[0] == k) or x + 6 + wide > self.right + 10
            start = x - 6 - wide if to_left else x + 6
            start = min(max(start, 0.0), self.width - wide)
            sheet.text(
                rule.label, x=start, y=self.top + 7 + 15 * k, size=11, bold=True, color=rule.color, halo=True
            )

    def _names(self) -> None:
        rows = []
        for k, name in enumerate(self.names):
            room = self.left - 14
            if self.phone:
                room = self.width - (self.widths[0] if self.widths else 0) - 4
            rows.append({"y": self.y(k) - (17 if self.phone else 0), "label": fit(name, 12, room)})
        self.sheet.text(
            rows,
            x=0 if self.phone else self.left - 10,
            size=12,
            align="left" if self.phone else "right",
            halo=self.phone,
        )

    def _numbers(self) -> None:
        x = float(self.width)
        for (heading, texts), w in reversed(list(zip(self.columns, self.widths, strict=True))):
            rows = [
                {"y": self.y(k) - (17 if self.phone else 0), "label": t} for k, t in enumerate(texts) if t
            ]
            self.sheet.text(rows, x=x, size=12, align="right")
            if not self.phone:
                for k, line in enumerate(reversed(heading.split("\n"))):
                    self.sheet.text(
                        line, x=x, y=self.first - 10 - 13 * k, size=11, color=MUTED, align="right"
                    )
            x -= w

    def end(self) -> float:
        """Where the drawing ends."""
        return self.bottom + (20 if len(self.names) > 12 else 4)


def stripe(
    sheet: Canvas, x: float, x2: float, y: float, y2: float, *, color: str, opacity: float = 1
) -> None:
    """A shaded band between two values of the axis."""
    rows: list[dict[str, Any]] = [{"x": x, "x2": x2}]
    sheet.box(rows, x="x", x2="x2", y=y, y2=y2, color=color, opacity=opacity)


def missing_note(label: str, items: list[str]) -> list[str]:
    """``No figure for 2024: A, B.`` — all of them: a reader looks for one's own region."""
    return [f"{label}: {', '.join(items)}."] if items else []


def named(name: str, code: str, room: float) -> str:
    """``Attiki (EL30)``, the name shortened where it must be, never the code."""
    tail = f" ({code})"
    return fit(name or code, 12, room - text_width(tail, 12)) + tail if name and name != code else code
