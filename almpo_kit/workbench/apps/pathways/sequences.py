"""Sequences: one programme after another, with the months in work that they may add, lock-in counted."""

from __future__ import annotations

from typing import Any

from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.recommendations import Recommendations

_RULES = [("Changes the chance of finding a job", "rates"), ("Adds points of being in work", "points")]


def sequences(learned: Recommendations) -> Screen:
    """The screen of sequences."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "steps": widgets.Dropdown(
            description="Programmes in a row, at most", options=[1, 2, 3], value=2, layout=wide
        ),
        "months": widgets.BoundedIntText(
            description="Months in programmes, at most", value=12, min=1, max=60, layout=wide
        ),
        "cost": widgets.BoundedFloatText(
            description="Euro a person, at most", value=12000, min=0, max=1e6, layout=wide
        ),
        "rule": widgets.Dropdown(description="What a later programme does", options=_RULES, layout=wide),
    }
    return Screen(controls, lambda **asked: _answer(learned, **asked), button="Compare sequences")


def _answer(learned: Recommendations, *, steps: int, months: int, cost: float, rule: str, tell: Any) -> str:
    learned.ready(tell)
    tell("Following each sequence month by month.")
    found = learned.sequences(steps, months, cost, rule)
    return finding_html(found, file="sequences.csv")
