"""The desk in the browser: shows one state, sends acts; what an act may do is decided by what takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.desk_states import refused

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
        if not isinstance(act, Mapping):
            return
        token = act.get("token")
        if isinstance(token, str) and token == desk.state.get("answered"):
            # Sent again because the answer was slow: it was carried out, and is told again.
            desk.send_state("state")
            return
        # A browser that is not answered shows "Keeping …" without end.
        desk.state = dict(_taken(act, desk.state, take)) | {
            "answered": token if isinstance(token, str) else None
        }

    desk.on_msg(on_act)
    return desk


def _taken(
    act: Mapping[str, Any],
    before: Mapping[str, Any],
    take: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Mapping[str, Any]:
    try:
        if not _plain(act):
            raise ParameterError("that is longer than any answer, or no text; shorten it.")
        return take(act)
    except Exception as error:  # noqa: BLE001 - told in the browser, which waits for it
        return {**before, "told": refused(error), "on": None}


def _plain(act: Mapping[str, Any]) -> bool:
    values = list(act.values())
    simple = all(v is None or isinstance(v, str | int) for v in values)
    return simple and sum(len(v) for v in values if isinstance(v, str)) <= _MOST
