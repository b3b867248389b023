"""A visitor arrives: pages are made before somebody asks for them, so what they show can be of yesterday."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SCRIPT = """
function render({ model, el }) {
  el.style.display = "none";
  model.send({ arrived: true });
}
export default { render };
"""


def arrival(look: Callable[[], None]) -> Any:
    """A widget without anything to see that calls ``look`` once it stands in somebody's browser."""
    import anywidget

    class Arrival(anywidget.AnyWidget):
        """Says that the page is looked at."""

        _esm = _SCRIPT

    here = Arrival()
    here.on_msg(lambda *_: look())
    return here
