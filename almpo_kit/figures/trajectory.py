"""How a country's regions have moved over time, beside the nation and the EU."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.rows import missing_note, named
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, CONTEXT, GROUND, INK, MUTED
from almpo_kit.figures.wording import (
    Measure,
    column,
    country_name,
    in_country,
    measure,
    plural,
    text,
    words,
)
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

Series = list[tuple[float, float]]


def trajectory(finding: Finding, width: int) -> Any:
    """Draw a Trajectory: thin grey regions, extremes named, the nation bold, the EU dashed."""
    m = measure(finding)
    regions, names = _series(finding.table, m)
    nation, eu = (_reference(getattr(finding, f, None), m) for f in ("national", "eu"))
    country = text(getattr(finding, "country", ""))
    points = [p for s in (*regions.values(), nation, eu) for p in s if p[1] == p[1]]
    if not points:
        why = f"No value is held for any region or year {in_country(country)}."
        title = f"{m.label} {in_country(country)}"
        return empty(finding, width, title=title, why=why, way_out="Choose another indicator.")
    phone = width < 480
    years = sorted({p[0] for p in points})
    span = (years[0], years[-1]) if len(years) > 1 else (years[0] - 1, years[0] + 1)
    low, high = min(p[1] for p in points), max(p[1] for p in points)
    room = 0.08 * (high - low or 1)
    box = (30.0, 26.0, width - (104.0 if phone else 190.0), 330.0 if phone else 380.0)
    domain = (max(0.0, low - room) if low >= 0 else low - room, high + room)
    sheet = Canvas(width, x=(span, (box[0], box[2])), y=(domain, (box[3], box[1])))
    notes = _breaks(sheet, finding, span, box)
    _axes(sheet, domain, span, box)
    chosen = _extremes(regions)
    _draw(sheet, regions, chosen, nation, eu, names, m)
    _end_labels(sheet, regions, chosen, nation, eu, names, m, country, width - box[2] - 8, box)
    notes += _gaps(regions, names)
    notes += _broken(finding)
    return sheet.finish(
        finding,
        title=_title(regions, m, country),
        subtitle=_subtitle(m, country, years, regions, eu),
        height=box[3] + 24,
        notes=notes,
        plot=box,
    )


def _gaps(regions: dict[str, Series], names: dict[str, str]) -> list[str]:
    """Which regions have no figure at all, and how many have gaps."""
    none = [f"{names[g]} ({g})" for g, s in regions.items() if not finite(v for _, v in s)]
    some = sum(0 < len(finite(v for _, v in s)) < len(s) for s in regions.values())
    notes = missing_note("No figure in any year", none)
    if some:
        lines = "a gap in its line" if some == 1 else "gaps in their lines"
        notes.append(f"{plural(some, 'region has', 'regions have')} years without a figure: {lines}.")
    return notes


def when(period: object) -> float:
    """``2021`` -> 2021.0 and ``2021-Q3`` -> 2021.5; NaN for anything else."""
    year, _, quarter = text(period).partition("-Q")
    try:
        return float(year) + (int(quarter) - 1) / 4 if quarter else float(year)
    except ValueError:
        return math.nan


def _line(frame: pd.DataFrame | None, m: Measure) -> Series:
    if frame is None or not len(frame) or "period" not in frame:
        return []
    pairs = zip(map(when, frame["period"]), column(frame, "value") / m.divisor, strict=True)
    return sorted((t, float(v)) for t, v in pairs if t == t)


def _reference(frame: pd.DataFrame | None, m: Measure) -> Series:
    """A national or EU series, cut where its ``part`` changes: values of two tables are not one line."""
    line = _line(frame, m)
    parts = _part_of(frame)
    cuts = [
        ((s + t) / 2, math.nan)
        for (s, _), (t, _) in itertools.pairwise(p for p in line if p[1] == p[1])
        if parts.get(s) != parts.get(t)
    ]
    return sorted([*line, *cuts])


def _part_of(frame: pd.DataFrame | None) -> dict[float, object]:
    """The part of each year with a value."""
    if frame is None or "part" not in frame:
        return {}
    held = frame[frame["value"].notna()]
    return dict(zip(map(when, held["period"]), held["part"], strict=True))


def _broken(finding: Finding) -> list[str]:
    """Say which lines are cut because their values come from several tables."""
    fields = {"national": "national", "eu": "EU-27"}
    cut = [name for f, name in fields.items() if len(set(_part_of(getattr(finding, f, None)).values())) > 1]
    lines = f"The {' and '.join(cut)} {'lines are' if len(cut) > 1 else 'line is'}"
    return [f"{lines} broken where the source changes table or edition."] if cut else []


def _series(table: pd.DataFrame, m: Measure) -> tuple[dict[str, Series], dict[str, str]]:
    """Each region's series, a missing year as NaN, and the regions' names."""
    if "geo" not in table or "period" not in table:
        return {}, {}
    frame = table.assign(geo=words(table, "geo"), name=words(table, "name"))
    every = sorted({t for t in map(when, frame["period"]) if t == t})
    series, names = {}, {}
    for geo, rows in frame.groupby("geo", sort=True):
        there = dict(_line(rows, m))
        series[str(geo)] = [(t, there.get(t, math.nan)) for t in every]
        names[str(geo)] = str(rows["name"].iloc[0]) or str(geo)
    return series, names


def _axes(
    sheet: Canvas, domain: tuple[float, float], span: tuple[float, float], box: tuple[float, ...]
) -> None:
    left, _, right, bottom = box
    at = ticks(*domain, 6)
    rows = [{"y": t, "label": number(t, digits(at))} for t in at]
    sheet.line(rows, x=left, x2=right, y="y")
    sheet.text(rows, x=left - 6, y="y", size=11, color=MUTED, align="right")
    years = ticks(math.ceil(span[0]), math.floor(span[1]), 5 if sheet.phone else 9)
    whole = [{"x": t, "label": f"{t:.0f}"} for t in years if abs(t - round(t)) < 1e-9]
    sheet.line(whole, x="x", y=bottom, y2=bottom + 4, color=MUTED)
    sheet.text(whole, x="x", y=bottom + 13, size=11, color=MUTED, align="center")
    sheet.line(x=left, x2=right, y=bottom, y2=bottom, color=MUTED)


def _breaks(sheet: Canvas, finding: Finding, span: tuple[float, float], box: tuple[float, ...]) -> list[str]:
    """Shade the step into each new definition and name it over the plot; the sentences become notes."""
    notes = []
    for period, sentence in getattr(finding, "breaks", ()) or ():
        t = when(period)
        if not span[0] < t <= span[1]:
            continue
        sheet.box([{"x": max(span[0], t - 1), "x2": t}], x="x", x2="x2", y=box[1], y2=box[3], color="#EEF1F4")
        x = sheet.pixel("x", t - 0.5)
        label = f"break in series, {text(period)}"
        half = text_width(label, 11) / 2
        sheet.text(
            label,
            x=min(max(x, box[0] + half), sheet.width - half),
            y=12,
            size=11,
            color=MUTED,
            align="center",
        )
        sheet.line(x=x, y=19, y2=box[1], color=MUTED)
        notes.append(f"Break in {text(period)}: {text(sentence)}")
    return notes


def _latest(s: Series) -> tuple[float, float]:
    return next((p for p in reversed(s) if p[1] == p[1]), (math.nan, math.nan))


def _extremes(regions: dict[str, Series], each: int = 2) -> list[str]:
    """The highest and lowest regions in the latest year, and the one that moved most."""
    last = {g: _latest(s) for g, s in regions.items()}
    final = max((t for t, v in last.values() if v == v), default=math.nan)
    ends = sorted((g for g in last if last[g][0] == final), key=lambda g: (-last[g][1], g))
    chosen = ends if len(ends) <= 2 * each + 1 else [*ends[:each], *ends[-each:]]
    moves = {
        g: abs(finite(v for _, v in s)[-1] - finite(v for _, v in s)[0])
        for g, s in regions.items()
        if len(finite(v for _, v in s)) > 1
    }
    most = max(sorted(moves), key=lambda g: moves[g], default=None)
    return chosen if most is None or most in chosen or most not in ends else [*chosen, most]


def _parts(name: str, s: Series) -> list[dict[str, Any]]:
    """Rows of one line, a new part after every gap: missing years are never bridged."""
    rows, part = [], 0
    for t, v in s:
        if v != v:
            part += 1
            continue
        rows.append({"x": t, "y": v, "part": f"{name}-{part}"})
    return rows


def _alone(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points that no line reaches, because both neighbours are missing."""
    count: dict[str, int] = {}
    for r in rows:
        count[r["part"]] = count.get(r["part"], 0) + 1
    return [r for r in rows if count[r["part"]] == 1]


