"""The 2×2: points from the unemployment threshold against points from the threshold of skilled jobs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.context_classes import BAND, CLASSES, latest
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import HIGHLIGHT, INK, MUTED
from almpo_kit.figures.wording import column, country_name, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.vocabulary.finding import Finding

Box = tuple[float, float, float, float]
#: Regions beyond which only hovering names them.
NAMED = 14


def context_square(finding: Finding, width: int) -> Any:
    """Draw a Context of one year (a mark a region), or a Profile (its way through the years)."""
    path = getattr(finding, "path", None)
    table = latest(finding).table if path is None else path
    there = _prepared(table)
    who = _who(finding)
    if there.empty:
        why = (
            "The share of skilled jobs is not held for any of these regions and years, so there is no second axis. "
            "What people have learned (attainment) is not jobs."
        )
        way_out = "With a network, `almpo data pull` fetches it."
        return empty(finding, width, title=f"The 2×2 of labour markets: {who}", why=why, way_out=way_out)
    margins = _margins(finding)
    box: Box = (34.0, 30.0, width - 10.0, 30.0 + min(width - 44.0, 430.0))
    sheet = _sheet(width, there, margins, box)
    _ground(sheet, margins, box)
    _axes(sheet, box)
    broken = [(text(p), text(s)) for p, s in getattr(finding, "breaks", ()) or ()]
    if path is None:
        _regions(sheet, there)
    else:
        _path(sheet, there, {int(p) for p, _ in broken if p.isdigit()})
    _corners(sheet, box)
    gone = len(table) - len(there)
    what = "years" if path is not None else "regions"
    notes = (
        [f"{gone} of {len(table)} {what} are not drawn: a rate, a share or a threshold is missing."]
        if gone
        else []
    )
    return sheet.finish(
        finding,
        title=_title(there, who, path=path is not None),
        subtitle=_subtitle(finding, margins, there),
        height=box[3] + 34,
        notes=[f"{_shapes(there)}.", *_broken(there, broken, path=path is not None), *notes],
        plot=box,
    )


def _broken(there: pd.DataFrame, broken: list[tuple[str, str]], *, path: bool) -> list[str]:
    years = sorted(set(there["period"]))
    inside = [(p, s) for p, s in broken if years[0] < p <= years[-1]]
    return [f"Break in {p}{' (dashed step)' if path else ''}: {s}" for p, s in inside]


def _prepared(table: pd.DataFrame) -> pd.DataFrame:
    frame = table.assign(
        y=column(table, "distance"),
        x=column(table, "skill_distance"),
        **{c: words(table, c) for c in ("geo", "name", "period", "unemployment_class", "skill_class")},
    )
    return frame[frame["x"].notna() & frame["y"].notna() & frame["unemployment_class"].isin(list(CLASSES))]


def _who(finding: Finding) -> str:
    name, region = text(getattr(finding, "name", "")), text(getattr(finding, "region", ""))
    country = text(getattr(finding, "country", ""))
    return f"{name} ({region})" if region else country_name(country) if country else "the EU"


def _margins(finding: Finding) -> tuple[float, float]:
    """Of the shares (x) and of the rates (y)."""
    found = [finite([getattr(finding, f, None)]) for f in ("skilled_margin", "margin")]
    return (found[0] or [0.0])[0], (found[1] or [0.0])[0]


def _sheet(width: int, there: pd.DataFrame, margins: tuple[float, float], box: Box) -> Canvas:
    spans = []
    for axis, margin in zip("xy", margins, strict=True):
        low = min(float(there[axis].min()), -1.6 * margin, -1.0)
        high = max(float(there[axis].max()), 1.6 * margin, 1.0)
        # Room for the names of the fields, so that no mark lies under one.
        room = (0.16 if axis == "y" else 0.08) * (high - low)
        spans.append((low - room, high + room))
    return Canvas(width, x=(spans[0], (box[0], box[2])), y=(spans[1], (box[3], box[1])))


def _ground(sheet: Canvas, margins: tuple[float, float], box: Box) -> None:
    sheet.box([{"x": -margins[0], "x2": margins[0]}], x="x", x2="x2", y=box[1], y2=box[3], color=BAND)
    sheet.box([{"y": -margins[1], "y2": margins[1]}], x=box[0], x2=box[2], y="y", y2="y2", color=BAND)


def _axes(sheet: Canvas, box: Box) -> None:
    for axis in ("x", "y"):
        at = ticks(*sheet.domain(axis), 5)
        d = digits(at)
        marks = [{axis: t, "label": f"+{number(t, d)}" if t > 0 else number(t, d)} for t in at]
        if axis == "x":
            sheet.text(marks, x="x", y=box[3] + 12, size=11, color=MUTED, align="center")
        else:
            sheet.text(marks, x=box[0] - 5, y="y", size=11, color=MUTED, align="right")
    middle = (sheet.pixel("x", 0), sheet.pixel("y", 0))
    sheet.line(x=middle[0], y=box[1], y2=box[3], color=INK, width=1.2)
    sheet.line(x=box[0], x2=box[2], y=middle[1], color=INK, width=1.2)
    label = "points from the threshold of skilled jobs →"
    sheet.text(label, x=box[2], y=box[3] + 27, size=11, color=MUTED, align="right")
    sheet.text("↑ points from the unemployment threshold", x=0, y=14, size=11, color=MUTED)


def _corners(sheet: Canvas, box: Box) -> None:
    places = {
        ("high", "few"): (box[0] + 6, box[1] + 12, "left"),
        ("high", "many"): (box[2] - 6, box[1] + 12, "right"),
        ("low", "few"): (box[0] + 6, box[3] - 12, "left"),
        ("low", "many"): (box[2] - 6, box[3] - 12, "right"),
    }
    for (side, jobs), (x, y, align) in places.items():
        first, second = f"{side} unemployment", f"{jobs} skilled jobs"
        room = (box[2] - box[0]) / 2 - 12
        if text_width(f"{first}, {second}", 11, bold=True) <= room:
            lines = [f"{first}, {second}"]
        else:
            lines = [first, second]
        for k, line in enumerate(lines):
            step = 13 * (k if side == "high" else k - len(lines) + 1)
            color = CLASSES[side].colour
            sheet.text(line, x=x, y=y + step, size=11, bold=True, color=color, align=align, halo=True)


def _marks(sheet: Canvas, rows: pd.DataFrame, size: float) -> None:
    for kind, mark in CLASSES.items():
        own = rows[rows["unemployment_class"] == kind]
        cells = zip(
            own["x"], own["y"], own["name"], own["geo"], own["period"], own["skill_class"], strict=True
        )
        marks = [
            {"x": x, "y": y, "hover": f"{n} ({g}), {p}: {mark.label}, skilled jobs {s}"}
            for x, y, n, g, p, s in cells
        ]
        sheet.dot(marks, color=mark.colour, shape=mark.shape, size=size)


def _regions(sheet: Canvas, there: pd.DataFrame) -> None:
    _marks(sheet, there, 60 if len(there) <= 60 else 36)
    if len(there) <= NAMED:
        labels = [
            {"x": x, "y": y, "label": g} for x, y, g in zip(there["x"], there["y"], there["geo"], strict=True)
        ]
        sheet.text(labels, x="x", y="y", size=11, align="left", halo=True, dx=7, dy=-7)


def _path(sheet: Canvas, there: pd.DataFrame, breaks: set[int]) -> None:
    rows = there.sort_values("period")
    years = [int(p) for p in rows["period"]]
    spots = list(zip(rows["x"], rows["y"], years, strict=True))
    # A year that is missing is not bridged; the step over the break is dashed.
    steps = [(a, b) for a, b in pairwise(spots) if b[2] == a[2] + 1]
    for over in (False, True):
        own = [s for s in steps if (s[1][2] in breaks) == over]
        line = [{"x": p[0], "y": p[1], "part": k} for k, step in enumerate(own) for p in step]
        dash: dict[str, Any] = {"strokeDash": [4, 3]} if over else {}
        sheet.path(line, color=HIGHLIGHT, width=1.8, **dash)
    _marks(sheet, rows, 70)
    labels = [{"x": x, "y": y, "label": str(p)} for x, y, p in zip(rows["x"], rows["y"], years, strict=True)]
    # On a phone, and for long series, the ends are enough; hovering names the others.
    shown = labels if len(labels) <= 10 and not sheet.phone else [labels[0], *labels[1:][-1:]]
    sheet.text(shown, x="x", y="y", size=11, align="left", halo=True, dx=7, dy=-7)


def _title(there: pd.DataFrame, who: str, *, path: bool) -> str:
    if path:
        last = there.sort_values("period").iloc[-1]
        jobs = {"high": "many", "low": "few"}.get(last["skill_class"], last["skill_class"])
        return f"{who} in {last['period']}: {CLASSES[last['unemployment_class']].label}, skilled jobs: {jobs}"
    kinds = [(u, s) for u, s in zip(there["unemployment_class"], there["skill_class"], strict=True)]
    hard = kinds.count(("high", "low"))
    return (
        f"{hard} of {plural(len(there), 'region')} in {who} combine high unemployment with few skilled jobs"
    )


def _subtitle(finding: Finding, margins: tuple[float, float], there: pd.DataFrame) -> str:
    years = sorted(set(there["period"]))
    parts = [
        f"{years[0]}–{years[-1]}" if len(years) > 1 else years[0],
        f"shaded: within {margins[1]:g} and {margins[0]:g} points of the thresholds",
        f"threshold of unemployment: {(text(getattr(finding, 'threshold_label', '')) or 'not stated').removeprefix('the ')}",
    ]
    return " · ".join(parts)


def _shapes(there: pd.DataFrame) -> str:
    shapes = {"triangle-up": "triangle", "diamond": "diamond", "circle": "circle", "square": "square"}
    seen = set(there["unemployment_class"])
    return "Marks: " + "; ".join(f"{shapes[m.shape]}: {m.label}" for k, m in CLASSES.items() if k in seen)
