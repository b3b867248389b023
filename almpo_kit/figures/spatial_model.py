"""The coefficients of a spatial regression, each for one standard deviation of its regressor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, INK, MUTED, PHONE, RULE
from almpo_kit.figures.wording import measure, text
from almpo_kit.vocabulary.indicators import INDICATORS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: What a row is called beside its regressor, in the order drawn.
_PARTS = {"total": "in all", "direct": "at home", "indirect": "through neighbours", "coefficient": ""}


def spatial_model(finding: Finding, width: int) -> Any:
    """Draw a SpatialModel: impacts of a lag model, coefficients of an error model."""
    lag = getattr(finding, "model", "") == "lag"
    parts = [p for p in _PARTS if (p == "coefficient") != lag]
    table = finding.table
    groups = [
        (
            str(term),
            [
                (p, r)
                for p in parts
                for r in table[(table["term"] == term) & (table["part"] == p)].to_dict("records")
            ],
        )
        for term in getattr(finding, "regressors", ())
    ]
    if not finite(r["per_sd"] for _, rows in groups for _, r in rows):
        return empty(
            finding,
            width,
            title=text(finding.question),
            why="The model holds no coefficient that could be drawn.",
            way_out="Name other regressors.",
        )
    return _Coefficients(finding, groups, width).draw()


class _Coefficients:
    """A heading for each regressor, an interval for each part."""

    def __init__(
        self, finding: Finding, groups: list[tuple[str, list[tuple[str, dict[Any, Any]]]]], width: int
    ):
        self.finding, self.groups, self.width, self.phone = finding, groups, width, width < PHONE
        self.response = measure(finding, getattr(finding, "response", None))
        every = [r for _, rows in groups for _, r in rows]
        ends = [
            v / self.response.divisor
            for r in every
            for v in finite([r["per_sd_low"], r["per_sd_high"], r["per_sd"]])
        ]
        span = max([*ends, 0.0]) - min([*ends, 0.0]) or 1.0
        self.domain = (min([*ends, 0.0]) - 0.04 * span, max([*ends, 0.0]) + 0.04 * span)
        self.digits = 2 if span < 20 else 1 if span < 200 else 0
        self.numbers = max(text_width(self._written(r), 12) for r in every)
        self.left = 8.0 if self.phone else 150.0
        self.right = width - 8.0 if self.phone else width - self.numbers - 14
        self.sheet = Canvas(width, x=(self.domain, (self.left, self.right)))

    def draw(self) -> Any:
        top, pitch = 44.0, (34.0 if self.phone else 22.0)
        height = top + sum(26 + pitch * len(rows) for _, rows in self.groups)
        self._axis(top, height)
        y = top
        for term, rows in self.groups:
            label = INDICATORS[term].label if term in INDICATORS else term
            self.sheet.text(
                fit(label, 13, self.width, bold=True), x=0, y=y + 14, size=13, bold=True, halo=True
            )
            y += 26
            for part, row in rows:
                self._row(part, row, y, pitch)
                y += pitch
        return self.sheet.finish(
            self.finding,
            title=f"What goes with {self._lower()} across regions",
            subtitle=self._subtitle(),
            height=height + 4,
            notes=self._notes(),
            plot=(self.left, top, self.right, height),
        )

    def _lower(self) -> str:
        known = INDICATORS.get(self.response.key)
        return known.subject if known else self.response.label.lower()

    def _axis(self, top: float, bottom: float) -> None:
        at = ticks(*self.domain, 4 if self.phone else 7)
        rows = [{"x": t, "label": number(t, digits(at))} for t in at]
        self.sheet.line(rows, x="x", y=top - 6, y2=bottom, color=RULE)
        self.sheet.line([{"x": 0.0}], x="x", y=top - 6, y2=bottom, color=INK, width=1.3)
        self.sheet.text(rows, x="x", y=top - 14, size=11, color=MUTED, align="center")
        unit = f"{self.response.points} of {self._lower()}"
        self.sheet.text(fit(unit, 11, self.width - self.left), x=self.left, y=10, size=11, color=MUTED)

    def _written(self, row: dict[Any, Any]) -> str:
        value, low, high = (
            number(row[c] / self.response.divisor, self.digits)
            for c in ("per_sd", "per_sd_low", "per_sd_high")
        )
        return f"{value} ({low} to {high})"

    def _row(self, part: str, row: dict[Any, Any], y: float, pitch: float) -> None:
        words_at, at = (y + 7, y + 23) if self.phone else (y + pitch / 2,) * 2
        main = part in ("total", "coefficient")
        value, low, high = (row[c] / self.response.divisor for c in ("per_sd", "per_sd_low", "per_sd_high"))
        label, said = _PARTS[part], self._written(row)
        self.sheet.text(label, x=0 if self.phone else 12, y=words_at, size=12, bold=main, halo=self.phone)
        self.sheet.text(said, x=self.width, y=words_at, size=12, bold=main, align="right", halo=self.phone)
        hover = f"{row['term']} {label}: {said}"
        ink = ACCENT if main else MUTED
        if len(finite([low, high])) == 2:
            self.sheet.line(
                [{"x": low, "x2": high, "hover": hover}],
                x="x",
                x2="x2",
                y=at,
                color=ink,
                width=2 if main else 1.4,
            )
        self.sheet.dot(
            [{"x": value, "hover": hover}], y=at, color=ink, size=64 if main else 44, hollow=not main
        )

    def _subtitle(self) -> str:
        f = self.finding
        kind = "spatial lag model" if getattr(f, "model", "") == "lag" else "spatial error model"
        level = float(getattr(f, "level", 0.95))
        parts = [
            "one standard deviation more of each, the others held",
            f"{level:.0%} intervals",
            kind,
            text(getattr(f, "period", "")),
            f"{getattr(f, 'n', '')} regions",
        ]
        return " · ".join(p for p in parts if p)

    def _notes(self) -> list[str]:
        f, lag = self.finding, getattr(self.finding, "model", "") == "lag"
        spatial, low, high = (
            number(float(getattr(f, n, float("nan"))), 2) for n in ("spatial", "spatial_low", "spatial_high")
        )
        symbol, what = ("ρ", "neighbours' response") if lag else ("λ", "neighbours' unexplained part")
        out = [f"{symbol}, how a region goes with its {what}: {spatial} ({low} to {high})."]
        if lag:
            out.append(
                "At home: one region alone has more of it. In all: every region has. Through neighbours: the difference."
            )
        return [*out, "Association across regions, not an effect of one on the other."]
