"""Step 5: the strategy. The mix, what it costs and adds, what is left out, and what a worse world would do to it."""

from __future__ import annotations

from typing import Any

from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen, finding_html

_NONE = ""


def result(plan: Plan) -> Screen:
    """The step of the strategy."""
    import ipywidgets as widgets

    wide, asked = widgets.Layout(width="100%"), plan.asked
    names = [p["programme"] for p in asked.programmes]
    forced = next(iter(asked.forced), _NONE)
    controls = {
        "displacement": widgets.IntSlider(
            description="Of 100 jobs gained, others lose (studies: from 0 to 100)",
            value=round(100 * asked.displacement),
            min=0,
            max=100,
            step=5,
            continuous_update=False,
            layout=wide,
        ),
        "forced": widgets.Dropdown(
            description="Use it all the same",
            options=[("No programme", _NONE), *((n, n) for n in names)],
            value=forced if forced in names else _NONE,
            layout=wide,
        ),
        "because": widgets.Textarea(
            description="Because",
            placeholder="A reason in a sentence. It stands in front of the strategy.",
            value=asked.forced.get(forced, ""),
            continuous_update=False,
            rows=3,
            layout=wide,
        ),
    }
    more = {
        "month_to_purse": widgets.BoundedFloatText(
            description="A month in work brings the public purse (euro)",
            value=asked.month_to_purse,
            min=0,
            max=100_000,
            layout=wide,
        ),
        "month_to_person": widgets.BoundedFloatText(
            description="It adds to a person’s disposable income (euro)",
            value=asked.month_to_person,
            min=0,
            max=100_000,
            layout=wide,
        ),
    }
    screen = Screen(
        controls | more, lambda **said: _answer(plan, **said), button="Work it out", more=tuple(more)
    )
    screen.refresh()
    return screen


def _answer(plan: Plan, *, displacement: int, forced: str, because: str, tell: Any, **euro: float) -> str:
    tell("Weighing the programmes.")
    plan.change(displacement=displacement / 100, forced={forced: because.strip()} if forced else {}, **euro)
    found = plan.strategy()
    return "".join(
        finding_html(part, file=f"{name}.csv", head="h2" if name == "portfolio" else "h3")
        for name, part in found.shown("result")
    )
