"""Step 7: the document, to read here and to take away as a page or a PDF that needs no network."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Any

from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.strategy_pages import strategy_body, strategy_page, strategy_pdf


def document(plan: Plan) -> Screen:
    """The step of the document."""
    import ipywidgets as widgets

    controls = {
        "kind": widgets.Dropdown(
            description="As",
            options=[("A page (HTML)", "html"), ("A PDF", "pdf")],
            layout=widgets.Layout(width="100%"),
        )
    }
    screen = Screen(controls, lambda **said: _answer(plan, **said), button="Make the document")
    screen.answer.value = strategy_body(plan.strategy(), plan.draft_words)
    return screen


def _answer(plan: Plan, *, kind: str, tell: Any) -> str:
    tell("Making the document.")
    found = plan.strategy()
    name = re.sub(r"[^\w-]+", "_", plan.draft[0]).strip("_") or "strategy"
    if kind == "pdf":
        content, mime = strategy_pdf(found, plan.draft_words), "application/pdf"
    else:
        content, mime = strategy_page(found, plan.draft_words).encode(), "text/html"
    link = base64.b64encode(content).decode()
    return (
        f'<p><a class="download" download="{escape(name)}.{kind}" href="data:{mime};base64,{link}">Download the document '
        f"({kind.upper()})</a></p>{strategy_body(found, plan.draft_words)}"
    )
