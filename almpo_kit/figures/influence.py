"""The average, or one coefficient, without each sample in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, HIGHLIGHT, INK, MISSING, MUTED, PHONE, RULE
from almpo_kit.figures.wording import column, plural, text
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Samples drawn: those that move the number most.
_MOST = 30


def influence(finding: Finding, width: int) -> Any:
    """Draw an Influence: an interval without each sample, over the interval of all of them."""
    table = finding.table
    if finding.certainty == "too little to say" or not finite(column(table, "estimate")):
        return empty(
            finding,
            width,
            title=text(finding.question),
            why=text(finding.sentence),
            way_out="Widen the selection, or name fewer moderators.",
        )
    return _Influence(finding, width).draw()


class _Influence:
    """Rows from the lowest number to the highest."""

    def __init__(self, finding: Finding, width: int):
        self.finding, self.width, self.phone = finding, width, width < PHONE
        table = finding.table.assign(size=column(finding.table, "change").abs().fillna(float("inf")))
        kept = table.nlargest(_MOST, "size", keep="first")
        self.hidden = len(table) - len(kept)
        self.rows = kept.sort_values("estimate", kind="stable", na_position="last").to_dict("records")
        self.unit = text(getattr(finding, "unit", ""))
        self.whole = tuple(float(getattr(finding, n)) for n in ("full", "full_low", "full_high"))
        ends = finite([*self.whole, *kept["estimate"], *kept["low"], *kept["high"]])
        span = max(ends) - min(ends) or 1.0
        # Zero belongs on the axis unless it would squeeze everything else into a corner.
        ends += [0.0] if min(abs(min(ends)), abs(max(ends))) < 1.5 * span else []
        self.domain = (min(ends) - 0.04 * span, max(ends) + 0.04 * span)
        self.places = 0 if max(map(abs, ends)) >= 50 else 2 if max(map(abs, ends)) < 2 else 1
        numbers = max(text_width(self._written(r), 12) for r in self.rows)
        names = max(text_width(text(r["sample_id"]), 12) for r in self.rows)
        self.label = min(names, 0.34 * width)
        self.left = 8.0 if self.phone else self.label + 14
        self.right = width - 8.0 if self.phone else width - numbers - 14
        self.sheet = Canvas(width, x=(self.domain, (self.left, self.right)))

    def draw(self) -> Any:
        pitch, top = (36.0 if self.phone else 19.0), 26.0
        self._ground(top, top + pitch * len(self.rows))
        y = top
        for row in self.rows:
            self._row(row, y, pitch)
            y += pitch
        return self.sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=y + 4,
            notes=self._notes(),
            plot=(self.left, top, self.right, y),
        )

    def _row(self, row: dict[Any, Any], y: float, pitch: float) -> None:
        turns, thins = bool(row["turns"]), bool(row.get("thins", False))
        color = HIGHLIGHT if turns else ACCENT
        words_at = y + (9 if self.phone else pitch / 2)
        at = y + (24 if self.phone else pitch / 2)
        value = self._written(row)
        room = self.width - text_width(value, 12) - 12 if self.phone else self.label
        self.sheet.text(
            fit(text(row["sample_id"]), 12, room),
            x=0,
            y=words_at,
            size=12,
            bold=turns,
            halo=self.phone,
        )
        self.sheet.text(value, x=self.width, y=words_at, size=12, bold=turns, align="right", halo=self.phone)
        hover = f"Without {text(row['sample_id'])}: {value}"
        if len(finite([row["low"], row["high"]])) == 2:
            self.sheet.line(
                [{"x": row["low"], "x2": row["high"], "hover": hover}],
                x="x",
                x2="x2",
                y=at,
                color=color,
                width=1.4,
            )
        if finite([row["estimate"]]):
            shape = "diamond" if turns else "circle"
            self.sheet.dot(
                [{"x": row["estimate"], "hover": hover}],
                y=at,
                color=color,
                shape=shape,
                size=48,
                hollow=thins,
            )

    def _written(self, row: dict[Any, Any]) -> str:
        if not finite([row["estimate"]]):
            return "cannot be estimated"
        said = number(row["estimate"], self.places)
        if len(finite([row["low"], row["high"]])) < 2:
            return said
        return f"{said} ({number(row['low'], self.places)} to {number(row['high'], self.places)})"

    def _ground(self, top: float, bottom: float) -> None:
        """The number with all samples and its interval, grid and zero, under the marks."""
        full, low, high = self.whole
        if len(finite([low, high])) == 2:
            band = [{"x": low, "x2": high}]
            self.sheet.box(band, x="x", x2="x2", y=top - 4, y2=bottom, color=MISSING)
        at = ticks(*self.domain, 4 if self.phone else 6)
        rows = [{"x": t, "label": number(t, digits(at))} for t in at]
        self.sheet.line(rows, x="x", y=top - 4, y2=bottom, color=RULE)
        if self.domain[0] <= 0 <= self.domain[1]:
            self.sheet.line([{"x": 0.0}], x="x", y=top - 4, y2=bottom, color=INK, width=1.3)
        self.sheet.text(rows, x="x", y=top - 12, size=11, color=MUTED, align="center")
        self.sheet.line([{"x": full}], x="x", y=top - 4, y2=bottom, color=INK, width=1.2, strokeDash=[4, 3])

    def _title(self) -> str:
        turning = int(getattr(self.finding, "turns", 0))
        thinning = int(getattr(self.finding, "thins", 0))
        if getattr(self.finding, "verdict", "") == "too narrow":
            return "The interval is narrower than the studies' own precision allows"
        if not turning and thinning == len(self.finding.table):
            return "With one study fewer there would be too little to say"
        if not turning and thinning:
            return f"Without one of {plural(thinning, 'study', 'studies')} there would be too little to say"
        if not finite(column(self.finding.table, "low")):
            return "What moves when one study is left out"
        if not turning:
            return "No single study decides the result"
        return f"The conclusion changes without {plural(turning, 'study', 'studies')}, taken one at a time"

    def _subtitle(self) -> str:
        key = text(getattr(self.finding, "outcome", ""))
        outcome = OUTCOMES[key].label if key in OUTCOMES else key
        said = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        label = text(getattr(self.finding, "label", ""))
        head = "Average effect" if label in ("", "average") else f"Coefficient of {label}"
        head = f"{head} on {outcome}" if outcome else head
        head = f"{head}, {said}" if said else head
        return " · ".join(p for p in (head, "leaving out one sample at a time", self.finding.rests_on) if p)

    def _notes(self) -> list[str]:
        level = getattr(self.finding, "level", 0.95)
        full, low, high = (number(v, self.places) for v in self.whole)
        out = [
            f"Dashed line and shaded ground: all samples, {full} ({low} to {high}). Lines: {level:.0%} intervals "
            "without the sample named."
        ]
        if int(getattr(self.finding, "turns", 0)):
            out.append("Diamonds: without this sample the interval lies otherwise to zero.")
        if int(getattr(self.finding, "thins", 0)):
            out.append("Hollow: without this sample there would be too little to say.")
        if self.hidden:
            out.append(f"{plural(self.hidden, 'sample')} that move it less are in the table.")
        return out
