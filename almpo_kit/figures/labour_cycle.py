"""A labour market over its cycle: what was, phases shaded and named, fans of what may be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, INK, MUTED, RULE
from almpo_kit.figures.timeline import changes, in_place, points, when, with_code
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

Row = dict[str, Any]
#: Series of the table -> column of the history and heading.
_SERIES = {
    "unemployment_rate": ("unemployment_rate", "Unemployment rate, %"),
    "job_vacancy_rate": ("job_vacancy_rate", "Job vacancy rate, %"),
    "tightness": ("tightness", "Vacancies per unemployed person"),
}
#: Shades of the phases: blue tightens, orange loosens; the deeper one is further on.
_SHADES = {"recovery": "#EEF4FB", "expansion": "#DCE9F7", "slowdown": "#FBF1E8", "contraction": "#F6E2D2"}
#: Fans, widest first.
_FANS = (("95", "#CBDCF0"), ("80", "#A3C1E3"), ("50", "#6F9CD1"))


@dataclass(frozen=True)
class _Panel:
    """One series: where it stands on the sheet and how its values become pixels."""

    key: str
    left: float
    top: float
    right: float
    bottom: float
    span: tuple[float, float]
    domain: tuple[float, float]

    def x(self, t: float) -> float:
        return self.left + (t - self.span[0]) / (self.span[1] - self.span[0]) * (self.right - self.left)

    def y(self, value: float) -> float:
        low, high = self.domain
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)


def cycle(finding: Finding, width: int) -> Any:
    """Draw a LabourCycle: one panel a series, over one line of time."""
    country, table = text(getattr(finding, "country", "")), finding.table
    history = getattr(finding, "history", None)
    drawn = [s for s in _SERIES if s in words(table, "series")]
    if history is None or not len(history) or not drawn:
        title = f"The labour market {in_place(country)}"
        why = "No series is long enough to forecast."
        return empty(finding, width, title=title, why=why, way_out="Choose another country.")
    shown = history.tail(max(12 * int(getattr(finding, "horizon", 4)), 28))
    sheet = Canvas(width)
    panels = _panels(sheet, shown, table, drawn)
    for panel in panels:
        _shade(sheet, panel, shown)
        _axes(sheet, panel)
        _fan(sheet, panel, table)
        _line(sheet, panel, shown, table)
        _heading(sheet, panel, table)
    _names(sheet, panels[0], shown)
    _years(sheet, panels[-1])
    bottom = panels[-1].bottom + 22
    return sheet.finish(
        finding,
        title=_title(finding, country),
        subtitle=f"{with_code(country)} · {text(shown['period'].iloc[0])} to {words(table, 'period')[-1]} · fans of 50, 80 and "
        "95%",
        height=bottom,
        notes=_notes(finding, shown, history, cut=any(_cut_off(p, table) for p in panels)),
        plot=(panels[0].left, panels[0].top, panels[0].right, panels[-1].bottom),
    )


def _panels(sheet: Canvas, shown: pd.DataFrame, table: pd.DataFrame, drawn: list[str]) -> list[_Panel]:
    left, right = 34.0, sheet.width - (10.0 if sheet.phone else 52.0)
    each, gap, head = (118.0, 44.0, 54.0) if sheet.phone else (128.0, 30.0, 46.0)
    times = finite([*(when(p) for p in shown["period"]), *(when(p) for p in table["period"])])
    span = (min(times), max(max(times), min(times) + 0.1))
    out = []
    for k, key in enumerate(drawn):
        own = table[[s == key for s in words(table, "series")]]
        past = column(shown, _SERIES[key][0])
        ends = finite([*past, *(v for c in ("low_95", "high_95", "forecast") for v in column(own, c))])
        low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
        # One wild fan must not press the history into a line.
        known = finite(past)
        if known:
            high = min(high, max(known) + 1.2 * (max(known) - min(known) or max(known)))
        room = 0.08 * (high - low or high or 1.0)
        top = head + k * (each + gap)
        out.append(_Panel(key, left, top, right, top + each, span, (max(low - room, 0.0), high + room)))
    return out


def _shade(sheet: Canvas, panel: _Panel, shown: pd.DataFrame) -> None:
    bands = [
        {"x": panel.x(a), "x2": panel.x(b), "ink": _SHADES[k]} for a, b, k in _spells(shown) if k in _SHADES
    ]
    sheet.box(bands, x="x", x2="x2", y=panel.top, y2=panel.bottom)


def _spells(shown: pd.DataFrame) -> list[tuple[float, float, str]]:
    """Start, end and name of each phase; a phase ends where the next one starts."""
    times, kinds = [when(p) for p in words(shown, "period")], words(shown, "phase")
    starts = [0, *changes(kinds), len(kinds)]
    out = []
    for a, b in pairwise(starts):
        if b > a:
            out.append((times[a], times[min(b, len(times) - 1)], kinds[a]))
    return out


def _names(sheet: Canvas, panel: _Panel, shown: pd.DataFrame) -> None:
    """Names of phases over the first panel, at two heights where they are narrow; those without room are in the note."""
    taken = [-math.inf, -math.inf]
    for a, b, kind in _spells(shown):
        if kind not in _SHADES:
            continue
        x, x2, wide = panel.x(a), panel.x(b), text_width(kind, 11)
        at = min(max((x + x2) / 2, panel.left + wide / 2), panel.right - wide / 2)
        row = next((r for r in (0, 1) if at - wide / 2 > taken[r] + 5), None)
        if row is None or wide > 2.5 * max(x2 - x, 18):
            continue
        taken[row] = at + wide / 2
        sheet.text(kind, x=at, y=panel.top - 9 - 12 * row, size=11, color=MUTED, align="center")


def _axes(sheet: Canvas, panel: _Panel) -> None:
    at = ticks(*panel.domain, 4)
    rows = [{"y": panel.y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(rows, x=panel.left, x2=panel.right, y="y")
    sheet.text(rows, x=panel.left - 5, y="y", size=11, color=MUTED, align="right")
    sheet.line(x=panel.left, x2=panel.right, y=panel.bottom, y2=panel.bottom, color=RULE)


def _years(sheet: Canvas, panel: _Panel) -> None:
    low, high = panel.span
    for t in ticks(math.ceil(low), math.floor(high), 4 if sheet.phone else 8):
        if float(t).is_integer() and low <= t <= high:
            x = panel.x(t)
            sheet.line(x=x, y=panel.bottom, y2=panel.bottom + 4, color=MUTED)
            sheet.text(f"{t:.0f}", x=x, y=panel.bottom + 13, size=11, color=MUTED, align="center")


def _ahead(panel: _Panel, table: pd.DataFrame) -> list[Row]:
    """The forecast: time, value and fan, in pixels."""
    own = table[[s == panel.key for s in words(table, "series")]]
    cut = panel.domain[1]
    names = ("forecast", "naive", "last", *(f"{e}_{f}" for f, _ in _FANS for e in ("low", "high")))
    values = {n: column(own, n).tolist() for n in names}
    rows: list[Row] = []
    for k, period in enumerate(words(own, "period")):
        at = {n: panel.y(min(v[k], cut)) if math.isfinite(v[k]) else math.nan for n, v in values.items()}
        rows.append({"x": panel.x(when(period))} | at)
    return rows


def _cut_off(panel: _Panel, table: pd.DataFrame) -> bool:
    own = table[[s == panel.key for s in words(table, "series")]]
    return any(v > panel.domain[1] for v in finite(column(own, "high_95")))


def _start(panel: _Panel, shown: pd.DataFrame) -> Row | None:
    rows = points(shown, _SERIES[panel.key][0])
    return {"x": panel.x(rows[-1]["x"]), "y": panel.y(rows[-1]["y"])} if rows else None


def _fan(sheet: Canvas, panel: _Panel, table: pd.DataFrame) -> None:
    rows = _ahead(panel, table)
    last = finite(r["last"] for r in rows[:1])
    start = panel.x(_before(panel, table))
    for level, colour in _FANS:
        low = [(r["x"], r[f"low_{level}"]) for r in rows if math.isfinite(r[f"low_{level}"])]
        high = [(r["x"], r[f"high_{level}"]) for r in rows if math.isfinite(r[f"high_{level}"])]
        if not low or not high or not last:
            continue
        ring = [(start, last[0]), *high, *reversed(low), (start, last[0])]
        sheet.path([{"x": x, "y": y} for x, y in ring], color=colour, fill=True)


def _before(panel: _Panel, table: pd.DataFrame) -> float:
    """When the last value was: a step before the first forecast."""
    own = [
        when(p) for p, s in zip(words(table, "period"), words(table, "series"), strict=True) if s == panel.key
    ]
    first = words(table, "period")[0]
    step = 1 / 4 if "Q" in first else 1 / 12 if "-" in first else 1.0
    return min(own) - step


def _line(sheet: Canvas, panel: _Panel, shown: pd.DataFrame, table: pd.DataFrame) -> None:
    past = [
        {"x": panel.x(r["x"]), "y": panel.y(r["y"]), "part": r["part"]}
        for r in points(shown, _SERIES[panel.key][0])
    ]
    sheet.path(past, color=INK, width=1.8)
    rows, start = _ahead(panel, table), _start(panel, shown)
    head = [start] if start else []
    for name, colour, dash in (("naive", MUTED, [3, 3]), ("forecast", ACCENT, [])):
        line = [{"x": r["x"], "y": r[name]} for r in rows if math.isfinite(r[name])]
        if line:
            sheet.path([*head, *line], color=colour, width=1.4 if dash else 2.2, strokeDash=dash)
    if start:
        sheet.dot([start], color=INK, size=26)


def _heading(sheet: Canvas, panel: _Panel, table: pd.DataFrame) -> None:
    """What the panel shows, and where the forecast ends."""
    own = table[[s == panel.key for s in words(table, "series")]]
    value, low, high = (float(column(own, c).iloc[-1]) for c in ("forecast", "low_80", "high_80"))
    d = 1 if panel.key != "tightness" else 3 if value < 0.1 else 2
    sign = "" if panel.key == "tightness" else "%"
    given = words(own, "model")[-1]
    end = f"{words(own, 'period')[-1]}: {number(value, d)}{sign} (80%: {number(low, d)} to {number(high, d)})"
    end += "" if given in ("combination", "") else ", naive"
    first = panel.top < 60
    y = panel.top - (38 if first else 14)
    head = _SERIES[panel.key][1]
    sheet.text(head, x=0, y=y - (16 if sheet.phone and not first else 0), size=12, bold=True)
    if sheet.phone:
        # Under the heading; over the first panel the names of phases need the room.
        sheet.text(
            end, x=sheet.width if first else 0, y=y, size=11, color=ACCENT, align="right" if first else "left"
        )
    else:
        sheet.text(end, x=sheet.width, y=y, size=12, bold=True, color=ACCENT, align="right")
        if math.isfinite(value):
            at = panel.y(min(value, panel.domain[1]))
            sheet.text(
                f"{number(value, d)}{sign}",
                x=panel.right + 6,
                y=at,
                size=12,
                bold=True,
                color=ACCENT,
                halo=True,
            )


def _title(finding: Finding, country: str) -> str:
    phase = text(getattr(finding, "phase", ""))
    since = text(getattr(finding, "phase_since", ""))
    if not phase:
        return f"The labour market {in_place(country)}"
    return f"The labour market {in_place(country)}: {phase} since {since}"


def _notes(finding: Finding, shown: pd.DataFrame, history: pd.DataFrame, *, cut: bool) -> list[str]:
    by = "unemployment" if text(getattr(finding, "phase_basis", "")) == "unemployment_rate" else "tightness"
    notes = [
        f"Blue: the forecast and its fans. Dashed: the last value carried on (naive). Shaded: phases of {by}."
    ]
    notes += ["A fan that ends in a flat edge runs on above it."] if cut else []
    spells = [s for s in _named_spells(shown) if s]
    notes += [f"Phases: {'; '.join(spells)}."] if spells else []
    hidden = len(history) - len(shown)
    notes += (
        [f"{hidden} earlier periods, from {text(history['period'].iloc[0])}, are not drawn."]
        if hidden
        else []
    )
    refused = [
        _SERIES[s][1].split(",")[0].lower() for s in getattr(finding, "refused", {}) or {} if s in _SERIES
    ]
    return notes + ([f"Not forecast: {', '.join(refused)}."] if refused else [])


def _named_spells(shown: pd.DataFrame) -> list[str]:
    names, kinds = words(shown, "period"), words(shown, "phase")
    starts = [0, *changes(kinds), len(kinds)]
    return [f"{kinds[a]} from {names[a]}" for a, b in pairwise(starts) if b > a and kinds[a]]
