"""Lists of vacancies: how evenly they fall beside plain ones, and what that costs; for one person the list itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import ACCENT, CONTEXT, MUTED, RULE
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Measures shown: name, words, factor, sign, digits.
_SHOWN = (
    ("top_share", "Places taken by the 1% most shown vacancies", 100, "%", 1),
    ("max_load", "Persons shown the most crowded vacancy", 1, "", 0),
    ("never_shown", "Vacancies shown to nobody", 100, "%", 1),
    ("mean_score", "Mean score of what is listed (of 100)", 100, "", 1),
)
_ROW = 62.0


def assignment(finding: Finding, width: int) -> Any:
    """Draw an Assignment: Lorenz curves of both kinds of lists, and four measures; one person's list as bars."""
    if getattr(finding, "n_persons", 0) == 1 and len(finding.table):
        return _one_person(finding, width)
    bars = _measures(finding)
    curves = _curves(finding)
    if not bars or not curves:
        return empty(
            finding,
            width,
            title="Who is shown which vacancy",
            why="Nobody could be shown a vacancy.",
            way_out="Look at the reasons in the table; widen max_km or lower min_similarity.",
        )
    phone = width < 480
    left = 34.0
    side = min(300.0, width - left - 8) if phone else 300.0
    sheet = Canvas(width, x=((0, 1), (left, left + side)), y=((0, 1), (30 + side, 30)))
    _lorenz(sheet, curves, left, side)
    x0 = 0.0 if phone else left + side + 44
    top = side + 88 if phone else 34.0
    _bars(sheet, bars, x0, width, top)
    bottom = max(30 + side + 40, top + _ROW * len(bars))
    return sheet.finish(
        finding,
        title=_title(finding, bars),
        subtitle=_subtitle(finding),
        height=bottom,
        notes=[
            "Blue: these lists. Grey: lists of the best by score, whoever else is sent there. The curve shows which "
            "share of all places on lists the least shown share of posts takes; on the diagonal every post is shown "
            "to as many persons."
        ],
        plot=(left, 30, left + side, 30 + side),
    )


def _measures(finding: Finding) -> list[tuple[str, float, float, str, int]]:
    """Words, ours, plain, sign and digits of the measures that are known."""
    table = getattr(finding, "comparison", None)
    if table is None or not len(table):
        return []
    names = words(table, "measure")
    ours, plain = column(table, "ours"), column(table, "plain")
    at = {n: (a, b) for n, a, b in zip(names, ours, plain, strict=True)}
    return [
        (said, by * at[n][0], by * at[n][1], sign, digits)
        for n, said, by, sign, digits in _SHOWN
        if n in at and all(math.isfinite(v) for v in at[n])
    ]


def _curves(finding: Finding) -> dict[str, list[tuple[float, float]]]:
    table = getattr(finding, "lorenz", None)
    if table is None or not len(table):
        return {}
    x = column(table, "posts")
    out = {}
    for name in ("plain", "ours"):
        line = [(a, b) for a, b in zip(x, column(table, name), strict=True) if a == a and b == b]
        if len(line) < 2:
            return {}
        out[name] = line
    return out


def _lorenz(sheet: Canvas, curves: dict[str, list[tuple[float, float]]], left: float, side: float) -> None:
    sheet.text("Share of places on lists", x=0, y=12, size=12, color=MUTED)
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = 30 + side * (1 - share)
        sheet.line(x=left, x2=left + side, y=y)
        sheet.text(f"{number(100 * share, 0)}%", x=left - 4, y=y, size=11, color=MUTED, align="right")
    for share in (0, 0.5, 1):
        align = {0: "left", 0.5: "center", 1: "right"}[share]
        at = left + side * share
        sheet.text(f"{number(100 * share, 0)}%", x=at, y=30 + side + 12, size=11, color=MUTED, align=align)
    sheet.text("of posts, the least shown first", x=left, y=30 + side + 28, size=12, color=MUTED)
    sheet.path([{"x": 0, "y": 0}, {"x": 1, "y": 1}], color=MUTED, width=1, strokeDash=[3, 3])
    for name, ink, thick in (("plain", CONTEXT, 3.5), ("ours", ACCENT, 2.5)):
        sheet.path([{"x": x, "y": y} for x, y in curves[name]], color=ink, width=thick)
    sheet.text(
        "every post alike",
        x=left + 0.8 * side,
        y=30 + 0.14 * side,
        size=11,
        color=MUTED,
        align="right",
        halo=True,
    )


