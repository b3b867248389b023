"""The marks of a sheet as SVG: rectangles, rules, lines, points and words, and how far each reaches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from almpo_kit.figures.svg_numbers import UnlikeASheet, finite, plain, quoted, rounded, scale, trimmed
from almpo_kit.figures.svg_shapes import box, outline
from almpo_kit.figures.svg_widths import at_most

_HOVER = {
    "description": {"field": "hover", "type": "nominal"},
    "tooltip": {"field": "hover", "title": " ", "type": "nominal"},
}
_INK = {"field": "ink", "scale": None, "type": "nominal"}
_OPTIONS = {
    "rect": {"fill", "stroke", "strokeWidth", "strokeDash", "opacity"},
    "rule": {"color", "strokeWidth", "strokeDash", "opacity"},
    "line": {
        *(
            "color",
            "strokeWidth",
            "strokeDash",
            "opacity",
            "interpolate",
            "strokeJoin",
            "strokeCap",
            "filled",
        ),
    },
    "point": {
        *("shape", "size", "fill", "fillOpacity", "filled", "stroke", "strokeWidth", "strokeDash", "opacity"),
        "angle",
    },
    "text": {
        *(
            "align",
            "baseline",
            "color",
            "dx",
            "dy",
            "fontSize",
            "fontWeight",
            "fontStyle",
            "limit",
            "opacity",
        ),
        *("stroke", "strokeWidth", "strokeJoin"),
    },
}
_COLOURED = {"rect": "fill", "rule": "color", "text": "color", "point": "fill"}
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}
_STYLE = {
    "fill": "fill",
    "fillOpacity": "fill-opacity",
    "stroke": "stroke",
    "strokeWidth": "stroke-width",
    "strokeCap": "stroke-linecap",
    "strokeJoin": "stroke-linejoin",
    "strokeDash": "stroke-dasharray",
    "opacity": "opacity",
}


@dataclass
class Reach:
    """The box around all marks so far, in pixels of the sheet."""

    width: float
    height: float
    x1: float = field(init=False, default=0.0)
    y1: float = field(init=False, default=0.0)
    x2: float = field(init=False)
    y2: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the sheet itself."""
        self.x2, self.y2 = self.width, self.height

    def add(self, x1: float, y1: float, x2: float, y2: float, more: float = 0.0) -> None:
        """A mark from corner to corner, and its stroke."""
        self.x1, self.y1 = min(self.x1, x1 - more), min(self.y1, y1 - more)
        self.x2, self.y2 = max(self.x2, x2 + more), max(self.y2, y2 + more)

    def word(self, x: float, width: float, top: float, bottom: float, back: float) -> None:
        """A word at its widest: where its true width would move the edge of the picture, Vega has to measure."""
        x1, x2 = x - back * width, x + (1 - back) * width
        if (back > 0 and x1 < 0) or (back < 1 and x2 > self.width):
            raise UnlikeASheet("a word that may run over the edge")
        self.add(x, top, x, bottom)


def style(given: Mapping[str, Any]) -> str:
    """What a mark looks like, as attributes."""
    out = []
    for name, attribute in _STYLE.items():
        value = given.get(name)
        if value is None:
            continue
        if isinstance(value, list):
            text = ",".join(plain(finite(v)) for v in value)
        else:
            text = quoted(value) if isinstance(value, str) else plain(finite(value))
        out.append(f' {attribute}="{text}"')
    return "".join(out)


@dataclass(frozen=True)
class Drawn:
    """A layer that is known to be one of ours: its look, its rows, its positions."""

    mark: dict[str, Any]
    encoding: dict[str, Any]
    rows: list[dict[str, Any]]
    at: dict[str, Callable[[float], float]]

    def place(self, row: Mapping[str, Any], name: str) -> float:
        """Pixel of a row's position."""
        return self.at[name[0]](finite(row.get(name)))

    def look(self, row: Mapping[str, Any], *also: str) -> dict[str, Any]:
        """The mark's options with the row's own colour."""
        looks = dict(self.mark)
        for channel in (*also, "fill", "stroke", "color"):
            if channel in self.encoding:
                looks[channel] = row.get("ink")
                if not isinstance(row.get("ink"), str):
                    raise UnlikeASheet("a mark without a colour")
        return looks

    def closed(self, tag: str, head: str, row: Mapping[str, Any], inside: str = "") -> str:
        """One element, with what it says when pointed at."""
        if "description" in self.encoding:
            inside = f"<title>{quoted(row.get('hover'))}</title>{inside}"
        return f"<{tag}{head}>{inside}</{tag}>" if inside else f"<{tag}{head}/>"


