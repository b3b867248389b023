"""Step 4: goals, as weights; equal until somebody gives others."""

from __future__ import annotations

from typing import Any

from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen
from almpo_kit.workbench.strategy_wishes import GOALS

_MOST = 10


def goals(plan: Plan) -> Screen:
    """The step of the weights."""
    import ipywidgets as widgets

    wide, held = widgets.Layout(width="100%"), plan.asked.goals
    controls = {
        goal: widgets.IntSlider(
            description=words.capitalize(),
            # Money left over is no goal of its own unless somebody says so.
            value=int(held.get(goal, 0 if held or goal == "saving" else 1)),
            min=0,
            max=_MOST,
            continuous_update=False,
            layout=wide,
        )
        for goal, words in GOALS.items()
    }
    screen = Screen(controls, lambda **said: _answer(plan, **said))
    screen.refresh()
    return screen


def _answer(plan: Plan, *, tell: Any, **said: int) -> str:
    import pandas as pd

    plan.change(goals={goal: float(weight) for goal, weight in said.items()})
    weights = pd.Series(plan.asked.goals)
    shares = 100 * weights / weights.sum()
    named = [GOALS[g] for g in shares.index[shares == shares.max()]]
    most = " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else named[0]
    table = pd.DataFrame({"goal": [GOALS[g] for g in shares.index], "weight (%)": shares.to_numpy()})
    equal = shares[shares > 0].nunique() == 1
    words = (
        "These goals weigh the same. Nobody was asked yet: a round of co-design may weigh them otherwise."
        if equal
        else f"Most weight lies on {most}. These weights are yours; a round of co-design may weigh them otherwise."
    )
    return (
        f'<h2 class="question">What should the strategy be good at?</h2><div class="card"><p class="answer">{words}</p></div>'
        f"{table_html(table, label='Weights of the goals')}"
    )
