"""What the evidence holds, by programme type and horizon: averages where allowed, tallies everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width, wrap
from almpo_kit.figures.profile_cells import TALLY, Cell, cells_of, shortage
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import INK, MUTED, PHONE, PROGRAMME_COLOURS, RULE
from almpo_kit.figures.whom import estimand_label, whom_notes
from almpo_kit.figures.wording import country_name, plural, text
from almpo_kit.vocabulary.horizons import HORIZON_BANDS
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.programmes import PROGRAMME_TYPES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_STEP = 9.0


def evidence_profile(finding: Finding, width: int) -> Any:
    """Draw a Profile as a table of programme types by horizons; on a phone the horizons stand below each
    other."""
    cells = cells_of(finding)
    if not any(c.n_estimates for c in cells.values()):
        return empty(
            finding,
            width,
            title=_title(finding, cells),
            why="There is no estimate of this outcome in the evidence base.",
            way_out="Choose another outcome or unit.",
        )
    return _Profile(finding, cells, width).draw()


class _Profile:
    """Lays the table out: one row per type on a desk, one block per type on a phone."""

    def __init__(self, finding: Finding, cells: dict[tuple[str, str], Cell], width: int):
        self.finding, self.cells, self.width = finding, cells, width
        self.phone = width < PHONE
        self.sheet = Canvas(width)
        shown = {k for (k, b), c in cells.items() if b in HORIZON_BANDS and c.n_estimates}
        self.kinds = [k for k in PROGRAMME_TYPES if k in shown] + sorted(shown - set(PROGRAMME_TYPES))
        self.unit = text(getattr(finding, "unit", ""))
        self.digits = (
            2 if self.unit.startswith("log_") else 0 if self.unit[:3] in ("eur", "usd", "dem") else 1
        )
        self.left = 0.0 if self.phone else 132.0
        self.cell_width = float(width) if self.phone else (width - self.left - 36) / 3
        self.domain = self._window()

    def _window(self) -> tuple[float, float]:
        known = [v for c in self.cells.values() if c.pooled for v in finite(c.numbers[:3])]
        wide = [v for c in self.cells.values() if c.pooled for v in finite(c.numbers[3:])]
        if not known:
            return -10.0, 10.0
        low, high = min(*known, 0.0), max(*known, 0.0)
        reach = high - low or 1.0
        # Prediction intervals can be far wider than anything known: shown up to once the width again.
        low, high = max(min([low, *wide]), low - reach), min(max([high, *wide]), high + reach)
        return low - 0.05 * reach, high + 0.05 * reach

    def draw(self) -> Any:
        y = self._key(4.0)
        top = y
        y = self._phone(y) if self.phone else self._desk(y)
        return self.sheet.finish(
            self.finding,
            title=_title(self.finding, self.cells),
            subtitle=self._subtitle(),
            height=y,
            notes=self._notes(),
            plot=(self.left, top, self.width, y),
        )

    def _key(self, top: float) -> float:
        """What the marks of the tally mean."""
        self.sheet.text("One mark is one estimate:", x=0, y=top + 6, size=11, color=MUTED)
        x = 0.0 if self.phone else text_width("One mark is one estimate:", 11) + 10
        y = top + (24 if self.phone else 6)
        for word, color, shape, hollow in TALLY.values():
            wide = text_width(word, 11) + 26
            if x + wide - 14 > self.width:
                x, y = 0.0, y + 17
            self.sheet.dot(x=x + 5, y=y, color=color, shape=shape, hollow=hollow, size=40)
            self.sheet.text(word, x=x + 13, y=y, size=11, color=MUTED)
            x += wide
        return y + 20

    def _desk(self, y: float) -> float:
        xs = [self.left + k * (self.cell_width + 18) for k in range(3)]
        for x, (label, _, _) in zip(xs, HORIZON_BANDS.values(), strict=True):
            self.sheet.text(label[:1].upper() + label[1:], x=x, y=y + 8, size=12, bold=True)
        y += 22
        if self._any_pooled():
            for x in xs:
                self._ticks(x, y + 6)
            y += 16
        for kind in self.kinds:
            row = [self.cells.get((kind, b)) for b in HORIZON_BANDS]
            height = max(self._height(c) for c in row) + 14
            self.sheet.line(x=0, x2=self.width - 1, y=y, y2=y)
            self._name(kind, y + 18, self.left - 12)
            for x, c in zip(xs, row, strict=True):
                self._cell(c, kind, x, y + 8)
            y += height
        return y

    def _phone(self, y: float) -> float:
        if self._any_pooled():
            self._ticks(0, y + 4)
            y += 18
        for kind in self.kinds:
            self.sheet.line(x=0, x2=self.width - 1, y=y, y2=y)
            self._name(kind, y + 15, self.width)
            y += 28
            for band, (label, _, _) in HORIZON_BANDS.items():
                c = self.cells.get((kind, band))
                self.sheet.text(label[:1].upper() + label[1:], x=0, y=y + 6, size=11, color=MUTED)
                if c is None or not c.n_estimates:
                    self.sheet.text("no estimate", x=self.width, y=y + 6, size=11, color=MUTED, align="right")
                    y += 22
                    continue
                self._cell(c, kind, 0, y + 15)
                y += 15 + self._height(c) + 8
        return y

    def _name(self, kind: str, y: float, room: float) -> None:
        label = PROGRAMME_TYPES[kind].label if kind in PROGRAMME_TYPES else kind
        self.sheet.box(x=0, x2=10, y=y - 5, y2=y + 5, color=PROGRAMME_COLOURS.get(kind, MUTED))
        for k, line in enumerate(wrap(label, 12.5, room - 16, bold=True, lines=3)):
            self.sheet.text(line, x=16, y=y + 15 * k, size=12.5, bold=True)

    def _height(self, c: Cell | None) -> float:
        if c is None or not c.n_estimates:
            return 22.0
        return 24.0 + (33 if c.pooled else 0) + 13 * len(self._tally_rows(c)) + (15 if c.n_local else 0)

    def _cell(self, c: Cell | None, kind: str, x: float, y: float) -> None:
        if c is None or not c.n_estimates:
            self.sheet.text("no estimate", x=x, y=y + 10, size=11, color=MUTED)
            return
        if c.pooled:
            self._average(c, kind, x, y + 9)
            y += 33
        else:
            self._slot(c, x, y)
        self._tally(c, x, y + 26)
        if c.n_local:
            place = country_name(getattr(self.finding, "country", ""))
            words_ = f"of these, {c.n_local} from {place}"
            self.sheet.text(words_, x=x, y=y + 26 + 13 * len(self._tally_rows(c)), size=11, color=MUTED)

    def _at(self, x: float, value: float) -> float:
        low, high = self.domain
        v = min(max(value, low), high)
        return x + 4 + (v - low) / (high - low) * (self.cell_width - 8)

    def _average(self, c: Cell, kind: str, x: float, y: float) -> None:
        """Point, thick and thin interval, dashed prediction interval; the numbers below."""
        color = PROGRAMME_COLOURS.get(kind, MUTED)
        mean, low, high, plow, phigh = c.numbers
        half = 0.344 * (high - low) / 2
        zero = self._at(x, 0)
        self.sheet.line(x=x, x2=x + self.cell_width - 1, y=y, y2=y, color=RULE)
        self.sheet.line(x=zero, y=y - 9, y2=y + 9, color=INK, width=1.2)
        spans = [(plow, phigh, 1.4, [4, 3])] if plow == plow and phigh == phigh else []
        for a, b, w, dash in [*spans, (low, high, 1.6, []), (mean - half, mean + half, 5, [])]:
            self.sheet.line(
                x=self._at(x, a), x2=self._at(x, b), y=y, y2=y, color=color, width=w, strokeDash=dash
            )
        self.sheet.dot(x=self._at(x, mean), y=y, color=color, size=85)
        said = f"{number(mean, self.digits)} ({number(low, self.digits)} to {number(high, self.digits)})"
        self.sheet.text(said, x=x, y=y + 19, size=12, bold=True)
        if c.certainty:
            said = " · ".join(p for p in (f"{c.certainty} certainty", estimand_label(c.estimand)) if p)
            self.sheet.text(said, x=x, y=y + 34, size=11, color=MUTED)

    def _slot(self, c: Cell, x: float, y: float) -> None:
        """A dashed, empty slot with the reason in a few words."""
        self.sheet.box(
            x=x + 0.5,
            x2=x + self.cell_width - 1,
            y=y,
            y2=y + 18,
            color="#FFFFFF",
            stroke="#8A939E",
            strokeDash=[3, 3],
        )
        self.sheet.text(fit(shortage(c), 11, self.cell_width - 14), x=x + 7, y=y + 9, size=11, color=INK)

    def _tally_rows(self, c: Cell) -> list[list[int]]:
        """Kinds of mark, in rows that fit the cell; empty where counts are written instead."""
        marks = [k for k, n in enumerate(c.tally) for _ in range(n)]
        fits = int((self.cell_width - 4) // _STEP)
        rows = [marks[i : i + fits] for i in range(0, len(marks), fits)]
        return rows if 0 < len(rows) <= 3 else [[]]

    def _tally(self, c: Cell, x: float, y: float) -> None:
        kinds = list(TALLY.values())
        rows = self._tally_rows(c)
        if rows == [[]]:
            return self._tally_words(c, x, y)
        said = ", ".join(f"{n} {kinds[k][0]}" for k, n in enumerate(c.tally) if n)
        for k, (_, color, shape, hollow) in enumerate(kinds):
            at = [
                {"x": x + 5 + _STEP * i, "y": y + 13 * r, "hover": said}
                for r, row in enumerate(rows)
                for i, m in enumerate(row)
                if m == k
            ]
            self.sheet.dot(at, color=color, shape=shape, hollow=hollow, size=38)
        return None

    def _tally_words(self, c: Cell, x: float, y: float) -> None:
        for (_, color, shape, hollow), n in zip(TALLY.values(), c.tally, strict=True):
            if n:
                self.sheet.dot(x=x + 5, y=y, color=color, shape=shape, hollow=hollow, size=38)
                self.sheet.text(str(n), x=x + 12, y=y, size=11)
                x += 18 + text_width(str(n), 11)

    def _any_pooled(self) -> bool:
        return any(c.pooled for c in self.cells.values())

    def _ticks(self, x: float, y: float) -> None:
        at = ticks(*self.domain, 4)
        for t in at:
            self.sheet.text(
                number(t, digits(at)), x=self._at(x, t), y=y, size=11, color=MUTED, align="center"
            )

    def _subtitle(self) -> str:
        outcome = text(getattr(self.finding, "outcome", ""))
        label = OUTCOMES[outcome].label if outcome in OUTCOMES else outcome
        unit = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        n = sum(c.n_estimates for c in self.cells.values())
        head = f"Effect on {label}" if label else "Effect"
        parts = [f"{head}, {unit}" if unit else head, plural(n, "estimate"), "all countries in the base"]
        return " · ".join(parts)

    def _notes(self) -> list[str]:
        none = [t.label for k, t in PROGRAMME_TYPES.items() if k not in self.kinds]
        other = sum(c.n_estimates for (_, b), c in self.cells.items() if b not in HORIZON_BANDS)
        least = max((c.minimum for c in self.cells.values()), default=0)
        notes = (
            [f"Fewer than {least} independent samples: listed and counted, never averaged."] if least else []
        )
        if self._any_pooled():
            notes.append(
                "Thin line: 95% interval; thick: its middle half; dashed: where a new programme would lie."
            )
        notes += whom_notes(c.estimand for c in self.cells.values() if c.pooled)
        if other:
            notes.append(
                f"{plural(other, 'estimate')} without a horizon counted from entry "
                f"{'is' if other == 1 else 'are'} not in this picture."
            )
        if none:
            notes.append(f"No estimate with a known horizon: {', '.join(none)}.")
        return notes


def _title(finding: Finding, cells: dict[tuple[str, str], Cell]) -> str:
    asked = [c for (_, b), c in cells.items() if b in HORIZON_BANDS]
    pooled, held = sum(c.pooled for c in asked), sum(bool(c.n_estimates) for c in asked)
    if not held:
        return text(finding.question) or "What the evidence holds"
    if not pooled:
        return "No type of programme has enough comparable studies for an average"
    return f"Enough comparable studies for an average in {pooled} of {held} combinations of programme and horizon"
