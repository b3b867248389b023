"""The result: verdict and effect first, then what it rests on."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit import evaluation
from almpo_kit.vocabulary.rendering import card_html, checks_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.evaluation.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html

_DEFAULT = ""


def result(held: Held) -> Screen:
    """The screen of the result."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    offered = evaluation.methods(held.case.plan["assignment"])
    controls = {
        "method": widgets.Dropdown(
            description="Method",
            options=[
                (f"{m.replace('_', ' ')}{' (default)' if not i else ''}", m if i else _DEFAULT)
                for i, m in enumerate(offered)
            ],
            value=held.method if held.method in offered[1:] else _DEFAULT,
            layout=wide,
        ),
        "override": widgets.Textarea(
            description="Go on against the checks, because",
            placeholder="A reason in a sentence. It stands in every later result.",
            value=held.override,
            continuous_update=False,
            rows=3,
            layout=wide,
        ),
    }
    screen = Screen(controls, lambda **asked: _answer(held, **asked), button="Evaluate")
    screen.refresh()
    return screen


def _answer(held: Held, *, method: str, override: str, tell: Any) -> str:
    tell("Comparing the groups.")
    held.asked(method, override.strip())
    walk = held.walk()
    effects = walk.estimate
    parts = [
        f'<h2 class="question">{escape(walk.verdict.question)}</h2>{card_html(walk.verdict)}',
        finding_html(effects, file="effects.csv", head="h3"),
    ]
    if isinstance(effects, evaluation.Estimate) and len(effects.cumulative):
        words = "Download effects summed over months (CSV)"
        parts.append(download_html(effects.cumulative, "effects_summed.csv", words))
    if walk.verdict.failed:
        parts.append(f"<h3>Why to doubt the verdict</h3>{checks_html(walk.verdict.failed)}")
    return "".join(parts)
