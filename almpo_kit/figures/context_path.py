"""One region's way over the threshold: its rate, the band of the margin, its class in every year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.context_classes import BAND, CLASSES, KEPT, SKILL_UNKNOWN
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.theme import CONTEXT, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.timeline import axes, lonely, points, when
from almpo_kit.figures.wording import column, country_name, measure, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

Box = tuple[float, float, float, float]
Rows = Sequence[Mapping[str, Any]]


def context_path(finding: Finding, width: int) -> Any:
    """Draw a Profile (or anything with ``path``): the rate over the years beside threshold and margin."""
    path = getattr(finding, "path", None)
    name, region = text(getattr(finding, "name", "")), text(getattr(finding, "region", ""))
    who = f"{name} ({region})" if name and region else name or region or "This region"
    rates = points(path, "unemployment_rate") if path is not None else []
    if not rates:
        title = f"The labour market of {who}"
        why = f"No unemployment rate of {who} is held for any year."
        return empty(finding, width, title=title, why=why, way_out="Choose another region.")
    assert path is not None
    margin = _margin(finding)
    level = points(path, "threshold")
    nation = _nation(path)
    phone = width < 480
    box: Box = (30.0, 30.0, width - (96.0 if phone else 170.0), 300.0 if phone else 320.0)
    band = [{"x": r["x"], "y": r["y"] + s * margin} for r in level for s in (-1, 1)]
    sheet = _sheet(width, [*rates, *level, *nation, *band], box)
    breaks = _breaks(sheet, finding, box)
    _band(sheet, level, margin)
    axes(sheet, box)
    sheet.path(nation, color=CONTEXT, width=2)
    sheet.dot(lonely(nation), color=CONTEXT, size=30)
    sheet.path(level, color=INK, width=1.6, strokeDash=[6, 4])
    sheet.path(rates, color=HIGHLIGHT, width=2.2)
    _marks(sheet, path, who)
    _ends(sheet, finding, path, rates, level, nation, box)
    return sheet.finish(
        finding,
        title=_title(path, who),
        subtitle=_subtitle(finding, path, margin),
        height=box[3] + 24,
        notes=[*_legend(path), *breaks, *_gaps(path)],
        plot=box,
    )


def _sheet(width: int, rows: Rows, box: Box) -> Canvas:
    xs, ys = [r["x"] for r in rows], [r["y"] for r in rows]
    low, high = min(ys), max(ys)
    room = 0.1 * (high - low or 1)
    span = (min(xs), max(xs)) if max(xs) > min(xs) else (min(xs) - 1, max(xs) + 1)
    domain = (max(0.0, low - room), high + room)
    # Marks stand on the first and last year, so they need room at the edges.
    pad = 0.03 * (span[1] - span[0])
    return Canvas(width, x=((span[0] - pad, span[1] + pad), (box[0], box[2])), y=(domain, (box[3], box[1])))


def _margin(finding: Finding) -> float:
    try:
        margin = float(getattr(finding, "margin", math.nan))
    except (TypeError, ValueError):
        return 0.0
    return margin if math.isfinite(margin) else 0.0


def _nation(path: pd.DataFrame) -> list[dict[str, Any]]:
    """The nation's rate, from the distance to it; none where the region is its nation."""
    if "distance_to_nation" not in path:
        return []
    value = column(path, "unemployment_rate") - column(path, "distance_to_nation")
    rows = points(path.assign(nation=value), "nation")
    gaps = column(path, "distance_to_nation")
    # Where the region's last years are missing, the nation's cannot be had from the distance: no half line.
    if not len(gaps) or gaps.isna().iloc[-1] or (gaps.dropna().abs() < 0.15).all():
        return []
    return rows


