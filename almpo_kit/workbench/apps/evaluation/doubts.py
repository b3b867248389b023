"""What would break it: each attempt in a sentence, and how strong a hidden cause would have to be."""

from __future__ import annotations

from typing import Any

from almpo_kit import evaluation
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html

_SHORT, _LONG = 20, 300


def doubts(held: Held) -> Screen:
    """The screen of attempts to break the result."""
    import ipywidgets as widgets

    controls = {
        "seconds": widgets.BoundedIntText(
            description="Time for it (seconds)",
            value=60,
            min=_SHORT,
            max=_LONG,
            layout=widgets.Layout(width="100%"),
        )
    }
    screen = Screen(controls, lambda **asked: _answer(held, **asked), button="Try to break it")
    found = held.walk().refutation
    screen.answer.value = (
        finding_html(found, file="doubts.csv")
        if isinstance(found, evaluation.Refutation)
        else '<p class="answer-line">Placebo programmes, outcomes from before entry, covariates left out, a hidden cause: '
        "what cannot be carried out in the time is told as not tried.</p>"
    )
    return screen


def _answer(held: Held, *, seconds: int, tell: Any) -> str:
    tell("Trying to break the result.")
    return finding_html(held.doubts(float(seconds), tell).refutation, file="doubts.csv")