def _draw(
    sheet: Canvas,
    regions: dict[str, Series],
    chosen: list[str],
    nation: Series,
    eu: Series,
    names: dict[str, str],
    m: Measure,
) -> None:
    grey = [r for g, s in regions.items() if g not in chosen for r in _parts(g, s)]
    told = [r for g in chosen for r in _parts(g, regions[g])]
    for rows, color, w in ((grey, CONTEXT, 1.2), (told, ACCENT, 1.6)):
        sheet.path(rows, color=color, width=w)
        sheet.dot(_alone(rows), color=color, size=18)
    sheet.path(_parts("eu", eu), color=MUTED, width=2.2, strokeDash=[6, 4])
    sheet.path(_parts("nation", nation), color=INK, width=3)
    for rows, color in ((_parts("eu", eu), MUTED), (_parts("nation", nation), INK)):
        sheet.dot(_alone(rows), color=color, size=30)
    # Invisible dots that say on hover which line this is.
    hover = [
        {"x": t, "y": v, "hover": f"{names[g]} ({g}), {t:.0f}: {number(v, m.digits)}{m.sign}"}
        for g, s in regions.items()
        for t, v in s
        if v == v
    ]
    if len(hover) <= 400:
        sheet.dot(hover, color=GROUND, size=60, fillOpacity=0)


