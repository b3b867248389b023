"""What the evidence desk shows: one state for its three uses, and the words after an act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from almpo_kit.vocabulary.errors import AlmpoError, ParameterError

#: Keys that are told under "Keys", by use.
KEYS = {
    "screen": (
        ("y", "belongs"),
        ("n", "does not"),
        ("s", "later"),
        ("u", "undo"),
    ),
    "code": (
        *(
            ("j k", "next or previous question"),
            ("1–9", "choose"),
            ("⏎", "accept or keep"),
            ("x", "not stated"),
        ),
        *(("e", "type"), ("Esc", "back to the keys"), ("n p", "next or previous document"), ("u", "undo")),
    ),
    "settle": (
        *(("j k", "next or previous question"), ("1–9", "choose"), ("⏎", "settle"), ("e", "type the reason")),
        *(
            ("Esc", "back to the keys"),
            ("n p", "next or previous document"),
            ("u", "open the last one again"),
        ),
    ),
}


def desk_state(mode: str, **parts: Any) -> dict[str, Any]:
    """A whole state: what is not given is empty."""
    empty: dict[str, Any] = {
        "mode": mode,
        "synthetic": False,
        "progress": "",
        "read": 0,
        "total": 0,
        "advice": "",
        "told": {"words": "", "kind": ""},
        "document": None,
        "rows": [],
        "choices": [],
        "given": "",
        "expected": None,
        "why": "",
        "queue": [],
        "on": None,
        "done": "",
        "keys": [{"key": k, "words": w} for k, w in KEYS[mode]],
    }
    return empty | parts


def kept(words: str) -> dict[str, str]:
    """An act that was carried out."""
    return {"words": words, "kind": "kept"}


def refused(error: Exception) -> dict[str, str]:
    """An act that was not; an error that nobody foresaw is told by its kind, without a document's words."""
    known = isinstance(error, AlmpoError)
    words = str(error) if known else f"something went wrong that was not foreseen ({type(error).__name__})."
    return {"words": f"Not kept: {words}", "kind": "refused"}


def text(act: Mapping[str, Any], name: str) -> str:
    """One text of an act.

    Raises
    ------
    ParameterError
        The browser sent something else.
    """
    value = act.get(name, "")
    if not isinstance(value, str):
        raise ParameterError(f"the desk sent no text for {name!r}; load the page again.")
    return value


def number(act: Mapping[str, Any], name: str) -> int | None:
    """One whole number of an act, or none."""
    value = act.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ParameterError(f"the desk sent no number for {name!r}; load the page again.")
    return value
