"""How strong a hidden cause would have to be to undo an estimate, beside the covariates that were recorded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, BAD, INK, MUTED, WARNING
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.outcomes import OUTCOMES
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Panels that are drawn, and recorded covariates that are lettered in each.
_PANELS, _NAMED = 3, 5


def robustness(finding: Finding, width: int) -> Any:
    """Draw a Refutation: one panel an effect, its borders and the recorded covariates."""
    details = getattr(finding, "details", None) or {}
    effects, marks, curves = (details.get(k) for k in ("robustness", "benchmarks", "curves"))
    if effects is None or not len(effects) or not column(effects, "robustness").notna().any():
        return empty(
            finding,
            width,
            title="How strong would a hidden cause have to be?",
            why="No robustness value was computed: it is for effects of programmes that people were selected into.",
            way_out="Refute an estimate of selection on observed characteristics; the table holds what was tried here.",
        )
    sheet = Canvas(width)
    end = 0.0
    for _, effect in effects.head(_PANELS).iterrows():
        end = _panel(sheet, effect, _same(marks, effect), _same(curves, effect), end)
    return sheet.finish(
        finding,
        title=_title(effects),
        subtitle="Each point is a hidden cause of some strength; dots are as strong as a recorded covariate",
        height=end,
        notes=_notes(effects),
        plot=(0, 0, width, end),
    )


def _same(table: pd.DataFrame | None, effect: pd.Series) -> pd.DataFrame | None:
    """The rows of a table that are about one effect."""
    if table is None or not len(table):
        return None
    month = column(table, "months")
    same = (month == effect["months"]) | (month.isna() & (effect["months"] != effect["months"]))
    return table[same & (table["contrast"] == effect["contrast"]) & (table["outcome"] == effect["outcome"])]


def _title(effects: pd.DataFrame) -> str:
    first = effects.iloc[0]
    share = first["robustness"]
    if not math.isfinite(share) or len(effects) > 1:
        return "How strong would a hidden cause have to be?"
    if not (first["low"] > 0 or first["high"] < 0):
        return "The interval includes no effect: nothing for a hidden cause to undo"
    return f"A hidden cause that explains {_percent(share)} of taking part and of the outcome would undo the estimate"


def _notes(effects: pd.DataFrame) -> list[str]:
    notes = [
        "Across and up: share of what the recorded covariates leave unexplained of who took part, and of the outcome, that "
        "the hidden cause explains (partial R²; Cinelli and Hazlett 2020).",
        "Whether such a cause exists, no computation can say.",
    ]
    if len(effects) > _PANELS:
        notes.insert(0, f"{_PANELS} of {len(effects)} effects are drawn; the others are in the table.")
    return notes


def _percent(share: float) -> str:
    return f"{number(100 * share, 0 if share >= 0.1 else 1)}%"


def _heading(effect: pd.Series) -> str:
    known = OUTCOMES.get(text(effect["outcome"]))
    month = effect["months"]
    when = f", {number(month, 0)} months after entry" if math.isfinite(month) else ""
    name = f"{text(effect['contrast'])}, {known.label if known else text(effect['outcome'])}{when}"
    return name[:1].upper() + name[1:]


def _limits(marks: pd.DataFrame | None, effect: pd.Series) -> tuple[float, float]:
    """Right and upper end of the panel: the border's corner and the recorded covariates are inside."""
    corner = effect["robustness"] if math.isfinite(effect["robustness"]) else 0.1
    once = marks[column(marks, "times") <= 2] if marks is not None else None
    across = finite([corner, *([] if once is None else once["r2_treatment"])])
    up = finite([corner, *([] if once is None else once["r2_outcome"])])
    return min(1.0, max(0.02, 1.7 * max(across))), min(1.0, max(0.02, 1.7 * max(up)))


