"""Pictures that several tests look at, drawn once: drawing and rendering is nearly all that these tests cost."""

from __future__ import annotations

from functools import cache

from almpo_kit.figures import draw
from almpo_kit.figures.svg import svg

from .stand_ins import MAKERS


@cache
def picture(kind: str, n: int, width: int = 720) -> str:
    """The SVG of a figure of ``n`` rows; for what a test changes first, draw anew."""
    return svg(draw(MAKERS[kind](n), kind, width=width))
