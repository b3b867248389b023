"""Fairness: who is offered what by a rule, and who gains, group by group, before and after it is put to use."""

from __future__ import annotations

from typing import Any

from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.recommendations import RULES, Recommendations


def fairness(learned: Recommendations) -> Screen:
    """The screen of fairness."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "rule": widgets.Dropdown(
            description="Rule", options=[(words, key) for key, words in RULES.items()], layout=wide
        ),
        "legal_basis": widgets.Textarea(
            description="Legal basis for looking at these groups",
            placeholder="e.g. the article of the law that allows it. Left empty, that is told with the result.",
            continuous_update=False,
            rows=2,
            layout=wide,
        ),
    }
    return Screen(controls, lambda **asked: _answer(learned, **asked), button="Audit it")


def _answer(learned: Recommendations, *, rule: str, legal_basis: str, tell: Any) -> str:
    learned.ready(tell)
    tell("Looking at who is offered what, and who gains.")
    found = learned.fairness(rule, legal_basis.strip())
    return finding_html(found, file="fairness.csv")
