"""The regions app: choose a region on the map; see where it stands, which way it moves, and who is comparable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from almpo_kit.figures import board as drawn
from almpo_kit.figures.shapes import region_shapes
from almpo_kit.vocabulary.places import EU27
from almpo_kit.workbench.apps.board_data import board_data
from almpo_kit.workbench.apps.region_answers import Asked, Held, answers
from almpo_kit.workbench.assets import stylesheet

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

#: Width of the map's own coordinates; the browser scales it.
_MAP_WIDTH = 560
_START = "EL42"
#: Answers kept for those who go back and forth.
_REMEMBERED = 300


def explorer(held: Held, shapes: Any) -> Any:
    """The board as a widget whose answers come from ``held``.

    Parameters
    ----------
    held : Held
        The frames that answers are computed from.
    shapes : RegionShapes
    """
    import anywidget
    import traitlets

    data = board_data(held.indicators, held.national, held.places, shapes)
    known = {m["key"]: m["years"] for m in data["indicators"]}
    first, every = data["indicators"][0], sorted({y for years in known.values() for y in years})
    start = _START if _START in data["regions"] else next(iter(data["regions"]))

    class RegionBoard(anywidget.AnyWidget):
        """One choice, kept in step between browser and kernel."""

        _esm = drawn.script()
        board = traitlets.Dict(data).tag(sync=True)
        geo = traitlets.Enum(sorted(data["regions"]), default_value=start).tag(sync=True)
        indicator = traitlets.Enum(sorted(known), default_value=first["key"]).tag(sync=True)
        year = traitlets.Enum(every, default_value=_latest(held, first["key"], known)).tag(sync=True)
        abroad = traitlets.Bool(False).tag(sync=True)
        answer = traitlets.Dict({}).tag(sync=True)

    board, given = RegionBoard(), dict[Asked, dict[str, str]]()

    def refresh(_: object = None) -> None:
        asked = Asked(board.geo, board.indicator, board.year, board.abroad)
        # What a browser sends is not taken for granted: a year the figure does not have is not asked.
        if asked.year not in known[asked.indicator]:
            return
        if asked not in given:
            for part in answers(held, asked):
                board.answer = part
            if len(given) >= _REMEMBERED:
                given.clear()
            given[asked] = board.answer
        board.answer = given[asked]

    board.observe(refresh, names=["geo", "indicator", "year", "abroad"])
    refresh()
    return board


def _latest(held: Held, indicator: str, known: dict[str, list[str]]) -> str:
    """The latest year that nearly all regions have."""
    from almpo_kit.regions.panel import choose_period, select

    return choose_period(select(held.indicators, held.places, indicator), None) or known[indicator][-1]


def show(
    indicators: pd.DataFrame,
    national: pd.DataFrame,
    places: pd.DataFrame,
    locations: pd.DataFrame,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    expenditure: pd.DataFrame | None = None,
    effects: pd.DataFrame | None = None,
) -> None:
    """Display the app in a notebook or under Voila.

    Parameters
    ----------
    indicators, national : DataFrame, shape (n_rows, ...)
        ``indicators`` frames of NUTS-2 regions, and of countries and the EU.
    places : DataFrame, shape (n_places, ...)
        A ``taxonomy`` frame of NUTS 2024.
    locations : DataFrame, shape (n_regions, ...)
        A ``locations`` frame.
    boundaries : GeoDataFrame, optional
        True polygons; tiles are drawn without them.
    expenditure : DataFrame, optional
        Spending on labour market measures, for what comparable regions' countries do.
    effects : DataFrame, optional
        An ``effects`` frame, for what was evaluated there.
    """
    import ipywidgets as widgets
    from IPython.display import display

    held = Held(indicators, national, places, expenditure, effects)
    codes = places.loc[(places["level"] == 2) & places["code"].str[:2].isin(list(EU27)), "code"].tolist()
    shapes = region_shapes(locations, boundaries, codes=codes, width=_MAP_WIDTH)
    title = widgets.HTML(
        f"<style>{stylesheet()}\n{drawn.style()}</style><header class='masthead'><p class='eyebrow'>EU ALMP Observatory "
        "· regions</p><h1>Where does my region stand?</h1><p class='standfirst'>Choose a region on the map or "
        "from the lists. What is not published is shown as missing.</p></header>"
    ).add_class("almpo")
    display(widgets.VBox([title, explorer(held, shapes)]))
