"""Shapes of points as Vega draws them: their paths, and the boxes around them."""

from __future__ import annotations

import math

from almpo_kit.figures.svg_numbers import UnlikeASheet, rounded


def _triangle(r: float, up: float) -> list[tuple[float, float]]:
    h = math.sqrt(3) / 2 * r
    return [(0, -up * h), (-r, up * h), (r, up * h)]


def _corners(shape: str, r: float) -> list[tuple[float, float]]:
    """Corners of a point's shape around its middle."""
    if shape == "diamond":
        return [(-r, 0), (0, -r), (r, 0), (0, r)]
    if shape in ("triangle-up", "triangle-down"):
        return _triangle(r, 1 if shape == "triangle-up" else -1)
    if shape in ("triangle-right", "triangle-left"):
        h = math.sqrt(3) / 2 * r * (1 if shape == "triangle-right" else -1)
        return [(h, 0), (-h, -r), (-h, r)]
    if shape == "cross":
        s = r / 2.5
        right = [(s, r), (s, s), (r, s), (r, -s), (s, -s), (s, -r)]
        return [(-r, -s), (-r, s), (-s, s), (-s, r), *right, (-s, -r), (-s, -s)]
    raise UnlikeASheet(f"a point shaped {shape}")


def outline(shape: str, size: float) -> str:
    """The path of a point of so many square pixels, around its middle."""
    r = math.sqrt(size) / 2
    if shape == "circle":
        a, b = rounded(r), rounded(-r)
        return f"M{a},0A{a},{a},0,1,1,{b},0A{a},{a},0,1,1,{a},0"
    if shape == "square":
        side, start = math.sqrt(size), rounded(-math.sqrt(size) / 2)
        return f"M{start},{start}h{rounded(side)}v{rounded(side)}h{rounded(-side)}Z"
    return f"M{'L'.join(f'{rounded(x)},{rounded(y)}' for x, y in _corners(shape, r))}Z"


def box(shape: str, r: float, turn: float | None) -> tuple[float, float, float, float]:
    """The box around a shape that is turned by so many degrees."""
    if shape in ("circle", "square") and turn is None:
        return -r, -r, r, r
    cos, sin = math.cos(math.radians(turn or 0)), math.sin(math.radians(turn or 0))
    turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in _corners(shape, r)]
    xs, ys = zip(*turned, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
