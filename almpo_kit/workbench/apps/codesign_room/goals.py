"""Goals: what counts, programmes in order by it, how sure that order is, and what would turn it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit import codesign
from almpo_kit.vocabulary.consultation_items import WEIGHING
from almpo_kit.workbench.apps.codesign_room.shown import Ask, stacked, waiting_html
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.consultation_ranking import EVIDENCE, METHODS, RankedOptions

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase


def goals(case: ConsultationCase) -> Screen:
    """The screen of weights and rankings."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls: dict[str, Any] = {
        "method": widgets.Dropdown(
            description="How options are put in order",
            options=[(words, key) for key, words in METHODS.items()],
            layout=wide,
        ),
        "evidence": widgets.Dropdown(
            description="Evidence on programmes",
            options=[(words, key) for key, words in EVIDENCE.items()],
            value="example" if case.plan.synthetic else "published",
            layout=wide,
        ),
    }
    screen = Screen(controls, lambda **asked: _answer(case, **asked))
    screen.refresh()
    return screen


def _answer(case: ConsultationCase, *, method: str, evidence: str, tell: Any) -> str:
    if not case.last:
        return waiting_html("What counts most?", case)
    if not case.of_kind(*WEIGHING):
        return '<div class="card"><p class="answer">This consultation did not ask what counts.</p></div>'
    ranked = RankedOptions(case, evidence, method)
    shown: list[tuple[str, Ask]] = [
        ("weights.csv", lambda: ranked.goals),
        ("ranking.csv", lambda: ranked.ranking),
    ]
    if isinstance(ranked.ranking, codesign.Ranking):
        shown += [("probabilities.csv", lambda: ranked.sureness), ("", lambda: ranked.sensitivity)]
    return stacked(shown)
