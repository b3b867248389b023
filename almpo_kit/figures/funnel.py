"""Funnel plot: every estimate against its standard error, precise ones on top, with contours of significance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MUTED, PHONE
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Two-sided p-value -> critical value of the normal, and the shade of the region inside it and outside the next.
_CONTOURS = ((0.01, 2.5758, "#E9EEF3"), (0.05, 1.9600, "#D7DFE7"), (0.10, 1.6449, "#FFFFFF"))
_HEIGHT, _TOP = 330.0, 30.0


@dataclass(frozen=True)
class _Point:
    label: str
    effect: float
    se: float
    filled: bool


def funnel(finding: Finding, width: int) -> Any:
    """Draw a Funnel, a TrimAndFill or an Egger.

    Dots are estimates, hollow diamonds those that trim and fill adds. The shaded bands hold results with
    p-values between the contours. A solid line is the average, a dashed one Egger's regression.
    """
    points = _points(finding)
    if not points:
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="No estimate has a standard error.",
            way_out="Choose estimates with an effect and a standard error.",
        )
    return _Funnel(finding, points, width).draw()


def _points(finding: Finding) -> list[_Point]:
    table: pd.DataFrame = getattr(finding, "estimates", finding.table)
    cited, ids = words(table, "study_id"), words(table, "estimate_id")
    added = (
        [v is True or str(v) == "True" for v in table["filled"]]
        if "filled" in table
        else [False] * len(table)
    )
    rows = zip(cited, ids, column(table, "effect"), column(table, "se"), added, strict=True)
    return [
        _Point(a or b or "study not named", float(e), float(s), bool(f))
        for a, b, e, s, f in rows
        if math.isfinite(e) and math.isfinite(s) and s > 0
    ]


class _Funnel:
    """The triangle, its contours and the dots in it."""

    def __init__(self, finding: Finding, points: list[_Point], width: int):
        self.finding, self.points, self.width = finding, points, width
        self.unit = text(getattr(finding, "unit", ""))
        self.deepest = 1.08 * max(p.se for p in points)
        self.mean = next(iter(finite([getattr(finding, "mean", None)])), None)
        self.domain = self._window()
        self.left, self.right = (34.0 if width < PHONE else 44.0), width - 8.0
        self.bottom = _TOP + _HEIGHT
        self.sheet = Canvas(
            width, x=(self.domain, (self.left, self.right)), y=((0.0, self.deepest), (_TOP, self.bottom))
        )

    def _window(self) -> tuple[float, float]:
        """All estimates and the widest contour, unless the estimates reach further."""
        wide = _CONTOURS[0][1] * self.deepest
        effects = [p.effect for p in self.points]
        low, high = min(*effects, -wide, 0.0), max(*effects, wide, 0.0)
        pad = 0.03 * (high - low)
        return low - pad, high + pad

    def draw(self) -> Any:
        self._contours()
        self._axes()
        self._lines()
        self._dots()
        return self.sheet.finish(
            self.finding,
            title=_title(self.finding),
            subtitle=_subtitle(self.finding, self.points, self.unit),
            height=self.bottom + 42,
            notes=self._notes(),
            plot=(self.left, _TOP, self.right, self.bottom),
        )

    def _contours(self) -> None:
        """From the widest inwards, so that each band covers the middle of the one before."""
        for _, z, shade in _CONTOURS:
            reach = z * self.deepest
            corners = ((-reach, self.deepest), (0.0, 0.0), (reach, self.deepest), (-reach, self.deepest))
            self.sheet.path([{"x": x, "y": y} for x, y in corners], fill=True, color=shade)
        edges = [
            {"x": 0.0, "y": 0.0, "x2": side * z * self.deepest, "y2": self.deepest}
            for _, z, _ in _CONTOURS
            for side in (-1, 1)
        ]
        # Drawn as paths, because the filled bands would cover rules.
        for e in edges:
            self.sheet.path(
                [{"x": e["x"], "y": e["y"]}, {"x": e["x2"], "y": e["y2"]}], color="#AEB9C5", width=0.8
            )
        self._contour_labels()

    def _contour_labels(self) -> None:
        """The limit of p under the foot of each line, as far as they fit beside each other."""
        taken: list[tuple[float, float]] = []
        # The usual limit first, so that it is there even where only one fits.
        for p, z, _ in (_CONTOURS[1], _CONTOURS[0], _CONTOURS[2]):
            label = f"p = {p:.2f}" if not taken and self.width >= PHONE else f"{p:.2f}"
            wide = text_width(label, 11)
            for side in (1, -1):
                middle = self.sheet.pixel("x", side * z * self.deepest)
                left = min(max(middle - wide / 2, self.left - 8), self.right - wide + 8)
                if not any(left < b + 2 and a < left + wide + 2 for a, b in taken):
                    taken.append((left, left + wide))
                    self.sheet.text(label, x=left, y=self.bottom + 9, size=11, color=MUTED)

    def _axes(self) -> None:
        at = ticks(*self.domain, 5 if self.width < PHONE else 8)
        places = digits(at)
        rows = [{"x": t, "label": number(t, places)} for t in at]
        self.sheet.line(rows, x="x", y=self.bottom + 18, y2=self.bottom + 22, color=MUTED)
        self.sheet.line(x=self.left, x2=self.right, y=self.bottom + 18, y2=self.bottom + 18, color=MUTED)
        self.sheet.text(rows, x="x", y=self.bottom + 30, size=11, color=MUTED, align="center")
        deep = ticks(0.0, self.deepest, 5)
        marks = [{"y": t, "label": number(t, digits(deep))} for t in deep]
        self.sheet.line(marks, x=self.left - 4, x2=self.left, y="y", color=MUTED)
        self.sheet.text(marks, x=self.left - 7, y="y", size=11, color=MUTED, align="right")
        self.sheet.text("Standard error ↓ (precise estimates on top)", x=0, y=8, size=11, color=MUTED)
        self._sides()

    def _sides(self) -> None:
        """Which side is better for the person, where the outcome says so."""
        outcome = text(getattr(self.finding, "outcome", ""))
        helps = OUTCOMES[outcome].favourable if outcome in OUTCOMES else 0
        label = "better for the person →" if helps > 0 else "← better for the person"
        if helps and self.width >= PHONE:
            self.sheet.text(
                label,
                x=self.right if helps > 0 else 270,
                y=8,
                size=11,
                color=MUTED,
                align="right" if helps > 0 else "left",
            )

    def _lines(self) -> None:
        top = 0.0
        self.sheet.path([{"x": 0.0, "y": top}, {"x": 0.0, "y": self.deepest}], color=INK, width=1.1)
        if self.mean is not None:
            self.sheet.path(
                [{"x": self.mean, "y": top}, {"x": self.mean, "y": self.deepest}], color=HIGHLIGHT, width=1.8
            )
            self._average_label()
        limit, slope = (finite([getattr(self.finding, n, None)]) for n in ("limit", "slope"))
        if limit and slope and getattr(self.finding, "predictor", "se") == "se":
            ends = [(limit[0] + slope[0] * s, s) for s in self._visible(limit[0], slope[0])]
            self.sheet.path(
                [{"x": x, "y": y} for x, y in ends], color=HIGHLIGHT, width=1.8, strokeDash=[5, 4]
            )

    def _average_label(self) -> None:
        """Beside the line, on the side with room."""
        assert self.mean is not None
        sign = UNITS[self.unit][0] if self.unit in UNITS else self.unit
        places = 2 if abs(self.mean) < 1 or self.unit.startswith("log_") else 1
        # The unit stands in the subtitle; on a phone there is no room to say it twice.
        label = f"average {number(self.mean, places)} {'' if self.width < PHONE else sign}".strip()
        x = self.sheet.pixel("x", self.mean)
        # Away from zero, where the lines of the contours meet.
        wide = text_width(label, 11.5, bold=True) + 6
        fits = x + wide <= self.right if self.mean >= 0 else x - wide < self.left
        self.sheet.text(
            label,
            x=x + 6 if fits else x - 6,
            y=_TOP + 8,
            size=11.5,
            bold=True,
            color=HIGHLIGHT,
            align="left" if fits else "right",
            halo=True,
        )

    def _visible(self, limit: float, slope: float) -> tuple[float, float]:
        """The standard errors between which Egger's line lies inside the picture."""
        ends = [0.0, self.deepest]
        if slope:
            cuts = sorted((edge - limit) / slope for edge in self.domain)
            ends = [max(ends[0], cuts[0]), min(ends[1], cuts[1])]
        return (ends[0], ends[1]) if ends[0] < ends[1] else (0.0, 0.0)

    def _dots(self) -> None:
        rows = [
            {
                "x": p.effect,
                "y": p.se,
                "filled": p.filled,
                "hover": f"{p.label}: {number(p.effect, 2)} (standard error {number(p.se, 2)})",
            }
            for p in self.points
        ]
        area = 46 if len(rows) <= 60 else 26
        seen = [r for r in rows if not r["filled"]]
        self.sheet.dot(seen, size=area, color=ACCENT, opacity=0.75, stroke="white", strokeWidth=0.7)
        self.sheet.dot(
            [r for r in rows if r["filled"]], size=area + 14, shape="diamond", hollow=True, color=HIGHLIGHT
        )

    def _notes(self) -> list[str]:
        out = [
            "Shaded bands: results with two-sided p-values between the limits named below them; outside p < 0.01. "
            "Estimates missing only where they would not be significant (the white middle) speak for publication bias."
        ]
        if any(p.filled for p in self.points):
            out.append(
                "Hollow diamonds: estimates that trim and fill adds by mirroring; nobody measured them."
            )
        if finite([getattr(self.finding, "slope", None)]):
            out.append("Dashed: Egger's regression of the effects on their standard errors.")
        return out


def _title(finding: Finding) -> str:
    said = (
        text(finding.sentence).split(": ", 1)[-1] if finding.provenance.synthetic else text(finding.sentence)
    )
    first = said.split("; ")[0].rstrip(".")
    return f"{first[:1].upper()}{first[1:]}" if 0 < len(first) <= 150 else text(finding.question)


def _subtitle(finding: Finding, points: list[_Point], unit: str) -> str:
    key = text(getattr(finding, "outcome", ""))
    outcome = OUTCOMES[key].label if key in OUTCOMES else key
    said = UNITS[unit][1] if unit in UNITS else unit
    head = f"Effect on {outcome}" if outcome else "Effect"
    samples = finite([getattr(finding, "n_samples", None)])
    held = [plural(sum(not p.filled for p in points), "estimate")]
    held += [plural(int(samples[0]), "independent sample")] if samples else []
    added = sum(p.filled for p in points)
    held += [f"{added} filled in"] if added else []
    return " · ".join([f"{head}, {said}" if said else head, ", ".join(held)])
