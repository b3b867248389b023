"""Step 4: goals, as weights: a person's own, or those of a panel that was asked; equal until somebody says."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.open_consultations import open_consultation, weighed_consultations
from almpo_kit.workbench.strategy_wishes import GOALS

_MOST = 10
_OWN = ""


def goals(plan: Plan) -> Screen:
    """The step of the weights."""
    import ipywidgets as widgets

    wide, held = widgets.Layout(width="100%"), plan.asked.goals
    panels = [(f"Of the panel “{name}”", name) for name in weighed_consultations()]
    of_panel = plan.asked.goals_from.get("dataset", "").removeprefix("consultation ")
    controls: dict[str, Any] = {
        "whose": widgets.Dropdown(
            description="Whose weights",
            options=[("My own", _OWN), *panels],
            value=of_panel if of_panel in {name for _, name in panels} else _OWN,
            layout=wide,
        )
    }
    controls |= {
        goal: widgets.IntSlider(
            description=words.capitalize(),
            # Money left over is no goal of its own unless somebody says so. A panel's shares are no marks of this scale.
            value=int(held.get(goal, 0 if held or goal == "saving" else 1))
            if not plan.asked.goals_from
            else int(goal != "saving"),
            min=0,
            max=_MOST,
            continuous_update=False,
            layout=wide,
        )
        for goal, words in GOALS.items()
    }
    screen = Screen(controls, lambda **said: _answer(plan, controls, **said))
    screen.refresh()
    return screen


def _answer(plan: Plan, controls: dict[str, Any], *, whose: str, tell: Any, **said: int) -> str:
    for goal in GOALS:
        controls[goal].disabled = whose != _OWN
    if whose == _OWN:
        plan.change(goals={goal: float(weight) for goal, weight in said.items()}, goals_from={})
    else:
        plan.change(**open_consultation(whose).wished_goals())
    return _page(plan, asked=len(controls["whose"].options) > 1)


def _page(plan: Plan, *, asked: bool) -> str:
    import pandas as pd

    weights = pd.Series(plan.asked.goals)
    shares = 100 * weights / weights.sum()
    named = [GOALS[g] for g in shares.index[shares == shares.max()]]
    most = " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
    table = pd.DataFrame({"goal": [GOALS[g] for g in shares.index], "weight (%)": shares.to_numpy()})
    equal = shares[shares > 0].nunique() == 1
    source = plan.asked.goals_from.get("source", "")
    if source:
        words = f"Most weight lies on {most}. These weights are those of {source}."
    elif equal:
        others = (
            "panels that were asked can be chosen above"
            if asked
            else "nobody was asked yet: a round of co-design may weigh them otherwise"
        )
        words = f"These goals weigh the same; {others}."
    else:
        words = f"Most weight lies on {most}. These weights are yours; a round of co-design may weigh them otherwise."
    return (
        f'<h2 class="question">What should the strategy be good at?</h2><div class="card"><p class="answer">{escape(words)}</p></div>'
        f"{table_html(table, label='Weights of the goals')}"
    )
