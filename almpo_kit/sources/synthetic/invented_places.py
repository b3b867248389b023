"""Regions of an invented labour market: real codes and places, invented sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from almpo_kit.sources.reference import locations
from almpo_kit.sources.vintages import nuts
from almpo_kit.vocabulary.errors import ParameterError
from almpo_kit.vocabulary.places import EU27, is_extra_regio, member_state

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def invented_places(
    country: str | None, indicators: pd.DataFrame | None, rng: np.random.Generator
) -> pd.DataFrame:
    """NUTS-2 regions with a point and the shares of unemployed people and vacancies that they hold.

    Returns
    -------
    DataFrame
        ``geo, lon, lat, share_unemployed, share_vacancies``; the shares sum to 1.

    Raises
    ------
    ParameterError
        `indicators` holds no unemployment rate of these regions.
    """
    listed = nuts("2024", 2)
    wanted = set(EU27) if country is None else {member_state(country)}
    listed = listed[listed["country"].isin(wanted) & ~listed["code"].map(is_extra_regio)]
    frame = (
        listed[["code"]].rename(columns={"code": "geo"}).merge(locations()[["geo", "lon", "lat"]], on="geo")
    )
    size = rng.lognormal(0.0, 0.7, len(frame))
    rate = _rates(frame["geo"], indicators)
    unemployed = size * rate
    # Where unemployment is high, vacancies per person of the labour force are few.
    vacancies = size * rate ** (-0.3 if indicators is not None else 0.0)
    return frame.assign(
        share_unemployed=unemployed / unemployed.sum(), share_vacancies=vacancies / vacancies.sum()
    )


def _rates(geo: pd.Series, indicators: pd.DataFrame | None) -> np.ndarray:
    import numpy as np

    if indicators is None:
        return np.ones(len(geo))
    rows = indicators[(indicators["indicator"] == "unemployment_rate") & indicators["geo"].isin(geo)]
    if rows.empty:
        raise ParameterError(
            "indicators holds no unemployment_rate of these regions; pass sources.indicators(level=2) or leave it out."
        )
    latest = rows.sort_values("period").groupby("geo")["value"].last()
    return np.asarray(geo.map(latest).fillna(latest.median()), dtype=float)
