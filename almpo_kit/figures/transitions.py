"""Moves between classes: from rows to columns, shares with counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.theme import MISSING, MUTED, RULE, letter_on
from almpo_kit.figures.wording import column, text, words
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

#: Shades of a share, light to dark; grey print keeps their order.
_SHADES = ("#FFFFFF", "#E3ECF7", "#BCD2EE", "#7FA9DC", "#2F6DB5", "#0B3D7E")
_LIMITS = (0.005, 0.1, 0.3, 0.6, 0.85)


def transitions(finding: Finding, width: int) -> Any:
    """Draw Transitions as a matrix; a row with too few moves shows its counts and says so."""
    labels = [text(v) for v in getattr(finding, "classes", ())]
    cells = _cells(finding, labels)
    if not cells:
        return empty(
            finding,
            width,
            title="Moves between classes",
            why="No moves could be counted.",
            way_out="Choose other years or classes.",
        )
    sheet = Canvas(width)
    left = min(max(text_width(v, 12) for v in labels) + 18, (0.27 if sheet.phone else 0.3) * width)
    each = (width - left) / len(labels)
    height = 46.0
    heads = [wrap(v, 12, each - 6, lines=3) for v in labels]
    deepest = max(len(h) for h in heads)
    top = 22 + 15 * deepest + 6
    sheet.text("to", x=left + (width - left) / 2, y=8, size=12, color=MUTED, align="center")
    sheet.text("from", x=0, y=8 + 15 * deepest, size=12, color=MUTED)
    for j, lines in enumerate(heads):
        for i, line in enumerate(lines):
            at = 24 + 15 * (deepest - len(lines) + i)
            sheet.text(line, x=left + each * (j + 0.5), y=at, size=12, align="center")
    for i, label in enumerate(labels):
        lines = wrap(label, 12, left - 8, lines=3)
        for m, line in enumerate(lines):
            middle = top + height * (i + 0.5) + 15 * (m - (len(lines) - 1) / 2)
            sheet.text(line, x=0, y=middle, size=12)
    _matrix(sheet, cells, labels, left, each, top, height)
    bottom = top + height * len(labels)
    return sheet.finish(
        finding,
        title=_title(finding, cells, labels),
        subtitle=_subtitle(finding),
        height=bottom + 4,
        notes=[
            "Share of the moves out of a class, and below it how many. Hatched: too few moves to give shares.",
            *_chance(finding),
        ],
        plot=(left, top, width, bottom),
    )


def _cells(finding: Finding, labels: list[str]) -> dict[tuple[str, str], tuple[float, float, bool]]:
    """(from, to) -> count, share (NaN where thin), thin."""
    table = finding.table
    rows = zip(
        words(table, "from_class"),
        words(table, "to_class"),
        column(table, "count"),
        column(table, "probability"),
        strict=True,
    )
    return {(a, b): (n, p, math.isnan(p)) for a, b, n, p in rows if a in labels and b in labels and n == n}


def _matrix(
    sheet: Canvas,
    cells: dict[tuple[str, str], tuple[float, float, bool]],
    labels: list[str],
    left: float,
    each: float,
    top: float,
    height: float,
) -> None:
    boxes, shares, counts = [], [], []
    for i, a in enumerate(labels):
        for j, b in enumerate(labels):
            if (a, b) not in cells:
                continue
            n, p, thin = cells[a, b]
            shade = MISSING if thin else _SHADES[sum(p >= limit for limit in _LIMITS)]
            x, y = left + each * j, top + height * i
            many = number(n, 0)
            said = f"{number(100 * p, 0)}%" if not thin else "too few"
            boxes.append(
                {
                    "x": x + 1,
                    "x2": x + each - 1,
                    "y": y + 1,
                    "y2": y + height - 1,
                    "ink": shade,
                    "hover": f"From {a} to {b}: {many}, {said}",
                }
            )
            ink = letter_on(shade)
            if n or thin:
                if not thin:
                    shares.append(
                        {"x": x + each / 2, "y": y + height / 2 - 8, "label": _share(p), "ink": ink}
                    )
                counts.append({"x": x + each / 2, "y": y + height / 2 + 9, "label": many, "ink": ink})
    sheet.box(boxes, stroke=RULE, strokeWidth=1)
    sheet.text(shares, x="x", y="y", size=13, bold=True, align="center")
    sheet.text(counts, x="x", y="y", size=11, align="center")


def _share(p: float) -> str:
    return "under 1%" if 0 < p < 0.005 else f"{number(100 * p, 0)}%"


def _title(
    finding: Finding, cells: dict[tuple[str, str], tuple[float, float, bool]], labels: list[str]
) -> str:
    total = sum(n for n, _, _ in cells.values())
    stayed = sum(cells[v, v][0] for v in labels if (v, v) in cells)
    step = getattr(finding, "step", 1)
    when = "from one year to the next" if step == 1 else f"over {step} years"
    share = number(100 * stayed / total, 0) if total else "–"
    return f"{share}% of regions stay in their class {when}"


def _subtitle(finding: Finding) -> str:
    what = text(getattr(finding, "what", ""))
    years = f"{text(getattr(finding, 'first', ''))}–{text(getattr(finding, 'last', ''))}"
    n, out = getattr(finding, "n_moves", 0), getattr(finding, "n_excluded", 0)
    parts = [f"{what[:1].upper()}{what[1:]}", years, f"{number(n, 0)} moves"]
    parts += [f"{number(out, 0)} across the break of 2021 left out"] if out else []
    return " · ".join(p for p in parts if p.strip("–"))


def _chance(finding: Finding) -> list[str]:
    moved, chance = (getattr(finding, k, math.nan) for k in ("moved", "moved_by_chance"))
    if not (math.isfinite(moved) and math.isfinite(chance)):
        return []
    return [
        f"{number(100 * moved, 0)}% changed class; sampling error alone could make up to about "
        f"{number(100 * chance, 0)}% do so."
    ]
