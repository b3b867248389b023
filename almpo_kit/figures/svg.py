"""Altair chart to SVG: the same bytes every time, no clash between charts on a page, readable aloud.

The figures of this wing are written directly (``svg_sheet``); any other chart is drawn by vl-convert, with the same
outcome byte for byte where both can draw. vl-convert numbers its clip paths from one, or on from the chart before
where a map is clipped, so two charts on a page would share them, and the same chart would differ by what was drawn
before; the ids are numbered anew behind a prefix made from the chart itself. Width and height give way to a view box, so that a picture
shrinks with its column. What a mark says about itself becomes a ``<title>``, which browsers show on hover.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from html import escape
from typing import Any

from almpo_kit.figures.svg_sheet import written
from almpo_kit.figures.theme import CONTEXT, FONT, MISSING

_MARK = re.compile(r'<(path|text|line)((?: [\w-]+="[^"]*")*?) aria-label="([^"]*)"([^>]*?)(/>|>)')
_ROLES = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|pointer-events="none")')
_ID, _USE = re.compile(r'\bid="([^"]+)"'), re.compile(r"url\(#([^)]+)\)")
_FACE = re.compile(r' font-family="[^"]*"')
_EMPTY = re.compile(r'<path class="(?:background|foreground)"[^>]* d=""[^>]*/>')


def svg(chart: Any) -> str:
    """Render a chart to one self-contained ``<svg>`` element.

    Parameters
    ----------
    chart : altair chart, or a Vega-Lite specification as a dictionary
        With its data inside; nothing is fetched.

    Returns
    -------
    str
        Byte-identical for the same chart in any process on one machine.
    """
    spec = chart if isinstance(chart, dict) else chart.to_dict()
    return _render(json.dumps(spec, sort_keys=True, default=str))


@lru_cache(maxsize=64)
def _render(text: str) -> str:
    spec = json.loads(text)
    prefix = "a" + hashlib.sha256(text.encode()).hexdigest()[:10]
    body, width, height = written(spec, prefix) or by_vega(spec, prefix)
    return _framed(body, width, height, prefix, _plain(spec.get("title")), str(spec.get("description", "")))


def by_vega(spec: dict[str, Any], prefix: str) -> tuple[str, str, str]:
    """The inside of the SVG of any chart, its width and height: by vl-convert, made fit to stand beside others."""
    import altair as alt
    import vl_convert

    version = alt.SCHEMA_VERSION.removeprefix("v")
    raw = vl_convert.vegalite_to_svg(
        spec, vl_version=".".join(version.split(".")[:2]), allowed_base_urls=[], show_warnings=False
    )
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', raw)
    if size is None:  # vl-convert always writes one; without it the picture could not scale
        raise ValueError("vl-convert wrote an SVG without a viewBox; check its version against the lock file")
    body = raw[raw.index(">") + 1 :]
    ids = {old: f"{prefix}-{k}" for k, old in enumerate(dict.fromkeys(_ID.findall(body)), start=1)}
    body = _ID.sub(lambda found: f'id="{ids[found[1]]}"', body)
    body = _USE.sub(lambda found: f"url(#{ids.get(found[1], found[1])})", body)
    body = _MARK.sub(_hover, _ROLES.sub("", body))
    return _EMPTY.sub("", _FACE.sub("", body)), size[1], size[2]


def _plain(title: Any) -> str:
    """Title and subtitle as one line."""
    if isinstance(title, dict):
        return ". ".join(t for t in (_plain(title.get("text")), _plain(title.get("subtitle"))) if t)
    return " ".join(map(str, title)) if isinstance(title, list) else str(title or "Chart")


def _framed(body: str, width: str, height: str, prefix: str, title: str, description: str) -> str:
    defs = ""
    if f'fill="{MISSING}"' in body:
        body = body.replace(f'fill="{MISSING}"', f'fill="url(#{prefix}-hatch)"')
        defs = _hatch(prefix)
    label = f'<title id="{prefix}-title">{escape(title)}</title>'
    label += f'<desc id="{prefix}-desc">{escape(description)}</desc>' if description else ""
    named = f"{prefix}-title {prefix}-desc" if description else f"{prefix}-title"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="almpo-figure" role="img" aria-labelledby="{named}" '
        f'viewBox="0 0 {width} {height}" font-family="{escape(FONT)}" '
        f'style="width:{width}px;max-width:100%;height:auto">{label}{defs}{body}'
    )


def _hover(match: re.Match[str]) -> str:
    tag, before, label, after, end = match.groups()
    title = f"<title>{label}</title>"
    return f"<{tag}{before}{after}>{title}" + (f"</{tag}>" if end == "/>" else "")


def _hatch(prefix: str) -> str:
    return (
        f'<defs><pattern id="{prefix}-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="5" height="5" fill="{MISSING}"/>'
        f'<line x1="0" y1="0" x2="0" y2="5" stroke="{CONTEXT}" stroke-width="1.6"/></pattern></defs>'
    )
