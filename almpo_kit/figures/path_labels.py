"""Where labels of points on a path go so that they cover neither each other nor the points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

Spot = tuple[float, float]
#: Directions in which a label may stand from its point, best first.
_AROUND = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_GAP = 7.0


def place(
    points: Sequence[Spot],
    sizes: Sequence[tuple[float, float]],
    obstacles: Sequence[Spot],
    box: tuple[float, float, float, float],
    toward: Sequence[tuple[int, int]] | None = None,
) -> list[Spot | None]:
    """Centres of labels, in order of importance; None where a label finds no free place.

    Parameters
    ----------
    points : sequence of (x, y)
        Pixels of what is labelled.
    sizes : sequence of (width, height)
        Of the labels.
    obstacles : sequence of (x, y)
        Points that no label may cover.
    box : (left, top, right, bottom)
        Labels stay inside.
    toward : sequence of (-1, 0 or 1, -1, 0 or 1), optional
        The one direction in which each label may stand from its point; any when left out.
    """
    taken: list[tuple[float, float, float, float]] = []
    out: list[Spot | None] = []
    for i, ((x, y), (w, h)) in enumerate(zip(points, sizes, strict=True)):
        around = _AROUND if toward is None else (toward[i],)
        spot = next(
            (c for c in _candidates(x, y, w, h, around) if _free(c, w, h, obstacles, taken, box)), None
        )
        out.append(spot)
        if spot is not None:
            taken.append(_frame(spot, w, h))
    return out


def _candidates(x: float, y: float, w: float, h: float, around: Sequence[tuple[int, int]]) -> list[Spot]:
    return [
        (x + dx * (w / 2 + reach * (0.75 if dy else 1)), y + dy * (h / 2 + reach * (0.75 if dx else 1)))
        for reach in (_GAP, 2 * _GAP)
        for dx, dy in around
    ]


def along(dots: Sequence[Spot], apart: float = 6.0) -> list[Spot]:
    """Points on straight lines between the dots, so that a label keeps off the lines too."""
    out = list(dots)
    for (x0, y0), (x1, y1) in pairwise(dots):
        n = int(math.hypot(x1 - x0, y1 - y0) / apart)
        out += [(x0 + (x1 - x0) * k / (n + 1), y0 + (y1 - y0) * k / (n + 1)) for k in range(1, n + 1)]
    return out


def _frame(spot: Spot, w: float, h: float) -> tuple[float, float, float, float]:
    return spot[0] - w / 2, spot[1] - h / 2, spot[0] + w / 2, spot[1] + h / 2


def _free(
    spot: Spot,
    w: float,
    h: float,
    obstacles: Sequence[Spot],
    taken: Sequence[tuple[float, float, float, float]],
    box: tuple[float, float, float, float],
) -> bool:
    a, b, c, d = _frame(spot, w, h)
    if a < box[0] or b < box[1] or c > box[2] or d > box[3]:
        return False
    if any(a - 3 < x < c + 3 and b - 3 < y < d + 3 for x, y in obstacles):
        return False
    return not any(a < right and left < c and b < low and top < d for left, top, right, low in taken)
