"""Agreement: where the panel stands on each statement, by the rules that were fixed, and why."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit import codesign
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.codesign_room.shown import stacked, waiting_html
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.attempts import attempt

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase

_ALL = ""


def agreement(case: ConsultationCase) -> Screen:
    """The screen of the Delphi."""
    import ipywidgets as widgets

    first = case.plan.languages[0]
    options = [("All statements", _ALL)] + [
        (said(i.text, first)[:80], i.id) for i in case.of_kind("statement")
    ]
    which = widgets.Dropdown(description="Statement", options=options, layout=widgets.Layout(width="100%"))
    screen = Screen({"which": which}, lambda **asked: _answer(case, **asked))
    screen.refresh()
    return screen


def _answer(case: ConsultationCase, *, which: str, tell: Any) -> str:
    if not case.last:
        return waiting_html("On what does the panel agree?", case)
    if which == _ALL:
        return stacked([("agreement.csv", lambda: case.delphi)])
    seen = stacked(
        [("", lambda: attempt(codesign.feedback, case.judgements, case.plan, which, round=case.last))]
    )
    return seen + _reasons(case, which)


def _reasons(case: ConsultationCase, which: str) -> str:
    given = case.reasons[case.reasons["item"] == which]
    if given.empty:
        return "<p>Nobody gave a reason.</p>"
    shown = given[["round", "role", "reason"]].drop_duplicates()
    label = escape("Reasons, as they were written")
    return table_html(shown, label=label)
