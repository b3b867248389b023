"""Vacancies per unemployed person by region and occupation: tiles, or a ranked list where tiles do not fit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.balance_cells import BalanceCell, balance_cells, look, said
from almpo_kit.figures.balance_list import ranked_list
from almpo_kit.figures.canvas import Canvas, empty
from almpo_kit.figures.lettering import fit, text_width
from almpo_kit.figures.theme import MUTED, RULE
from almpo_kit.figures.wording import text
from almpo_kit.vocabulary.rendering import number

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_TALL, _LEAST, _MOST_ROWS = 24.0, 36.0, 60


def balance(finding: Finding, width: int) -> Any:
    """Draw a Balance: one tile a region and occupation, its number bold and marked where the cell is decided.

    Where there are more regions and occupations than fit, and on a phone, the decided cells stand in a list.
    """
    cells = balance_cells(finding.table)
    if not any(c.known or c.hidden for c in cells):
        return empty(
            finding,
            width,
            title="Vacancies and unemployed people by region and occupation",
            why="No cell can be shown.",
            way_out="Use coarser regions or occupations.",
        )
    sheet = Canvas(width)
    top = _key(sheet, cells, width)
    bottom = None if sheet.phone else _tiles(sheet, cells, top, width)
    if bottom is None:
        bottom = ranked_list(sheet, cells, float(getattr(finding, "overall", math.nan)), top, width)
    return sheet.finish(
        finding,
        title=_title(finding, cells),
        subtitle=_subtitle(finding),
        height=bottom,
        notes=_notes(finding, cells),
        plot=(0, top, width, bottom),
    )


def _key(sheet: Canvas, cells: list[BalanceCell], width: int) -> float:
    x, y = 0.0, 9.0
    here = {c.look for c in cells}
    for name in ("scarcer", "more plentiful", "balanced", "too little to say", "hidden"):
        if name not in here:
            continue
        shade, _, label = look(name)
        wide = 20 + text_width(label, 11) + 16
        if x and x + wide - 16 > width:
            x, y = 0.0, y + 18
        sheet.box(x=x, x2=x + 14, y=y - 7, y2=y + 7, color=shade, stroke=RULE)
        sheet.text(label, x=x + 19, y=y, size=11, color=MUTED)
        x += wide
    return y + 20


def _tiles(sheet: Canvas, cells: list[BalanceCell], top: float, width: int) -> float | None:
    """The tiles, or None where they do not fit."""
    places = dict(sorted({c.geo: c.name for c in cells}.items()))
    groups = dict(sorted({c.occupation: c.label for c in cells}.items()))
    left = min(max(text_width(v, 11.5) for v in groups.values()) + 12, 0.34 * width)
    each = (width - left) / len(places)
    if each < _LEAST or len(groups) > _MOST_ROWS:
        return None
    each = min(each, 90.0)
    heads = [
        {
            "x": left + each * (j + 0.5),
            "label": fit(name if text_width(name, 11) < each - 4 else geo, 11, each - 2),
        }
        for j, (geo, name) in enumerate(places.items())
    ]
    sheet.text(heads, y=top + 8, size=11, color=MUTED, align="center")
    top += 20
    rows = {g: top + _TALL * i for i, g in enumerate(groups)}
    sheet.text(
        [{"y": rows[g] + _TALL / 2, "label": fit(v, 11.5, left - 8)} for g, v in groups.items()],
        x=0,
        size=11.5,
    )
    columns = {g: left + each * j for j, g in enumerate(places)}
    boxes: list[dict[str, Any]] = []
    plain: list[dict[str, Any]] = []
    bold: list[dict[str, Any]] = []
    for c in cells:
        shade, ink, _ = look(c.look)
        x, y = columns[c.geo], rows[c.occupation]
        boxes.append(
            {"x": x + 1, "x2": x + each - 1, "y": y + 1, "y2": y + _TALL - 1, "ink": shade, "hover": c.hover}
        )
        letters = {"x": x + each / 2, "y": y + _TALL / 2, "label": said(c, each - 4), "ink": ink}
        if letters["label"]:
            (bold if c.decided else plain).append(letters)
    sheet.box(boxes, stroke=RULE, strokeWidth=1)
    sheet.text(plain, x="x", y="y", size=11, align="center")
    sheet.text(bold, x="x", y="y", size=11, bold=True, align="center")
    return top + _TALL * len(groups) + 4


def _title(finding: Finding, cells: list[BalanceCell]) -> str:
    counts = {v: sum(c.verdict == v for c in cells) for v in ("scarcer", "more plentiful")}
    more = sum(c.exceeds == "more vacancies than people" for c in cells)
    first = f"Vacancies exceed unemployed people in {more} of {len(cells)} combinations"
    return f"{first}; labour is scarcer than overall in {counts['scarcer']}, more plentiful in {counts['more plentiful']}"


def _subtitle(finding: Finding) -> str:
    overall, people, posts = (
        float(getattr(finding, k, math.nan)) for k in ("overall", "unemployed", "vacancies")
    )
    parts = [
        "Vacancies per unemployed person, by region and occupation",
        text(getattr(finding, "period", "")),
    ]
    parts += [f"overall {number(overall, 2)}"] if math.isfinite(overall) else []
    parts += (
        [f"{number(people, 0)} people, {number(posts, 0)} vacancies"] if math.isfinite(people + posts) else []
    )
    return " · ".join(p for p in parts if p)


def _notes(finding: Finding, cells: list[BalanceCell]) -> list[str]:
    notes = [
        "Scarcer, more plentiful: than in all other cells together, with few false findings among them. As overall: the 95% "
        "interval lies near the overall number. Pale: too few to say."
    ]
    if any(c.hidden for c in cells):
        notes.append(
            "Grey: numbers kept back because few people are in the cell; the mark, where there is one, holds."
        )
    return notes
