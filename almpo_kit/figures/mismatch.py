"""How much mismatch there is, over time or by level of aggregation, and where it lies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.panels import IntervalRow, course, interval_rows
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import BAD, GOOD, MUTED
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Bars in each direction.
_MOST = 7


def mismatch(finding: Finding, width: int) -> Any:
    """Draw a Mismatch or a MismatchByLevel."""
    table = finding.table
    if not column(table, "corrected").notna().any():
        return empty(
            finding,
            width,
            title="How much mismatch is there?",
            why="There is no index to show.",
            way_out="Give unemployed people and vacancies in at least two cells.",
        )
    sheet = Canvas(width)
    if "geo_level" in table:
        end = interval_rows(sheet, _levels(table), 0.0, unit="% of hires")
    elif len(table) > 1:
        mid, low, high = ([100 * v for v in column(table, c)] for c in ("corrected", "low", "high"))
        end = course(
            sheet,
            words(table, "period"),
            mid,
            low,
            high,
            0.0,
            unit="% of hires lost, corrected for thin cells",
            zero=True,
        )
    else:
        end = interval_rows(sheet, _measures(finding), 0.0, unit="%")
    cells = getattr(finding, "cells", None)
    if cells is not None and len(cells):
        end = _bars(sheet, cells, end + 12)
    return sheet.finish(
        finding,
        title=_title(finding),
        subtitle=_subtitle(finding),
        height=end,
        notes=_notes(finding),
        plot=(0, 0, width, end),
    )


def _percent(x: float) -> str:
    return f"{number(100 * x, 1)}%" if math.isfinite(x) else "–"


def _said(value: float, low: float, high: float) -> str:
    ends = (
        f" ({number(100 * low, 1)} to {number(100 * high, 1)})"
        if math.isfinite(low) and math.isfinite(high)
        else ""
    )
    return _percent(value) + ends


def _title(finding: Finding) -> str:
    table = finding.table
    if "geo_level" in table:
        return "Mismatch depends on how finely it is measured"
    if finding.certainty == "too little to say":
        return "Too little to say how many hires mismatch costs"
    when = text(getattr(finding, "period", ""))
    value = getattr(finding, "corrected", math.nan)
    if not math.isfinite(value):
        return "How much mismatch is there?"
    return f"Mismatch costs {_percent(value)} of hires{f', {when}' if when else ''}"


def _subtitle(finding: Finding) -> str:
    parts = [
        f"Planner’s index (Şahin et al. 2014), exponent of vacancies {number(getattr(finding, 'elasticity', math.nan), 2)}"
    ]
    share = getattr(finding, "unemployment_share", math.nan)
    if math.isfinite(share) and finding.certainty != "too little to say":
        words_of = {"path": "", "steady state": ", once flows balance"}
        how = words_of.get(text(getattr(finding, "counterfactual", "")), " at most, once flows balance")
        parts.append(f"without it unemployment would be {_percent(share)} lower{how}")
    level = getattr(finding, "confidence", math.nan)
    if math.isfinite(level) and column(finding.table, "low").notna().any():
        parts.append(f"{number(100 * level, 0)}% intervals")
    return " · ".join(parts)


def _notes(finding: Finding) -> list[str]:
    notes = []
    if "geo_level" in finding.table or len(finding.table) == 1:
        notes.append(
            "Filled: corrected for thin cells. Hollow: as published, which chance in thin cells raises."
        )
    if "geo_level" in finding.table:
        notes.append("Grey: too thin to say anything.")
    elif getattr(finding, "cells", None) is not None:
        notes.append(
            "Bars: unemployed people above or below the number that would make the most hires with the same vacancies. Cells "
            "with few people are left out."
        )
    return notes


def _levels(table: pd.DataFrame) -> list[IntervalRow]:
    columns = ("geo_level", "occupation_level", "n_cells", "index", "corrected", "low", "high")
    thin = [bool(v) and v == v for v in table["thin"]] if "thin" in table else [False] * len(table)
    rows = []
    for values, faint in zip(zip(*(column(table, c) for c in columns), strict=True), thin, strict=True):
        geo, digit, n, plain, value, low, high = values
        name = f"NUTS {number(geo, 0)} × {number(digit, 0)} ISCO digit{'' if digit == 1 else 's'}, {number(n, 0)} cells"
        said = "too thin" if faint else _said(value, low, high)
        rows.append(
            IntervalRow(name, 100 * value, 100 * low, 100 * high, said, also=100 * plain, faint=faint)
        )
    return rows


def _measures(finding: Finding) -> list[IntervalRow]:
    found = getattr(finding, "measures", None)
    if found is None or not len(found):
        row = finding.table.iloc[0]
        found = finding.table.iloc[:1].assign(measure="planner’s index", value=row.get("index", math.nan))
    rows = []
    columns = ("value", "corrected", "low", "high")
    for name, plain, value, low, high in zip(
        words(found, "measure"), *(column(found, c) for c in columns), strict=True
    ):
        if math.isfinite(value):
            label, said = f"{name[:1].upper()}{name[1:]}", _said(value, low, high)
            rows.append(IntervalRow(label, 100 * value, 100 * low, 100 * high, said, also=100 * plain))
    return rows


# ---- where it lies -----------------------------------------------------------------------------------


def _chosen(cells: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Name, surplus and contribution of the largest gaps in both directions, never of small cells."""
    small = [bool(v) for v in cells["small"]] if "small" in cells else [False] * len(cells)
    rows = [
        (name, s, c)
        for name, s, c, tiny in zip(
            words(cells, "name"),
            column(cells, "surplus"),
            column(cells, "contribution_share"),
            small,
            strict=True,
        )
        if math.isfinite(s) and math.isfinite(c) and abs(s) >= 0.5 and not tiny
    ]
    rows.sort(key=lambda r: -r[2])
    return [r for r in rows if r[1] > 0][:_MOST] + [r for r in rows if r[1] < 0][:_MOST]


