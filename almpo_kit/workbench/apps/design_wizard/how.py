"""Step 6: how to do it. Targeting, duration, sequence and delivery as the evidence has it; risks; the trial to run first."""

from __future__ import annotations

from typing import Any

from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.strategy_pages import in_words


def how(plan: Plan) -> Screen:
    """The step of the advice."""
    import ipywidgets as widgets

    controls = {
        "trial_size": widgets.BoundedIntText(
            description="People a trial could take",
            value=plan.asked.trial_size,
            min=20,
            max=1_000_000,
            layout=widgets.Layout(width="100%"),
        )
    }
    screen = Screen(controls, lambda **said: _answer(plan, **said))
    screen.refresh()
    return screen


def _answer(plan: Plan, *, trial_size: int, tell: Any) -> str:
    plan.change(trial_size=trial_size)
    found = plan.strategy()
    return "".join(
        finding_html(part, file=f"{name}.csv", head="h2" if not at else "h3") + in_words(found, name)
        for at, (name, part) in enumerate(found.shown("how"))
    )
