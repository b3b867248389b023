"""Belief beside evidence: what the panel expects of a programme, what studies found, where the two part, and cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit import codesign, sources
from almpo_kit.vocabulary.consultation_items import said
from almpo_kit.workbench.apps.codesign_room.shown import stacked, waiting_html
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.attempts import attempt
from almpo_kit.workbench.consultation_evidence import clash, evidence_on
from almpo_kit.workbench.consultation_ranking import EVIDENCE, effects_of

if TYPE_CHECKING:
    from almpo_kit.workbench.consultations import ConsultationCase


def belief(case: ConsultationCase) -> Screen:
    """The screen of beliefs."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    asked = case.of_kind("quantity")
    controls: dict[str, Any] = {
        "which": widgets.Dropdown(
            description="What was asked",
            options=[(said(i.text, case.plan.languages[0])[:80], i.id) for i in asked] or [("Nothing", "")],
            layout=wide,
        ),
        "evidence": widgets.Dropdown(
            description="Evidence",
            options=[(words, key) for key, words in EVIDENCE.items()],
            value="example" if case.plan.synthetic else "published",
            layout=wide,
        ),
        "words": widgets.Text(
            description="Look for cases",
            placeholder="e.g. hotels winter training",
            continuous_update=False,
            layout=wide,
        ),
    }
    screen = Screen(controls, lambda **chosen: _answer(case, **chosen))
    screen.refresh()
    return screen


def _answer(case: ConsultationCase, *, which: str, evidence: str, words: str, tell: Any) -> str:
    if words.strip():
        return stacked(
            [("cases.csv", lambda: attempt(codesign.find_cases, sources.case_studies(), words.strip()))]
        )
    if not which:
        return '<div class="card"><p class="answer">This consultation did not ask what effect people expect.</p></div>'
    if not case.last:
        return waiting_html("What does the panel expect?", case)
    effects = effects_of(evidence)
    return stacked(
        [
            ("conflict.csv", lambda: clash(case, which, effects)),
            ("beliefs.csv", lambda: case.belief(which)),
            ("", lambda: evidence_on(case.plan.item(which), effects)),
        ]
    )
