"""The cycle: where a country stands, what comes next with what certainty, and what a shock would do to this market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit import matching
from almpo_kit.matching.cycle.presets import PRESETS
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.rendering import picture_html
from almpo_kit.workbench.apps.screen import Screen, finding_html, part_html, refusal_html

if TYPE_CHECKING:
    from almpo_kit.workbench.apps.matching.held import Held
    from almpo_kit.workbench.labour_market import LabourMarket

#: The shortest series that is forecast, in quarters and years (matching.cycle states it).
_ENOUGH = 10


def turning(held: Held, market: LabourMarket, country: str) -> Screen:
    """The screen of the cycle."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    offered = _countries(held)
    controls = {
        "country": widgets.Dropdown(
            description="Country",
            options=[(f"{EU27[c]} ({c})", c) for c in offered],
            value=country if country in offered else offered[0],
            layout=wide,
        ),
        "scenario": widgets.Dropdown(
            description="What if",
            options=[(p.label[:1].upper() + p.label[1:], key) for key, p in PRESETS.items()],
            layout=wide,
        ),
    }
    screen = Screen(controls, lambda **asked: _answer(held, market, **asked))
    screen.refresh()
    return screen


def _countries(held: Held) -> list[str]:
    rates = held.national[held.national["indicator"] == "unemployment_rate"]
    counts = rates.groupby("geo").size()
    return [c for c in EU27 if counts.get(c, 0) >= _ENOUGH]


def _answer(held: Held, market: LabourMarket, *, country: str, scenario: str, tell: Any) -> str:
    tell("Testing forecasts on the past.")
    parts, now = [], None
    try:
        now = matching.cycle(held.national, country=country)
        parts.append(finding_html(now, file="forecast.csv"))
        parts.append(f"<h3>How good such forecasts were</h3>{picture_html(now, 'backtest')}")
    except DesignError as refused:
        parts.append(refusal_html(refused))

    def what_if() -> str:
        return finding_html(matching.scenarios(market.finest(), presets=(scenario,)), file="scenario.csv")

    parts.append(part_html(what_if))
    return "".join(parts)
