"""A layer: marks that look alike, and the Altair chart it becomes."""

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


def chart(layer: Layer, scales: Mapping[str, tuple[Span, Span]]) -> Any:
    """The layer as an Altair chart on the canvas's scales, without axes of its own."""
    import altair as alt

    encoding: dict[str, Any] = {}
    for field in layer.fields:
        if field in ("x", "y"):
            domain, span = scales[field]
            scale = alt.Scale(domain=list(domain), range=list(span), nice=False, zero=False)
            kind: Any = alt.X if field == "x" else alt.Y
            encoding[field] = kind(f"{field}:Q", scale=scale, axis=None)
        else:
            encoding |= _channel(field, layer)
    options = dict(layer.options) | ({} if "hover" in layer.fields else {"aria": False})
    shape = alt.TopoDataFormat(type="topojson", feature="map") if layer.part else alt.Undefined
    drawn = alt.Chart(alt.InlineData(values=layer.rows, format=shape))
    drawn = getattr(drawn, f"mark_{layer.mark}")(**options).encode(**encoding)
    if layer.mark != "geoshape":
        return drawn
    drawn = drawn.transform_filter(f"datum.properties.part == '{layer.part}'")
    left, top, right, bottom = layer.frame
    # Pixels as they are. A spherical projection would take a ring that runs the other way for its outside, and
    # cover the whole map without an error. Vega-Lite merges the projections of layers that differ in nothing but
    # translation, and would draw every small map on the first: each has its own extent too.
    return drawn.project(
        type="identity",
        scale=1,
        translate=[left, top],
        clipExtent=[[left - 4, top - 4], [right + 4, bottom + 4]],
    )


def _channel(field: str, layer: Layer) -> dict[str, Any]:
    """Encoding of a column other than x and y."""
    import altair as alt

    within = "properties." if layer.part else ""
    if field in ("x2", "y2"):
        return {field: field}
    if field == "hover":
        hover = f"{within}hover"
        return {"description": alt.Description(f"{hover}:N"), "tooltip": alt.Tooltip(f"{hover}:N", title=" ")}
    if field == "label":
        return {"text": alt.Text("label:N")}
    if field == "area":
        return {"size": alt.Size("area:Q", scale=None)}
    if field == "order":
        return {"order": alt.Order("order:Q")}
    if field == "part":
        return {"detail": alt.Detail("part:N")}
    if layer.mark in ("text", "rule"):
        return {"color": alt.Color("ink:N", scale=None)}
    if layer.mark == "point" and "stroke" in layer.options:
        return {"stroke": alt.Stroke("ink:N", scale=None)}
    return {"fill": alt.Fill(f"{within}ink:N", scale=None)}
