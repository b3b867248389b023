"""Rounds: open one, watch how many answer, close it, ask again."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit.workbench.apps.screen import Screen, finding_html

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase


def rounds(case: ConsultationCase, changed: Callable[[], None]) -> Screen:
    """The screen of rounds.

    Parameters
    ----------
    case : ConsultationCase
    changed : callable
        Called once a round was opened or closed.
    """
    import ipywidgets as widgets

    box = widgets.Checkbox(description="I have read what this does", value=False, indent=False)

    def turn(*, sure: bool, tell: Any) -> str:
        said = _turn(case) if sure else "Nothing was changed: tick the box first."
        box.value = False
        case.look_again()
        changed()
        screen.button.description = _words(case)  # type: ignore[union-attr]
        return f'<p class="answer-line" role="status">{said}</p>{_page(case)}'

    screen = Screen({"sure": box}, turn, button=_words(case))
    screen.answer.value = _page(case)
    return screen


def _words(case: ConsultationCase) -> str:
    if case.open_round:
        return f"Close round {case.open_round}"
    if case.held < case.plan.rounds:
        return f"Open round {case.held + 1}"
    return "Look again"


def _turn(case: ConsultationCase) -> str:
    """Close the round that is open, or open the next; what was done, in words."""
    if at := case.open_round:
        case.store.close_round(case.name, at)
        return f"Round {at} was closed."
    if case.held >= case.plan.rounds:
        return "All planned rounds were held."
    case.store.open_round(case.name, case.held + 1)
    return f"Round {case.held + 1} was opened."


def _page(case: ConsultationCase) -> str:
    people = case.participation
    invited = int((people["state"] != "withdrawn").sum()) if len(people) else 0
    lines = []
    rows: list[Any] = list(case.rounds.itertuples())
    for row in rows:
        n = int(row.answered)
        state = (
            f"closed {str(row.closed)[:16].replace('T', ' ')} UTC"
            if row.round != case.open_round
            else "open now"
        )
        lines.append(f"<li>Round {row.round}: {n} of {invited} invited answered · {escape(state)}</li>")
    said = (
        f"Round {case.open_round} is open."
        if case.open_round
        else "No round is open."
        if case.held
        else "No round was opened yet."
    )
    more = "" if case.held < case.plan.rounds or case.open_round else " All planned rounds were held."
    drop = finding_html(case.drop_out, file="drop_out.csv") if case.last > 1 else ""
    return (
        f'<h2 class="question">How far is the consultation?</h2><div class="card"><p class="answer">{said}{more}</p>'
        f'<p class="rests-on">Participants’ page: <code>almpo codesign serve</code>. While a round is open nobody, you included, sees where the '
        "group stands. Opening the first round fixes the plan; closing one shows where the group stands, and cannot be undone.</p></div>"
        f"<ul>{''.join(lines)}</ul>{_withheld(case)}{drop}"
    )


def _withheld(case: ConsultationCase) -> str:
    told = "".join(
        f"<li class='check check-failed'>{escape(why[0].upper() + why[1:])}.</li>" for why in case.withheld
    )
    return f"<h3>Not shown</h3><ul class='checks'>{told}</ul>" if told else ""
