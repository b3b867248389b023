"""Which labour market each region has: its distance from the unemployment threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.rows import RowSheet, Rule, missing_note, named, stripe
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import BAD, CONTEXT, GOOD, INK, NEUTRAL
from almpo_kit.figures.wording import column, country_name, in_country, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

#: Class -> (how it is called in the figure, colour, shape); a class is never told by colour alone.
_CLASSES = {
    "high": ("high unemployment", BAD, "triangle-up"),
    "near the threshold": ("near the threshold", NEUTRAL, "circle"),
    "low": ("low unemployment", GOOD, "square"),
}
_SKILL = "Skilled jobs: unknown (no measure of jobs is held)"


def context(finding: Finding, width: int) -> Any:
    """Draw a Context: regions by distance from the threshold, the margin shaded, classes in words."""
    table, gone = _placed(finding), _unplaced(finding)
    country = text(getattr(finding, "country", ""))
    if not len(table):
        why = "No region can be classed: the threshold or every rate is missing."
        title = f"Labour markets {in_country(country)}"
        return empty(finding, width, title=title, why=f"{why} {_SKILL}.", way_out="Choose another period.")
    threshold, margin = _threshold(finding, table), _margin(finding, table)
    rates = table["unemployment_rate"].tolist()
    span = finite([*rates, threshold - 1.2 * margin, threshold + 1.2 * margin])
    rule = Rule(threshold, f"{_label(finding)} {number(threshold)}%", INK)
    room = 0.38 * width - 14 if width >= 480 else width - 110
    rows = RowSheet(
        width,
        [named(n, g, room) for n, g in zip(table["name"], table["geo"], strict=True)],
        (min(span), max(span)),
        [
            ("rate %", [number(r) for r in rates]),
            ("points from\nthreshold", [_signed(d) for d in table["distance"]]),
        ],
        [rule],
        top=18,
    )
    sheet = rows.sheet
    stripe(sheet, threshold - margin, threshold + margin, rows.first, rows.bottom, color="#E9EDF1")
    rows.frame("%")
    _headings(rows, table, threshold, margin)
    _marks(rows, table, rule)
    return sheet.finish(
        finding,
        title=_title(table, len(gone), country),
        subtitle=_subtitle(finding, country, margin, len(table) + len(gone)),
        height=rows.end(),
        notes=missing_note("Unknown, for want of a figure", gone),
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _marks(rows: RowSheet, table: pd.DataFrame, rule: Rule) -> None:
    base = rows.sheet.pixel("x", rule.at)
    marks = [
        {"x": r, "y": rows.y(k), "kind": c, "hover": f"{rows.names[k]}: {number(r)}%, {_CLASSES[c][0]}"}
        for k, (r, c) in enumerate(zip(table["unemployment_rate"], table["unemployment_class"], strict=True))
    ]
    rows.sheet.line(marks, x="x", x2=base, y="y", color=CONTEXT, width=2)
    for kind, (_, color, shape) in _CLASSES.items():
        rows.sheet.dot([m for m in marks if m["kind"] == kind], color=color, shape=shape, size=85)


def _headings(rows: RowSheet, table: pd.DataFrame, threshold: float, margin: float) -> None:
    """Names of the classes over their side of the axis, each with its mark."""
    sheet = rows.sheet
    seen = set(table["unemployment_class"])
    ends = {"low": (rows.left, "left"), "high": (rows.right, "right")}
    for kind, (x, align) in ends.items():
        if kind in seen:
            label, color, _ = _CLASSES[kind]
            arrow = f"← {label}" if kind == "low" else f"{label} →"
            sheet.text(arrow, x=x, y=7, size=11, bold=True, color=color, align=align)


def _placed(finding: Finding) -> pd.DataFrame:
    table = finding.table
    frame = table.assign(
        unemployment_rate=column(table, "unemployment_rate"),
        distance=column(table, "distance"),
        unemployment_class=words(table, "unemployment_class"),
        name=words(table, "name"),
        geo=words(table, "geo"),
    )
    known = frame["unemployment_class"].isin(list(_CLASSES)) & frame["unemployment_rate"].notna()
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
    return label.removeprefix("the ")


def _signed(d: float) -> str:
    return f"+{number(d)}" if d > 0 else number(d)


def _points(margin: float) -> str:
    return f"{margin:g} point" if margin == 1 else f"{margin:g} points"


def _title(table: pd.DataFrame, unknown: int, country: str) -> str:
    counts = table["unemployment_class"].value_counts()
    parts = [f"{int(counts[k])} {_CLASSES[k][0]}" for k in _CLASSES if counts.get(k)]
    total = len(table) + unknown
    if total == 1:
        return (
            f"{country_name(country)} is one region: {_CLASSES[str(table['unemployment_class'].iloc[0])][0]}"
        )
    more = [f"{unknown} unknown"] if unknown else []
    return f"{plural(total, 'region')} {in_country(country)}: {', '.join(parts + more)}"


def _subtitle(finding: Finding, country: str, margin: float, n: int) -> str:
    m = measure(finding, "unemployment_rate")
    parts = [
        f"Unemployment rate, {m.unit}",
        f"{country_name(country)} ({country})",
        text(getattr(finding, "period", "")) or "",
        f"shaded: within {_points(margin)} of the {_label(finding)}, called neither high nor low",
        _SKILL,
    ]
    return " · ".join(p for p in parts if p)
