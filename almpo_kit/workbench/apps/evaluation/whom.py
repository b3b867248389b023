"""For whom: whether effects differ at all, and where they do."""

from __future__ import annotations

from typing import Any

from almpo_kit import evaluation
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.layout import further


def whom(held: Held) -> Screen:
    """The screen of whom effects differ for."""
    screen = Screen({}, lambda **asked: _answer(held, **asked), button="Ask for whom it did more")
    found = held.walk().heterogeneity
    screen.answer.value = (
        _told(found)
        if isinstance(found, evaluation.Heterogeneity)
        else '<p class="answer-line">This takes a minute or so: several learners look for differences, and a test on people '
        "whom none of them had seen says whether there are any.</p>"
    )
    return screen


def _answer(held: Held, *, tell: Any) -> str:
    found = held.walk().heterogeneity
    if not isinstance(found, evaluation.Heterogeneity):
        found = held.differences(tell).heterogeneity
    return _told(found)


def _told(found: Finding) -> str:
    return finding_html(found, file="for_whom.csv") + "".join(block.html for block in further(found))
