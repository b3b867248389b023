"""Which labour market each region has: its distance from the unemployment threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.context_classes import BAND, CLASSES, KEPT, SKILL_UNKNOWN, counted, latest, year_of
from almpo_kit.figures.rows import RowSheet, Rule, missing_note, named, stripe
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import CONTEXT, INK, MUTED
from almpo_kit.figures.wording import column, country_name, in_country, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def context(finding: Finding, width: int) -> Any:
    """Draw a Context: regions by distance from the threshold, the margin shaded, classes in words."""
    finding = latest(finding)
    table, gone = _placed(finding), _unplaced(finding)
    country = text(getattr(finding, "country", ""))
    if not len(table):
        why = "No region can be classed: the threshold or every rate is missing."
        title = f"Labour markets {in_country(country)}"
        return empty(
            finding, width, title=title, why=f"{why} {SKILL_UNKNOWN}.", way_out="Choose another period."
        )
    threshold, margin = _threshold(finding, table), _margin(finding, table)
    rates = table["unemployment_rate"].tolist()
    second = _second(finding, table)
    levels = [threshold, *(r.at for r in second)]
    span = finite([*rates, *(t + s * margin for t in levels for s in (-1.2, 1.2))])
    rule = Rule(threshold, f"{_label(finding).partition(' and ')[0]} {number(threshold)}%", INK)
    room = 0.38 * width - 14 if width >= 480 else width - 110
    rows = RowSheet(
        width,
        [named(n, g, room) for n, g in zip(table["name"], table["geo"], strict=True)],
        (min(span), max(span)),
        [
            ("rate %", [number(r) for r in rates]),
            ("points from\nthreshold", [_signed(d) for d in table["distance"]]),
        ],
        [rule, *second],
        top=18,
    )
    sheet = rows.sheet
    for r in (rule, *second):
        stripe(sheet, r.at - margin, r.at + margin, rows.first, rows.bottom, color=BAND)
    rows.frame("%")
    _headings(rows, table, threshold, margin)
    _marks(rows, table, rule)
    return sheet.finish(
        finding,
        title=_title(table, len(gone), country),
        subtitle=_subtitle(finding, country, margin, len(table) + len(gone)),
        height=rows.end(),
        notes=[*_mixed(table), *missing_note("Unknown, for want of a figure", gone)],
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _second(finding: Finding, table: pd.DataFrame) -> list[Rule]:
    """The nation's value, where regions are held against both."""
    if finding.provenance.options.get("threshold") != "both":
        return []
    level = finite(table["unemployment_rate"] - column(table, "distance_to_nation"))
    label = f"{country_name(text(getattr(finding, 'country', '')))} {number(level[0])}%" if level else ""
    return [Rule(level[0], label, MUTED, (5, 3))] if level else []


def _mixed(table: pd.DataFrame) -> list[str]:
    if "mixed" not in set(table["unemployment_class"]):
        return []
    return ["Diamond: the class against the EU is another than the class against the nation."]


def _marks(rows: RowSheet, table: pd.DataFrame, rule: Rule) -> None:
    base = rows.sheet.pixel("x", rule.at)
    kept = words(table, "kept_from")
    cells = zip(table["unemployment_rate"], table["unemployment_class"], kept, strict=True)
    marks = [
        {
            "x": r,
            "y": rows.y(k),
            "kind": c,
            "kept": bool(since),
            "hover": f"{rows.names[k]}: {number(r)}%, {CLASSES[c].label}{f', kept from {since}' if since else ''}",
        }
        for k, (r, c, since) in enumerate(cells)
    ]
    rows.sheet.line(marks, x="x", x2=base, y="y", color=CONTEXT, width=2)
    for kind, mark in CLASSES.items():
        for hollow in (False, True):
            own = [m for m in marks if m["kind"] == kind and m["kept"] == hollow]
            rows.sheet.dot(own, color=mark.colour, shape=mark.shape, size=85, hollow=hollow)


def _headings(rows: RowSheet, table: pd.DataFrame, threshold: float, margin: float) -> None:
    """Names of the classes over their side of the axis, each with its mark."""
    sheet = rows.sheet
    seen = set(table["unemployment_class"])
    ends = {"low": (rows.left, "left"), "high": (rows.right, "right")}
    for kind, (x, align) in ends.items():
        if kind in seen:
            mark = CLASSES[kind]
            arrow = f"← {mark.label}" if kind == "low" else f"{mark.label} →"
            sheet.text(arrow, x=x, y=7, size=11, bold=True, color=mark.colour, align=align)


def _placed(finding: Finding) -> pd.DataFrame:
    table = finding.table
    frame = table.assign(
        unemployment_rate=column(table, "unemployment_rate"),
        distance=column(table, "distance"),
        unemployment_class=words(table, "unemployment_class"),
        name=words(table, "name"),
        geo=words(table, "geo"),
    )
    known = frame["unemployment_class"].isin(list(CLASSES)) & frame["unemployment_rate"].notna()
    return frame[known & frame["distance"].notna()].sort_values(
        ["distance", "geo"], ascending=[False, True], kind="stable"
    )


def _unplaced(finding: Finding) -> list[str]:
    there = set(_placed(finding)["geo"])
    pairs = zip(words(finding.table, "name"), words(finding.table, "geo"), strict=True)
    return [f"{n} ({g})" if n else g for n, g in pairs if g not in there]


def _threshold(finding: Finding, table: pd.DataFrame) -> float:
    given = finite([getattr(finding, "threshold", None)])
    return given[0] if given else float((table["unemployment_rate"] - table["distance"]).median())


def _margin(finding: Finding, table: pd.DataFrame) -> float:
    given = finite([getattr(finding, "margin", None), finding.provenance.options.get("margin")])
    near = table.loc[table["unemployment_class"] == "near the threshold", "distance"].abs()
    return given[0] if given else float(near.max()) if len(near) else 0.0


def _label(finding: Finding) -> str:
    label = text(getattr(finding, "threshold_label", "")) or "threshold"
    return label.removeprefix("the ").removesuffix(", year by year")


def _signed(d: float) -> str:
    return f"+{number(d)}" if d > 0 else number(d)


def _points(margin: float) -> str:
    return f"{margin:g} point" if margin == 1 else f"{margin:g} points"


def _title(table: pd.DataFrame, unknown: int, country: str) -> str:
    parts = [f"{n} {CLASSES[k].label}" for k, n in counted(table).items()]
    total = len(table) + unknown
    if total == 1:
        return f"{country_name(country)} is one region: {CLASSES[next(iter(counted(table)))].label}"
    more = [f"{unknown} unknown"] if unknown else []
    return f"{plural(total, 'region')} {in_country(country)}: {', '.join(parts + more)}"


def _subtitle(finding: Finding, country: str, margin: float, n: int) -> str:
    m = measure(finding, "unemployment_rate")
    parts = [
        f"Unemployment rate, {m.unit}",
        f"{country_name(country)} ({country})",
        year_of(finding),
        f"shaded: within {_points(margin)} of the {_label(finding)}",
        KEPT if any(words(finding.table, "kept_from")) else "",
        _skills(finding),
    ]
    return " · ".join(p for p in parts if p)


def _skills(finding: Finding) -> str:
    """How many regions have many and few skilled jobs, or that it is unknown."""
    kinds = words(finding.table, "skill_class")
    known = [k for k in kinds if k not in ("", "unknown")]
    if not known:
        return SKILL_UNKNOWN
    many, few = known.count("high"), known.count("low")
    gap = len(kinds) - len(known)
    return f"Skilled jobs: many in {many}, few in {few}" + (f", unknown in {gap}" if gap else "")
