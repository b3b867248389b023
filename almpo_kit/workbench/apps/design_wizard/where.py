"""Step 1: where. The labour market, from the figures or as the person knows it."""

from __future__ import annotations

from html import escape
from typing import Any

from almpo_kit.vocabulary.places import EU27, PLACE_NAMES
from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.design_wizard.plan import Plan
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.strategy_places import labour_market_of, regions_of

_CLASSES = [("As the figures say", "unknown"), ("High", "high"), ("Low", "low")]


def where(plan: Plan) -> Screen:
    """The step of the place."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    country = plan.asked.place[:2]
    controls = {
        "country": widgets.Dropdown(
            description="Country",
            options=_countries(country),
            value=country,
            layout=wide,
        ),
        "region": widgets.Dropdown(
            description="Region",
            options=_regions(country, plan.asked.place),
            value=plan.asked.place,
            layout=wide,
        ),
        "unemployment": widgets.Dropdown(
            description="Unemployment", options=_CLASSES, value=plan.asked.unemployment, layout=wide
        ),
        "skilled_jobs": widgets.Dropdown(
            description="Skilled jobs", options=_CLASSES, value=plan.asked.skilled_jobs, layout=wide
        ),
    }
    screen = Screen(controls, lambda **asked: _answer(plan, **asked), more=("unemployment", "skilled_jobs"))

    def other_country(change: Any) -> None:
        with screen.held():
            controls["region"].options = _regions(change["new"])
        screen.refresh()

    # Before the screen's own: regions of the new country must be there when it asks.
    controls["country"].unobserve(screen.refresh, names="value")
    controls["country"].observe(other_country, names="value")
    screen.refresh()
    return screen


def _countries(held: str) -> list[tuple[str, str]]:
    """Member states, and the country of an opened draft where it is none."""
    offered = [(f"{name} ({code})", code) for code, name in EU27.items()]
    return offered if held in EU27 else [*offered, (f"{PLACE_NAMES[held]} ({held})", held)]


def _regions(country: str, held: str = "") -> list[tuple[str, str]]:
    """Regions of which figures are held, and that of an opened draft: a place is not changed by looking at it."""
    offered = [("The whole country", country)]
    if country in EU27:
        offered += [(f"{name} ({code})", code) for code, name in regions_of(country)]
    known = {code for _, code in offered}
    return offered if held in ("", *known) else [*offered, (f"{held} (no figures held)", held)]


def _answer(plan: Plan, *, country: str, region: str, unemployment: str, skilled_jobs: str, tell: Any) -> str:
    place = region if region.startswith(country) else country
    plan.change(place=place, unemployment=unemployment, skilled_jobs=skilled_jobs)
    found = labour_market_of(plan.asked)
    figures = f"<details><summary>The figures</summary>{table_html(found.table, caption=escape(found.question))}</details>"
    return finding_html(found) + (figures if len(found.table) else "")
