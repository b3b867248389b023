"""The region board: map, course and table of one choice, drawn in the browser.

Nothing is asked of a server to redraw: values and shapes come with the page, so a choice shows at once and
works without a network. The parts are small scripts joined into one module.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_PARTS = ("drawing.js", "map.js", "series.js", "table.js", "board.js")


@cache
def script() -> str:
    """The board as one ECMAScript module with ``export default { render }``."""
    here = files(__package__)
    return "\n".join((here / part).read_text(encoding="utf-8") for part in _PARTS)


@cache
def style() -> str:
    """The board's stylesheet; it uses the colours of the stylesheet of reports and apps."""
    return (files(__package__) / "board.css").read_text(encoding="utf-8")
