"""A region beside the weighted mean that stands in for it, and its gap among those of other regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.plane import Plane, detail
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, CONTEXT, HIGHLIGHT, MUTED
from almpo_kit.figures.wording import listed, text, words
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding


def synthetic_control(finding: Finding, width: int) -> Any:
    """Draw an Estimate (path and gaps) or an Overlap (the time before) of a synthetic control; the first contrast."""
    table = detail(finding, "event_time")
    if not len(table) or "synthetic" not in table or not len(finite(table["synthetic"])):
        return empty(
            finding,
            width,
            title="What would have become of the region?",
            why="There is no path to show.",
            way_out="Give regions over periods: design(…, assignment='synthetic_control', period=…, treated_from=…).",
        )
    sheet = Canvas(width)
    names = list(dict.fromkeys(words(table, "contrast")))
    rows = table[table["contrast"] == names[0]]
    end = _paths(sheet, finding, rows)
    gaps = detail(finding, "placebos")
    if len(gaps) and (rows["months"] >= 0).any():
        end = _gaps(sheet, finding, rows, gaps[gaps["contrast"] == names[0]], end + 10)
    return sheet.finish(
        finding,
        title=_title(rows),
        subtitle=f"{names[0]} · periods by months since the start",
        height=end,
        notes=_notes(finding, names),
        plot=(0, 0, width, end),
    )


def _paths(sheet: Canvas, finding: Finding, rows: pd.DataFrame) -> float:
    plane = Plane(
        sheet,
        rows["months"],
        [*rows["treated"], *rows["synthetic"]],
        top=0.0,
        height=150.0 if sheet.phone else 190.0,
        across="months since the start",
        up=_unit(finding),
        zero=False,
    )
    _start(plane, rows)
    records = rows.to_dict("records")
    sheet.path(plane.points(records, "months", "synthetic"), color=MUTED, width=2, strokeDash=[5, 4])
    sheet.path(plane.points(records, "months", "treated"), color=HIGHLIGHT, width=2.4)
    y = plane.end + 2
    sheet.line(x=0, x2=22, y=y, color=HIGHLIGHT, width=2.4)
    sheet.text("treated", x=28, y=y, size=12)
    sheet.line(x=92, x2=114, y=y, color=MUTED, width=2, strokeDash=[5, 4])
    sheet.text("weighted mean of others", x=120, y=y, size=12)
    return y + 14


def _gaps(sheet: Canvas, finding: Finding, rows: pd.DataFrame, gaps: pd.DataFrame, top: float) -> float:
    sheet.text("The gap among placebos", x=0, y=top + 8, size=12, bold=True)
    ends = [v for c in ("low", "high") if c in rows for v in rows[c]]
    plane = Plane(
        sheet,
        rows["months"],
        [*rows["effect"], *gaps["gap"], *ends],
        top=top + 20,
        height=150.0 if sheet.phone else 190.0,
        across="months since the start",
        up="treated less the weighted mean",
        zero=True,
    )
    _start(plane, rows)
    for _, path in gaps.groupby("placebo", sort=True):
        sheet.path(
            plane.points(path.to_dict("records"), "months", "gap"), color=CONTEXT, width=1, opacity=0.7
        )
    records = rows.to_dict("records")
    bars = [
        {"x": plane.x(r["months"]), "a": plane.y(r["low"]), "b": plane.y(r["high"])}
        for r in records
        if len(finite([r.get("low"), r.get("high")])) == 2
    ]
    sheet.line(bars, x="x", y="a", y2="b", color=ACCENT, width=2, opacity=0.45)
    sheet.path(plane.points(records, "months", "effect"), color=ACCENT, width=2.6)
    return plane.end


def _start(plane: Plane, rows: pd.DataFrame) -> None:
    before, after = ([m for m in rows["months"] if (m >= 0) == side] for side in (False, True))
    if before and after:
        plane.upright((max(before) + min(after)) / 2, "start")


def _title(rows: pd.DataFrame) -> str:
    after = finite(rows.loc[rows["months"] >= 0, "effect"])
    if not after:
        return "Before the start: the region and the mean that stands in for it"
    mean = sum(after) / len(after)
    return f"After the start the region is {number(abs(mean), 1)} {'above' if mean >= 0 else 'below'} its stand-in, on average"


def _notes(finding: Finding, names: list[str]) -> list[str]:
    notes = []
    donors = detail(finding, "donors")
    if len(donors):
        mine = donors[donors["contrast"] == names[0]]
        total = mine.groupby("donor")["weight"].mean().sort_values(ascending=False)
        told = [f"{text(d)} {number(100 * w, 0)}%" for d, w in total.items() if w >= 0.005]
        notes.append(f"The stand-in is made of {listed(told, 7)}.")
    tests = detail(finding, "tests")
    if len(tests) and "placebo_p" in tests:
        row = tests[tests["contrast"] == names[0]].iloc[0]
        if len(finite([row["placebo_p"]])):
            notes.append(
                f"Grey: regions without the programme, put in its place. A gap as large beside that before the start has p = "
                f"{number(row['placebo_p'], 3)} among {number(row['placebos'], 0)} of them."
            )
    if len(names) > 1:
        notes.append(f"Drawn is {names[0]}; {len(names) - 1} further comparison(s) are in the table.")
    return notes


def _unit(finding: Finding) -> str:
    unit = next(iter(words(finding.table, "unit")), "")
    return UNITS[unit][1] if unit in UNITS else "outcome"
