"""A sheet of drawing paper: layers of marks placed in pixels or on data scales, then title, notes and source.

Every figure is one Altair layer chart whose view is the whole sheet. Where lettering goes is decided here
and in the figures, in pixels, so that nothing is cut off or printed over at any width; values stay on
ordinary Vega-Lite scales wherever a figure has a value axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.layers import Frame, Layer, Rows, Span, view
from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.theme import CARD, ERROR, INK, MUTED, PHONE, RULE

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

_PIXELS: tuple[Span, Span] = ((0.0, 1000.0), (0.0, 1000.0))
#: Columns that go into the drawing beside the positions, by kind of mark.
_CARRIED: dict[str, tuple[str, ...]] = {
    "text": ("label", "ink", "hover"),
    "rule": ("ink", "hover"),
    "rect": ("ink", "hover"),
    "point": ("ink", "area", "hover"),
    "line": ("part", "order"),
}


class Canvas:
    """Collects marks for one figure.

    Marks that look alike become one layer, for a figure of hundreds of layers would be slow to draw. Layers are stacked by kind (areas, rules, lines, points, words)
    and, within a kind, in the order in which they were first drawn.

    Parameters
    ----------
    width : int
        Pixels, labels included.
    x, y : (domain, range) pair, optional
        Linear scale of columns named in ``x=``/``y=``; pixels as they are when left out. A number given
        instead of a column name is always a pixel.
    """

    def __init__(self, width: int, *, x: tuple[Span, Span] | None = None, y: tuple[Span, Span] | None = None):
        self.width = width
        self.phone = width < PHONE
        self._scales = {"x": x or _PIXELS, "y": y or _PIXELS}
        self._layers: dict[str, Layer] = {}
        self._paths = 0
        self._extra: list[Any] = []

    def pixel(self, axis: str, value: float) -> float:
        """Where a value lies, in pixels."""
        (d0, d1), (r0, r1) = self._scales[axis]
        return r0 + (value - d0) / (d1 - d0) * (r1 - r0)

    def domain(self, axis: str) -> Span:
        """Lowest and highest value of a scale."""
        return self._scales[axis][0]

    def _value(self, axis: str, pixel: float) -> float:
        (d0, d1), (r0, r1) = self._scales[axis]
        return d0 + (pixel - r0) / (r1 - r0) * (d1 - d0)

    def _add(
        self, mark: str, rows: Rows, at: Mapping[str, Any], options: dict[str, Any], z: float = 0.0
    ) -> None:
        placed = [p for r in rows if (p := self._placed(mark, r, at)) is not None]
        if not placed:
            return
        fields = tuple(sorted({k for p in placed for k in p}))
        key = repr((mark, z, sorted(options.items(), key=lambda o: o[0]), fields))
        layer = self._layers.setdefault(key, Layer(mark, z, options, fields, []))
        layer.rows.extend(placed)

    def _placed(self, mark: str, row: Mapping[str, Any], at: Mapping[str, Any]) -> dict[str, Any] | None:
        """A row with its positions as values of the scales; None where one of them is missing."""
        out: dict[str, Any] = {
            k: row[k] if isinstance(row[k], str) else float(row[k])
            for k in _CARRIED[mark]
            if row.get(k) is not None
        }
        for name, where in at.items():
            if where is None:
                continue
            value = row.get(where) if isinstance(where, str) else self._value(name[0], float(where))
            if value is None or not math.isfinite(float(value)):
                return None
            out[name] = round(float(value), 6)
        return out

    def areas(
        self,
        topojson: str,
        part: str,
        *,
        told: tuple[str, ...] = ("ink", "hover"),
        frame: Frame | None = None,
        **options: Any,
    ) -> None:
        """One part of a topology in pixels: areas, or the lines of borders.

        Parameters
        ----------
        topojson : str
            A TopoJSON topology as text (Altair copies nested lists many times over; text it hands on). It goes into
            the drawing once, however many of its parts are drawn.
        part : str
            Features whose property ``part`` is this.
        told : tuple of str
            Properties that features carry: their fill, and what they say when pointed at.
        frame : (left, top, right, bottom), optional
            Where on the sheet it stands; the sheet's own corner when left out.
        """
        layer = Layer("geoshape", 0.0, options, told, topojson, part, frame or (0.0, 0.0, 10_000.0, 10_000.0))
        self._layers[f"areas {len(self._layers)}"] = layer

    def border(
        self, topojson: str, part: str, *, color: str, width: float, frame: Frame | None = None
    ) -> None:
        """The lines of one part of a topology."""
        mark = {"filled": False, "stroke": color, "strokeWidth": width, "strokeJoin": "round"}
        self.areas(topojson, part, told=(), frame=frame, **mark)

    def extra(self, *charts: Any) -> None:
        """Charts of one's own on the same pixels, on top of everything else."""
        self._extra += charts

    def text(
        self,
        rows: Rows | str,
        *,
        x: str | float = "x",
        y: str | float = "y",
        size: float = 12,
        color: str = INK,
        bold: bool = False,
        align: str = "left",
        baseline: str = "middle",
        halo: bool = False,
        **options: Any,
    ) -> None:
        """Letter each row's ``label``; ``halo`` puts a white rim around it where it crosses marks."""
        rows = [{"label": rows}] if isinstance(rows, str) else rows
        mark = {"fontSize": size, "align": align, "baseline": baseline, "color": color, "limit": 0} | options
        mark |= {"fontWeight": 600} if bold else {}
        if halo:
            rim = mark | {"stroke": "white", "strokeWidth": 3.5, "strokeJoin": "round", "color": "white"}
            self._add("text", [_no_hover(r) for r in rows], {"x": x, "y": y}, rim)
        self._add("text", rows, {"x": x, "y": y}, mark)

    def line(
        self,
        rows: Rows | None = None,
        *,
        x: str | float = "x",
        x2: str | float | None = None,
        y: str | float = "y",
        y2: str | float | None = None,
        color: str = RULE,
        width: float = 1,
        z: float = 0,
        **options: Any,
    ) -> None:
        """Straight lines from (x, y) to (x2, y2), one per row (one in all without rows)."""
        rows = [{}] if rows is None else rows
        ends = {"x": x, "y": y, "x2": x if x2 is None else x2, "y2": y if y2 is None else y2}
        self._add("rule", rows, ends, {"color": color, "strokeWidth": width} | options, z)

    def dot(
        self,
        rows: Rows | None = None,
        *,
        x: str | float = "x",
        y: str | float = "y",
        color: str = INK,
        size: float = 50,
        shape: str = "circle",
        hollow: bool = False,
        **options: Any,
    ) -> None:
        """Marks; area by ``size`` (square pixels) or each row's ``area``, colour by each row's ``ink``."""
        mark: dict[str, Any] = {"shape": shape, "size": size, "opacity": 1, "filled": True}
        mark |= {"fill": "white", "stroke": color, "strokeWidth": 1.4} if hollow else {"fill": color}
        self._add("point", [{}] if rows is None else rows, {"x": x, "y": y}, mark | options)

    def box(
        self,
        rows: Rows | None = None,
        *,
        x: str | float = "x",
        x2: str | float = "x2",
        y: str | float = "y",
        y2: str | float = "y2",
        color: str = RULE,
        **options: Any,
    ) -> None:
        """Rectangles; fill by each row's ``ink`` where given."""
        rows = [{}] if rows is None else rows
        self._add("rect", rows, {"x": x, "x2": x2, "y": y, "y2": y2}, {"fill": color} | options)

    def path(
        self, rows: Rows, *, color: str = INK, width: float = 1, fill: bool = False, **options: Any
    ) -> None:
        """Lines through the rows' (x, y) in the order given, one line per ``part``."""
        self._paths += 1
        rows = [
            dict(r) | {"part": f"{self._paths}-{r.get('part', 0)}", "order": i} for i, r in enumerate(rows)
        ]
        mark: dict[str, Any] = {"strokeWidth": width, "color": color, "interpolate": "linear"}
        mark |= {"filled": True, "strokeWidth": 0} if fill else {"strokeJoin": "round", "strokeCap": "round"}
        self._add("line", rows, {"x": "x", "y": "y"}, mark | options)

    def finish(
        self,
        finding: Finding,
        *,
        title: str,
        subtitle: str,
        height: float,
        notes: Iterable[str] = (),
        plot: tuple[float, float, float, float] | None = None,
    ) -> Any:
        """Add title, notes, source line and, where the data ask for it, SYNTHETIC.

        Parameters
        ----------
        height : float
            Pixels of the drawing; notes and source go below it.
        plot : (left, top, right, bottom), optional
            Pixels of the plot area, across which SYNTHETIC is lettered.
        """
        if finding.provenance.synthetic:
            self._synthetic(plot or (0, 0, self.width, height))
        y = height + 8
        for note in [*notes, source_line(finding)]:
            for line in wrap(note, 11, self.width):
                self.text(line, x=0, y=round(y + 7), size=11, color=MUTED)
                y += 15
            y += 4
        size = 15 if self.phone else 17
        above, below = wrap(title, size, self.width, bold=True) or [" "], wrap(subtitle, 12, self.width)
        head = {"text": above, "subtitle": below, "fontSize": size, "subtitleFontSize": 12}
        head |= {"lineHeight": size + 4, "subtitleLineHeight": 16, "subtitlePadding": 6}
        words = " ".join(f"{finding.question} {finding.sentence}".split())
        return self._chart({"width": self.width, "height": round(y), "title": head, "description": words})

    def _chart(self, about: dict[str, Any]) -> Any:
        from almpo_kit.figures.sheet_chart import SheetChart, as_charts

        ranked = sorted(self._layers.values(), key=lambda layer: (layer.z, layer.rank))
        views = [view(layer, self._scales) for layer in ranked]
        return as_charts(views, about, self._extra) if self._extra else SheetChart.of(views, about)

    def _synthetic(self, plot: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = plot
        size = min(72.0, (right - left) / (text_width("SYNTHETIC", 1, bold=True) + 0.4))
        # A tall figure is read in pieces: the word comes again every screenful.
        times = max(1, round((bottom - top) / 420))
        for k in range(times):
            self.text(
                "SYNTHETIC",
                x=(left + right) / 2,
                y=top + (k + 0.5) * (bottom - top) / times,
                size=round(size),
                bold=True,
                align="center",
                color=ERROR,
                opacity=0.34,
                stroke="white",
                strokeWidth=1.5,
            )


def _no_hover(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("hover", "ink")}


def source_line(finding: Finding) -> str:
    """``Source: NAME VERSION; … · Method: …``."""
    p = finding.provenance
    data = "; ".join(dict.fromkeys(str(d) for d in p.data)) or "data without a catalogue entry"
    return f"Source: {data}." + (f" Method: {p.method}." if p.method else "")


def empty(finding: Finding, width: int, *, title: str, why: str, way_out: str = "") -> Any:
    """A sheet that says why there is nothing to draw, and what to change."""
    sheet = Canvas(width)
    lines = wrap(why, 14, width - 48)
    more = wrap(way_out, 12, width - 48)
    height = 48 + 20 * len(lines) + 17 * len(more)
    sheet.box(x=0, x2=width, y=0, y2=height, color=CARD, stroke=RULE, strokeDash=[4, 3])
    for i, line in enumerate(lines):
        sheet.text(line, x=24, y=34 + 20 * i, size=14)
    for i, line in enumerate(more):
        sheet.text(line, x=24, y=38 + 20 * len(lines) + 17 * i, size=12, color=MUTED)
    return sheet.finish(finding, title=title, subtitle="Nothing to draw", height=height)