def _panel(
    sheet: Canvas, effect: pd.Series, marks: pd.DataFrame | None, curves: pd.DataFrame | None, top: float
) -> float:
    right, upper = _limits(marks, effect)
    x0, x1, y0, height = 46.0, sheet.width - 12.0, top + 46.0, 250.0
    y1 = y0 + height
    sheet.text(fit(_heading(effect), 12, sheet.width, bold=True), x=0, y=top + 10, bold=True)
    sheet.text("explains of the outcome", x=0, y=top + 30, size=11, color=MUTED)

    def x(v: float) -> float:
        return x0 + v / right * (x1 - x0)

    def y(v: float) -> float:
        return y1 - v / upper * height

    across, up = ticks(0, right, 4 if sheet.phone else 7), ticks(0, upper, 5)
    levels = [{"y": y(t), "label": f"{number(100 * t, digits([100 * u for u in up]))}%"} for t in up]
    sheet.line(levels, x=x0, x2=x1, y="y")
    sheet.text(levels, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    half = text_width("100.0%", 11) / 2
    steps = [
        {
            "x": min(x(t), sheet.width - half),
            "label": f"{number(100 * t, digits([100 * a for a in across]))}%",
        }
        for t in across
    ]
    sheet.text(steps, x="x", y=y1 + 14, size=11, color=MUTED, align="center")
    sheet.text("explains of who took part", x=x1, y=y1 + 32, size=11, color=MUTED, align="right")
    _borders(sheet, curves, x, y, right, upper)
    _recorded(sheet, marks, x, y, (right, upper))
    return y1 + 52


def _borders(sheet: Canvas, curves: pd.DataFrame | None, x: Any, y: Any, right: float, upper: float) -> None:
    """The two borders, each named where it leaves the panel."""
    if curves is None:
        return
    looks: tuple[tuple[str, str, dict[str, Any], str], ...] = (
        ("uncertain", WARNING, {"strokeDash": [5, 3]}, "beyond: no longer sure"),
        ("nothing left", BAD, {}, "beyond: nothing left"),
    )
    wanted = []
    for kind, color, dash, said in looks:
        mine = curves[curves["kind"] == kind]
        inside = mine[(mine["r2_treatment"] <= right) & (mine["r2_outcome"] <= upper)]
        if not len(inside):
            continue
        points: list[dict[str, Any]] = [
            {"x": x(a), "y": y(b)} for a, b in zip(inside["r2_treatment"], inside["r2_outcome"], strict=True)
        ]
        sheet.path(points, color=color, width=2.2, **dash)
        wanted.append((points[-1]["y"] - 9, color, said))
    for place, (_, color, said) in zip(
        spread([w[0] for w in wanted], 15, y(upper) + 8, y(0) - 8), wanted, strict=True
    ):
        sheet.text(said, x=x(right), y=place, size=11, color=color, bold=True, align="right", halo=True)


def _recorded(sheet: Canvas, marks: pd.DataFrame | None, x: Any, y: Any, limits: tuple[float, float]) -> None:
    """Dots as strong as recorded covariates, the strongest named; and twice as strong, hollow."""
    right, upper = limits
    sheet.dot(x=x(0), y=y(0), color=ACCENT, size=70)
    if marks is None:
        return
    order = list(dict.fromkeys(words(marks, "covariate")))
    inside = marks[(column(marks, "r2_treatment") <= right) & (column(marks, "r2_outcome") <= upper)]
    named = []
    for name, times, a, b in zip(
        *(inside[c] for c in ("covariate", "times", "r2_treatment", "r2_outcome")), strict=True
    ):
        rank = order.index(text(name))
        if not (math.isfinite(a) and math.isfinite(b)) or times > 2 or (times > 1 and rank > 0):
            continue
        row = [
            {
                "hover": f"{times:g} × {text(name)}: {_percent(a)} of who took part, {_percent(b)} of the outcome"
            }
        ]
        sheet.dot(row, x=x(a), y=y(b), color=INK, size=46, hollow=times > 1)
        if rank < _NAMED:
            label = text(name) if times == 1 else f"{times:g} × {text(name)}"
            named.append((y(b), x(a), label))
    _names(sheet, named, y(upper), y(0))


def _names(sheet: Canvas, named: list[tuple[float, float, str]], top: float, bottom: float) -> None:
    places = spread([n[0] - 2 for n in named], 14, top + 6, bottom - 6)
    for place, (dot, at, label) in zip(places, named, strict=True):
        short = fit(label, 11, 0.45 * sheet.width)
        room = text_width(short, 11) + 8
        left = at + room > sheet.width
        if abs(place - dot) > 6:
            # A name that had to make room for others is led back to its dot.
            ends = [{"x": at, "y": dot}, {"x": at - 7 if left else at + 7, "y": place}]
            sheet.path(ends, color=MUTED, width=0.8)
        sheet.text(
            short,
            x=at - 8 if left else at + 8,
            y=place,
            size=11,
            align="right" if left else "left",
            halo=True,
        )