def _bars(
    sheet: Canvas, bars: list[tuple[str, float, float, str, int]], x0: float, width: int, top: float
) -> None:
    for k, (said, ours, plain, sign, digits) in enumerate(bars):
        y = top + _ROW * k
        sheet.text(fit(said, 12, width - x0), x=x0, y=y, size=12)
        labels = [f"{number(v, digits)}{sign}" for v in (ours, plain)]
        names = ("these lists", "plain lists") if k == 0 else ("", "")
        room = max(text_width(a + "  " + b, 12, bold=True) for a, b in zip(labels, names, strict=True)) + 14
        each = (width - x0 - room) / max(ours, plain, 1e-9)
        rows = zip((ours, plain), labels, names, (ACCENT, CONTEXT), (16.0, 33.0), strict=True)
        for value, label, name, ink, down in rows:
            end = x0 + each * value
            sheet.box(
                [{"hover": f"{said}: {label}"}], x=x0, x2=end, y=y + down - 6, y2=y + down + 7, color=ink
            )
            sheet.text(label, x=end + 6, y=y + down + 1, size=12, bold=ink == ACCENT)
            if name:
                at = end + 6 + text_width(label, 12, bold=True) + 8
                sheet.text(name, x=at, y=y + down + 1, size=11, color=MUTED)


def _title(finding: Finding, bars: list[tuple[str, float, float, str, int]]) -> str:
    if getattr(finding, "congestion", "") == "none":
        return "Lists of the best by score, nothing balanced"
    known = {b[0]: b for b in bars}
    most = known.get(_SHOWN[1][1])
    if most is None or not most[2] > 0:
        return "How evenly the lists fall on vacancies"
    change = 100 * (1 - most[1] / most[2])
    if change < 1:
        return "The lists are no more even than plain ones"
    return f"The most crowded vacancy is shown to {number(change, 0)}% fewer persons"


def _subtitle(finding: Finding) -> str:
    n, m = getattr(finding, "n_persons", 0), getattr(finding, "n_vacancies", 0)
    parts = [
        f"{number(n, 0)} persons, {number(m, 0)} vacancies",
        f"up to {getattr(finding, 'top', 0)} a list",
    ]
    out = getattr(finding, "n_unserved", 0)
    parts += [f"{number(out, 0)} persons without a list"] if out else []
    return " · ".join(parts)


def _one_person(finding: Finding, width: int) -> Any:
    """One person's list: the score of each vacancy as a bar, with the reason."""
    table = finding.table
    names, reasons = words(table, "vacancy"), words(table, "reason")
    scores, ranks = column(table, "score"), column(table, "rank")
    rows = [r for r in zip(ranks, names, scores, reasons, strict=True) if r[0] > 0 and r[2] == r[2]]
    if not rows:
        return empty(
            finding,
            width,
            title="No vacancy suits this person",
            why=f"Reason: {reasons[0]}." if reasons else "No vacancy suits.",
            way_out="Widen max_km, lower min_similarity, or look at reachable occupations.",
        )
    sheet = Canvas(width)
    each = 46.0
    for k, (rank, name, score, reason) in enumerate(rows):
        y = each * k + 10
        sheet.text(fit(f"{number(rank, 0)}. {name}", 12, width - 50, bold=True), x=0, y=y, size=12, bold=True)
        sheet.text(number(100 * score, 0), x=width, y=y, size=12, bold=True, align="right")
        sheet.box(x=0, x2=width, y=y + 9, y2=y + 14, color=RULE)
        sheet.box(x=0, x2=max(1.0, width * min(1.0, max(0.0, score))), y=y + 9, y2=y + 14, color=ACCENT)
        sheet.text(fit(reason, 11, width), x=0, y=y + 24, size=11, color=MUTED)
    return sheet.finish(
        finding,
        title="Which vacancies suit this person",
        subtitle=f"Score of 100 · {text(getattr(finding, 'n_vacancies', ''))} vacancies compared",
        height=each * len(rows) + 4,
        notes=[
            "The score says how well occupation, place, wage and skills fit. It is no chance of being hired."
        ],
    )


def _priced(finding: Finding) -> list[str]:
    if not any(price > 0 for price in column(finding.table, "price")):
        return []
    return [
        "The order also counts how many others are shown a vacancy, so a lower score may stand before a higher."
    ]
