"""First views of widgets that a program of their own draws in the browser: the words of what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_OPENS = '<p class="opens">{} in a moment.</p>'


def words_of(told: Mapping[str, Any]) -> str:
    """The region board's answer, the desk's document; a sentence for every other.

    Parameters
    ----------
    told : mapping
        What a browser is told of the widget.
    """
    if isinstance(answer := told.get("answer"), Mapping) and "above" in answer:
        return _board(told, answer)
    if isinstance(desk := told.get("state"), Mapping) and isinstance(desk.get("document"), Mapping):
        return _desk(desk, desk["document"])
    # Some draw nothing; a sentence about them would be one about nothing.
    return _OPENS.format("This part opens") if "state" in told or "board" in told else ""


def _board(told: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    board = told.get("board") or {}
    region = board.get("regions", {}).get(told.get("geo"), {})
    figures = {known["key"]: known["label"] for known in board.get("indicators", ())}
    country = region.get("country", "")
    fields = {
        "Country": f"{board.get('countries', {}).get(country, country)} ({country})",
        "Region": f"{region.get('name', '')} ({told.get('geo')})",
        "Figure": figures.get(str(told.get("indicator")), ""),
        "Year": str(told.get("year")),
    }
    controls = "".join(
        f'<div class="board-field"><label>{name}</label><select disabled><option>{escape(value)}</option></select></div>'
        for name, value in fields.items()
    )
    return (
        f'<div class="almpo board"><div class="almpo-columns"><div class="board-controls">{controls}</div><div>'
        f'<div class="board-answer">{answer["above"]}</div>{_OPENS.format("The map opens")}'
        f"{answer.get('below', '')}</div></div></div>"
    )


def _desk(desk: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    text = " ".join(str(line.get("text", "")) for line in document.get("lines", ()))
    return (
        f'<div class="almpo desk"><p>{escape(str(desk.get("progress", "")))}</p>'
        f"<h2>{escape(str(document.get('title', '')))}</h2><p>{escape(str(document.get('meta', '')))}</p>"
        f"<p>{escape(text)}</p></div>"
    )
