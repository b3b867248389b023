"""Who is still waiting without a programme, and who enters, month by month of unemployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, spread, text_width
from almpo_kit.figures.scales import digits, finite, ticks
from almpo_kit.figures.theme import CONTEXT, INK, MUTED, PROGRAMME_COLOURS
from almpo_kit.figures.wording import column, listed, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Arms drawn; others are named in a note.
_MOST = 5
_DASHES: tuple[list[int], ...] = ([], [6, 3], [2, 3], [9, 3, 2, 3], [4, 2])
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
_Box = tuple[float, float, float, float]


def waiting(finding: Finding, width: int) -> Any:
    """Draw WaitingGroups: per cent still waiting, and per cent of these who enter each programme in the month."""
    rows = _rows(finding)
    title = "Who is still waiting, and who enters"
    if not rows:
        return empty(
            finding,
            width,
            title=title,
            why="There is no month in which enough people entered a programme to show them.",
            way_out="Join programmes with arms={…}, or take in more people.",
        )
    sheet = Canvas(width)
    arms = list(dict.fromkeys(a for a, *_ in rows))
    shown = arms[:_MOST]
    last = max(m for _, m, *_ in rows)
    room = 0.0 if sheet.phone else min(max(text_width(a, 11) for a in shown) + 16, 0.3 * width)
    left, right = 38.0, width - max(room, 14.0)
    top = (left, 24.0, right, 24.0 + (96 if sheet.phone else 116))
    legend = 18.0 * len(shown) if sheet.phone else 0.0
    start = top[3] + 54 + legend
    low = (left, start, right, start + (120 if sheet.phone else 150))

    def x(month: float) -> float:
        return left + 8 + month / max(last, 1) * (right - left - 16)

    _still_waiting(sheet, rows, top, x)
    if sheet.phone:
        _legend(sheet, shown, low[1] - 30 - legend)
    _entering(sheet, rows, shown, low, x)
    for m in ticks(0, last, 6 if sheet.phone else 12):
        if float(m).is_integer():
            sheet.text(number(m, 0), x=x(m), y=low[3] + 12, size=11, color=MUTED, align="center")
    sheet.text("months of unemployment", x=right, y=low[3] + 28, size=11, color=MUTED, align="right")
    more = arms[_MOST:]
    return sheet.finish(
        finding,
        title=title,
        subtitle="People who became unemployed, by months since then · those entering are compared with those waiting in the same "
        "month",
        height=low[3] + 36,
        notes=[
            "Months with fewer than 10 people entering are not shown.",
            *([f"Not drawn: {listed(more)}."] if more else []),
        ],
        plot=(left, low[1], right, low[3]),
    )


def _rows(finding: Finding) -> list[tuple[str, float, float, float]]:
    """Arm, month, per cent still waiting, per cent entering; NaN where not shown."""
    table = getattr(finding, "by_month", None)
    if table is None or not len(table) or not len(finding.table):
        return []
    parts = (column(table, c) for c in ("elapsed_months", "still_waiting", "entering"))
    found = [r for r in zip(words(table, "arm"), *parts, strict=True) if r[1] == r[1]]
    return found if any(e == e for *_, e in found) else []


def _still_waiting(sheet: Canvas, rows: list[tuple[str, float, float, float]], box: _Box, x: Any) -> None:
    left, top, right, bottom = box
    sheet.text("still waiting without a programme, % of all", x=0, y=8, size=11, color=MUTED)
    at = [0.0, 25.0, 50.0, 75.0, 100.0]

    def y(v: float) -> float:
        return bottom - min(max(v, 0.0), 100.0) / 100 * (bottom - top)

    grid = [{"y": y(t), "label": number(t, 0)} for t in at]
    sheet.line(grid, x=left, x2=right, y="y")
    sheet.text(grid, x=left - 6, y="y", size=11, color=MUTED, align="right")
    share = {m: s for _, m, s, _ in rows if s == s}
    months = sorted(share)
    sheet.box(
        [
            {
                "x": x(m) - 3,
                "x2": x(m) + 3,
                "a": y(share[m]),
                "b": y(0),
                "hover": _said(m, share[m], "still waiting"),
            }
            for m in months
        ],
        y="a",
        y2="b",
        color=CONTEXT,
    )


def _said(month: float, share: float, what: str) -> str:
    return f"after {number(month, 0)} months: {number(share, 1)}% {what}"


def _entering(
    sheet: Canvas, rows: list[tuple[str, float, float, float]], arms: list[str], box: _Box, x: Any
) -> None:
    left, top, right, bottom = box
    sheet.text("entering in the month, % of those still waiting", x=0, y=top - 16, size=11, color=MUTED)
    highest = max(finite(e for *_, e in rows) or [1.0]) or 1.0
    highest *= 1.08

    def y(v: float) -> float:
        return bottom - v / highest * (bottom - top)

    at = ticks(0, highest, 5)
    grid = [{"y": y(t), "label": number(t, digits(at))} for t in at]
    sheet.line(grid, x=left, x2=right, y="y")
    sheet.text(grid, x=left - 6, y="y", size=11, color=MUTED, align="right")
    ends: list[tuple[str, float, str]] = []
    for k, (arm, colour) in enumerate(zip(arms, _colours(arms), strict=True)):
        own = sorted((m, e) for a, m, _, e in rows if a == arm and e == e)
        marks: list[dict[str, Any]] = [
            {"x": x(m), "y": y(e), "part": p, "hover": f"{arm}, {_said(m, e, 'of those waiting')}"}
            for (m, e), p in zip(own, _runs(own), strict=True)
        ]
        sheet.path(marks, color=colour, width=2, strokeDash=_DASHES[k])
        sheet.dot(marks, color=colour, shape=_SHAPES[k], size=26)
        if own:
            ends.append((arm, y(own[-1][1]), colour))
    if sheet.phone or not ends:
        return
    heights = spread([e[1] for e in ends], 14.0, top, bottom)
    for (arm, _, colour), at_y in zip(ends, heights, strict=True):
        sheet.text(fit(arm, 11, sheet.width - right - 8), x=right + 6, y=at_y, size=11, color=colour)


def _legend(sheet: Canvas, arms: list[str], top: float) -> None:
    for k, (arm, colour) in enumerate(zip(arms, _colours(arms), strict=True)):
        y = top + 9 + 18 * k
        sheet.path([{"x": 0, "y": y}, {"x": 22, "y": y}], color=colour, width=2, strokeDash=_DASHES[k])
        sheet.dot([{"x": 11, "y": y}], color=colour, shape=_SHAPES[k], size=26)
        sheet.text(fit(arm, 11, sheet.width - 32), x=28, y=y, size=11, color=INK)


def _colours(arms: list[str]) -> list[str]:
    """The programme type's colour for arms that bear its name; colours that are left for the others."""
    known = [PROGRAMME_COLOURS.get(a.replace(" ", "_").replace("-", "_"), "") for a in arms]
    left = iter([c for c in PROGRAMME_COLOURS.values() if c not in known])
    return [c or next(left) for c in known]


def _runs(points: list[tuple[float, float]]) -> list[int]:
    """Which unbroken run of months each point belongs to, so that no line is drawn over months left out."""
    found, run = [], 0
    for i, (month, _) in enumerate(points):
        run += i > 0 and month - points[i - 1][0] > 1.5
        found.append(run)
    return found
