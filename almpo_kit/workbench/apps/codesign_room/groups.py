"""Groups: whether there are camps, what parts and unites them, and what would be funded if nobody's share is overruled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.apps.codesign_room.shown import stacked, waiting_html
from almpo_kit.workbench.apps.screen import Screen

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase

_VIEWS = {"opinions": "Groups of opinion, who gains and who loses", "money": "What would be funded"}


def groups(case: ConsultationCase) -> Screen:
    """The screen of groups and the budget."""
    import ipywidgets as widgets

    view = widgets.Dropdown(
        description="Show", options=[(w, k) for k, w in _VIEWS.items()], layout=widgets.Layout(width="100%")
    )
    screen = Screen({"view": view}, lambda **asked: _answer(case, **asked))
    screen.refresh()
    return screen


def _answer(case: ConsultationCase, *, view: str, tell: Any) -> str:
    if not case.last:
        return waiting_html("Who sees it otherwise?", case)
    if view == "opinions":
        return stacked(
            [
                ("opinions.csv", lambda: case.opinions),
                ("gains_by_group.csv", lambda: case.gains_by_group),
                ("", lambda: case.pareto),
            ]
        )
    votes = case.of_kind("budget")
    if not votes:
        return '<div class="card"><p class="answer">This consultation did not ask for a budget.</p></div>'
    return stacked([("vote.csv", lambda: case.vote(votes[0].id))])
