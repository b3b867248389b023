"""How good forecasts were against the naive one, by how far they looked ahead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, BAD, INK, MUTED
from almpo_kit.figures.timeline import in_place, with_code
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_HEADINGS = {
    "unemployment_rate": "Unemployment rate",
    "job_vacancy_rate": "Job vacancy rate",
    "tightness": "Tightness",
}
#: Model -> label, colour, dash, shape of its marks: never colour alone.
_MODELS = {
    "ar": ("autoregression", MUTED, [2, 3], "square"),
    "rule": ("what was given", BAD, [6, 3], "triangle-up"),
    "combination": ("combination", ACCENT, [], "circle"),
}
#: Relative errors beyond this are drawn at the edge.
_EDGE = 2.0
_UNITS = {1: "years", 4: "quarters", 12: "months"}


@dataclass(frozen=True)
class _Panel:
    """One series: its rows, where it stands, and how values become pixels."""

    key: str
    own: pd.DataFrame
    box: tuple[float, float, float, float]
    domain: tuple[float, float]

    @property
    def farthest(self) -> float:
        return max(finite(column(self.own, "horizon")) or [1.0])

    def x(self, h: float) -> float:
        left, _, right, _ = self.box
        return left + 14 + (h - 1) / max(self.farthest - 1, 1) * (right - left - 28)

    def y(self, v: float) -> float:
        (low, high), (_, top, _, bottom) = self.domain, self.box
        return bottom - (min(max(v, low), high) - low) / (high - low) * (bottom - top)


def backtest(finding: Finding, width: int) -> Any:
    """Draw the backtest of a LabourCycle: mean absolute error over that of the best naive forecast, by horizon."""
    country = text(getattr(finding, "country", ""))
    table = getattr(finding, "backtest", None)
    title = f"Forecasts {in_place(country)} against the naive one"
    kept = _kept(table)
    if kept is None or not len(kept):
        why = "No forecast of the past can be scored."
        return empty(finding, width, title=title, why=why, way_out="Choose a place with a longer series.")
    sheet = Canvas(width)
    drawn = [s for s in _HEADINGS if s in words(kept, "series")]
    values = [min(v, _EDGE) for v in finite(column(kept, "relative"))]
    low, high = min([0.8, *values]), max([1.1, *values])
    each = 112.0 if sheet.phone else 120.0
    tops = [54.0 + k * (each + 48) for k in range(len(drawn))]
    boxes = [(34.0, top, width - (12.0 if sheet.phone else 20.0), top + each) for top in tops]
    panels = [
        _Panel(key, kept[[s == key for s in words(kept, "series")]], box, (low - 0.05, high + 0.05))
        for key, box in zip(drawn, boxes, strict=True)
    ]
    # What is drawn first lies below: bands before lines, in all panels.
    for panel in panels:
        _band(sheet, panel)
    for panel in panels:
        _axes(sheet, panel)
        _lines(sheet, panel)
    _legend(sheet)
    unit = _UNITS.get(int(getattr(finding, "frequency", 4) or 4), "periods")
    sheet.text(f"{unit} ahead", x=boxes[-1][2], y=boxes[-1][3] + 27, size=11, color=MUTED, align="right")
    return sheet.finish(
        finding,
        title=_title(kept, country, title),
        subtitle=f"Mean absolute error over that of the best naive forecast; below 1 is better than naive · {with_code(country)} · "
        f"{_outcomes(kept)}",
        height=boxes[-1][3] + 34,
        notes=[
            "Shaded: 95% interval of the combination (blocks of neighbouring forecasts drawn again). What was given: the "
            "combination once it had beaten the naive forecast over eight outcomes, else the naive forecast.",
            *_beyond(kept),
        ],
        plot=(boxes[0][0], boxes[0][1], boxes[0][2], boxes[-1][3]),
    )


def _kept(table: pd.DataFrame | None) -> pd.DataFrame | None:
    if table is None or not len(table):
        return None
    known = column(table, "relative").notna().to_numpy()
    return table[known & [m in _MODELS for m in words(table, "model")]]


def _legend(sheet: Canvas) -> None:
    x, swatch = 0.0, 16.0 if sheet.phone else 26.0
    for label, colour, dash, shape in _MODELS.values():
        sheet.path([{"x": x, "y": 8}, {"x": x + swatch, "y": 8}], color=colour, width=2, strokeDash=dash)
        sheet.dot([{"x": x + swatch / 2, "y": 8}], color=colour, shape=shape, size=34)
        sheet.text(label, x=x + swatch + 5, y=8, size=11, color=colour)
        x += swatch + text_width(label, 11) + (13 if sheet.phone else 20)


def _axes(sheet: Canvas, panel: _Panel) -> None:
    left, top, right, bottom = panel.box
    sheet.text(_HEADINGS[panel.key], x=0, y=top - 16, size=12, bold=True)
    at = ticks(*panel.domain, 4)
    rows = [{"y": panel.y(t), "label": number(t, max(digits(at), 1))} for t in at]
    sheet.line(rows, x=left, x2=right, y="y")
    sheet.text(rows, x=left - 5, y="y", size=11, color=MUTED, align="right")
    one = panel.y(1.0)
    sheet.path([{"x": left, "y": one}, {"x": right, "y": one}], color=INK, width=1.4)
    sheet.text("naive = 1", x=right, y=one - 8, size=11, color=INK, align="right", halo=True)
    for h in ticks(1, panel.farthest, 6 if sheet.phone else 12):
        if float(h).is_integer():
            sheet.text(f"{h:.0f}", x=panel.x(h), y=bottom + 12, size=11, color=MUTED, align="center")


def _lines(sheet: Canvas, panel: _Panel) -> None:
    for model, (label, colour, dash, shape) in _MODELS.items():
        line = [
            {"x": panel.x(h), "y": panel.y(v), "hover": f"{label}, {h:.0f} ahead: {number(v, 2)}"}
            for h, v in _points(panel.own, model, "relative")
        ]
        sheet.path(line, color=colour, width=2, strokeDash=dash)
        sheet.dot(line, color=colour, shape=shape, size=34)


def _band(sheet: Canvas, panel: _Panel) -> None:
    low, high = (_points(panel.own, "combination", f"relative_{e}") for e in ("low", "high"))
    if len(low) < 2 or len(high) != len(low):
        return
    ring = [*high, *reversed(low), high[0]]
    sheet.path([{"x": panel.x(h), "y": panel.y(v)} for h, v in ring], color="#DCE9F7", fill=True)


def _points(own: pd.DataFrame, model: str, name: str) -> list[tuple[float, float]]:
    rows = own[[m == model for m in words(own, "model")]]
    pairs = zip(column(rows, "horizon"), column(rows, name), strict=True)
    return [(h, v) for h, v in pairs if math.isfinite(h) and math.isfinite(v)]


def _title(kept: pd.DataFrame, country: str, title: str) -> str:
    own = kept[[m == "combination" for m in words(kept, "model")]]
    worse = [
        _HEADINGS[s].lower()
        for s in _HEADINGS
        if any(v >= 1 for v in column(own[[k == s for k in words(own, "series")]], "relative"))
    ]
    if not len(own):
        return title
    if not worse:
        return f"Forecasts {in_place(country)} beat the naive one at every horizon"
    return f"Forecasts {in_place(country)}: no better than naive, at some horizon, for {' and '.join(worse)}"


def _outcomes(kept: pd.DataFrame) -> str:
    n = finite(column(kept, "n"))
    return f"{number(min(n), 0)} to {number(max(n), 0)} outcomes a horizon" if n else ""


def _beyond(kept: pd.DataFrame) -> list[str]:
    out = sum(v > _EDGE for v in finite(column(kept, "relative")))
    return [f"{out} values above {number(_EDGE, 0)} are drawn at the edge."] if out else []
