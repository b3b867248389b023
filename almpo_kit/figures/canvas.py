"""A sheet of drawing paper: layers of marks placed in pixels or on data scales, then title, notes and source.

Every figure is one Altair layer chart whose view is the whole sheet. Where lettering goes is decided here
and in the figures, in pixels, so that nothing is cut off or printed over at any width; values stay on
ordinary Vega-Lite scales wherever a figure has a value axis.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.lettering import text_width, wrap
from almpo_kit.figures.theme import ERROR, INK, MUTED, PHONE, RULE

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding

Rows = Sequence[Mapping[str, Any]]
Span = tuple[float, float]


class Canvas:
    """Collects layers for one figure.

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
        self.layers: list[Any] = []
        self._scales = {"x": x, "y": y}

    def pixel(self, axis: str, value: float) -> float:
        """Where a value lies, in pixels."""
        scale = self._scales[axis]
        if scale is None:
            return value
        (d0, d1), (r0, r1) = scale
        return r0 + (value - d0) / (d1 - d0) * (r1 - r0)

    def _channel(self, axis: str, at: str | float) -> Any:
        import altair as alt

        if not isinstance(at, str):
            return alt.value(round(float(at), 2))
        domain, span = self._scales[axis] or ((0.0, 1000.0), (0.0, 1000.0))
        scale = alt.Scale(domain=list(domain), range=list(span), nice=False, zero=False)
        kind: Any = {"x": alt.X, "y": alt.Y}[axis]
        return kind(f"{at}:Q", scale=scale, axis=None)

    def _add(self, rows: Rows, mark: str, options: dict[str, Any], at: Mapping[str, Any], **more: Any) -> None:
        import altair as alt

        rows = [clean(r) for r in rows]
        if not rows:
            return
        encoding: dict[str, Any] = {}
        for name, where in at.items():
            if where is None:
                continue
            # x2 and y2 take their scale from x and y.
            encoding[name] = (
                self._channel(name, where)
                if name in ("x", "y")
                else (f"{where}:Q" if isinstance(where, str) else alt.value(round(float(where), 2)))
            )
        encoding |= {k: v for k, v in more.items() if v is not None}
        if any("hover" in r for r in rows):
            encoding |= {"description": alt.Description("hover:N"), "tooltip": alt.Tooltip("hover:N", title=" ")}
        else:
            options = options | {"aria": False}
        chart = alt.Chart(alt.InlineData(values=rows))
        self.layers.append(getattr(chart, f"mark_{mark}")(**options).encode(**encoding))

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
        import altair as alt

        rows = [{"label": rows}] if isinstance(rows, str) else rows
        mark = {"fontSize": size, "align": align, "baseline": baseline, "color": color, "limit": 0} | options
        mark |= {"fontWeight": 600} if bold else {}
        if halo:
            rim = mark | {"stroke": "white", "strokeWidth": 3.5, "strokeJoin": "round", "color": "white"}
            self._add([_no_hover(r) for r in rows], "text", rim, {"x": x, "y": y}, text=alt.Text("label:N"))
        colour = alt.Color("ink:N", scale=None) if any("ink" in r for r in rows) else None
        self._add(rows, "text", mark, {"x": x, "y": y}, text=alt.Text("label:N"), color=colour)

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
        **options: Any,
    ) -> None:
        """Straight lines from (x, y) to (x2, y2), one per row (one in all without rows)."""
        import altair as alt

        rows = [{"n": 1}] if rows is None else rows
        ends = {"x": x, "y": y, "x2": x if x2 is None else x2, "y2": y if y2 is None else y2}
        if x2 is None:
            del ends["x2"]
        if y2 is None:
            del ends["y2"]
        colour = alt.Color("ink:N", scale=None) if any("ink" in r for r in rows) else None
        self._add(rows, "rule", {"color": color, "strokeWidth": width} | options, ends, color=colour)

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
        import altair as alt

        rows = [{"n": 1}] if rows is None else rows
        ink = any("ink" in r for r in rows)
        mark: dict[str, Any] = {"shape": shape, "size": size, "opacity": 1, "filled": True}
        mark |= {"fill": "white", "stroke": color, "strokeWidth": 1.4} if hollow else {"fill": color}
        more: dict[str, Any] = {}
        if ink:
            channel: Any = alt.Stroke if hollow else alt.Fill
            more["stroke" if hollow else "fill"] = channel("ink:N", scale=None)
        if any("area" in r for r in rows):
            more["size"] = alt.Size("area:Q", scale=None)
        self._add(rows, "point", mark | options, {"x": x, "y": y}, **more)

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
        import altair as alt

        rows = [{"n": 1}] if rows is None else rows
        fill = alt.Fill("ink:N", scale=None) if any("ink" in r for r in rows) else None
        self._add(rows, "rect", {"fill": color} | options, {"x": x, "x2": x2, "y": y, "y2": y2}, fill=fill)

    def path(self, rows: Rows, *, color: str = INK, width: float = 1, fill: bool = False, **options: Any) -> None:
        """Lines through the rows' (x, y) in the order given, one line per ``part``."""
        import altair as alt

        rows = [{"part": 0} | dict(r) | {"order": i} for i, r in enumerate(rows)]
        mark: dict[str, Any] = {"strokeWidth": width, "color": color, "interpolate": "linear"}
        mark |= {"filled": True, "strokeWidth": 0} if fill else {"strokeJoin": "round", "strokeCap": "round"}
        more = {"order": alt.Order("order:Q"), "detail": alt.Detail("part:N")}
        self._add(rows, "line", mark | options, {"x": "x", "y": "y"}, **more)

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
        import altair as alt

        if finding.provenance.synthetic:
            self._synthetic(plot or (0, 0, self.width, height))
        y = height + 8
        for note in [*notes, source_line(finding)]:
            for line in wrap(note, 11, self.width):
                self.text(line, x=0, y=round(y + 7), size=11, color=MUTED)
                y += 15
            y += 4
        size = 15 if self.phone else 17
        head = alt.TitleParams(
            text=wrap(title, size, self.width, bold=True) or [" "],
            subtitle=wrap(subtitle, 12, self.width),
            fontSize=size,
            subtitleFontSize=12,
            lineHeight=size + 4,
            subtitleLineHeight=16,
            subtitlePadding=6,
        )
        chart = alt.layer(*self.layers) if self.layers else alt.layer(alt.Chart().mark_point())
        words = " ".join(f"{finding.question} {finding.sentence}".split())
        return chart.properties(width=self.width, height=round(y), title=head, description=words)

    def _synthetic(self, plot: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = plot
        size = min(72.0, (right - left) / (text_width("SYNTHETIC", 1, bold=True) + 0.4))
        # A tall figure is read in pieces: the word comes again every screenful.
        times = max(1, round((bottom - top) / 420))
        for k in range(times):
            at = {"x": (left + right) / 2, "y": top + (k + 0.5) * (bottom - top) / times}
            self.text(
                "SYNTHETIC", **at, size=round(size), bold=True, align="center", color=ERROR, opacity=0.32
            )


def _no_hover(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k not in ("hover", "ink")}


def clean(row: Mapping[str, Any]) -> dict[str, Any]:
    """Plain, short, finite values: what cannot be drawn becomes null."""
    out: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, str) or value is None:
            out[key] = value
        else:
            number = float(value)
            out[key] = round(number, 3) if math.isfinite(number) else None
    return out


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
    sheet.box(x=0, x2=width, y=0, y2=height, color="#F6F8FA", stroke=RULE, strokeDash=[4, 3])
    for i, line in enumerate(lines):
        sheet.text(line, x=24, y=34 + 20 * i, size=14)
    for i, line in enumerate(more):
        sheet.text(line, x=24, y=38 + 20 * len(lines) + 17 * i, size=12, color=MUTED)
    return sheet.finish(finding, title=title, subtitle="Nothing to draw", height=height)