def _bars(sheet: Canvas, cells: pd.DataFrame, top: float) -> float:
    rows = _chosen(cells)
    if not rows:
        return top
    sheet.text("Where it lies", x=0, y=top + 8, size=12, bold=True)
    columns = [f"{number(100 * c, 0)}%" for _, _, c in rows]
    wide = max([text_width(c, 12) for c in columns] + [text_width("of the index", 11)]) + 14
    room = 0.0 if sheet.phone else min(max(text_width(n, 12) for n, _, _ in rows) + 14, 0.42 * sheet.width)
    x0, x1 = (6.0, sheet.width - 6.0) if sheet.phone else (room, sheet.width - wide)
    low, high = min(0.0, *(s for _, s, _ in rows)), max(0.0, *(s for _, s, _ in rows))
    pad = 0.03 * (high - low)
    low, high = low - pad * (low < 0), high + pad * (high > 0)
    pitch, first = (40.0 if sheet.phone else 22.0), top + 62
    bottom = first + pitch * len(rows)

    def x(v: float) -> float:
        return x0 + (v - low) / (high - low) * (x1 - x0)

    _directions(sheet, rows, x0, x1, top + 26)
    at = ticks(low, high, 4 if sheet.phone else 7)
    grid = [{"x": x(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x="x", y=first, y2=bottom)
    sheet.line(x=x(0), y=first, y2=bottom, color=MUTED, width=1.2)
    half = max(text_width(str(g["label"]), 11) for g in grid) / 2
    lettered = [g | {"x": min(max(x(t), half), sheet.width - half)} for g, t in zip(grid, at, strict=True)]
    sheet.text(lettered, x="x", y=first - 8, size=11, color=MUTED, align="center", halo=True)
    if not sheet.phone:
        sheet.text("of the index", x=sheet.width, y=first - 8, size=11, color=MUTED, align="right")
    for k, ((name, s, _), share) in enumerate(zip(rows, columns, strict=True)):
        y = first + pitch * (k + (0.72 if sheet.phone else 0.5))
        word_y = y - 18 if sheet.phone else y
        space = sheet.width - wide - 6 if sheet.phone else room - 12
        sheet.text(
            _fitted(name, space),
            x=0 if sheet.phone else room - 10,
            y=word_y,
            align="left" if sheet.phone else "right",
            halo=sheet.phone,
        )
        sheet.text(share, x=sheet.width, y=word_y, align="right", halo=sheet.phone)
        left, right = sorted((x(0), x(s)))
        hover = [{"hover": f"{name}: {number(abs(s), 0)} {'more' if s > 0 else 'fewer'} than would be best"}]
        sheet.box(hover, x=left, x2=right, y=y - 7, y2=y + 7, color=BAD if s > 0 else GOOD)
    return bottom + 8


def _fitted(name: str, room: float) -> str:
    """A cell's name, the occupation shortened where it must be, never the region."""
    head, between, region = name.rpartition(" in ")
    tail = f"{between}{region}" if between and text_width(region, 12) < room / 2 else ""
    return fit(head, 12, room - text_width(tail, 12)) + tail if tail else fit(name, 12, room)


def _directions(sheet: Canvas, rows: list[tuple[str, float, float]], x0: float, x1: float, y: float) -> None:
    """Which side is short, above the bars that say so."""
    held = finite(s for _, s, _ in rows)
    if min(held) < 0:
        sheet.text("← too few seekers", x=x0, y=y, size=11, bold=True, color=GOOD)
    if max(held) > 0:
        sheet.text("too few vacancies →", x=x1, y=y, size=11, bold=True, color=BAD, align="right")
    if x1 - x0 > 440:
        sheet.text(
            "unemployed people above or below the best",
            x=(x0 + x1) / 2,
            y=y,
            size=11,
            color=MUTED,
            align="center",
        )