def recognised(layer: Mapping[str, Any], rows: Any) -> Drawn:
    """The layer, if every key of it is one that this module draws as Vega does."""
    mark, encoding = dict(layer["mark"]), dict(layer.get("encoding", {}))
    kind, aria = mark.pop("type", ""), mark.pop("aria", True)
    if kind not in _OPTIONS or set(layer) - {"data", "mark", "encoding"} or not isinstance(rows, list):
        raise UnlikeASheet(f"a layer of {kind}")
    if set(mark) - _OPTIONS[kind] or aria is not ("description" in encoding):
        raise UnlikeASheet(f"{kind} with {sorted(mark)}")
    told = {c: encoding[c] for c in ("description", "tooltip") if c in encoding}
    if told and told != _HOVER:
        raise UnlikeASheet("another tooltip")
    ends = ("x2", "y2") if kind in ("rect", "rule") else ()
    known: dict[str, Any] = {e: {"field": e} for e in ends}
    if kind == "line":
        known |= {"detail": {"field": "part", "type": "nominal"}}
        known |= {"order": {"field": "order", "type": "quantitative"}}
    elif kind == "text":
        known["text"] = {"field": "label", "type": "nominal"}
    at = {name: scale(encoding.get(name, {}), name) for name in ("x", "y")}
    rest = {k: v for k, v in encoding.items() if k not in (*at, *told)}
    if {k: rest.pop(k, None) for k in known} != known:
        raise UnlikeASheet(f"{kind} without {sorted(known)}")
    colour = "stroke" if kind == "point" and "stroke" in rest else _COLOURED.get(kind, "")
    if rest.pop(colour, _INK) != _INK:
        raise UnlikeASheet("a colour of another column")
    if kind == "point" and rest.pop("size", None) not in (None, _size()):
        raise UnlikeASheet("a size of another column")
    if rest:
        raise UnlikeASheet(f"{kind} by {sorted(rest)}")
    return Drawn(mark, encoding, rows, at)


def _size() -> dict[str, Any]:
    return {"field": "area", "scale": None, "type": "quantitative"}


def _stroke(looks: Mapping[str, Any]) -> float:
    """How far the stroke reaches past the mark, as Vega reckons it: by its whole width."""
    if not looks.get("stroke") or looks.get("opacity") == 0:
        return 0.0
    return float(looks.get("strokeWidth", 1))


def rects(drawn: Drawn, reach: Reach) -> Iterable[str]:
    """Rectangles."""
    for row in drawn.rows:
        x1, x2 = sorted((drawn.place(row, "x"), drawn.place(row, "x2")))
        y1, y2 = sorted((drawn.place(row, "y"), drawn.place(row, "y2")))
        looks = drawn.look(row)
        reach.add(x1, y1, x2, y2, _stroke(looks))
        wide, high = plain(x2 - x1), plain(y2 - y1)
        minus = plain(-(x2 - x1))
        path = f"M{plain(x1)},{plain(y1)}h{wide}v{high}h{minus}Z"
        yield drawn.closed("path", f' d="{path}"{style(looks)}', row)


def rules(drawn: Drawn, reach: Reach) -> Iterable[str]:
    """Straight lines."""
    for row in drawn.rows:
        x, x2, y, y2 = (drawn.place(row, name) for name in ("x", "x2", "y", "y2"))
        looks = drawn.look(row)
        looks["stroke"] = looks.pop("color")
        reach.add(min(x, x2), min(y, y2), max(x, x2), max(y, y2), _stroke(looks))
        ends = f' x2="{plain(x2 - x)}" y2="{plain(y2 - y)}"'
        head = f' transform="translate({plain(x)},{plain(y)})"{ends}{style(looks)}'
        yield drawn.closed("line", head, row)


