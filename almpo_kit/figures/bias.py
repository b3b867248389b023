"""The average as published beside what each method for publication bias leaves of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED, PHONE, RULE
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Below this many degrees of freedom an average is not shown; rounding allowed for.
_FEWEST_DF = 4.0 - 1e-6
_COLOURS = {"as published": INK, "adjusted": ACCENT, "worst case": HIGHLIGHT}
_SHAPES = {"as published": "diamond", "adjusted": "square", "worst case": "circle"}


@dataclass(frozen=True)
class _Row:
    method: str
    kind: str
    assumes: str
    estimate: float
    low: float
    high: float
    note: str

    @property
    def shown(self) -> bool:
        """Whether there is an average to draw: all of it, and nothing that speaks against showing it."""
        return not self.note and len(finite([self.estimate, self.low, self.high])) == 3


def bias(finding: Finding, width: int) -> Any:
    """Draw a Bias, a PetPeese or a WorstCase: one row a method, the average as published as a line through all.

    Tests leave no average and stand in the notes; a method without a number says why in its row.
    """
    rows = _rows(finding)
    if not any(r.shown for r in rows):
        why = text(getattr(finding, "refusal", "")) or "no method leaves an average that may be shown"
        return empty(
            finding,
            width,
            title=text(finding.question),
            why=why[:1].upper() + why[1:] + ".",
            way_out="Widen the selection, or look at the funnel of the estimates themselves.",
        )
    return _Bias(finding, rows, width).draw()


def _rows(finding: Finding) -> list[_Row]:
    table = finding.table
    kinds = words(table, "kind") if "kind" in table else ["adjusted"] * len(table)
    short = ["" if not d < _FEWEST_DF else _too_few(d) for d in column(table, "df")]
    reasons = [w or s for w, s in zip(words(table, "why"), short, strict=True)]
    read = zip(
        words(table, "method"),
        kinds,
        words(table, "assumes"),
        *(column(table, c) for c in ("estimate", "low", "high")),
        reasons,
        strict=True,
    )
    return [_Row(*r) for r in read if r[1] != "test"]


class _Bias:
    """Lays the methods out from top to bottom."""

    def __init__(self, finding: Finding, rows: list[_Row], width: int):
        self.finding, self.rows, self.width = finding, rows, width
        self.phone = width < PHONE
        self.unit = text(getattr(finding, "unit", ""))
        ends = [v for r in rows if r.shown for v in (r.low, r.high, r.estimate)]
        self.places = _places(self.unit, ends)
        low, high = min(*ends, 0.0), max(*ends, 0.0)
        pad = 0.05 * (high - low or 1.0)
        self.domain = (low - pad, high + pad)
        numbers = max(text_width(self._written(r), 12) for r in rows)
        self.label = width - 8.0 if self.phone else 0.42 * width
        self.left = 8.0 if self.phone else self.label + 12
        self.right = width - 8.0 if self.phone else width - min(numbers, 170.0) - 16
        self.sheet = Canvas(width, x=(self.domain, (self.left, self.right)))

    def draw(self) -> Any:
        top = 30.0
        y = top + 6
        for row in self.rows:
            y = self._row(row, y)
        self._axis(top, y)
        return self.sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=y + 4,
            notes=self._notes(),
            plot=(self.left, top, self.right, y),
        )

    def _row(self, r: _Row, y: float) -> float:
        """One method: its name, what it assumes, its interval; returns where the next begins."""
        lines = [] if self.phone else wrap(r.assumes, 11, self.label)
        tall = 52.0 if self.phone else max(34.0, 22.0 + 14.0 * len(lines) + 8)
        at = y + (34.0 if self.phone else 10.0)
        value = self._written(r)
        room = self.width - text_width(value, 12) - 12 if self.phone else self.label
        bold = r.kind == "as published"
        self.sheet.text(
            fit(r.method, 12.5, room, bold=True), x=0, y=y + 10, size=12.5, bold=True, halo=self.phone
        )
        for k, line in enumerate(lines):
            self.sheet.text(line, x=0, y=y + 26 + 14 * k, size=11, color=MUTED)
        if r.shown:
            self.sheet.text(value, x=self.width, y=y + 10, size=12, bold=bold, align="right", halo=self.phone)
            self._mark(r, at)
        else:
            self._gap(r, y, at)
        return y + tall

    def _mark(self, r: _Row, at: float) -> None:
        color = _COLOURS.get(r.kind, ACCENT)
        hover = f"{r.method}: {self._written(r)}"
        row = [{"x": r.low, "x2": r.high, "hover": hover}]
        self.sheet.line(row, x="x", x2="x2", y=at, color=color, width=1.6)
        size = 110 if r.kind == "as published" else 70
        self.sheet.dot(
            [{"x": r.estimate, "hover": hover}],
            y=at,
            color=color,
            size=size,
            shape=_SHAPES.get(r.kind, "square"),
        )

    def _gap(self, r: _Row, y: float, at: float) -> None:
        """Why there is no number, where it would stand."""
        said = f"No number: {r.note}." if r.note else "No number."
        room = self.width - self.left - 4
        for k, line in enumerate(wrap(said, 11, room, lines=2)):
            self.sheet.text(
                line,
                x=self.left,
                y=(at - 8 if self.phone else y + 10) + 14 * k,
                size=11,
                color=MUTED,
                halo=True,
            )

    def _written(self, r: _Row) -> str:
        if not r.shown:
            return ""
        inside = f"{number(r.low, self.places)} to {number(r.high, self.places)}"
        return f"{number(r.estimate, self.places)} ({inside})"

    def _axis(self, top: float, bottom: float) -> None:
        at = ticks(*self.domain, 4 if self.phone else 5)
        rows = [{"x": t, "label": number(t, digits(at))} for t in at]
        self.sheet.line(rows, x="x", y=top - 4, y2=bottom, color=RULE, z=-1)
        self.sheet.line([{"x": 0.0}], x="x", y=top - 4, y2=bottom, color=INK, width=1.3, z=-1)
        self.sheet.text(rows, x="x", y=top - 12, size=11, color=MUTED, align="center")
        published = [r.estimate for r in self.rows if r.kind == "as published" and r.shown]
        self.sheet.line(
            [{"x": x} for x in published],
            x="x",
            y=top,
            y2=bottom,
            color=INK,
            width=1.2,
            z=-0.5,
            strokeDash=[4, 3],
        )

    def _title(self) -> str:
        adjusted = [r.estimate for r in self.rows if r.kind == "adjusted" and r.shown]
        published = [r for r in self.rows if r.kind == "as published" and r.shown]
        sign = UNITS[self.unit][0] if self.unit in UNITS else self.unit
        if not adjusted or not published:
            return text(self.finding.question)
        low, high = number(min(adjusted), self.places), number(max(adjusted), self.places)
        span = f"between {low} and {high}" if low != high else low
        said = f"{number(published[0].estimate, self.places)} {sign}".strip()
        return f"{said} as published; adjusted for bias, {span}"

    def _subtitle(self) -> str:
        key = text(getattr(self.finding, "outcome", ""))
        outcome = OUTCOMES[key].label if key in OUTCOMES else key
        said = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        head = f"Average effect on {outcome}" if outcome else "Average effect"
        samples = finite([getattr(self.finding, "n_samples", None)])
        n = finite([getattr(self.finding, "n_estimates", None)])
        held = [plural(int(n[0]), "estimate")] if n else []
        held += [plural(int(samples[0]), "independent sample")] if samples else []
        return " · ".join(p for p in (f"{head}, {said}" if said else head, ", ".join(held)) if p)

    def _notes(self) -> list[str]:
        level = getattr(self.finding, "level", 0.95)
        out = [
            f"Lines: {level:.0%} intervals. No method is right; each shows what follows if its assumption holds."
        ]
        table = self.finding.table
        if "ratio" in table:
            out = ["Rows: how much likelier favourable significant results are to be published than others."]
        test = table[table["kind"].eq("test")] if "kind" in table else table.head(0)
        for name, p, why in zip(words(test, "method"), column(test, "p"), words(test, "why"), strict=True):
            if p == p:
                out.append(f"{name}: p {'< 0.001' if p < 0.001 else '= ' + number(p, 3 if p < 0.01 else 2)}.")
            elif why:
                out.append(f"{name}: {why}.")
        ratio = finite(column(table[table["kind"].eq("worst case")], "statistic")) if "kind" in table else []
        if ratio and ratio[0] > 1:
            out.append(
                f"The average would be zero if favourable significant results were {number(ratio[0])} times as likely to "
                "be published as others."
            )
        return out


def _too_few(df: float) -> str:
    """Rounded down, so that too few never read as enough."""
    return f"{math.floor(df * 100) / 100:.2f} degrees of freedom; at least 4 are needed"


def _places(unit: str, values: list[float]) -> int:
    """Decimals: none for money, two for log ratios and small numbers, one otherwise."""
    if unit.startswith(("eur", "usd", "dem", "cop", "etb")):
        return 0
    return 2 if unit.startswith("log_") or max(abs(v) for v in values) < 2 else 1
