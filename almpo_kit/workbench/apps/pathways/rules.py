"""Rules: the best one that fits on a page, as a figure, as words for a regulation and as a form; and what it would be worth."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit import recommendation
from almpo_kit.workbench.apps.pathways.held import Held
from almpo_kit.workbench.apps.screen import Screen, finding_html

_DEPTHS = [("None: the same for all", 0), ("One question", 1), ("Two questions", 2)]


def rules(held: Held) -> Screen:
    """The screen of rules."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "depth": widgets.Dropdown(description="The rule may ask", options=_DEPTHS[1:], value=2, layout=wide),
        "price": widgets.BoundedFloatText(
            description=f"Euro that one of “{held.case.target}” is worth (0: cost does not count)",
            value=0,
            min=0,
            max=1e6,
            layout=wide,
        ),
    }
    return Screen(controls, lambda **asked: _answer(held, **asked), button="Find the best rule")


def _answer(held: Held, *, depth: int, price: float, tell: Any) -> str:
    held.ready(tell)
    tree = held.tree(depth, price, tell)
    tell("Valuing the rule on people it has not seen.")
    worth = recommendation.policy_value(
        held.case.people,
        [recommendation.TreeLearner(depth=depth), recommendation.PlugIn(), recommendation.RiskAverse()],
        prices=held.prices(price) or None,
    )
    regulation = (
        f"<details><summary>As words for a regulation</summary><pre>{escape(tree.text())}</pre></details>"
    )
    return (
        finding_html(tree, file="rule.csv")
        + regulation
        + form_html(tree.form())
        + finding_html(worth, file="policies.csv", head="h3")
    )


def form_html(steps: list[dict[str, Any]]) -> str:
    """The rule as a form that a caseworker goes through."""
    items = "".join(f"<li>{escape(str(step['text']))}</li>" for step in steps)
    return f"<details><summary>As a caseworker’s form</summary><ol>{items}</ol></details>"