def lines(drawn: Drawn, reach: Reach) -> Iterable[str]:
    """Lines through points, one for each part."""
    looks = dict(drawn.mark)
    if looks.pop("interpolate", "linear") != "linear":
        raise UnlikeASheet("a curve")
    looks["fill" if looks.pop("filled", False) else "stroke"] = looks.pop("color")
    parts: dict[Any, list[dict[str, Any]]] = {}
    for row in drawn.rows:
        parts.setdefault(row.get("part"), []).append(row)
    for rows in parts.values():
        points = []
        for row in sorted(rows, key=lambda r: finite(r.get("order"))):
            x, y = drawn.place(row, "x"), drawn.place(row, "y")
            reach.add(x, y, x, y, _stroke(looks))
            points.append(f"{rounded(x)},{rounded(y)}")
        path = f"M{'L'.join(points)}{'Z' if len(points) == 1 else ''}"
        yield f'<path d="{path}"{style(looks)}/>'


def points(drawn: Drawn, reach: Reach) -> Iterable[str]:
    """Points, by shape and size."""
    turn = drawn.mark.get("angle")
    if drawn.mark.get("filled") is not True or "fill" not in drawn.mark:
        raise UnlikeASheet("a point that is not filled")
    for row in drawn.rows:
        x, y = drawn.place(row, "x"), drawn.place(row, "y")
        looks = {"strokeWidth": 2} | drawn.look(row)
        shape = looks["shape"]
        size = finite(row.get("area")) if "size" in drawn.encoding else finite(looks["size"])
        r = math.sqrt(size) / 2
        x1, y1, x2, y2 = box(shape, r, turn)
        reach.add(x + x1, y + y1, x + x2, y + y2, _stroke(looks))
        moved = f"translate({plain(x)},{plain(y)})" + ("" if turn is None else f" rotate({plain(turn)})")
        yield drawn.closed("path", f' transform="{moved}" d="{outline(shape, size)}"{style(looks)}', row)


def texts(drawn: Drawn, reach: Reach) -> Iterable[str]:
    """Words."""
    mark = drawn.mark
    size, anchor = finite(mark["fontSize"]), _ANCHOR.get(mark["align"], "")
    if mark["baseline"] != "middle" or mark["limit"] != 0 or not anchor:
        raise UnlikeASheet("lettering that is placed by something else than its middle")
    face = f' font-size="{plain(size)}px"'
    face += f' font-style="{quoted(mark["fontStyle"])}"' if "fontStyle" in mark else ""
    face += f' font-weight="{plain(mark["fontWeight"])}"' if "fontWeight" in mark else ""
    dx, dy = finite(mark.get("dx", 0)), finite(mark.get("dy", 0)) + math.floor(0.30 * size + 0.5)
    back = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    for row in drawn.rows:
        x, y = drawn.place(row, "x") + dx, drawn.place(row, "y") + dy
        looks = drawn.look(row)
        looks["fill"] = looks.pop("color")
        label = trimmed(row.get("label"))
        wide = at_most(row["label"], size, bold="fontWeight" in mark) if label else 0.0
        top = y - math.floor(0.8 * size + 0.5)
        reach.word(x, wide, top, top + size, back)
        head = f' text-anchor="{anchor}" transform="translate({plain(x)},{plain(y)})"{face}{style(looks)}'
        yield drawn.closed("text", head, row, label)


#: Kind of mark -> class of its group in Vega's SVG, and what draws it.
WRITERS: dict[str, tuple[str, Callable[[Drawn, Reach], Iterable[str]]]] = {
    "rect": ("mark-rect", rects),
    "rule": ("mark-rule", rules),
    "line": ("mark-line", lines),
    "point": ("mark-symbol", points),
    "text": ("mark-text", texts),
}
