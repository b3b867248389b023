"""Forest plot: every estimate with its interval, and the average where one is allowed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.forest_average import average, counts, empty_slot, group_refusal, refusal
from almpo_kit.figures.forest_rows import (
    Estimate,
    as_pooled,
    band_words,
    estimates,
    groups,
    shared,
    unit_digits,
    window,
    written,
)
from almpo_kit.figures.forest_words import notes, question, subtitle, title
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import INK, MUTED, PHONE, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.wording import text
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: The thick line holds the middle half of a normal distribution: ±0.674 standard errors, of ±1.960.
_HALF = 0.6745 / 1.9600


def forest(finding: Finding, width: int) -> Any:
    """Draw an Answer, a PooledEffect or a MultilevelEffect.

    Filled squares are in the average, their area in proportion to their weight; open squares are listed
    but not in it; open circles have no standard error. Off-scale marks become arrows at the edge.
    """
    rows = estimates(finding.table)
    if not rows:
        why = text(getattr(finding, "refusal", "")) or "no estimate of this in the evidence base"
        return empty(
            finding,
            width,
            title=question(finding),
            why=why[:1].upper() + why[1:] + ".",
            way_out="Ask about another outcome, horizon or target group.",
        )
    return _Forest(finding, rows, width).draw()


class _Forest:
    """Lays the rows out from top to bottom on one canvas."""

    def __init__(self, finding: Finding, rows: list[Estimate], width: int):
        self.finding, self.rows, self.pooled = finding, rows, as_pooled(finding)
        self.unit = text(getattr(finding, "unit", "")) or text(getattr(self.pooled, "unit", ""))
        self.outcome = text(getattr(finding, "outcome", ""))
        self.digits = unit_digits(self.unit, rows)
        self.phone = width < PHONE
        self.several = len({e.band for e in rows}) > 1
        p = self.pooled
        self.domain = window(rows, *([p.mean, p.low, p.high] if p else []))
        numbers = max(text_width(written(e, self.digits), 12) for e in rows)
        self.left = 8.0 if self.phone else 290.0
        self.right = width - 8.0 if self.phone else width - min(numbers, 190.0) - 18
        self.strips: list[float] = []
        self.sheet = Canvas(width, x=(self.domain, (self.left, self.right)))
        self.width = width
        self.pitch = 35.0 if self.phone else (20.0 if len(rows) <= 40 else 17.0)
        self.size = 12.0 if len(rows) <= 40 or self.phone else 11.0
        self.heaviest = max((e.weight for e in rows if e.used and e.weight == e.weight), default=1.0)

    def draw(self) -> Any:
        top = self._key(4.0)
        y = self._place(top + 34)
        self.tall = y - top > 700
        y += 16 if self.tall else 0
        bottom = self._slot(y + 8)
        first = top + 34
        self._axis(first, y if self.pooled is None else bottom)
        return self.sheet.finish(
            self.finding,
            title=title(self.finding, self.pooled, self.digits),
            subtitle=subtitle(self.finding, self.rows, self.unit),
            height=bottom + (18 if self.tall and self.pooled else 6),
            notes=notes(self.rows, self.domain, self.pooled, self.digits),
            plot=(self.left, first, self.right, bottom),
        )

    def _key(self, top: float) -> float:
        """What the marks mean, only those that are there."""
        used = [e for e in self.rows if e.used]
        listed = [e for e in self.rows if not e.used and e.has_se]
        bare = [e for e in self.rows if not e.has_se]
        items = [
            (used, "square", False, "in the average, area = weight"),
            (listed, "square", True, "listed, not in the average"),
            (bare, "circle", True, "no standard error (SE)"),
        ]
        x, y = 7.0, top + 7
        for there, shape, hollow, label in items:
            if not there:
                continue
            wide = 14 + text_width(label, 11) + 18
            if x + wide - 18 > self.width and x > 7:
                x, y = 7.0, y + 17
            self.sheet.dot(x=x, y=y, shape=shape, hollow=hollow, size=60, color=MUTED)
            self.sheet.text(label, x=x + 10, y=y, size=11, color=MUTED)
            x += wide
        return y + 12

    def _place(self, y: float) -> float:
        """Headings and rows from ``y`` down; returns where they end."""
        last_kind, every = None, groups(self.rows)
        for kind, band, rows in every:
            if kind != last_kind:
                y = self._heading(kind, "" if self.several else counts(rows), y)
                last_kind = kind
            if band and self.several:
                y = self._subheading(band, counts(rows), y)
            y = self._block(rows, kind, y)
            why = group_refusal(self.finding, rows) if len(every) > 1 and self.pooled is None else ""
            if why:
                empty_slot(self.sheet, 7, y + 8, 60)
                self.sheet.text(fit(why, 11, self.width - 20), x=17, y=y + 8, size=11, color=MUTED, halo=True)
                y += 20
            y += 6
        return y

    def _heading(self, kind: str, held: str, y: float) -> float:
        if not kind:
            return y
        label = PROGRAMME_TYPES[kind].label if kind in PROGRAMME_TYPES else kind
        color = PROGRAMME_COLOURS.get(kind, MUTED)
        self.sheet.box(x=0, x2=10, y=y + 6, y2=y + 16, color=color)
        self.sheet.text(label, x=16, y=y + 11, size=13, bold=True, halo=True)
        if held:
            x = 16 + text_width(label, 13, bold=True) + 6
            self.sheet.text(held, x=x, y=y + 11, size=11, color=MUTED, halo=True)
        return y + 24

    def _subheading(self, band: str, held: str, y: float) -> float:
        """The horizon and how much there is; below each other where they do not fit beside the plot."""
        label, room = band_words(band), self.width if self.phone else self.left - 6
        self.sheet.text(label, x=0, y=y + 9, size=11.5, color=MUTED, fontStyle="italic", halo=True)
        x = text_width(label, 11.5) + 6
        if x + text_width(held, 11) > room:
            x, y = 0.0, y + 15
        self.sheet.text(held, x=x, y=y + 9, size=11, color=MUTED, halo=True)
        return y + 20

    def _block(self, rows: list[Estimate], kind: str, y: float) -> float:
        """One group's studies, each with its labels, intervals and points; returns where they end."""
        for _, study in groupby(rows, key=lambda e: e.study):
            own = list(study)
            if len(own) > 1:
                y = self._study(own, y)
            marks = []
            for e, said in zip(own, shared(own)[1], strict=True):
                room = self._room(e)
                lines = wrap(said, 11.5, room - 12, lines=3) if len(own) > 1 else [""]
                more = 13.0 * (len(lines) - 1)
                # On a desk the mark stands beside the middle of its words, on a phone below them.
                middle = self.pitch * 0.68 + more if self.phone else (self.pitch + more) / 2
                marks.append(self._mark(e, y + middle))
                top = middle - 17 - more if self.phone else middle - more / 2
                self._label(e, lines, y + top, alone=len(own) == 1)
                y += self.pitch + more
            self._draw_marks(marks, PROGRAMME_COLOURS.get(kind, MUTED))
            self.strips += [m["y"] for m in marks]
        return y

    def _room(self, e: Estimate) -> float:
        """Width for the words of a row."""
        taken = text_width(written(e, self.digits), self.size) + 10
        return self.width - taken if self.phone else self.left - 14

    def _study(self, rows: list[Estimate], y: float) -> float:
        """The name of a study with several estimates, and what they have in common."""
        room = self.width if self.phone else self.left - 14
        name, (common, _) = fit(rows[0].study, self.size, room), shared(rows)
        ink = INK if any(e.used for e in rows) else MUTED
        self.sheet.text([{"y": y + 8, "label": name, "ink": ink}], x=0, size=self.size)
        rest = room - text_width(name, self.size) - 10
        if common and rest > 44:
            x = room if not self.phone else self.width
            label = [{"y": y + 8, "label": fit(common, 11, rest)}]
            self.sheet.text(label, x=x, size=11, color=MUTED, align="right")
        return y + 16

    def _draw_marks(self, marks: list[dict[str, Any]], color: str) -> None:
        inside = [m for m in marks if m["low"] is not None and m["high"] is not None and m["low"] < m["high"]]
        self.sheet.line(inside, x="low", x2="high", y="y", color=color, width=1.2)
        thick = [m for m in inside if m["used"] and m["thin"] < m["thick"]]
        self.sheet.line(thick, x="thin", x2="thick", y="y", color=color, width=3.4)
        for edge, shape in (("cut_low", "triangle-left"), ("cut_high", "triangle-right")):
            x = self.left + 3 if edge == "cut_low" else self.right - 3
            self.sheet.dot([m for m in marks if m[edge]], x=x, shape=shape, size=34, color=color)
        on = [m for m in marks if m["x"] is not None]
        self.sheet.dot([m for m in on if m["used"]], shape="square", color=color)
        bare = [m for m in on if not m["used"] and m["se"]]
        self.sheet.dot(bare, shape="square", hollow=True, color=color, size=38)
        self.sheet.dot([m for m in on if not m["se"]], shape="circle", hollow=True, color=color, size=42)

    def _mark(self, e: Estimate, y: float) -> dict[str, Any]:
        low, high = self.domain
        off = not low <= e.effect <= high
        half = _HALF * (e.high - e.low) / 2 if e.has_se else 0.0
        why = f" Not in the average: {e.why_not}." if not e.used and e.why_not else ""
        share = e.weight / self.heaviest if e.used and e.weight == e.weight and self.heaviest > 0 else 0.3
        return {
            "y": y,
            "x": None if off else e.effect,
            "low": max(e.low, low) if e.has_se else None,
            "high": min(e.high, high) if e.has_se else None,
            "thin": max(e.effect - half, low),
            "thick": min(e.effect + half, high),
            "cut_low": (e.has_se and e.low < low) or e.effect < low,
            "cut_high": (e.has_se and e.high > high) or e.effect > high,
            "used": e.used,
            "se": e.has_se,
            "area": 18 + 150 * share if e.used else (38 if e.has_se else 42),
            "hover": f"{e.study}{f' · {e.detail}' if e.detail else ''}: {written(e, self.digits)}.{why}",
        }

    def _label(self, e: Estimate, lines: list[str], y: float, *, alone: bool) -> None:
        """Of a lone estimate the study and its detail; of several, below their study's name, the details."""
        ink = INK if e.used else MUTED
        if alone:
            self._named(e, y, ink, self._room(e))
        else:
            rows = [{"y": y + 13 * k, "label": line, "ink": ink} for k, line in enumerate(lines)]
            self.sheet.text(rows, x=12, size=11.5)
        beside = y if self.phone else y + 6.5 * (len(lines) - 1)
        value = [{"y": beside, "label": written(e, self.digits), "ink": ink}]
        self.sheet.text(value, x=self.width, size=self.size, align="right")

    def _named(self, e: Estimate, y: float, ink: str, room: float) -> None:
        """Study and detail in one line; on a desk the name gives way, on a phone the detail."""
        detail = "" if self.phone else fit(e.detail, 11, 0.56 * room)
        tail = f", {e.place}" if e.place else ""
        taken = text_width(tail, self.size) + (text_width(detail, 11) + 10 if detail else 0)
        name = fit(e.label, self.size, room - taken) + tail
        self.sheet.text([{"y": y, "label": name, "ink": ink}], x=0, size=self.size)
        rest = room - text_width(name, self.size) - 10
        if detail:
            self.sheet.text([{"y": y, "label": detail}], x=room, size=11, color=MUTED, align="right")
        elif e.detail and rest > 44:
            x = text_width(name, self.size) + 8
            self.sheet.text([{"y": y, "label": fit(e.detail, 11, rest)}], x=x, size=11, color=MUTED)

    def _slot(self, y: float) -> float:
        """The average with its intervals, or an empty slot that says why there is none."""
        self.sheet.line(x=0, x2=self.width - 1, y=y, y2=y, color=MUTED)
        if self.pooled is None:
            return refusal(self.sheet, self.finding, y)
        end = average(self.sheet, self.pooled, self.rows, self.digits, y)
        self.strips.append(end - 16)
        return end

    def _axis(self, first: float, bottom: float) -> None:
        """Grid, zero line, ticks and which side is better; under the marks, though drawn after them.

        On a phone words stand above the marks, across the whole width: the lines keep to the marks' strips.
        """
        sheet = self.sheet
        at = ticks(*self.domain, 5 if self.phone else 7)
        rows = [{"x": t, "label": number(t, digits(at))} for t in at]
        strips = [(y - 9, y + 9) for y in self.strips] if self.phone else [(first - 4, bottom)]
        for values, look in ((at, {"color": RULE}), ([0.0], {"color": INK, "width": 1.3})):
            lines = [{"x": t, "y": a, "y2": b} for t in values for a, b in strips]
            sheet.line(lines, x="x", y="y", y2="y2", z=-1, **look)
        sheet.text(rows, x="x", y=first - 12, size=11, color=MUTED, align="center")
        if self.tall:
            sheet.text(
                rows,
                x="x",
                y=bottom + (9 if self.pooled else -7),
                size=11,
                color=MUTED,
                align="center",
                halo=True,
            )
        helps = OUTCOMES[self.outcome].favourable if self.outcome in OUTCOMES else 0
        if helps:
            sides = ("worse for the person", "better for the person")[:: 1 if helps > 0 else -1]
            zero = sheet.pixel("x", 0)
            for label, way in ((f"← {sides[0]}", "right"), (f"{sides[1]} →", "left")):
                self._side(label, way, zero, first - 27)

    def _side(self, label: str, way: str, zero: float, y: float) -> None:
        wide = text_width(label, 11)
        x = zero - 6 - wide if way == "right" else zero + 6
        lowest = 0.0 if self.phone else self.left - 60
        # Dropped where it would run out or across the zero line: the other side says it all.
        if x >= lowest and x + wide <= self.width:
            self.sheet.text(label, x=x, y=y, size=11, color=MUTED)
