"""The transition explorer: from one occupation, which others are within reach, and what is missing for each."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import matching
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.screen import Screen, finding_html

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.matching.held import Held
    from almpo_kit.workbench.labour_market import LabourMarket

_NOWHERE, _NONE = "", ""


def moves(held: Held, market: LabourMarket) -> Screen:
    """The screen of moves between occupations."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    labels = [label for label, _ in held.covered]
    places = [("Nobody's: leave demand out", _NOWHERE), *((held.place_name(p), p) for p in market.places)]
    controls = {
        "origin": widgets.Combobox(
            description="From this occupation",
            options=labels,
            value=_start(labels),
            placeholder="Type to search",
            layout=wide,
            continuous_update=False,
        ),
        "target": widgets.Dropdown(
            description="To this one", options=[("Show all within reach", _NONE)], layout=wide
        ),
        "place": widgets.Dropdown(description="Demand in", options=places, layout=wide),
    }
    screen = Screen(controls, lambda **asked: _answer(held, market, screen_of[0], **asked))
    screen_of = [screen]
    screen.refresh()
    return screen


def _start(labels: list[str]) -> str:
    wanted = ("waiter/waitress", "ICT help desk agent")
    return next((w for w in wanted if w in labels), labels[0])


def _answer(
    held: Held, market: LabourMarket, screen: Screen, *, origin: str, target: str, place: str, tell: Any
) -> str:
    codes = dict(held.covered)
    if origin not in codes:
        raise ParameterError(
            f"{origin[:80]!r} is not an occupation whose skills are held. Choose one from the list that opens as you type; "
            f"{held.space.covers.rstrip('.')}. In free words you can ask under “One person”."
        )
    balance = market.finest() if place else None
    found = matching.reachable(
        codes[origin], held.space, held.occupations, balance=balance, geo=place or None
    )
    _offer(screen, found, codes[origin], target)
    if not target or screen.controls["target"].value != target:
        return finding_html(found, file="occupations_within_reach.csv") + _covers(held)
    gap = matching.skill_gap(codes[origin], target, held.space, held.occupations)
    way = matching.pathway(
        codes[origin], target, held.space, held.occupations, balance=balance, geo=place or None
    )
    return (
        finding_html(gap, file="skills_missing.csv") + finding_html(way, file="pathway.csv") + _covers(held)
    )


def _offer(screen: Screen, found: matching.Reachable, origin: str, target: str) -> None:
    """Offer what was found as targets; the chosen one stays while it is among them."""
    options = [("Show all within reach", _NONE)]
    options += list(zip(found.table["label"], found.table["occupation"], strict=True))
    control = screen.controls["target"]
    if list(control.options) != options:
        keep = target if target in {code for _, code in options} else _NONE
        with screen.held():
            control.options, control.value = options, keep


def _covers(held: Held) -> str:
    return f'<p class="provenance">What is known of skills: {escape(held.space.covers)}</p>'
