"""Sequences: one programme after another, with the months in work that they may add, lock-in counted."""

from __future__ import annotations

from typing import Any

from almpo_kit import recommendation
from almpo_kit.workbench.apps.pathways.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html

_RULES = [("Changes the chance of finding a job", "rates"), ("Adds points of being in work", "points")]


def sequences(held: Held) -> Screen:
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
    return Screen(controls, lambda **asked: _answer(held, **asked), button="Compare sequences")


def _answer(held: Held, *, steps: int, months: int, cost: float, rule: str, tell: Any) -> str:
    held.ready(tell)
    tell("Following each sequence month by month.")
    case = held.case
    found = recommendation.pathways(
        case.estimate.table,
        case.people.menu,
        cumulative=case.estimate.cumulative if len(case.estimate.cumulative) else None,
        limits=recommendation.SequenceLimits(most_steps=steps, most_months=months, most_cost=cost),
        rule=rule,  # type: ignore[arg-type]
    )
    return finding_html(found, file="sequences.csv")
