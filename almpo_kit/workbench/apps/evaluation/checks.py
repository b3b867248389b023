"""The checks: six steps, each with what held, what failed and its picture."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.rendering import checks_html, picture_html
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.evaluations import STEPS
from almpo_kit.workbench.layout import further

_ALL = ""


def checks(held: Held) -> Screen:
    """The screen of the checks."""
    import ipywidgets as widgets

    controls = {
        "step": widgets.Dropdown(
            description="Step",
            options=[("All six, in short", _ALL), *((question, name) for name, question in STEPS.items())],
            layout=widgets.Layout(width="100%"),
        )
    }
    screen = Screen(controls, lambda **asked: _answer(held, **asked))
    screen.refresh()
    return screen


def _answer(held: Held, *, step: str, tell: Any) -> str:
    found = held.walk().findings
    if step:
        more = "".join(block.html for block in further(found[step]))
        return finding_html(found[step], file=f"{step}.csv") + more
    whole = picture_html(found["verdict"]) if found["verdict"].figure else ""
    return whole + "".join(_in_short(i, name, f) for i, (name, f) in enumerate(found.items(), start=1))


def _in_short(i: int, name: str, finding: Finding) -> str:
    held = [c for c in finding.checks if c.status != "failed"]
    more = (
        f"<details><summary>{len(held)} more checks</summary>{checks_html(tuple(held))}</details>"
        if held
        else ""
    )
    return (
        f"<h3>{i} · {escape(STEPS[name])}</h3><p class='answer-line'>{escape(finding.sentence)}</p>"
        f"{checks_html(finding.failed)}{more}"
    )
