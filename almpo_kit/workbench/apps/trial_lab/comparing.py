"""Designs beside each other: each simulated as it would be run and analysed, with what it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.trial_proposals import propose, simulated
from almpo_kit.workbench.trial_questions import TrialQuestion
from almpo_kit.workbench.typed_numbers import typed_number

#: Simulated trials of each design: enough to tell 80% from 75%, few enough to wait for.
_REPLICATIONS: Final = (200, 500, 1000, 2000)


def comparing(asked: Callable[[], TrialQuestion]) -> Screen:
    """The screen that diagnoses every design that can be run.

    Parameters
    ----------
    asked : callable
        What the first screen asks now.
    """
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")

    def euro(words: str, value: float) -> Any:
        return widgets.Text(description=words, value=f"{value:g}", layout=wide)

    controls = {
        "cost_per_person": euro("Euro for each person measured", 60.0),
        "cost_per_group": euro("Euro for each office", 1500.0),
        "cost_fixed": euro("Euro for the trial itself", 40000.0),
        "replications": widgets.Dropdown(
            description="Simulated trials of each", options=list(_REPLICATIONS), value=200, layout=wide
        ),
    }
    screen = Screen(
        controls, lambda **said: _compared(asked(), **said), button="Simulate them", more=("replications",)
    )
    screen.answer.value = (
        '<h2 class="question">Would these designs find the truth?</h2><div class="card"><p class="answer">Each design that can '
        "be run is simulated as it would be drawn and analysed: is it right on average, how often does it see the effect, do "
        "its intervals hold, what does it cost. Press “Simulate them”.</p></div>"
    )
    return screen


def _compared(asked: TrialQuestion, *, replications: int, tell: Any, **costs: str) -> str:
    euro = {name: typed_number(text, "euro") for name, text in costs.items()}
    compared = simulated(
        propose(asked),
        asked,
        replications=replications,
        progress=lambda done, of: tell(f"Simulating: {100 * done // max(of, 1)}% …"),
        costs=euro,
    )
    return finding_html(compared, file="designs_simulated.csv")
