"""Findings one under another, each on its own: what one cannot say does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING

from almpo_kit.workbench.apps.screen import finding_html, part_html

if TYPE_CHECKING:
    from almpo_kit.vocabulary.finding import Finding
    from almpo_kit.workbench.consultations import ConsultationCase

Ask = Callable[[], "Finding"]


def stacked(asks: Iterable[tuple[str, Ask]]) -> str:
    """HTML of several Findings.

    Parameters
    ----------
    asks : iterable of (str, callable)
        Name of the file to take away ("" for none), and what is asked.
    """
    return "".join(f'<section class="finding">{_part(ask, file)}</section>' for file, ask in asks)


def _part(ask: Ask, file: str) -> str:
    return part_html(lambda: finding_html(ask(), file=file))


def waiting_html(what: str, case: ConsultationCase) -> str:
    """Nothing to show yet, why, and what to do."""
    if case.held > bool(case.open_round):
        why = (
            " ".join(f"{w[0].upper()}{w[1:]}." for w in case.withheld)
            or "Nobody answered the rounds that are closed."
        )
    else:
        why = "No round is closed yet, so there is nothing to show. Open a round under “3 Rounds”, let people answer, and close it."
    return f'<h2 class="question">{what}</h2><div class="card"><p class="answer">{escape(why)}</p></div>'