def _band(sheet: Canvas, level: Rows, margin: float) -> None:
    """The margin around the threshold, year by year: a trapezium between each two years."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for r in level:
        parts.setdefault(r["part"], []).append(r)
    for rows in parts.values():
        edge = [{"x": r["x"], "y": r["y"] + margin} for r in rows]
        edge += [{"x": r["x"], "y": r["y"] - margin} for r in reversed(rows)]
        sheet.path(edge, fill=True, color=BAND, opacity=1)


def _breaks(sheet: Canvas, finding: Finding, box: Box) -> list[str]:
    notes = []
    low, high = sheet.domain("x")
    for period, sentence in getattr(finding, "breaks", ()) or ():
        t = when(period)
        if not low < t <= high:
            continue
        ends = [{"x": max(low, t - 1), "x2": t}]
        sheet.box(ends, x="x", x2="x2", y=box[1], y2=box[3], color="#F3E9D8", opacity=0.8)
        label = f"break in series, {text(period)}"
        half = text_width(label, 11) / 2
        at = min(max(sheet.pixel("x", t - 0.5), box[0] + half), sheet.width - half)
        sheet.text(label, x=at, y=14, size=11, color=MUTED, align="center")
        notes.append(f"Break in {text(period)}: {text(sentence)}")
    return notes


def _marks(sheet: Canvas, path: pd.DataFrame, who: str) -> None:
    rates, kept = column(path, "unemployment_rate"), words(path, "kept_from")
    for kind, mark in CLASSES.items():
        rows = [
            {
                "x": when(p),
                "y": float(r),
                "hover": f"{who}, {p}: {number(r)}%, {mark.label}{f', kept from {k}' if k else ''}",
                "kept": bool(k),
            }
            for p, r, c, k in zip(path["period"], rates, words(path, "unemployment_class"), kept, strict=True)
            if c == kind and r == r
        ]
        for hollow in (False, True):
            own = [r for r in rows if r["kept"] == hollow]
            sheet.dot(own, color=mark.colour, shape=mark.shape, size=95, hollow=hollow)


def _ends(
    sheet: Canvas,
    finding: Finding,
    path: pd.DataFrame,
    rates: Rows,
    level: Rows,
    nation: Rows,
    box: Box,
) -> None:
    label = text(getattr(finding, "threshold_label", "")) or "threshold"
    country = country_name(getattr(finding, "country", ""))
    region = text(getattr(finding, "name", "")) or text(getattr(finding, "region", ""))
    lines = [(region, rates, HIGHLIGHT, True), (label.removeprefix("the "), level, INK, False)]
    lines += [(country, nation, MUTED, False)]
    ends = [(name, rows[-1], ink, bold) for name, rows, ink, bold in lines if rows]
    placed = spread([sheet.pixel("y", r["y"]) for _, r, _, _ in ends], 15, box[1], box[3])
    room = sheet.width - box[2] - 16
    for (name, row, ink, bold), y in zip(ends, placed, strict=True):
        early = f", {row['period']}" if sheet.pixel("x", row["x"]) < box[2] - 24 else ""
        tail = f" {number(row['y'])}%{early}"
        space = room - text_width(tail, 11, bold=bold)
        if name == region and text_width(name, 11, bold=bold) > space:
            name = text(getattr(finding, "region", "")) or name
        shown = fit(name, 11, space, bold=bold) + tail
        sheet.line([dict(row)], x="x", x2=box[2] + 9, y="y", y2=y, color=ink, width=0.7, opacity=0.6)
        sheet.text(shown, x=box[2] + 12, y=y, size=11, bold=bold, color=ink)


def _title(path: pd.DataFrame, who: str) -> str:
    seen = [c for c in words(path, "unemployment_class") if c in CLASSES]
    if not seen:
        return f"{who} cannot be classed: the threshold is missing"
    last = CLASSES[seen[-1]].label
    classes = words(path, "unemployment_class")
    if classes[-1] not in CLASSES:
        year = [text(p) for p, c in zip(path["period"], classes, strict=True) if c in CLASSES][-1]
        return f"{who}: {last} in {year}, the last year with a figure"
    kept = words(path, "kept_from")[-1] if len(path) else ""
    if kept:
        return f"{who}: still counted as {last}, within the margin"
    # Near the threshold is no class yet, so leaving it is no change.
    classed = [c for c in seen if c != "near the threshold"]
    turns = sum(a != b for a, b in pairwise(classed))
    if not turns:
        return f"{who}: {last}"
    times = "once" if turns == 1 else "twice" if turns == 2 else f"{turns} times"
    return f"{who}: {last} now, after its class changed {times}"


def _subtitle(finding: Finding, path: pd.DataFrame, margin: float) -> str:
    m = measure(finding, "unemployment_rate")
    years = [text(p) for p in path["period"]]
    skills = [s for s in words(path, "skill_class") if s not in ("", "unknown")]
    label = (text(getattr(finding, "threshold_label", "")) or "threshold").removeprefix("the ")
    parts = [
        f"Unemployment rate, {m.unit}",
        f"{years[0]}–{years[-1]}" if len(years) > 1 else years[0],
        f"shaded: within {margin:g} point{'' if margin == 1 else 's'} of the {label}" if margin else "",
        f"skilled jobs: {skills[-1]}" if skills else SKILL_UNKNOWN,
    ]
    return " · ".join(p for p in parts if p)


def _legend(path: pd.DataFrame) -> list[str]:
    shapes = {"triangle-up": "triangle", "diamond": "diamond", "circle": "circle", "square": "square"}
    seen = set(words(path, "unemployment_class"))
    told = [f"{shapes[m.shape]}: {m.label}" for k, m in CLASSES.items() if k in seen]
    told += [KEPT] if any(words(path, "kept_from")) else []
    return [f"Marks: {'; '.join(told)}."] if told else []


def _gaps(path: pd.DataFrame) -> list[str]:
    rates = column(path, "unemployment_rate")
    gone = [text(p) for p, r in zip(path["period"], rates, strict=True) if r != r]
    return [f"No figure for {', '.join(gone)}."] if gone else []
