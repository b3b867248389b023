"""Places: who is offered what under places, money and fairness, what one more place is worth, and what fairness costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.vocabulary.rendering import table_html
from almpo_kit.workbench.apps.downloads import download_html
from almpo_kit.workbench.apps.screen import Screen, finding_html
from almpo_kit.workbench.jobseeker_forms import called
from almpo_kit.workbench.recommendations import OFFICES, Recommendations

if TYPE_CHECKING:
    import pandas as pd

_NOBODY = ""
#: Share of the people for whom there are places at first, and share of what those places cost that is there.
_FIRST_SHARE, _FIRST_MONEY = 0.4, 0.75


def places(learned: Recommendations) -> Screen:
    """The screen of places."""
    import ipywidgets as widgets

    wide = widgets.Layout(width="100%")
    case = learned.case
    n, offered = len(case.case.persons), list(case.programmes["programme"])
    each = max(int(_FIRST_SHARE * n / len(offered)), 1)
    costs = case.programmes.get("unit_cost_eur")
    money = 0 if costs is None else float(costs.fillna(0).sum()) * each * _FIRST_MONEY
    controls: dict[str, Any] = {
        "budget": widgets.BoundedFloatText(
            description="Budget (euro; 0: no limit)", value=round(money, -3), min=0, max=1e12, layout=wide
        ),
        "offices": widgets.Dropdown(
            description="Places are held", options=_offices(case.case.persons), layout=wide
        ),
        "group": widgets.Dropdown(
            description="Alike between groups of",
            options=[("No rule", _NOBODY), *((called(g), called(g)) for g in case.groups)],
            layout=wide,
        ),
        "gap": widgets.IntSlider(
            description="Shares with an offer may differ by (points)",
            value=5,
            min=0,
            max=50,
            continuous_update=False,
            layout=wide,
        ),
        "risk": widgets.Dropdown(
            description="Go by",
            options=[("What is expected", "mean"), ("The low end of the interval", "low")],
            layout=wide,
        ),
    }
    more = {
        f"places {name}": widgets.BoundedIntText(
            description=f"Places: {name}", value=each, min=0, max=10_000_000, layout=wide
        )
        for name in offered
    }
    return Screen(
        controls | more, lambda **asked: _answer(learned, **asked), button="Plan the places", more=tuple(more)
    )


def _offices(persons: pd.DataFrame) -> list[tuple[str, int]]:
    offered = [(words, digits) for digits, words in OFFICES.items()]
    return offered if "geo" in persons else offered[:1]


def _answer(
    learned: Recommendations,
    *,
    budget: float,
    offices: int,
    group: str,
    gap: int,
    risk: str,
    tell: Any,
    **said: int,
) -> str:
    learned.ready(tell)
    tell("Predicting gains of each person by models that have not seen her.")
    _ = learned.gains
    tell("Planning the places.")
    found = learned.places(
        {name.removeprefix("places "): value for name, value in said.items()},
        budget=budget or None,
        offices=offices,
        group=group,
        gap=gap / 100,
        risk=risk,
    )
    return "".join(
        (
            finding_html(found, file="places.csv"),
            "<h3>Who is offered what</h3>",
            table_html(_groups(found.groups), label="Groups"),
            download_html(found.groups, "groups.csv", "Download the groups (CSV)"),
            "<h3>What one more is worth</h3>",
            table_html(found.duals, label="Worth of one more"),
            "<h3>Beside simple rules</h3>",
            table_html(
                _percent(found.comparison, {"share_of_plan": "share of this plan (%)"}), label="Simple rules"
            ),
        )
    )


def _groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups of people; countries and regions are in the download only."""
    shown = groups[~groups["by"].isin(["country", "region"])].astype({"people": "Int64", "offered": "Int64"})
    columns = ["by", "group", "people", "offered", "offered_share", "mean_gain", "mean_gain_of_offers"]
    return _percent(shown[columns], {"offered_share": "with an offer (%)"})


def _percent(table: pd.DataFrame, shares: dict[str, str]) -> pd.DataFrame:
    """Shares as per cent, under the name that says so."""
    return table.assign(**{old: 100 * table[old] for old in shares}).rename(columns=shares)
