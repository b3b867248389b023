"""Which labour market every region of the EU has in one year: a row a country, a mark a region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.context_classes import BAND, CLASSES, KEPT, SKILL_UNKNOWN, counted, latest, year_of
from almpo_kit.figures.rows import RowSheet, Rule, missing_note
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import INK
from almpo_kit.figures.wording import column, country_name, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def context_europe(finding: Finding, width: int) -> Any:
    """Draw a Context of many countries: countries by their median region, classes by mark and colour."""
    finding = latest(finding)
    table = _prepared(finding)
    known = table[table["unemployment_class"].isin(list(CLASSES)) & table["unemployment_rate"].notna()]
    if known.empty:
        title = "Labour markets of the regions"
        why = "No region can be classed: the threshold or every rate is missing."
        return empty(finding, width, title=title, why=why, way_out="Choose another period.")
    middle = known.groupby("country")["unemployment_rate"].median()
    order = sorted(middle.index, key=lambda c: (-middle[c], c))
    counts = known.groupby(["country", "unemployment_class"]).size().unstack(fill_value=0)
    margin = (finite([getattr(finding, "margin", None)]) or [0.0])[0]
    level = finite([getattr(finding, "threshold", None)])
    near = known["threshold"].dropna()
    span = finite([*known["unemployment_rate"], near.min() - margin, near.max() + margin])
    rows = RowSheet(
        width,
        [f"{country_name(c)} ({c})" for c in order],
        (min(span), max(span)),
        [("high", _column(counts, order, "high")), ("low", _column(counts, order, "low"))],
        [Rule(level[0], f"{_label(finding)} {number(level[0])}%", INK)] if level else [],
        top=18,
    )
    _bands(rows, known, order, margin)
    rows.frame("%")
    _headings(rows, known)
    _marks(rows, known, order)
    gone = table[~table.index.isin(known.index)]
    return rows.sheet.finish(
        finding,
        title=_title(table),
        subtitle=_subtitle(finding, table, margin),
        height=rows.end(),
        notes=[
            _legend(known),
            *(["The number beside a country counts its regions of high unemployment."] if rows.phone else []),
            *missing_note("Unknown, for want of a figure", _listed(gone)),
        ],
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _prepared(finding: Finding) -> pd.DataFrame:
    table = finding.table
    geo = words(table, "geo")
    return table.assign(
        geo=geo,
        name=words(table, "name"),
        country=[g[:2] for g in geo],
        unemployment_class=words(table, "unemployment_class"),
        kept_from=words(table, "kept_from"),
        unemployment_rate=column(table, "unemployment_rate"),
        threshold=column(table, "threshold"),
    )


def _column(counts: pd.DataFrame, order: list[str], kind: str) -> list[str]:
    return [str(n) for n in counts[kind].reindex(order)] if kind in counts else ["0"] * len(order)


def _bands(rows: RowSheet, known: pd.DataFrame, order: list[str], margin: float) -> None:
    """The margin around each country's threshold; one band where all share it."""
    if not margin:
        return
    level = known.groupby("country")["threshold"].median()
    for k, c in enumerate(order):
        if level[c] == level[c]:
            ends = [{"x": level[c] - margin, "x2": level[c] + margin}]
            top = rows.first + rows.pitch * k
            rows.sheet.box(ends, x="x", x2="x2", y=top, y2=top + rows.pitch, color=BAND)


def _headings(rows: RowSheet, known: pd.DataFrame) -> None:
    seen = set(known["unemployment_class"])
    for kind, x, align in (("low", rows.left, "left"), ("high", rows.right, "right")):
        if kind in seen:
            mark = CLASSES[kind]
            arrow = f"← {mark.label}" if kind == "low" else f"{mark.label} →"
            rows.sheet.text(arrow, x=x, y=7, size=11, bold=True, color=mark.colour, align=align)


def _marks(rows: RowSheet, known: pd.DataFrame, order: list[str]) -> None:
    at = {c: rows.y(k) for k, c in enumerate(order)}
    columns = ("name", "geo", "country", "unemployment_rate", "unemployment_class", "kept_from")
    marks = [
        {
            "x": rate,
            "y": at[country],
            "kind": kind,
            "kept": bool(kept),
            "hover": f"{name} ({geo}): {number(rate)}%, {CLASSES[kind].label}{f', kept from {kept}' if kept else ''}",
        }
        for name, geo, country, rate, kind, kept in zip(*(known[c] for c in columns), strict=True)
    ]
    for kind, mark in CLASSES.items():
        for hollow in (False, True):
            own = [m for m in marks if m["kind"] == kind and m["kept"] == hollow]
            rows.sheet.dot(own, color=mark.colour, shape=mark.shape, size=42, hollow=hollow, fillOpacity=0.8)


def _label(finding: Finding) -> str:
    return (
        (text(getattr(finding, "threshold_label", "")) or "threshold")
        .removeprefix("the ")
        .removesuffix(", year by year")
    )


def _title(table: pd.DataFrame) -> str:
    counts = counted(table)
    parts = [f"{n} {CLASSES[k].label}" for k, n in counts.items()]
    unknown = len(table) - sum(counts.values())
    more = [f"{unknown} unknown"] if unknown else []
    return f"{plural(len(table), 'region')}: {', '.join(parts + more)}"


def _subtitle(finding: Finding, table: pd.DataFrame, margin: float) -> str:
    m = measure(finding, "unemployment_rate")
    skills = [s for s in words(table, "skill_class") if s not in ("", "unknown")]
    told = f"skilled jobs: many in {skills.count('high')}, few in {skills.count('low')} regions"
    parts = [
        f"Unemployment rate, {m.unit}",
        year_of(finding),
        f"shaded: within {margin:g} point{'' if margin == 1 else 's'} of the {_label(finding)}"
        if margin
        else "",
        "countries by their median region",
        told if skills else SKILL_UNKNOWN,
    ]
    return " · ".join(p for p in parts if p)


def _legend(known: pd.DataFrame) -> str:
    shapes = {"triangle-up": "triangle", "diamond": "diamond", "circle": "circle", "square": "square"}
    seen = set(known["unemployment_class"])
    told = [f"{shapes[m.shape]}: {m.label}" for k, m in CLASSES.items() if k in seen]
    told += [KEPT] if known["kept_from"].astype(bool).any() else []
    return f"One mark is one region. {'; '.join(told)}.".replace("region. t", "region. T", 1)


def _listed(gone: pd.DataFrame) -> list[str]:
    return [f"{n} ({g})" if n else g for n, g in zip(gone["name"], gone["geo"], strict=True)]
