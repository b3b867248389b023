"""Outcomes along the running variable on both sides of a cut-off, or the people there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.plane import Plane, detail
from almpo_kit.figures.scales import finite
from almpo_kit.figures.theme import ACCENT, CONTEXT, MUTED
from almpo_kit.figures.wording import text, words
from almpo_kit.vocabulary.outcomes import UNITS
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

_Z = 1.959963984540054


def discontinuity(finding: Finding, width: int) -> Any:
    """Draw an Estimate at a cut-off (binned outcomes and lines), or an Overlap (how many people lie where)."""
    bins, people = detail(finding, "bins"), detail(finding, "running")
    if len(bins) and len(finite(bins["mean"])):
        return _outcomes(finding, width, bins)
    if len(people) and len(finite(people["n"])):
        return _people(finding, width, people)
    return empty(
        finding,
        width,
        title="What happens at the cut-off?",
        why="There are no groups of ten people or more to show.",
        way_out="Take more people near the cut-off.",
    )


def _outcomes(finding: Finding, width: int, bins: pd.DataFrame) -> Any:
    # Of an outcome over months the last one is drawn: what is left of the programme.
    column = words(bins, "column")[-1]
    rows, lines = bins[bins["column"] == column], detail(finding, "lines")
    lines = lines[lines["column"] == column] if len(lines) else lines
    sheet = Canvas(width)
    fits = list(lines["fit"]) if len(lines) else []
    plane = Plane(
        sheet,
        [*rows["x"], 0.0],
        [*rows["mean"], *fits],
        top=0.0,
        height=200.0 if sheet.phone else 280.0,
        across=_across(finding),
        up=_unit(finding),
        zero=False,
    )
    plane.upright(0.0, "cut-off")
    for side, color in (("below", MUTED), ("above", ACCENT)):
        some = rows[rows["side"] == side].to_dict("records")
        dots = [
            {
                "x": plane.x(r["x"]),
                "y": plane.y(r["mean"]),
                "hover": f"{number(r['mean'], 2)} ({number(r['n'], 0)} people)",
            }
            for r in some
            if len(finite([r["x"], r["mean"]])) == 2
        ]
        sheet.dot(dots, color=color, size=52)
        if len(lines):
            reach = float(rows["x"].abs().max())
            ends = [r for r in lines[lines["side"] == side].to_dict("records") if abs(r["x"]) <= reach * 1.05]
            if len(ends) == 2:
                sheet.path(plane.points(ends, "x", "fit"), color=color, width=2.2)
    return sheet.finish(
        finding,
        title=_title(finding, column),
        subtitle="Dots: mean outcomes of at least ten people; lines: local linear fits within the bandwidth",
        height=plane.end,
        notes=[
            "The effect told is the jump corrected for bending lines, so that it may differ from the gap drawn."
        ],
        plot=(plane.left, plane.top, plane.right, plane.bottom),
    )


def _title(finding: Finding, column: str) -> str:
    effects = detail(finding, "effects")
    rows = effects[effects["column"] == column] if "column" in effects else effects
    if len(rows) and len(finite([rows["effect"].iloc[0], rows["se"].iloc[0]])) == 2:
        value, half = float(rows["effect"].iloc[0]), _Z * float(rows["se"].iloc[0])
        shown = 0 if abs(value) >= 100 else 1
        ends = f"{number(value - half, shown)} to {number(value + half, shown)}"
        return f"At the cut-off outcomes jump by {number(value, shown)} (95%: {ends})"
    return "Outcomes on both sides of the cut-off"


def _people(finding: Finding, width: int, people: pd.DataFrame) -> Any:
    sheet = Canvas(width)
    rows = [
        {**r, "height": r["n"] / r["width"]}
        for r in people.to_dict("records")
        if len(finite([r["n"], r["width"], r["x"]])) == 3 and r["width"] > 0
    ]
    # Joined bins are wider: heights are people per width of an ordinary bin, so that areas compare.
    usual = _most_common([r["width"] for r in rows])
    plane = Plane(
        sheet,
        [e for r in rows for e in (r["x"] - r["width"] / 2, r["x"] + r["width"] / 2)],
        [0.0, *(r["height"] * usual for r in rows)],
        top=0.0,
        height=170.0 if sheet.phone else 230.0,
        across=_across(finding),
        up=f"people per {_plain(usual)} of {_running(finding)}",
        zero=True,
    )
    for side, color in (("below", CONTEXT), ("above", ACCENT)):
        boxes = [
            {
                "x": plane.x(r["x"] - r["width"] / 2) + 0.5,
                "x2": plane.x(r["x"] + r["width"] / 2) - 0.5,
                "a": plane.y(r["height"] * usual),
                "hover": f"{number(r['n'], 0)} people",
            }
            for r in rows
            if r["side"] == side
        ]
        sheet.box(boxes, y="a", y2=plane.y(0.0), color=color)
    plane.upright(0.0, "cut-off")
    return sheet.finish(
        finding,
        title="How many people lie on either side of the cut-off",
        subtitle="A pile just on the favourable side would mean that people chose their side",
        height=plane.end,
        notes=["Bins of fewer than ten people are joined to their neighbours."],
        plot=(plane.left, plane.top, plane.right, plane.bottom),
    )


def _most_common(widths: list[float]) -> float:
    shown = [round(w, 9) for w in widths]
    return max(dict.fromkeys(shown), key=shown.count) if shown else 1.0


def _plan(finding: Finding, name: str) -> Any:
    return getattr(getattr(getattr(finding, "design", None), "plan", None), name, None)


def _running(finding: Finding) -> str:
    return text(_plan(finding, "running")).replace("_", " ") or "the running variable"


def _across(finding: Finding) -> str:
    cutoff = _plan(finding, "cutoff")
    at = f" ({_plain(cutoff)})" if isinstance(cutoff, int | float) else ""
    return f"{_running(finding)}, from the cut-off{at}"


def _plain(value: float) -> str:
    """A number with as many digits as it needs, two at most."""
    return number(value, 0 if float(value).is_integer() else 2)


def _unit(finding: Finding) -> str:
    unit = next(iter(words(finding.table, "unit")), "")
    return UNITS[unit][1] if unit in UNITS else "mean outcome"
