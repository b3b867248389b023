"""The desk in the browser: shows one state, sends acts; what an act may do is decided by what takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

_PARTS = ("parts.js", "rows.js", "desk.js")
#: Characters of one act; a reason, a value and some names are all that it holds.
_MOST = 20_000


@cache
def script() -> str:
    """The desk as one ECMAScript module."""
    here = files(__package__)
    return "\n".join((here / part).read_text(encoding="utf-8") for part in _PARTS)


@cache
def style() -> str:
    """The desk's stylesheet; it uses the colours of the stylesheet of reports and apps."""
    return (files(__package__) / "desk.css").read_text(encoding="utf-8")


def desk_widget(first: Mapping[str, Any], take: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Any:
    """The desk as a widget.

    Parameters
    ----------
    first : mapping
        What is shown first.
    take : callable
        Takes an act (a mapping of texts and whole numbers from the browser, not to be trusted) and gives the state after it.
    """
    import anywidget
    import traitlets

    class Desk(anywidget.AnyWidget):
        """One document and what is asked of it."""

        _esm = script()
        state = traitlets.Dict(dict(first)).tag(sync=True)

    desk = Desk()

    def on_act(_: Any, act: Any, __: Any) -> None:
        # What a browser sends is not taken for granted.
        if not (isinstance(act, Mapping) and _plain(act)):
            return
        if act.get("token") == desk.state.get("answered"):
            # Sent again because the answer was slow: it was carried out, and is told again.
            desk.send_state("state")
            return
        desk.state = dict(take(act)) | {"answered": act.get("token")}

    desk.on_msg(on_act)
    return desk


def _plain(act: Mapping[str, Any]) -> bool:
    values = list(act.values())
    simple = all(v is None or isinstance(v, str | int) for v in values)
    return simple and sum(len(v) for v in values if isinstance(v, str)) <= _MOST