def _end_labels(
    sheet: Canvas,
    regions: dict[str, Series],
    chosen: list[str],
    nation: Series,
    eu: Series,
    names: dict[str, str],
    m: Measure,
    country: str,
    room: float,
    box: tuple[float, ...],
) -> None:
    """Names at the line ends, moved apart, tied to their line where they had to move."""
    lines = [(_short(names[g], g, room - 50), regions[g], ACCENT, False) for g in chosen]
    lines += [("EU-27", eu, MUTED, True), (country_name(country), nation, INK, True)]
    ends = [(label, _latest(s), ink, bold) for label, s, ink, bold in lines]
    ends = [e for e in ends if e[1][1] == e[1][1]]
    wanted = [sheet.pixel("y", v) for _, (_, v), _, _ in ends]
    placed = spread(wanted, 14, box[1], box[3])
    for (label, (t, v), ink, bold), y in zip(ends, placed, strict=True):
        # A series that stops early says so: its label is far from its end.
        early = f", {t:.0f}" if sheet.pixel("x", t) < box[2] - 1 else ""
        tail = f" {number(v, m.digits)}{m.sign}{early}"
        shown = fit(label, 11, room - text_width(tail, 11, bold=bold) - 14, bold=bold) + tail
        sheet.line(
            [{"x": t, "y": v, "k": 0}], x="x", x2=box[2] + 10, y="y", y2=y, color=ink, width=0.7, opacity=0.7
        )
        sheet.text(shown, x=box[2] + 13, y=y, size=11, bold=bold, color=ink)


def _short(name: str, code: str, room: float) -> str:
    """The name where it fits; else its beginning and the code, so that no two labels read alike."""
    if text_width(name, 11) <= room:
        return name
    return named(name, code, room * 12 / 11) if room > 90 else code


def _title(regions: dict[str, Series], m: Measure, country: str) -> str:
    full = {g: [(t, v) for t, v in s if v == v] for g, s in regions.items()}
    starts = [s[0][0] for s in full.values() if len(s) > 1]
    if not starts:
        return f"{m.label} {in_country(country)}"
    start, end = min(starts), max(s[-1][0] for s in full.values() if len(s) > 1)
    both = [s for s in full.values() if len(s) > 1 and s[0][0] == start and s[-1][0] == end]
    fell = sum(s[-1][1] < s[0][1] for s in both)
    rose = sum(s[-1][1] > s[0][1] for s in both)
    word, n = ("rose", rose) if rose >= fell else ("fell", fell)
    if both and not n:
        return f"{m.label} did not change {in_country(country)} from {start:.0f} to {end:.0f}"
    if len(regions) == 1:
        return f"{m.label} {in_country(country)} {word} from {start:.0f} to {end:.0f}"
    some = (
        f"all {n} regions"
        if n == len(both) == len(regions) > 1
        else f"{n} of {plural(len(both), 'region')}{'' if len(both) == len(regions) else ' with figures'}"
    )
    return f"{m.label} {word} in {some} {in_country(country)} from {start:.0f} to {end:.0f}"


def _subtitle(m: Measure, country: str, years: list[float], regions: dict[str, Series], eu: Series) -> str:
    parts = [
        m.unit[:1].upper() + m.unit[1:],
        f"{country_name(country)} ({country}){' and EU-27' if eu else ''}",
        f"{years[0]:.0f}–{years[-1]:.0f}" if len(years) > 1 else f"{years[0]:.0f}",
        plural(sum(bool(finite(v for _, v in s)) for s in regions.values()), "region"),
    ]
    return " · ".join(p for p in parts if p)
