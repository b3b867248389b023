"""Gaps: where demand exceeds supply by region and occupation, and how many hires the mismatch costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit import matching, regions
from almpo_kit.vocabulary.occupations import MAJOR_GROUPS
from almpo_kit.vocabulary.rendering import picture_html
from almpo_kit.workbench.apps.screen import Screen, finding_html, part_html

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.workbench.apps.matching.held import Held
    from almpo_kit.workbench.labour_market import LabourMarket

_EVERYWHERE, _ALL = "", ""
_DETAIL = (
    ("Ten major groups", 1),
    ("About 40 groups (two digits)", 2),
    ("About 130 groups (three digits)", 3),
)


def gaps(held: Held, market: LabourMarket) -> Screen:
    """The screen of gaps."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    controls = {
        "place": widgets.Dropdown(
            description="Where",
            options=[
                ("All regions of this market", _EVERYWHERE),
                *((held.place_name(p), p) for p in market.places),
            ],
            layout=wide,
        ),
        "group": widgets.Dropdown(
            description="Jobs",
            options=[("All occupations", _ALL), *((name, code) for code, name in MAJOR_GROUPS.items())],
            layout=wide,
        ),
        "digits": widgets.Dropdown(description="How fine", options=_DETAIL, value=1, layout=wide),
    }
    screen = Screen(controls, lambda **asked: _answer(held, market, **asked))
    screen.refresh()
    return screen


def _answer(held: Held, market: LabourMarket, *, place: str, group: str, digits: int, tell: Any) -> str:
    stocks = chosen(market.stocks(digits), place, group)
    found = matching.balance(stocks, places=held.places, occupations=held.occupations)

    def lost() -> str:
        two_digits = chosen(market.finest(), place, group)
        return finding_html(matching.mismatch(two_digits, labels=held.names), file="mismatch.csv")

    return "".join(
        (
            finding_html(found, file="demand_and_supply.csv"),
            "" if place else part_html(lambda: _map(held, found)),
            part_html(lost),
        )
    )


def chosen(stocks: pd.DataFrame, place: str, group: str) -> pd.DataFrame:
    """Rows of one region and one major group, or of all."""
    keep = stocks["geo"].str.startswith(place) & stocks["occupation"].str.startswith(group)
    return stocks[keep]


def _map(held: Held, found: matching.Balance) -> str:
    """Tightness of whole regions on the map."""
    drawn = regions.atlas(
        found.by_region(),
        "vacancies_per_100",
        label="Vacancies for every 100 unemployed people",
        locations=held.locations,
        boundaries=held.boundaries,
    )
    return picture_html(drawn)
