"""A layer: marks that look alike, and the Vega-Lite view that it becomes.

Views are plain dictionaries, as Altair would write them: to make each as an Altair object, copied and checked again
at every step, took three milliseconds a layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rows = Sequence[Mapping[str, Any]]
Span = tuple[float, float]
Frame = tuple[float, float, float, float]

#: Kinds of mark from the ground up.
RANK = {"geoshape": 0, "rect": 1, "rule": 2, "line": 3, "point": 4, "text": 5}


@dataclass(frozen=True)
class Layer:
    """Marks that look alike. ``z`` lifts or sinks a layer past its kind.

    A layer of areas or borders has a TopoJSON topology (as text) for its rows, and says which part of it is drawn and
    in which frame.
    """

    mark: str
    z: float
    options: dict[str, Any]
    fields: tuple[str, ...]
    rows: Any
    part: str = ""
    frame: Frame = (0.0, 0.0, 0.0, 0.0)

    @property
    def rank(self) -> float:
        """Place in the stack; the white rims of words lie under all words, so that none hides another."""
        rim = self.mark == "text" and "stroke" in self.options
        return RANK[self.mark] - (0.5 if rim else 0.0)


def view(layer: Layer, scales: Mapping[str, tuple[Span, Span]]) -> dict[str, Any]:
    """The layer as a Vega-Lite view on the canvas's scales, without axes of its own."""
    encoding: dict[str, Any] = {}
    for field in layer.fields:
        if field in ("x", "y"):
            domain, span = scales[field]
            scale = {"domain": list(domain), "range": list(span), "nice": False, "zero": False}
            encoding[field] = {"field": field, "type": "quantitative", "scale": scale, "axis": None}
        else:
            encoding |= _channel(field, layer)
    mark = layer.options | ({} if "hover" in layer.fields else {"aria": False}) | {"type": layer.mark}
    drawn: dict[str, Any] = {"data": {"values": layer.rows}, "mark": mark, "encoding": encoding}
    if layer.part:
        drawn["data"]["format"] = {"type": "topojson", "feature": "map"}
    if layer.mark != "geoshape":
        return drawn
    return drawn | {"transform": [{"filter": chosen(layer.part)}], "projection": projection(layer.frame)}


def chosen(part: str) -> str:
    """What holds of one part of a topology."""
    return f"datum.properties.part == '{part}'"


def projection(frame: Frame) -> dict[str, Any]:
    """Pixels as they are.

    A spherical projection would take a ring that runs the other way for its outside, and cover the whole map without
    an error. Vega-Lite merges the projections of layers that differ in nothing but translation, and would draw every
    small map on the first: each has its own extent too.
    """
    left, top, right, bottom = frame
    extent = [[left - 4, top - 4], [right + 4, bottom + 4]]
    return {"type": "identity", "scale": 1, "translate": [left, top], "clipExtent": extent}


def _channel(field: str, layer: Layer) -> dict[str, Any]:
    """Encoding of a column other than x and y."""
    within = "properties." if layer.part else ""
    ink = {"field": f"{within}ink", "type": "nominal", "scale": None}
    if field in ("x2", "y2"):
        return {field: {"field": field}}
    if field == "hover":
        hover = {"field": f"{within}hover", "type": "nominal"}
        return {"description": hover, "tooltip": hover | {"title": " "}}
    if field == "label":
        return {"text": {"field": "label", "type": "nominal"}}
    if field == "area":
        return {"size": {"field": "area", "type": "quantitative", "scale": None}}
    if field == "order":
        return {"order": {"field": "order", "type": "quantitative"}}
    if field == "part":
        return {"detail": {"field": "part", "type": "nominal"}}
    if layer.mark in ("text", "rule"):
        return {"color": ink}
    if layer.mark == "point" and "stroke" in layer.options:
        return {"stroke": ink}
    return {"fill": ink}
