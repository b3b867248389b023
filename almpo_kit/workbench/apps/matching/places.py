"""Places: which training a budget should buy to close the gaps of this market, and how far to believe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit import evidence, matching, sources
from almpo_kit.vocabulary.rendering import card_html, checks_html, picture_html, table_html
from almpo_kit.workbench.apps.screen import Screen, finding_html

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.matching.held import Held
    from almpo_kit.workbench.labour_market import LabourMarket

_DRAWS = 100


def places(held: Held, market: LabourMarket) -> Screen:
    """The screen of training places."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "budget": widgets.Dropdown(
            description="Budget",
            options=[
                (f"€{n:,}".replace(",", "\u202f"), n)
                for n in (250_000, 500_000, 1_000_000, 2_000_000, 5_000_000)
            ],
            value=1_000_000,
            layout=wide,
        ),
        "months": widgets.Dropdown(
            description="Count gains over",
            options=[("12 months", 12), ("24 months", 24), ("36 months", 36), ("60 months", 60)],
            value=24,
            layout=wide,
        ),
        "displaced": widgets.Dropdown(
            description="Jobs that others lose to the trained",
            options=[("none", 0.0), ("a quarter", 0.25), ("half", 0.5), ("three quarters", 0.75)],
            value=0.25,
            layout=wide,
        ),
    }
    screen = Screen(controls, lambda **asked: _answer(held, market, **asked))
    screen.refresh()
    return screen


def _answer(
    held: Held, market: LabourMarket, *, budget: int, months: int, displaced: float, tell: Any
) -> str:
    tell("Solving the plan, also with other effects from their intervals.")
    programmes = sources.synthetic_programmes()
    plan = matching.training_plan(
        market.finest(),
        programmes,
        budget=float(budget),
        horizon_months=float(months),
        displacement=displaced,
        draws=_DRAWS,
    )
    known = evidence.select(
        held.effects,
        programme_type="training",
        outcome="employment_probability",
        unit="percentage_points",
    )
    found = evidence.answer(known, question="What does training do to the probability of a job?")
    shown = programmes.drop(columns=["source", "programme_type"])
    return "".join(
        (
            finding_html(plan, file="training_places.csv"),
            "<h3>What the evidence says of training</h3>",
            card_html(found),
            picture_html(found) if found.figure else "",
            checks_html(found.failed),
            '<h3>The programmes</h3><p><span class="synthetic">SYNTHETIC</span> Costs, lengths, places and effects are '
            "invented: no open table of them is held. In Python, <code>matching.training_plan(stocks, programmes, "
            "budget=…)</code> takes your own.</p>",
            f"<details><summary>All programmes</summary>{table_html(shown)}</details>",
        )
    )
