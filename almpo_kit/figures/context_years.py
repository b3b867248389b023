"""Which labour market regions had over the years: a tile a region and year, or counts where they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.context_classes import CLASSES, SKILL_UNKNOWN
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.rows import named
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import INK, MISSING, MUTED, RULE, letter_on
from almpo_kit.figures.wording import column, country_name, in_country, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Regions beyond which tiles become counts.
MANY = 45
_PHASES = {"rising": "up", "falling": "down", "peak": "peak", "trough": "trough", "stable": "flat"}
#: The same where a year has little room.
_SIGNS = {"rising": "+", "falling": "−", "peak": "P", "trough": "T", "stable": "="}
_NARROW = 40.0
_TOP = 58.0


def context_years(finding: Finding, width: int) -> Any:
    """Draw a Context of several years."""
    table = _prepared(finding)
    if not table["unemployment_class"].isin(list(CLASSES)).any():
        why = "No region can be classed in any year: thresholds or rates are missing."
        return empty(
            finding,
            width,
            title="Labour markets over the years",
            why=why,
            way_out="Choose another threshold.",
        )
    regions = list(dict.fromkeys(table["geo"]))
    return _tiles(finding, width, table, regions) if len(regions) <= MANY else _counts(finding, width, table)


def _prepared(finding: Finding) -> pd.DataFrame:
    table = finding.table
    return table.assign(
        **{
            c: words(table, c)
            for c in ("geo", "name", "period", "unemployment_class", "kept_from", "cycle_phase")
        },
        unemployment_rate=column(table, "unemployment_rate"),
    )


def _years(table: pd.DataFrame) -> list[str]:
    return sorted(set(table["period"]))


def _tiles(finding: Finding, width: int, table: pd.DataFrame, regions: list[str]) -> Any:
    """Rows are regions from high to low in the last year; a letter in each tile says the class too."""
    years = _years(table)
    phone = width < 480
    names = dict(zip(table["geo"], table["name"], strict=True))
    now = table[table["period"] == years[-1]]
    last = {str(g): float(r) for g, r in zip(now["geo"], now["unemployment_rate"], strict=True) if r == r}
    order = sorted(regions, key=lambda g: (-last.get(g, -1.0), g))
    room = 96.0 if phone else min(max(text_width(f"{names[g]} ({g})", 12) for g in order) + 12, 0.4 * width)
    step = (width - room - 2) / len(years)
    pitch = 22.0
    sheet = Canvas(width)
    at = {y: room + k * step for k, y in enumerate(years)}
    top = {g: _TOP + k * pitch for k, g in enumerate(order)}
    bottom = _TOP + pitch * len(order)
    _head(sheet, table, at, step, phase=_one_country(table))
    labels = [{"y": top[g] + pitch / 2, "label": named(names[g], g, room - 10)} for g in order]
    sheet.text(labels, x=room - 8, size=12, align="right")
    cells = zip(
        table["geo"], table["period"], table["unemployment_class"], table["unemployment_rate"], table["kept_from"],
        strict=True,
    )  # fmt: skip
    for geo, year, kind, rate, kept in cells:
        hover = (
            f"{names[geo]} ({geo}), {year}: {number(rate)}%, {kind}{f', kept from {kept}' if kept else ''}"
        )
        _tile(sheet, (at[year], top[geo], step, pitch), kind, bool(kept), rate, hover)
    _break_line(sheet, finding, at, step, (_TOP - 14, bottom))
    return sheet.finish(
        finding,
        title=_title(table, years, len(regions)),
        subtitle=_subtitle(
            finding,
            years,
            f"number: rate in %; {_shared(table, step)}" if step > 34 else _shared(table, step),
        ),
        height=bottom + 6,
        notes=_notes(finding, table),
        plot=(room, _TOP, width, bottom),
    )


def _tile(
    sheet: Canvas, place: tuple[float, float, float, float], kind: str, kept: bool, rate: float, hover: str
) -> None:
    x, y, wide, high = place
    box = {"x": x + 1, "x2": x + wide - 1, "y": y + 1, "y2": y + high - 1}
    mark = CLASSES.get(kind)
    ink = mark.colour if mark else MISSING
    edge = {"stroke": ink, "strokeWidth": 1.5} if kept else {}
    ground = "#FFFFFF" if kept else ink
    sheet.box([{"hover": hover}], x=box["x"], x2=box["x2"], y=box["y"], y2=box["y2"], color=ground, **edge)
    letter = mark.letter if mark else "?"
    label = (
        f"{letter} {number(rate)}"
        if wide > 46 and rate == rate
        else number(rate)
        if wide > 34 and rate == rate
        else letter
    )
    color = ink if kept and mark else letter_on(ground)
    sheet.text(label, x=x + wide / 2, y=y + high / 2, size=11, align="center", color=color)


def _head(sheet: Canvas, table: pd.DataFrame, at: dict[str, float], step: float, *, phase: bool) -> None:
    """Years, and the phase of the nation's cycle above them."""
    short = step < 30
    rows = [{"x": x + step / 2, "label": y[2:] if short else y} for y, x in at.items()]
    sheet.text(
        [dict(r, label=f"’{r['label']}" if short else r["label"]) for r in rows],
        y=_TOP - 10,
        size=11,
        color=MUTED,
        align="center",
    )
    if not phase:
        return
    phases = table.drop_duplicates("period").set_index("period")["cycle_phase"]
    signs = _SIGNS if step < _NARROW else _PHASES
    marks = [{"x": x + step / 2, "label": signs.get(phases[y], "?")} for y, x in at.items()]
    sheet.text(marks, y=_TOP - 27, size=11, color=INK, align="center")


