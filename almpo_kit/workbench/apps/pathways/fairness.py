"""Fairness: who is offered what by a rule, and who gains, group by group, before and after it is put to use."""

from __future__ import annotations

from typing import Any

from almpo_kit import recommendation
from almpo_kit.workbench.apps.pathways.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html

_RULES = {
    "gain": "By gain, for each person",
    "tree": "The rule of two questions",
    "risk": "Those with the worst prospects first",
    "middle": "Those with middling prospects first (as in Austria’s AMS plan)",
}


def fairness(held: Held) -> Screen:
    """The screen of fairness."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "rule": widgets.Dropdown(
            description="Rule", options=[(words, key) for key, words in _RULES.items()], layout=wide
        ),
        "legal_basis": widgets.Textarea(
            description="Legal basis for looking at these groups",
            placeholder="e.g. the article of the law that allows it. Left empty, that is told with the result.",
            continuous_update=False,
            rows=2,
            layout=wide,
        ),
    }
    return Screen(controls, lambda **asked: _answer(held, **asked), button="Audit it")


def _answer(held: Held, *, rule: str, legal_basis: str, tell: Any) -> str:
    held.ready(tell)
    tell("Looking at who is offered what, and who gains.")
    found = recommendation.fairness_audit(held.case.people, _rule(rule), legal_basis=legal_basis.strip())
    return finding_html(found, file="fairness.csv")


def _rule(rule: str) -> Any:
    if rule == "tree":
        return recommendation.TreeLearner(depth=2)
    if rule == "risk":
        return recommendation.HighestRiskFirst()
    return recommendation.PlugIn()
