"""Types of regions: each class a row, each indicator a cell, in words and colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, wrap
from almpo_kit.figures.scales import digits, ticks
from almpo_kit.figures.theme import ACCENT, CONTEXT, INK, MUTED, letter_on
from almpo_kit.figures.wording import column, plural, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Far below, below, near, above, far above the mean region: blue, grey, orange, told apart in grey print by
#: the words in the row's name.
_SHADES = ("#2F6DB5", "#A9C5E8", "#EDF0F3", "#F3C795", "#C77700")
_LIMITS = (-1.5, -0.5, 0.5, 1.5)


def typology(finding: Finding, width: int) -> Any:
    """Draw a Typology as a strip of cells for each class; where there are no types, why there are none."""
    profiles = getattr(finding, "profiles", None)
    if profiles is None or not len(profiles):
        return _no_types(finding, width)
    aspects = [a for a in getattr(finding, "aspects", ()) if a.key in profiles]
    sheet = Canvas(width)
    tail = 96.0 if not sheet.phone else 0.0
    left = 0.0 if sheet.phone else 0.36 * width
    each = (width - left - tail) / max(len(aspects), 1)
    y = _headings(sheet, aspects, left, each, width)
    names, many = words(profiles, "type"), column(profiles, "n")
    for k, row in enumerate(profiles.to_dict("records")):
        y = _class(sheet, row, names[k], many.iloc[k], aspects, left, each, y, width)
    clear = bool(getattr(finding, "clear", False))
    return sheet.finish(
        finding,
        title=_title(finding, len(profiles), clear),
        subtitle=_subtitle(finding),
        height=y,
        notes=[
            "Cells: mean of the class. Orange: above the mean region, blue: below it, grey: within half a standard "
            "deviation.",
            "Stable, doubtful or not to be trusted: how much of a class comes back when random halves of the "
            "regions are divided again.",
        ],
        plot=(left, 0, width - tail, y),
    )


def _title(finding: Finding, n: int, clear: bool) -> str:
    if clear:
        return f"The EU’s regions fall into {n} types"
    return f"The EU’s regions in {n} classes, for convenience: no clear types"


def _subtitle(finding: Finding) -> str:
    on = ", ".join(text(a.label) for a in getattr(finding, "aspects", ()))
    n = plural(int(getattr(finding, "n_compared", 0) or 0), "region")
    return f"{on[:1].upper()}{on[1:]} · {text(getattr(finding, 'period', ''))} · {n}"


def _headings(sheet: Canvas, aspects: list[Any], left: float, each: float, width: int) -> float:
    lines = [wrap(text(a.label), 12, each - 8, lines=3) for a in aspects]
    deepest = max((len(w) for w in lines), default=1)
    for j, label in enumerate(lines):
        for i, line in enumerate(label):
            at = 8 + 15 * (deepest - len(label) + i)
            sheet.text(line, x=left + each * (j + 0.5), y=at, size=12, color=MUTED, align="center")
    if not sheet.phone:
        sheet.text("regions", x=width, y=8 + 15 * (deepest - 1), size=12, color=MUTED, align="right")
    return 8 + 15 * deepest + 4


def _class(
    sheet: Canvas,
    row: dict[Any, Any],
    name: str,
    n: float,
    aspects: list[Any],
    left: float,
    each: float,
    top: float,
    width: int,
) -> float:
    word, phone = text(row.get("stability")), sheet.phone
    count = plural(int(n), "region") if n == n else ""
    title = f"{row.get('class', '')}  {name}".strip()
    room = width if phone else left - 12
    lines = wrap(title, 12, room, bold=True, lines=3)
    under = " · ".join(w for w in ((count, word) if phone else ()) if w)
    head = 16.0 * len(lines) + (16.0 if under else 0.0)
    height = 34.0 if phone else max(40.0, 16.0 * len(lines) + 10)
    y = top + head + 2 if phone else top
    for i, line in enumerate(lines):
        at = top + 8 + 16 * i if phone else top + height / 2 + 16 * (i - (len(lines) - 1) / 2)
        sheet.text(line, x=0, y=at, size=12, bold=True)
    if under:
        sheet.text(under, x=0, y=top + 8 + 16 * len(lines), size=11, color=MUTED)
    cells, letters = [], []
    for j, aspect in enumerate(aspects):
        sd, value = _real(row.get(f"{aspect.key}_sd")), _real(row.get(aspect.key))
        shade = _SHADES[sum(sd >= limit for limit in _LIMITS)] if sd == sd else "#FFFFFF"
        said = aspect.natural(value) if value == value else "–"
        sign = "+" if sd > 0 else ""
        hover = f"{name}: {text(aspect.label)} {said}, {sign}{number(sd, 1)} standard deviations"
        x = left + each * j
        cells.append({"x": x + 1, "x2": x + each - 1, "y": y, "y2": y + height, "ink": shade, "hover": hover})
        letters.append(
            {
                "x": x + each / 2,
                "y": y + height / 2,
                "label": fit(said, 12, each - 6),
                "ink": letter_on(shade),
            }
        )
    sheet.box(cells)
    sheet.text(letters, x="x", y="y", size=12, align="center")
    if not phone:
        sheet.text(
            f"{int(n)}" if n == n else "", x=width, y=top + height / 2 - 8, size=12, bold=True, align="right"
        )
        weak = word.startswith("not")
        sheet.text(
            word, x=width, y=top + height / 2 + 9, size=11, color=INK if weak else MUTED, align="right"
        )
    return y + height + (12.0 if phone else 2.0)


def _real(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _no_types(finding: Finding, width: int) -> Any:
    """How sharp each division is, beside what a world without types gives."""
    choice = getattr(finding, "choice", None)
    title = "The EU’s regions form no clear types"
    shown = (
        choice[column(choice, "silhouette").notna()] if choice is not None and len(finding.table) else None
    )
    if shown is None or not len(shown):
        return empty(
            finding, width, title=title, why="No region could be sorted.", way_out="Choose other indicators."
        )
    numbers, sharp = column(shown, "classes").tolist(), column(shown, "silhouette").tolist()
    null = column(shown, "without_types").tolist()
    top, bottom, left, right = 30.0, 190.0, 34.0, width - 130.0
    high = max(0.5, 1.1 * max(sharp + null))
    pad = 0.3 if len(numbers) > 1 else 1.0
    sheet = Canvas(
        width,
        x=((min(numbers) - pad, max(numbers) + pad), (left, right)),
        y=((0.0, high), (bottom, top)),
    )
    at = ticks(0, high, 5)
    grid = [{"y": t, "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=left, x2=right, y="y")
    sheet.text(grid, x=left - 6, y="y", size=11, color=MUTED, align="right")
    sheet.text("silhouette (1 is sharpest)", x=0, y=10, size=11, color=MUTED)
    below = [{"x": n, "label": f"{int(n)}"} for n in numbers]
    sheet.text(below, x="x", y=bottom + 14, size=11, color=MUTED, align="center")
    sheet.text("number of classes", x=(left + right) / 2, y=bottom + 32, size=11, color=MUTED, align="center")
    sheet.path([{"x": n, "y": v} for n, v in zip(numbers, null, strict=True)], color=CONTEXT, width=3)
    real = [{"x": n, "y": v} for n, v in zip(numbers, sharp, strict=True)]
    sheet.path(real, color=ACCENT, width=2)
    hover = [
        {**r, "hover": f"{int(r['x'])} classes: {number(r['y'], 2)}, without types {number(v, 2)}"}
        for r, v in zip(real, null, strict=True)
    ]
    sheet.dot(hover, color=ACCENT, size=60)
    ends = sorted([(sharp[-1], "the EU’s regions", ACCENT), (null[-1], "a world without types", MUTED)])
    apart = sheet.pixel("y", ends[0][0]) - sheet.pixel("y", ends[1][0])
    for (value, label, colour), shift in zip(ends, (1, -1), strict=True):
        y = sheet.pixel("y", value) + shift * max(0.0, 9 - apart / 2)
        for i, line in enumerate(wrap(label, 11, width - right - 10, bold=True)):
            sheet.text(
                line,
                x=right + 8,
                y=y + 13 * i - (13 if shift < 0 and len(label) > 16 else 0),
                size=11,
                bold=True,
                color=colour,
            )
    return sheet.finish(
        finding,
        title=title,
        subtitle=_subtitle(finding),
        height=bottom + 42,
        notes=[
            "Where the line of the regions does not rise clear of the grey one, classes are lines drawn through a crowd."
        ],
        plot=(left, top, right, bottom),
    )
