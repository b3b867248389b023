"""Which trial next: what each proposed trial would add to next year's decisions, beside its cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.strategies import first_wish, strategy
from almpo_kit.workbench.strategy_wishes import EVIDENCE
from almpo_kit.workbench.trial_values import trial_values

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
        "budget": widgets.BoundedFloatText(
            description="Budget a year (euro)", value=start.budget, min=0, max=1e11, layout=wide
        ),
        "evidence": widgets.Dropdown(
            description="What is known",
            options=[(EVIDENCE[k], k) for k in ("published", "example")],
            layout=wide,
        ),
        "trials": widgets.Textarea(
            description="Proposed, one a line: programme, people an arm, euro beside the places", value=rows, rows=7, layout=wide
        ),
        "value_of_one": widgets.BoundedFloatText(
            description="Euro that one more person in work is worth", value=60_000, min=1, max=1e9, layout=wide
        ),
        "years": widgets.IntSlider(description="Years of decisions it serves", value=5, min=1, max=20, layout=wide),
        "delay": widgets.BoundedFloatText(description="Years until its result", value=2, min=0, max=20, layout=wide),
        "spread": widgets.BoundedFloatText(
            description="Where nothing is known: effects lie within about ± points", value=5, min=0.1, max=50, layout=wide
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
        name, people, euro = (*(c.strip() for c in line.rsplit(",", 2)), "", "")[:3]
        try:
            made.append(
                experiments.ProposedTrial(
                    name=name,
                    programmes=(name,),
                    per_arm=int(people),
                    cost=float(euro),
                    delay_years=delay,
                    years=years,
                )
            )
        except ValueError as error:
            raise ParameterError(
                f"line {k} cannot be read ({error}); write e.g. 'Digital course, 500, 60000'."
            ) from None
    return made


def _ranked(
    *,
    place: str,
    budget: float,
    evidence: str,
    trials: str,
    value_of_one: float,
    years: int,
    delay: float,
    spread: float,
    tell: Any,
) -> str:
    tell("Reading the evidence …")
    wish = replace(first_wish(place.strip()), budget=float(budget), evidence=evidence)
    mix = strategy(wish).portfolio
    tell("Asking what each trial would change …")
    found = trial_values(
        mix, proposals_of(trials, years=years, delay=delay), value_of_one=value_of_one, prior_sd=spread
    )
    return finding_html(found, file="trials.csv")
