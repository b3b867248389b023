"""Whether regions draw together: dispersion over the years, and change against the first value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import spread, wrap
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, CARD, CONTEXT, HIGHLIGHT, MUTED, RULE
from almpo_kit.figures.wording import column, measure, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_PLOT = 210.0


def convergence(finding: Finding, width: int) -> Any:
    """Draw a Convergence: σ as lines by stretch of years, β as a scatter of the last stretch."""
    table = finding.table
    if not column(table, "dispersion").notna().any():
        return empty(
            finding,
            width,
            title="Do regions draw together?",
            why="No region could be followed.",
            way_out="Choose other years or another indicator.",
        )
    sheet = Canvas(width)
    half = width if sheet.phone else (width - 36) / 2
    bottom = _lines(sheet, finding, 0.0, half, 0.0)
    left, top = (0.0, bottom + 26) if sheet.phone else (half + 36, 0.0)
    end = max(bottom, _scatter(sheet, finding, left, left + half, top))
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _title(finding: Finding) -> str:
    m = measure(finding)
    spans = getattr(finding, "spans", None)
    if spans is None or not len(spans):
        return f"{m.label}: how far apart regions are"
    last = spans.iloc[-1]
    verdict = text(last["verdict"])
    did = {"no clear change": "regions neither drew together nor apart beyond chance"}
    return f"{m.label}: {did.get(verdict, f'regions {verdict}')}, {last['first']}–{last['last']}"


def _subtitle(finding: Finding) -> str:
    unit = measure(finding).unit
    n, total = getattr(finding, "n_regions", 0), getattr(finding, "n_listed", 0)
    return f"{unit[:1].upper()}{unit[1:]} · {n} of {total} regions of the EU, the same in every year"


def _notes(finding: Finding) -> list[str]:
    notes = ["Dispersion: standard deviation over regions, each counting the same."]
    if getattr(finding, "logged", False):
        notes = ["Dispersion: standard deviation of logarithms over regions, each counting the same."]
    notes.append(
        "The squares of the parts between and within countries add up to that of the whole. A slope alone does not "
        "show convergence: chance pulls extremes to the middle."
    )
    if len(set(words(finding.table, "stretch"))) > 1:
        notes.append("The survey was redesigned in 2021: nothing is compared across.")
    return notes


# ---- dispersion --------------------------------------------------------------------------------------


def _lines(sheet: Canvas, finding: Finding, left: float, right: float, top: float) -> float:
    table = finding.table.assign(
        year=column(finding.table, "period"),
        all=column(finding.table, "dispersion"),
        between=column(finding.table, "between") ** 0.5,
        within=column(finding.table, "within") ** 0.5,
        stretch=words(finding.table, "stretch"),
    )
    table = table[table["year"].notna()]
    unit = "standard deviation of logarithms" if getattr(finding, "logged", False) else "points"
    sheet.text("Dispersion", x=left, y=top + 8, size=12, bold=True)
    sheet.text(unit, x=left, y=top + 24, size=11, color=MUTED)
    first, last = float(table["year"].min()), float(table["year"].max())
    high = 1.12 * max(finite([*table["all"], *table["between"], *table["within"]]) or [1.0]) or 1.0
    x0, x1, y0, y1 = left + 34, right - 74, top + 44, top + 44 + _PLOT

    def x(v: float) -> float:
        return x0 + 14 + (v - first) / (last - first or 1.0) * (x1 - x0 - 14)

    def y(v: float) -> float:
        return y1 - v / high * (y1 - y0)

    at = ticks(0, high, 5)
    grid = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    years = sorted({int(v) for v in table["year"]})
    step = max(1, math.ceil(len(years) / 6))
    shown = [v for v in years if (years[-1] - v) % step == 0]
    sheet.text(
        [{"x": x(v), "label": str(v)} for v in shown], x="x", y=y1 + 14, size=11, color=MUTED, align="center"
    )
    _break(sheet, table, x, y0, y1)
    kinds = (
        ("within", "within", CONTEXT, 2.0),
        ("between", "between", MUTED, 2.0),
        ("all", "all", ACCENT, 2.6),
    )
    for name, _, colour, thick in kinds:
        for stretch, rows in table.groupby("stretch", sort=False):
            points = [
                {"x": x(a), "y": y(b), "part": text(stretch)}
                for a, b in zip(rows["year"], rows[name], strict=True)
                if b == b
            ]
            sheet.path(points, color=colour, width=thick)
            if name == "all":
                marks = [
                    {**p, "hover": f"{int(a)}: {number(b, 3 if high < 2 else 2)}"}
                    for p, a, b in zip(points, rows["year"], rows[name], strict=False)
                ]
                sheet.dot(marks, color=ACCENT, size=44)
                _ends(sheet, points, rows["all"].tolist(), 3 if high < 2 else 1)
    _labels(sheet, table, kinds, x1, y)
    return y1 + 24


def _break(sheet: Canvas, table: pd.DataFrame, x: Any, top: float, bottom: float) -> None:
    """Shade the gap between two stretches, and name it."""
    ends = table.groupby("stretch", sort=False)["year"].agg(["min", "max"])
    for before, after in zip(ends["max"].iloc[:-1], ends["min"].iloc[1:], strict=True):
        sheet.box(x=x(before), x2=x(after), y=top, y2=bottom, color=CARD)
        middle = (x(before) + x(after)) / 2
        for i, word in enumerate(("new", "survey")):
            sheet.text(
                word, x=middle, y=bottom - 22 + 13 * i, size=11, color=MUTED, align="center", halo=True
            )


def _ends(sheet: Canvas, points: list[dict[str, Any]], values: list[float], d: int) -> None:
    """The value at both ends of a stretch, above the line."""
    ends = (
        [(points[0], values[0]), (points[-1], values[-1])]
        if len(points) > 1
        else [(points[0], values[0])]
        if points
        else []
    )
    for point, value in ends:
        sheet.text(
            number(value, d),
            x=point["x"],
            y=point["y"] - 12,
            size=12,
            bold=True,
            color=ACCENT,
            align="center",
            halo=True,
        )


def _labels(sheet: Canvas, table: pd.DataFrame, kinds: Any, right: float, y: Any) -> None:
    last = table.iloc[-1]
    there = [(n, label, c) for n, label, c, _ in kinds if last[n] == last[n]]
    heights = spread([y(float(last[n])) for n, _, _ in there], 14, 0, 1e6)
    said = {"all": "all regions", "between": "between", "within": "within"}
    for (_, label, colour), at in zip(there, heights, strict=True):
        ink = MUTED if colour == CONTEXT else colour
        for i, line in enumerate(wrap(said[label], 11, 66, bold=label == "all", lines=1)):
            sheet.text(line, x=right + 8, y=at + 12 * i, size=11, bold=label == "all", color=ink)


# ---- catching up -------------------------------------------------------------------------------------


def _scatter(sheet: Canvas, finding: Finding, left: float, right: float, top: float) -> float:
    m, regions, row = measure(finding), getattr(finding, "regions", None), _slope(finding)
    if regions is None or not len(regions):
        return top
    stretch = words(regions, "stretch")[-1]
    rows = regions[[s == stretch for s in words(regions, "stretch")]]
    rows = rows.assign(at=column(rows, "initial"), by=column(rows, "change"), where=column(rows, "start"))
    rows = rows[rows["at"].notna() & rows["by"].notna()]
    if rows.empty:
        return top
    logged = bool(getattr(finding, "logged", False))
    unit = "per cent a year" if logged else "points a year"
    sheet.text(f"Change {stretch} against the first value", x=left, y=top + 8, size=12, bold=True)
    sheet.text(unit, x=left, y=top + 24, size=11, color=MUTED)
    x0, x1, y0, y1 = left + 34, right - 8, top + 44, top + 44 + _PLOT
    low, high = float(rows["where"].min()), float(rows["where"].max())
    down, up = min(0.0, float(rows["by"].min())), max(0.0, float(rows["by"].max()))

    def x(v: float) -> float:
        return x0 + 6 + (v - low) / (high - low or 1.0) * (x1 - x0 - 12)

    def y(v: float) -> float:
        return y1 - 6 - (v - down) / (up - down or 1.0) * (y1 - y0 - 12)

    at = ticks(down, up, 6)
    grid = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=x0, x2=x1, y="y")
    sheet.line(x=x0, x2=x1, y=y(0.0), color=MUTED, width=1.2)
    sheet.text(grid, x=x0 - 6, y="y", size=11, color=MUTED, align="right")
    # Where amounts are compared in logarithms, round amounts are still what is lettered below.
    raw = ticks(float(rows["at"].min()) / m.divisor, float(rows["at"].max()) / m.divisor, 5)
    below = [
        {"x": x(math.log(t * m.divisor) if logged else t * m.divisor), "label": number(t, digits(raw))}
        for t in raw
        if not logged or t > 0
    ]
    sheet.line(below, x="x", y=y1, y2=y1 + 4, color=RULE)
    sheet.text(below, x="x", y=y1 + 14, size=11, color=MUTED, align="center")
    sign = m.sign.strip()
    sheet.text(
        f"value in {stretch.split('–')[0]}{f' ({sign})' if sign else ''}",
        x=(x0 + x1) / 2,
        y=y1 + 31,
        size=11,
        color=MUTED,
        align="center",
    )
    marks = [
        {"x": x(w), "y": y(b), "hover": f"{n} ({g}): {m.value(a)}, then {number(b, 2)} {unit}"}
        for w, a, b, n, g in zip(
            rows["where"], rows["at"], rows["by"], words(rows, "name"), words(rows, "geo"), strict=True
        )
    ]
    sheet.dot(marks, color=ACCENT, size=22, opacity=0.45)
    if row is not None:
        corner = y0 + 12 if float(row["slope"]) < 0 else y1 - 12
        _fit(sheet, rows, row, 100 if logged else 1, (low, high), x, y, corner)
    return y1 + 42


def _slope(finding: Finding) -> pd.Series | None:
    slopes = getattr(finding, "slopes", None)
    if slopes is None or not len(slopes):
        return None
    rows = slopes[[k == "all regions" for k in words(slopes, "kind")]]
    return None if rows.empty else rows.iloc[-1]


def _fit(
    sheet: Canvas,
    rows: pd.DataFrame,
    row: pd.Series,
    times: float,
    ends: tuple[float, float],
    x: Any,
    y: Any,
    label_at: float,
) -> None:
    """The fitted line, through the mean of the points."""
    slope = times * float(row["slope"])
    if not math.isfinite(slope):
        return
    middle, level = float(rows["where"].mean()), float(rows["by"].mean())
    line = [{"x": x(v), "y": y(level + slope * (v - middle)), "part": "fit"} for v in ends]
    sheet.path(line, color=HIGHLIGHT, width=2.2)
    half, early, late = (float(row[k]) for k in ("half_life", "half_life_low", "half_life_high"))
    label = ""
    if float(row["high"]) < 0 and math.isfinite(half):
        until = number(late, 0) if math.isfinite(late) else "never"
        label = f"half a gap closes in {number(half, 0)} years (95%: {number(early, 0)} to {until})"
    if label:
        # Falling slopes leave the upper right corner free, rising ones the lower.
        sheet.text(
            label, x=x(ends[1]), y=label_at, size=11, bold=True, color=HIGHLIGHT, align="right", halo=True
        )
