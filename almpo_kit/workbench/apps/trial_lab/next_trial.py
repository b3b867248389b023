"""Which trial next: what each proposed trial would add to next year's decisions, beside its cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.strategies import first_wish, strategy
from almpo_kit.workbench.strategy_wishes import EVIDENCE
from almpo_kit.workbench.trial_values import trial_values
from almpo_kit.workbench.typed_numbers import typed_count, typed_number

if TYPE_CHECKING:
    from almpo_kit.experiments import ProposedTrial

_PER_ARM: Final = 500
_EURO: Final = 60_000.0


def next_trial() -> Screen:
    """The screen that ranks proposed trials."""
    import ipywidgets as widgets

    wide, start = widgets.Layout(width="100%"), first_wish()
    rows = "\n".join(f"{p['programme']}, {_PER_ARM}, {_EURO:.0f}" for p in start.programmes)
    controls = {
        "place": widgets.Text(description="Where decisions are made (country or NUTS code)", value="EL", layout=wide),
        "budget": widgets.Text(description="Budget a year (euro)", value=f"{start.budget:.0f}", layout=wide),
        "evidence": widgets.Dropdown(
            description="What is known",
            options=[(EVIDENCE[k], k) for k in ("published", "example")],
            layout=wide,
        ),
        "trials": widgets.Textarea(
            description="Proposed, one a line: programme, people an arm, euro beside the places", value=rows, rows=7, layout=wide
        ),
        "value_of_one": widgets.Text(description="Euro that one more person in work is worth", value="60000", layout=wide),
        "years": widgets.IntSlider(description="Years of decisions it serves", value=5, min=1, max=20, layout=wide),
        "delay": widgets.Text(description="Years until its result", value="2", layout=wide),
        "spread": widgets.Text(
            description="Where nothing is known: two thirds of effects lie within ± points", value="5", layout=wide
        ),
    }  # fmt: skip
    screen = Screen(controls, _ranked, button="Rank these trials", more=("years", "delay", "spread"))
    screen.answer.value = (
        '<h2 class="question">Which trial would most improve next year’s decisions?</h2><div class="card"><p class="answer">A trial is '
        "worth what it changes: how much more the next budgets would bring if its result were known, less what it costs. Press “Rank "
        "these trials”.</p></div>"
    )
    return screen


def proposals_of(text: str, *, years: int, delay: float) -> list[ProposedTrial]:
    """Proposed trials from lines ``programme, people an arm, euro``.

    Raises
    ------
    ParameterError
        A line that cannot be read; it names the line.
    """
    from almpo_kit import experiments

    made = []
    for k, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        # At most two commas part; a third one is that of a decimal.
        name, people, euro = (*(part.strip() for part in line.split(",", 2)), "", "")[:3]
        made.append(
            experiments.ProposedTrial(
                name=name,
                programmes=(name,),
                per_arm=typed_count(people, f"line {k}, people an arm"),
                cost=typed_number(euro, f"line {k}, euro"),
                delay_years=delay,
                years=years,
            )
        )
    if not made:
        raise ParameterError("name at least one trial, e.g. 'Training, 500, 60000'.")
    return made


def _ranked(*, place: str, evidence: str, trials: str, years: int, tell: Any, **typed: str) -> str:
    tell("Reading the evidence …")
    budget = typed_number(typed["budget"], "budget")
    proposals = proposals_of(
        trials, years=years, delay=typed_number(typed["delay"], "years until its result")
    )
    mix = strategy(replace(first_wish(place.strip()), budget=budget, evidence=evidence)).portfolio
    tell("Asking what each trial would change …")
    found = trial_values(
        mix,
        proposals,
        value_of_one=typed_number(typed["value_of_one"], "worth of one more person in work"),
        prior_sd=typed_number(typed["spread"], "± points"),
    )
    return finding_html(found, file="trials.csv")
