"""People: who is invited, by which link, and whether the panel looks as it should."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.screen import Screen, finding_html

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase

_MOST = 2000
_ACTS = {
    "": "Nothing",
    "renew": "A new link (the old one goes dead)",
    "withdraw": "Withdraw the invitation",
    "erase": "Delete what was answered (only if she asks: old copies tell what is missing)",
}


def people(case: ConsultationCase, changed: Callable[[], None]) -> Screen:
    """The screen of invitations.

    Parameters
    ----------
    case : ConsultationCase
    changed : callable
        Called once people were invited or withdrawn.
    """
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    plan = case.plan
    example = "\n".join(f"{r}, {plan.places[0]}, {(plan.sectors or ('',))[0]}, 5" for r in plan.roles[:2])
    controls: dict[str, Any] = {
        "rows": widgets.Textarea(
            description=f"Invite, one a line: role ({', '.join(plan.roles)}), place, sector, how many",
            placeholder=example,
            layout=wide,
        ),
        "address": widgets.Text(
            description="Address of the page for participants", value="http://127.0.0.1:8867", layout=wide
        ),
        "language": widgets.Dropdown(
            description="Language of the links", options=list(plan.languages), layout=wide
        ),
        "number": widgets.Text(description="One invitation (number)", placeholder="e.g. P-014", layout=wide),
        "act": widgets.Dropdown(
            description="Do with it", options=[(w, k) for k, w in _ACTS.items()], layout=wide
        ),
        "reason": widgets.Text(description="Why", placeholder="e.g. asked for it by letter", layout=wide),
    }
    screen = Screen(
        controls,
        lambda **said: _act(case, changed, controls, **said),
        button="Invite, or do what is chosen",
        more=("number", "act", "reason"),
    )
    screen.answer.value = _page(case)
    return screen


def _act(
    case: ConsultationCase, changed: Callable[[], None], controls: Any, *, tell: Any, **said: Any
) -> str:
    links: list[Any] = []
    told = ""
    if said["rows"].strip():
        links = case.store.invite(case.name, rows(said["rows"], said["language"]))
        told = f"{len(links)} invitations were made."
        controls["rows"].value = ""
    if said["act"]:
        told, links = _one(case, said, told, links)
        controls["act"].value = ""
    case.look_again()
    changed()
    words = f'<p class="answer-line" role="status">{escape(told)}</p>' if told else ""
    return words + _links(links, said["address"], said["language"]) + _page(case)


def _one(case: ConsultationCase, said: dict[str, Any], told: str, links: list[Any]) -> tuple[str, list[Any]]:
    number = said["number"].strip()
    if not number:
        raise ParameterError(
            "say which invitation: its number stands in the table and in the file of links, e.g. P-014."
        )
    if said["act"] == "renew":
        return f"{told} {number} has a new link.", [*links, case.store.renew_invitation(case.name, number)]
    if said["act"] == "withdraw":
        case.store.withdraw_invitation(case.name, number)
        return f"{told} {number} was withdrawn; its link opens nothing more.", links
    case.store.erase_invited(case.name, number, reason=said["reason"])
    return f"{told} What {number} had answered was deleted.", links


def rows(text: str, language: str) -> list[dict[str, str]]:
    """Rows of invitations from lines ``role, place, sector, how many``.

    Raises
    ------
    ParameterError
        A line that cannot be read; it names the line.
    """
    made: list[dict[str, str]] = []
    for k, cells in enumerate(csv.reader(io.StringIO(text)), 1):
        cells = [c.strip() for c in cells]
        if not any(cells):
            continue
        if len(cells) not in (3, 4) or (len(cells) == 4 and not cells[3].isdigit()):
            raise ParameterError(f"line {k} cannot be read; write e.g. 'employers, EL42, I, 5'.")
        many = int(cells[3]) if len(cells) == 4 else 1
        if many < 1 or len(made) + many > _MOST:
            raise ParameterError(f"line {k}: invite 1 to {_MOST} people at once.")
        made += [{"role": cells[0], "geo": cells[1], "sector": cells[2], "language": language}] * many
    return made


def _links(links: list[Any], address: str, language: str) -> str:
    import pandas as pd

    if not links:
        return ""
    table = pd.DataFrame(
        [
            (
                i.number,
                i.role,
                i.geo,
                i.sector,
                f"{address.rstrip('/')}/codesign_answer/{i.token}?lang={language}",
            )
            for i in links
        ],
        columns=["number", "role", "geo", "sector", "link"],
    )
    return (
        '<div class="card"><p class="answer">Take the links now: they are shown this once and kept nowhere.</p>'
        '<p class="rests-on">Each opens one participant’s page. Send each to one person, by a way that others do not read.</p>'
        f"{download_html(table, 'links.csv', f'Download {len(links)} links (CSV)')}</div>"
    )


def _page(case: ConsultationCase) -> str:
    if case.participation.empty:
        return (
            '<h2 class="question">Who should be heard?</h2><div class="card"><p class="answer">Nobody is invited yet. Write one '
            "line a group, e.g. “employers, EL42, I, 5”, and press the button.</p></div>"
        )
    weighed = finding_html(case.people) if case.plan.structure and case.last else ""
    return finding_html(case.coverage, file="coverage.csv") + weighed + _list(case)


def _list(case: ConsultationCase) -> str:
    from almpo_kit.vocabulary.rendering import table_html

    shown = case.participation[["number", "role", "geo", "sector", "state", "rounds_answered"]]
    return f"<details><summary>All invitations</summary>{table_html(shown, label='Invitations, without answers')}</details>"
