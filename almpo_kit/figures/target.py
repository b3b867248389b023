"""How far each region is from the employment goal, and which way it has moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import empty
from almpo_kit.figures.rows import RowSheet, Rule, missing_note, named
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, BAD, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.wording import column, country_name, in_country, measure, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def target(finding: Finding, width: int) -> Any:
    """Draw a TargetGap: each region's first and latest rate as an arrow, against the goal."""
    table, gone = _known(finding)
    country, period = text(getattr(finding, "country", "")), text(getattr(finding, "period", ""))
    goal = (finite([getattr(finding, "goal", None), *column(finding.table, "goal")]) or [78.0])[0]
    if not len(table):
        why = f"No region {in_country(country)} has an employment rate{f' for {period}' if period else ''}."
        title = f"Distance from the employment goal of {number(goal, 0)}% {in_country(country)}"
        return empty(finding, width, title=title, why=why, way_out="Choose another period.")
    values = table["value"].tolist()
    span = finite([*values, *table["first"], goal])
    room = 0.38 * width - 14 if width >= 480 else width - 110
    rows = RowSheet(
        width,
        [named(n, g, room) for n, g in zip(table["name"], table["geo"], strict=True)],
        (min(span), max(span)),
        [
            (f"rate in\n{period} (%)", [number(v) for v in values]),
            ("points from\nthe goal", [_signed(v - goal) for v in values]),
        ],
        [
            Rule(goal, f"EU goal for {getattr(finding, 'goal_year', 2030)}: {number(goal, 0)}%", INK),
            *_nation(finding, country),
        ],
        top=20,
    )
    rows.frame("%")
    _arrows(rows, table)
    _how_to_read(rows, table, period)
    return rows.sheet.finish(
        finding,
        title=_title(table, goal, country, period),
        subtitle=_subtitle(finding, country, period, len(table), len(gone)),
        height=rows.end(),
        notes=[
            *missing_note(f"No figure{f' for {period}' if period else ''}", gone),
            "The goal is one for the EU as a whole; regions have none of their own.",
            *(
                ["Part of any change across 2021 may be due to the new definitions of the survey."]
                if _crosses(table, period)
                else []
            ),
        ],
        plot=(rows.left, rows.first, rows.right, rows.bottom),
    )


def _arrows(rows: RowSheet, table: pd.DataFrame) -> None:
    """From the first rate (hollow) to the latest (filled, pointing the way it moved)."""
    sheet = rows.sheet
    marks = [
        {
            "x": v,
            "first": f,
            "y": rows.y(k),
            "ink": BAD if v < f else ACCENT,
            "hover": f"{rows.names[k]}: {number(f)}% in {p} → {number(v)}%"
            if f == f
            else f"{rows.names[k]}: {number(v)}%",
        }
        for k, (v, f, p) in enumerate(zip(table["value"], table["first"], table["first_period"], strict=True))
    ]
    moved = [m for m in marks if m["first"] == m["first"] and m["first"] != m["x"]]
    sheet.line(moved, x="first", x2="x", y="y", width=2)
    sheet.dot([m | {"x": m["first"]} for m in moved], hollow=True, size=42)
    for shape, way in (("triangle-right", 1), ("triangle-left", -1)):
        sheet.dot([m for m in moved if (m["x"] - m["first"]) * way > 0], shape=shape, size=95)
    still = [m for m in marks if m not in moved]
    sheet.dot(still, size=70)


def _how_to_read(rows: RowSheet, table: pd.DataFrame, period: str) -> None:
    firsts = sorted({p for p in table["first_period"] if p})
    if not firsts or table["first"].isna().all():
        return
    since = firsts[0] if len(firsts) == 1 else f"{firsts[0]} or later"
    fell = (table["value"] < table["first"]).any()
    parts = [
        (f"○ {since}", MUTED),
        (f"▶ {period}, higher", ACCENT),
        *([(f"◀ {period}, lower", BAD)] if fell else []),
    ]
    x = 0.0
    for label, color in parts:
        rows.sheet.text(label, x=x, y=6, size=11, bold=True, color=color)
        x += 8 + len(label) * 6.9


def _nation(finding: Finding, country: str) -> list[Rule]:
    value = finite([getattr(finding, "national_value", None)])
    return [Rule(v, f"{country_name(country)} {number(v)}%", HIGHLIGHT, (5, 3)) for v in value]


def _known(finding: Finding) -> tuple[pd.DataFrame, list[str]]:
    table = finding.table
    frame = table.assign(
        value=column(table, "value"),
        first=column(table, "value") - column(table, "change_since_first"),
        first_period=words(table, "first_period"),
        name=words(table, "name"),
        geo=words(table, "geo"),
    )
    have = frame["value"].notna()
    gone = [
        f"{n} ({g})" if n else g
        for n, g in zip(frame.loc[~have, "name"], frame.loc[~have, "geo"], strict=True)
    ]
    return frame[have].sort_values(["value", "geo"], ascending=[False, True], kind="stable"), gone


def _crosses(table: pd.DataFrame, period: str) -> bool:
    firsts = [p for p, f in zip(table["first_period"], table["first"], strict=True) if p and f == f]
    return bool(firsts) and min(firsts) < "2021" <= period


def _signed(d: float) -> str:
    return f"+{number(d)}" if round(d, 1) > 0 else number(d)


def _title(table: pd.DataFrame, goal: float, country: str, period: str) -> str:
    reached, n = int((table["value"] >= goal).sum()), len(table)
    when = f" in {period}" if period else ""
    if n == 1:
        verb = "had reached" if reached else "had not reached"
        return f"{table['name'].iloc[0] or country_name(country)} {verb} {number(goal, 0)}% employment{when}"
    some = "None" if not reached else "All" if reached == n else f"{reached}"
    return f"{some} of {plural(n, 'region')} {in_country(country)} had reached {number(goal, 0)}% employment{when}"


def _subtitle(finding: Finding, country: str, period: str, have: int, gone: int) -> str:
    m = measure(finding, "employment_rate")
    parts = [
        f"Employment rate, {m.unit}",
        f"{country_name(country)} ({country})",
        period,
        f"{have} of {plural(have + gone, 'region')} with a figure",
    ]
    return " · ".join(p for p in parts if p)
