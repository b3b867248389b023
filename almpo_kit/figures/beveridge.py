"""The Beveridge curve: vacancies against unemployment, a path through time."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width
from almpo_kit.figures.path_labels import along, place
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import ACCENT, BAD, CONTEXT, GROUND, HIGHLIGHT, INK, MUTED
from almpo_kit.figures.timeline import Box, in_place, when, with_code
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

Step = dict[str, Any]


def beveridge(finding: Finding, width: int) -> Any:
    """Draw a BeveridgeCurve: each quarter a dot, years named, an arrow at the end, the fitted curve dashed."""
    country = text(getattr(finding, "country", ""))
    steps = _steps(finding)
    title = f"Unemployment and vacancies {in_place(country)}"
    if not steps:
        why = "No period has both an unemployment and a vacancy rate."
        return empty(finding, width, title=title, why=why, way_out="Choose another country.")
    phone = width < 480
    box = (36.0, 26.0, width - 10.0, 330.0 if phone else 440.0)
    sheet = _sheet(width, steps, box)
    _axes(sheet, box)
    curves = _curves(sheet, finding, steps)
    _path(sheet, steps)
    _names(sheet, steps, box)
    return sheet.finish(
        finding,
        title=_title(finding, country),
        subtitle=f"Job vacancy rate (vertical) and unemployment rate (horizontal), % · {with_code(country)} · "
        f"{steps[0]['period']} to {steps[-1]['period']} · n\u00a0=\u00a0{len(steps)}",
        height=box[3] + 42,
        notes=_notes(finding, steps, curves),
        plot=box,
    )


def _steps(finding: Finding) -> list[Step]:
    """Pairs in order of time; a new part after a gap."""
    table = finding.table
    across = "unemployment_used" if "unemployment_used" in table else "unemployment_rate"
    u, v = column(table, across), column(table, "vacancies_adjusted")
    inside = table["in_sample"].astype(bool).tolist() if "in_sample" in table else [True] * len(table)
    pandemic = table["pandemic"].astype(bool).tolist() if "pandemic" in table else [False] * len(table)
    regime = [int(r) if r == r else 0 for r in column(table, "regime")]
    steps: list[Step] = []
    part = 0
    for i, period in enumerate(words(table, "period")):
        if not (math.isfinite(u.iloc[i]) and math.isfinite(v.iloc[i]) and math.isfinite(when(period))):
            part += 1
            continue
        steps.append(
            {
                "x": float(u.iloc[i]),
                "y": float(v.iloc[i]),
                "period": period,
                "part": part,
                "inside": inside[i],
                "pandemic": pandemic[i],
                "regime": regime[i],
                "hover": f"{period}: unemployment {number(u.iloc[i])}%, vacancies {number(v.iloc[i])}%",
            }
        )
    return steps


def _sheet(width: int, steps: list[Step], box: Box) -> Canvas:
    def domain(values: list[float]) -> tuple[float, float]:
        low, high = min(values), max(values)
        room = 0.1 * (high - low or high or 1)
        return max(low - room, 0.0), high + room

    x, y = (domain(finite(s[k] for s in steps)) for k in ("x", "y"))
    return Canvas(width, x=(x, (box[0], box[2])), y=(y, (box[3], box[1])))


def _axes(sheet: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    across, up = ticks(*sheet.domain("x"), 5 if sheet.phone else 8), ticks(*sheet.domain("y"), 6)
    rows = [{"y": t, "label": number(t, digits(up))} for t in up]
    sheet.line(rows, x=left, x2=right, y="y")
    sheet.text(rows, x=left - 6, y="y", size=11, color=MUTED, align="right")
    marks = [{"x": t, "label": number(t, digits(across))} for t in across]
    sheet.line(marks, x="x", y=top, y2=bottom)
    sheet.text(marks, x="x", y=bottom + 13, size=11, color=MUTED, align="center")
    sheet.text("vacancy rate, %", x=0, y=10, size=11, color=MUTED)
    sheet.text("unemployment rate, %", x=right, y=bottom + 29, size=11, color=MUTED, align="right")


def _path(sheet: Canvas, steps: list[Step]) -> None:
    """Segments: grey outside the sample, orange in the pandemic, blue else; dots; an arrow at the end."""
    inks = {"grey": CONTEXT, "orange": BAD, "blue": ACCENT}
    runs: dict[str, list[Step]] = {k: [] for k in inks}
    for i, (a, b) in enumerate(itertools.pairwise(steps)):
        if a["part"] == b["part"]:
            kind = "grey" if not (a["inside"] and b["inside"]) else "orange" if b["pandemic"] else "blue"
            runs[kind] += [{"x": s["x"], "y": s["y"], "part": i} for s in (a, b)]
    for kind, rows in runs.items():
        sheet.path(rows, color=inks[kind], width=1.1 if kind == "grey" else 1.8)
    for kind, ink in inks.items():
        own = [s for s in steps if _kind(s) == kind]
        dots = [{k: s[k] for k in ("x", "y", "hover")} for s in own]
        if kind == "orange":
            sheet.dot(dots, color=ink, shape="square", size=34)
        elif kind == "blue" or len(steps) <= 120:
            sheet.dot(dots, color=ink, size=26 if kind == "blue" else 14)
    _arrow(sheet, steps)


def _kind(step: Step) -> str:
    return "grey" if not step["inside"] else "orange" if step["pandemic"] else "blue"


def _arrow(sheet: Canvas, steps: list[Step]) -> None:
    last = steps[-1]
    before = [s for s in steps[:-1] if s["part"] == last["part"]]
    if not before:
        return
    a, b = ((sheet.pixel("x", s["x"]), sheet.pixel("y", s["y"])) for s in (before[-1], last))
    if math.dist(a, b) < 1:
        return
    angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0])) + 90
    sheet.dot(
        [{"x": last["x"], "y": last["y"]}],
        color=ACCENT,
        shape="triangle-up",
        size=130,
        angle=round(angle % 360, 1),
    )


def _curves(sheet: Canvas, finding: Finding, steps: list[Step]) -> bool:
    """The fitted curve of each regime, where its slope is told or assumed."""
    line = getattr(finding, "line", None)
    if line is None or not getattr(line, "low", 0) > 0:
        return False
    (x0, x1), (y0, y1) = sheet.domain("x"), sheet.domain("y")
    for k, level in enumerate(line.levels):
        own = [s["x"] for s in steps if s["inside"] and s["regime"] == k]
        if not own:
            continue
        low, high = max(min(own) * 0.97, x0), min(max(own) * 1.03, x1)
        at = [low + (high - low) * i / 40 for i in range(41)]
        rows = [{"x": u, "y": math.exp(level - line.slope * math.log(u)), "part": k} for u in at if u > 0]
        rows = [r for r in rows if y0 <= r["y"] <= y1]
        sheet.path(rows, color=MUTED, width=1.6, strokeDash=[5, 4])
    return True


def _names(sheet: Canvas, steps: list[Step], box: Box) -> None:
    """First and last period in full; the first quarter of the years between, where there is room."""
    own = [i for i, s in enumerate(steps) if s["inside"]] or list(range(len(steps)))
    ends = sorted({own[0], own[-1]})
    years = [
        i
        for i, s in enumerate(steps)
        if s["inside"] and (len(s["period"]) == 4 or s["period"].endswith(("-Q1", "-01")))
    ]
    wanted = [*ends, *[i for i in years if i not in ends]]
    labels = [steps[i]["period"] if i in ends else steps[i]["period"][:4] for i in wanted]
    size = 11
    dots = [(sheet.pixel("x", s["x"]), sheet.pixel("y", s["y"])) for s in steps]
    sizes = [(text_width(t, size, bold=i in ends), 13.0) for t, i in zip(labels, wanted, strict=True)]
    spots = place([dots[i] for i in wanted], sizes, along([dots[i] for i in own]), box)
    for i, label, spot in zip(wanted, labels, spots, strict=True):
        must = i in ends
        if spot is None and not must:
            continue
        x, y = spot or (min(max(dots[i][0], box[0] + 30), box[2] - 30), max(dots[i][1] - 14, box[1] + 8))
        ink = HIGHLIGHT if must else INK
        sheet.text(label, x=x, y=y, size=size, bold=must, color=ink, align="center", halo=True)
    first = steps[own[0]]
    sheet.dot([{"x": first["x"], "y": first["y"]}], color=HIGHLIGHT, size=60, stroke=GROUND, strokeWidth=1)


def _title(finding: Finding, country: str) -> str:
    parts, start, end = (getattr(finding, k, None) for k in ("parts", "start", "end"))
    where = in_place(country)
    if not start:
        return f"Unemployment and vacancies {where}"
    if parts is None or not getattr(parts, "told", False):
        return (
            f"Whether the Beveridge curve {where} moved between {text(start)} and {text(end)} cannot be told"
        )
    way = "inward" if parts.shift < 0 else "outward"
    return f"The Beveridge curve {where} moved {way} between {text(start)} and {text(end)}"


def _notes(finding: Finding, steps: list[Step], curves: bool) -> list[str]:
    line, notes = getattr(finding, "line", None), []
    if curves and line is not None:
        how = "assumed" if line.assumed else f"{number(line.low, 2)} to {number(line.high, 2)} at 95%"
        notes.append(f"Dashed: log-linear curve, slope {number(line.slope, 2)} ({how}).")
    marked = [s["period"] for s in steps if s["pandemic"] and s["inside"]]
    if marked:
        notes.append(f"Orange squares: the pandemic, {' to '.join(dict.fromkeys((marked[0], marked[-1])))}.")
    if any(not s["inside"] for s in steps):
        notes.append("Grey: outside the sample that the curve is fitted on.")
    if len({s["part"] for s in steps}) > 1:
        notes.append("The path is broken where a pair is missing.")
    if getattr(finding, "seasonal_factors", ()):
        notes.append(
            "Vacancies divided by fixed seasonal factors; unemployment seasonally adjusted by its publisher."
        )
    return notes
