"""How often each option takes each place."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import MUTED, letter_on, sequential
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Options shown, and places beside the last column, which holds all later ones; on a phone fewer.
_MOST, _PLACES, _PHONE_PLACES = 12, 6, 4
#: Shares at which the colour changes.
_LIMITS = (0.05, 0.2, 0.5, 0.8)
_METHODS = {"topsis": "TOPSIS", "promethee": "PROMETHEE II", "weighted_sum": "weighted sum"}
_VARIES = {
    "each": "evidence and weights of participants drawn",
    "panel": "evidence and the panel’s weights drawn",
    "draws": "evidence and weights drawn",
    "any": "evidence drawn, any weights",
    "fixed": "evidence drawn, weights as given",
}


def rank_probabilities(finding: Finding, width: int) -> Any:
    """Draw a RankProbabilities, or a Ranking whose evidence was drawn."""
    rows = _rows(finding)
    if not rows:
        return empty(
            finding,
            width,
            title="How often does each option take each place?",
            why="There are no chances to show.",
            way_out="Give standard errors of the values (0 where a value is known exactly).",
        )
    sheet = Canvas(width)
    shown = rows[:_MOST]
    end = _tiles(sheet, shown, _columns(sheet, len(rows)))
    notes = ["Each row adds up to 100% of draws. Options in the order of their mean place."]
    if len(rows) > len(shown):
        notes.append(f"{len(rows) - len(shown)} more options come later and are not shown.")
    if names := words(getattr(finding, "left_out", finding.table.iloc[:0]), "option"):
        notes.append(
            f"Not ranked, which is not to say worse: {', '.join(_name(n) for n in names[:6])}"
            f"{' and more' if len(names) > 6 else ''}."
        )
    return sheet.finish(
        finding,
        title=_title(finding, rows),
        subtitle=_subtitle(finding),
        height=end,
        notes=notes,
        plot=(0, 0, width, end),
    )


def _name(option: str) -> str:
    return option.replace("_", " ")


def _rows(finding: Finding) -> list[tuple[str, list[float]]]:
    """Option -> shares of its places, in the order given."""
    table = getattr(finding, "acceptability", None)
    if table is None or not len(table):
        return []
    found: dict[str, dict[int, float]] = {}
    for name, place, share in zip(
        words(table, "option"), column(table, "rank"), column(table, "share"), strict=True
    ):
        if math.isfinite(place) and math.isfinite(share):
            found.setdefault(name, {})[int(place)] = float(share)
    return [(n, [s.get(r, 0.0) for r in range(1, len(found) + 1)]) for n, s in found.items()]


def _columns(sheet: Canvas, n: int) -> int:
    """Places with a column of their own; what comes later shares one."""
    most = _PHONE_PLACES if sheet.phone else _PLACES
    return n if n <= most + 1 else most


def _tiles(sheet: Canvas, rows: list[tuple[str, list[float]]], own: int) -> float:
    n = len(rows[0][1])
    later = n > own
    heads = [_place(r) for r in range(1, own + 1)] + ([f"{_place(own + 1)} on"] if later else [])
    room = 0.0 if sheet.phone else min(max(text_width(_name(o), 12) for o, _ in rows) + 14, 0.4 * sheet.width)
    pitch, high = (50.0, 26.0) if sheet.phone else (32.0, 28.0)
    wide = (sheet.width - room) / len(heads)
    colours = sequential(len(_LIMITS) + 1)
    top = 22.0
    boxes, letters, names = [], [], []
    for i, (option, shares) in enumerate(rows):
        bottom = top + pitch * (i + 1) - 2
        y = bottom - high
        lettered = fit(_name(option), 12, sheet.width if sheet.phone else room - 10)
        names.append({"label": lettered, "y": y - 10 if sheet.phone else y + high / 2})
        held = shares[:own] + ([sum(shares[own:])] if later else [])
        for j, share in enumerate(held):
            x = room + j * wide
            ink = colours[bisect_right(_LIMITS, share)]
            hover = f"{_name(option)}, {heads[j]}: {_percent(share)} of draws"
            boxes.append({"x": x + 1, "x2": x + wide - 1, "y": y, "y2": bottom, "ink": ink, "hover": hover})
            letters.append(
                {"x": x + wide / 2, "y": y + high / 2, "label": _percent(share), "ink": letter_on(ink)}
            )
    sheet.text(
        [{"x": room + (j + 0.5) * wide, "label": h} for j, h in enumerate(heads)],
        x="x",
        y=10,
        size=11,
        color=MUTED,
        align="center",
    )
    sheet.box(boxes)
    sheet.text(letters, size=12, align="center")
    sheet.text(
        names, x=0 if sheet.phone else room - 8, y="y", size=12, align="left" if sheet.phone else "right"
    )
    return top + pitch * len(rows)


def _place(r: int) -> str:
    tail = "th" if r % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(r % 10, "th")
    return f"{r}{tail}"


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 - 1e-12 else f"{number(100 * share, 0)}%"


def _title(finding: Finding, rows: list[tuple[str, list[float]]]) -> str:
    name, shares = max(rows, key=lambda r: r[1][0])
    if shares[0] > 0.5:
        return f"{_name(name)[:1].upper()}{_name(name)[1:]} is best in {_percent(shares[0])} of draws"
    return "No option is best in more than half of the draws"


def _subtitle(finding: Finding) -> str:
    parts = ["Share of draws in which an option takes each place"]
    if method := _METHODS.get(text(getattr(finding, "method", ""))):
        parts.append(method)
    parts.append(_VARIES.get(text(getattr(finding, "kind", "")), _VARIES["fixed"]))
    return " · ".join(parts)
