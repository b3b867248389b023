"""Rules: the best one that fits on a page, as a figure, as words for a regulation and as a form; and what it would be worth."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.recommendations import Recommendations

_DEPTHS = [("One question", 1), ("Two questions", 2)]


def rules(learned: Recommendations) -> Screen:
    """The screen of rules."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "depth": widgets.Dropdown(description="The rule may ask", options=_DEPTHS, value=2, layout=wide),
        "price": widgets.BoundedFloatText(
            description=f"Euro for one of “{learned.case.target}”; 0: cost does not count",
            value=0,
            min=0,
            max=1e6,
            layout=wide,
        ),
    }
    return Screen(controls, lambda **asked: _answer(learned, **asked), button="Find the best rule")


def _answer(learned: Recommendations, *, depth: int, price: float, tell: Any) -> str:
    learned.ready(tell)
    tell("Looking for the best rule; all rules are weighed.")
    tree = learned.tree(depth, price)
    tell("Valuing the rule on people it has not seen.")
    worth = learned.values(depth, price)
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
    """The rule as a form that a caseworker goes through; its texts are escaped by the rule itself."""

    def then(step: dict[str, Any], answer: str) -> str:
        on = step[f"{answer}_step"]
        return (
            f"go to question {on}" if on else f"consider offering <strong>{step[f'{answer}_offer']}</strong>"
        )

    def item(step: dict[str, Any]) -> str:
        if not step["question"]:
            return f"<li>Consider offering <strong>{step['yes_offer']}</strong>, whoever it is.</li>"
        return f"<li>{step['question']} Yes: {then(step, 'yes')}. No: {then(step, 'no')}.</li>"

    items = "".join(map(item, steps))
    return f"<details><summary>As a caseworker’s form</summary><ol>{items}</ol></details>"
