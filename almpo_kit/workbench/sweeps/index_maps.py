"""Tile maps of the numbers of a series, as SVG that needs no script."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from almpo_kit.figures.scales import Classes, classes
from almpo_kit.figures.theme import MISSING, letter_on
from almpo_kit.vocabulary.rendering import number
from almpo_kit.workbench.sweeps.place_names import name_of
from almpo_kit.workbench.sweeps.tile_maps import Cells, cells

#: Width of a tile in the units of the drawing; a number below its code needs about this much.
_SIDE, _NARROWEST = 44, 32
_MOST_MAPS = 8


@dataclass(frozen=True)
class Map:
    """One number on the map: what it is, the drawing, and colour, label and count of its classes."""

    name: str
    svg: str
    legend: tuple[tuple[str, str, int], ...]
    width: int
    narrowest: int


def maps(numbers: Mapping[str, Mapping[str, float]], pages: Mapping[str, str]) -> list[Map]:
    """A map of each number that differs between places; none where the places are not all of one kind.

    Parameters
    ----------
    numbers : mapping of str to mapping of str to float
        Name of the number → place → value.
    pages : mapping of str to str
        Place → address of its report.
    """
    placed = cells(pages)
    if len(pages) < 2 or not placed:
        return []
    varied = [n for n, of in numbers.items() if len({v for v in of.values() if math.isfinite(v)}) > 1]
    return [_map(name, numbers[name], pages, placed) for name in varied[:_MOST_MAPS]]


def _map(name: str, values: Mapping[str, float], pages: Mapping[str, str], placed: Cells) -> Map:
    finite = {code: v for code, v in values.items() if math.isfinite(v)}
    scale = classes("", finite.values())
    digits = next((n for n in (0, 1) if all(v == round(v, n) for v in finite.values())), 2)
    tiles = "".join(
        _tile(code, at, finite.get(code), pages.get(code), scale, digits) for code, at in placed.items()
    )
    columns, rows = max(c for c, _ in placed.values()) + 1, max(r for _, r in placed.values()) + 1
    counts = [sum(scale.of(v) == k for v in finite.values()) for k in range(len(scale.labels))]
    legend = [*zip(scale.colours, scale.labels, counts, strict=True)]
    missing = len(placed) - len(finite)
    if missing:
        legend.append((MISSING, "no report or no number", missing))
    svg = (
        f'<svg viewBox="0 0 {columns * _SIDE} {rows * _SIDE}" role="group" '
        f'aria-label="Map: {escape(name, quote=True)}">{tiles}</svg>'
    )
    return Map(name, svg, tuple(legend), columns * _SIDE, columns * _NARROWEST)


def _tile(
    code: str, at: tuple[int, int], value: float | None, page: str | None, scale: Classes, digits: int
) -> str:
    fill = MISSING if value is None else scale.colours[scale.of(value)]
    told = "no number" if value is None else number(value, digits)
    ink = letter_on(fill)
    x, y = at[0] * _SIDE, at[1] * _SIDE
    inside = _SIDE - 2
    square = (
        f"<title>{escape(f'{name_of(code)} ({code}): {told if page else "no report"}')}</title>"
        f'<rect x="{x + 1}" y="{y + 1}" width="{inside}" height="{inside}" rx="3" fill="{fill}"/>'
        f'<text x="{x + _SIDE / 2:g}" y="{y + 19}" fill="{ink}">{escape(code)}</text>'
    )
    if page is not None and value is not None:
        square += f'<text class="value" x="{x + _SIDE / 2:g}" y="{y + 34}" fill="{ink}">{escape(told)}</text>'
    return f'<a href="{escape(page, quote=True)}">{square}</a>' if page else f"<g>{square}</g>"