def _counts(finding: Finding, width: int, table: pd.DataFrame) -> Any:
    """A column a year: how many regions were in each class."""
    years = _years(table)
    kinds = [*CLASSES, "unknown"]
    counts = (
        table.groupby(["period", "unemployment_class"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=kinds, fill_value=0)
    )
    total = max(sum(row) for row in counts.to_numpy().tolist())
    room, bottom = 8.0, _TOP + (280.0 if width < 480 else 320.0)
    step = (width - room - 4) / len(years)
    number_in = counts.to_dict("index")
    sheet = Canvas(width)
    at = {y: room + k * step for k, y in enumerate(years)}
    _head(sheet, table, at, step, phase=False)
    for year, x in at.items():
        y = bottom
        for kind in ("low", "near the threshold", "mixed", "high", "unknown"):
            n = number_in[year][kind]
            if not n:
                continue
            high = (bottom - _TOP) * n / total
            ink = CLASSES[kind].colour if kind in CLASSES else MISSING
            hover = f"{year}: {plural(n, 'region')}, {CLASSES[kind].label if kind in CLASSES else 'unknown'}"
            sheet.box([{"hover": hover}], x=x + 3, x2=x + step - 3, y=y - high + 1, y2=y, color=ink)
            if high >= 13:
                letter = CLASSES[kind].letter if kind in CLASSES else "?"
                label = f"{letter} {n}" if step > 40 else str(n)
                sheet.text(
                    label, x=x + step / 2, y=y - high / 2, size=11, align="center", color=letter_on(ink)
                )
            y -= high
    sheet.line(x=room, x2=width - 4, y=bottom, y2=bottom, color=RULE)
    _break_line(sheet, finding, at, step, (_TOP - 14, bottom))
    return sheet.finish(
        finding,
        title=_title(table, years, table["geo"].nunique()),
        subtitle=_subtitle(finding, years, "number of regions in each class"),
        height=bottom + 6,
        notes=_notes(finding, table),
        plot=(room, _TOP, width, bottom),
    )


def _break_line(
    sheet: Canvas, finding: Finding, at: dict[str, float], step: float, span: tuple[float, float]
) -> None:
    for period, _ in getattr(finding, "breaks", ()) or ():
        x = at.get(text(period))
        if x is None or x == min(at.values()):
            continue
        sheet.line(x=x, y=span[0], y2=span[1], color=INK, width=2, strokeDash=[5, 3])
        label = f"break in series, {text(period)}"
        half = text_width(label, 11) / 2
        sheet.text(label, x=min(max(x, half), sheet.width - half), y=12, size=11, color=MUTED, align="center")


def _one_country(table: pd.DataFrame) -> bool:
    return len({g[:2] for g in table["geo"]}) == 1


def _shared(table: pd.DataFrame, step: float) -> str:
    if not _one_country(table):
        return ""
    meant = " (+ rising, − falling, P peak, T trough, = stable)" if step < _NARROW else ""
    return f"above the years: phase of national unemployment{meant}"


def _title(table: pd.DataFrame, years: list[str], n: int) -> str:
    ordered = table[table["unemployment_class"].isin(["high", "low", "mixed"])].sort_values(["geo", "period"])
    moved = sum(len(set(classes)) > 1 for _, classes in ordered.groupby("geo")["unemployment_class"])
    span = f"{years[0]}–{years[-1]}" if len(years) > 1 else years[0]
    where = in_country(table["geo"].iloc[0][:2]) if _one_country(table) else "of the EU"
    if not moved:
        return f"{plural(n, 'region')} {where}: none changed its class, {span}"
    return f"{moved} of {plural(n, 'region')} {where} changed class, {span}"


def _subtitle(finding: Finding, years: list[str], what: str) -> str:
    m = measure(finding, "unemployment_rate")
    margin = finite([getattr(finding, "margin", None)])
    label = (text(getattr(finding, "threshold_label", "")) or "threshold").removeprefix("the ")
    country = text(getattr(finding, "country", ""))
    parts = [
        f"Unemployment rate, {m.unit}",
        country_name(country) if country else "EU-27",
        f"against the {label}"
        + (f", margin {margin[0]:g} point{'' if margin[0] == 1 else 's'}" if margin else ""),
        what,
    ]
    return " · ".join(p for p in parts if p)


def _notes(finding: Finding, table: pd.DataFrame) -> list[str]:
    seen = set(table["unemployment_class"])
    told = [f"{m.letter}: {m.label}" for k, m in CLASSES.items() if k in seen]
    told += ["?: unknown"] if "unknown" in seen else []
    if table["kept_from"].astype(bool).any() and table["geo"].nunique() <= MANY:
        told.append("white with a frame: within the margin, class kept from an earlier year")
    breaks = [f"Break in {text(p)}: {text(s)}" for p, s in getattr(finding, "breaks", ()) or ()]
    skills = [f"{SKILL_UNKNOWN}."] if _unskilled(finding) else []
    return [f"{'; '.join(told)}.", *breaks, *skills]


def _unskilled(finding: Finding) -> bool:
    return not {s for s in words(finding.table, "skill_class") if s not in ("", "unknown")}
