"""An average, or coefficients, over assumed correlations of sampling errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, INK, MUTED, PHONE, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES, UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Coefficients drawn; a regression with more is read from its table.
_MOST = 6
_TALL = 132.0
_THIN, _NARROW = "too little to say", "too narrow"


def sensitivity(finding: Finding, width: int) -> Any:
    """Draw a Sensitivity: one panel per coefficient (the constant of a regression aside), an interval per
    assumed correlation; hollow where too few samples carry it."""
    if finding.certainty == _THIN or not finite(column(finding.table, "estimate")):
        return empty(
            finding,
            width,
            title=text(finding.question),
            why=text(finding.sentence),
            way_out="Widen the selection, or name fewer moderators.",
        )
    return _Sensitivity(finding, width).draw()


class _Sensitivity:
    """Panels from top to bottom, one scale of correlations for all."""

    def __init__(self, finding: Finding, width: int):
        self.finding, self.width, self.phone = finding, width, width < PHONE
        table = finding.table
        names = list(dict.fromkeys(words(table, "coefficient")))
        kept = [n for n in names if n != "Intercept"] or names
        self.kept, self.more = kept[:_MOST], max(0, len(kept) - _MOST)
        self.panels = [table[table["coefficient"] == n] for n in self.kept]
        self.unit = text(getattr(finding, "unit", ""))
        rhos = sorted(set(finite(column(table, "rho"))))
        pad = 0.06 * ((rhos[-1] - rhos[0]) or 1.0)
        self.rhos, self.domain = rhos, (rhos[0] - pad, rhos[-1] + pad)
        self.panels = [p for p in self.panels if finite(p["estimate"])] or [table]
        values = [v for p in self.panels for v in finite([*p["estimate"], *p["low"], *p["high"]])]
        self.places = 0 if abs(max(values, key=abs)) >= 50 else 2 if max(map(abs, values)) < 2 else 1
        self.left = 12 + max(text_width(number(t, self.places + 1), 11) for t in (min(values), max(values)))
        self.right = width - 10.0

    def draw(self) -> Any:
        sheet = Canvas(self.width, x=(self.domain, (self.left, self.right)))
        y = 4.0
        for panel in self.panels:
            y = self._panel(sheet, panel, y)
        rows = [{"x": r, "label": f"{r:g}"} for r in self.rhos]
        sheet.text(rows, x="x", y=y + 8, size=11, color=MUTED, align="center")
        sheet.text(
            "assumed correlation of sampling errors within a sample",
            x=(self.left + self.right) / 2,
            y=y + 25,
            size=11,
            color=MUTED,
            align="center",
        )
        return sheet.finish(
            self.finding,
            title=self._title(),
            subtitle=self._subtitle(),
            height=y + 36,
            notes=self._notes(),
            plot=(self.left, 4.0, self.right, y),
        )

    def _panel(self, sheet: Canvas, panel: pd.DataFrame, y: float) -> float:
        """One coefficient between its own limits; returns where the next begins."""
        if len(self.panels) > 1:
            for line in wrap(text(panel["label"].iloc[0]), 12.5, self.width, bold=True, lines=2):
                sheet.text(line, x=0, y=y + 9, size=12.5, bold=True)
                y += 17
        ends = finite([0.0, *panel["low"], *panel["high"], *panel["estimate"]])
        pad = 0.06 * ((max(ends) - min(ends)) or 1.0)
        low, high = min(ends) - pad, max(ends) + pad
        top, bottom = y + 6, y + 6 + _TALL

        def at(value: float) -> float:
            return bottom - (value - low) / (high - low) * (bottom - top)

        for t in ticks(low, high, 4):
            ink = INK if t == 0 else RULE
            sheet.line(
                x=self.left, x2=self.right, y=at(t), y2=at(t), color=ink, width=1.2 if t == 0 else 1, z=-1
            )
            sheet.text(number(t, digits([t])), x=self.left - 6, y=at(t), size=11, color=MUTED, align="right")
        for row in panel.to_dict("records"):
            self._mark(sheet, row, at)
        return bottom + 8

    def _mark(self, sheet: Canvas, row: dict[Any, Any], at: Any) -> None:
        x, thin = sheet.pixel("x", float(row["rho"])), row["verdict"] in (_THIN, _NARROW)
        said = f"{number(row['estimate'], self.places)} ({number(row['low'], self.places)} to {number(row['high'], self.places)})"
        hover = f"Correlation {row['rho']:g}: {said}"
        if all(math.isfinite(float(row[k])) for k in ("low", "high")):
            sheet.line(
                [{"hover": hover}], x=x, x2=x, y=at(row["low"]), y2=at(row["high"]), color=ACCENT, width=1.6
            )
        sheet.dot([{"hover": hover}], x=x, y=at(row["estimate"]), color=ACCENT, size=62, hollow=thin)

    def _title(self) -> str:
        moves = getattr(self.finding, "moves", ())
        one = len(self.panels) == 1
        verdicts = {v for p in self.panels for v in p["verdict"]}
        if not verdicts - {_THIN, _NARROW}:
            return "No direction is read from these intervals, whatever correlation is assumed"
        if moves:
            return f"The conclusion{'' if one else 's'} depend{'s' if one else ''} on the assumed correlation"
        return (
            "Whatever correlation is assumed, the conclusion stays"
            if one
            else "Whatever correlation is assumed, the conclusions stay"
        )

    def _subtitle(self) -> str:
        key = text(getattr(self.finding, "outcome", ""))
        outcome = OUTCOMES[key].label if key in OUTCOMES else key
        said = UNITS[self.unit][1] if self.unit in UNITS else self.unit
        average = self.kept == ["Intercept"]
        head = "Average effect" if average else "Coefficients of the effect"
        head = f"{head} on {outcome}" if outcome else head
        return " · ".join(p for p in (f"{head}, {said}" if said else head, self.finding.rests_on) if p)

    def _notes(self) -> list[str]:
        level = getattr(self.finding, "level", 0.95)
        out = [f"Lines: {level:.0%} intervals."]
        if any((p["verdict"] == _THIN).any() for p in self.panels):
            out.append("Hollow: too few degrees of freedom, or too few samples, for a conclusion.")
        if any((p["verdict"] == _NARROW).any() for p in self.panels):
            out.append("Hollow: narrower than the studies' own precision allows; no direction is read.")
        if self.more:
            out.append(f"{self.more} more coefficients are in the table.")
        return [" ".join(out)]
