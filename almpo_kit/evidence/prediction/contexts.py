"""The labour market in which each estimate was made: unemployment, taken apart into place and cycle.

Programmes in high-unemployment countries differ from those elsewhere in more than unemployment. So the
rate is split, as Mundlak proposed: ``unemployment_between`` is the country's mean over its studied rows,
``unemployment_within`` the distance from it. A model with both has two coefficients: that of *within* is
moderation by the cycle, the same country in better and worse years; that of *between* is a difference
between countries, which nothing says is caused by unemployment.

References
----------
Mundlak (1978) Econometrica 46, 69-85. Bell and Jones (2015) Polit. Sci. Res. Methods 3, 133-153.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from almpo_kit.evidence.columns import require
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.provenance import data_versions, stamp

Source = Literal["reported", "national series", "none"]
SOURCES: tuple[str, ...] = get_args(Source)
When = Literal["start", "whole period"]
RATE, BETWEEN, WITHIN = "unemployment_rate", "unemployment_between", "unemployment_within"
_NEEDED = ("geo", "indicator", "period", "value")


def in_context(effects: pd.DataFrame, indicators: pd.DataFrame, *, when: When = "start") -> pd.DataFrame:
    """Fill the unemployment rate where a study gives none, and split it into country and cycle.

    A rate that the row has stays. Where it has none, the annual national rate of its country is taken:
    in the year in which the programme started, or the mean over all years from start to end. Where the
    series does not hold that year (or one of those years), the cell stays empty: nothing is
    interpolated, extrapolated or borrowed from another year or place.

    Parameters
    ----------
    effects : DataFrame, shape (k, ...)
        An ``effects`` frame with ``country`` and ``start_year``.
    indicators : DataFrame, shape (n, ...)
        An ``indicators`` frame; its annual ``unemployment_rate`` of whole countries is read, in per cent.
    when : {"start", "whole period"}
        Of which year or years. A row without ``end_year`` has no whole period.

    Returns
    -------
    DataFrame, shape (k, ...)
        The same rows in their order with ``unemployment_rate`` filled, and

        - ``unemployment_source``: "national series" where the rate is that of the series, filled here or
          before; "reported" where it is another; "none" where there is none;
        - ``unemployment_extrapolated``: True where a national rate stands for a NUTS region that the row
          names, which is an extrapolation;
        - ``unemployment_between``: mean rate of the country's rows that have one, whatever their source;
        - ``unemployment_within``: the row's rate minus that mean. Zero for a country with one rate: it
          tells nothing about the cycle.

        Versions of both frames travel with it.

    Raises
    ------
    DesignError
        Missing columns, text where numbers belong, or two national rates for one country and year.
    ParameterError
        An unknown ``when``.
    """
    if when not in get_args(When):
        raise ParameterError(f"unknown when={when!r}; choose from {', '.join(get_args(When))}")
    effects = require(effects, ("country", "start_year"), "in_context")
    series = _series(indicators)
    own = rates_of(effects, "in_context") if RATE in effects else _blank(effects)
    national = _national(effects, series, when)
    rate = own.where(own.notna(), national)
    # A table may hold national rates already, as ours does; the same number is the same series.
    series_rate = national.notna() & (own.isna() | np.isclose(own, national, rtol=0, atol=1e-9))
    source = np.select([series_rate, own.notna()], ["national series", "reported"], "none")
    out = effects.copy(deep=False)
    out[RATE], out["unemployment_source"] = rate, source
    out["unemployment_extrapolated"] = series_rate & _regional(effects)
    out = split(out)
    out.attrs = dict(effects.attrs)
    return stamp(out, *data_versions(effects, indicators))


def split(effects: pd.DataFrame) -> pd.DataFrame:
    """The frame with ``unemployment_between`` and ``unemployment_within`` (points) from its rates.

    Rows of an unknown country, or without a rate, have neither.
    """
    place = effects.get("country", pd.Series(pd.NA, index=effects.index))
    rate, country = effects[RATE].astype(float), place.astype("string").str.strip()
    between = rate.groupby(country.where(country != "")).transform("mean").where(rate.notna())
    return effects.assign(**{BETWEEN: between, WITHIN: rate - between})


def _blank(effects: pd.DataFrame) -> pd.Series:
    return pd.Series(np.nan, index=effects.index, dtype=float)


def rates_of(effects: pd.DataFrame, verb: str) -> pd.Series:
    """The unemployment rates that the rows have, as numbers.

    Raises
    ------
    DesignError
        Text where a number belongs.
    """
    return _numbers(effects[RATE], verb)


def _numbers(column: pd.Series, verb: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = column[(numbers.isna() & column.notna()).to_numpy()]
    if len(wrong):
        raise DesignError(
            f"{verb}() needs numbers in {column.name}, and {wrong.iloc[0]!r} is none; correct them, or leave the "
            "cells empty"
        )
    return numbers


def _series(indicators: pd.DataFrame) -> pd.Series:
    """Annual national rates by (country, year)."""
    missing = [c for c in _NEEDED if c not in indicators]
    if missing:
        raise DesignError(
            f"in_context() needs the column(s) {', '.join(missing)} in the indicators; "
            "take an indicators frame, e.g. sources.indicators(0)"
        )
    period = indicators["period"].astype(str)
    # Countries have two letters; regions and aggregates (EU27_2020) are other places.
    annual = indicators["indicator"].eq(RATE) & period.str.fullmatch(r"\d{4}")
    rows = indicators[annual & indicators["geo"].astype(str).str.fullmatch("[A-Z]{2}")]
    key = pd.MultiIndex.from_arrays([rows["geo"].astype(str), rows["period"].astype(int)])
    if key.has_duplicates:
        geo, year = key[key.duplicated()][0]
        raise DesignError(
            f"in_context() got two unemployment rates for {geo} in {year}; keep one series, e.g. one age group"
        )
    return pd.Series(_numbers(rows["value"], "in_context").to_numpy(), index=key)


def _national(effects: pd.DataFrame, series: pd.Series, when: str) -> pd.Series:
    last = effects.get("end_year", _blank(effects)) if when == "whole period" else effects["start_year"]
    spans = zip(effects["country"], effects["start_year"], last, strict=True)
    known: dict[Any, float] = dict(series.dropna().items())
    rates = np.array([_mean(known, *span) for span in spans], dtype=float)
    return pd.Series(rates, index=effects.index)


def _mean(known: Mapping[Any, float], country: object, first: float, last: float) -> float:
    """Mean of the rates of all years from first to last; NaN unless every one of them is known."""
    if not (np.isfinite(first) and np.isfinite(last) and first <= last):
        return np.nan
    # A reader's "2012.5" is no year, and whole years are what the series has.
    years = range(int(first), int(last) + 1) if first == int(first) and last == int(last) else ()
    rates = [known.get((str(country), year), np.nan) for year in years]
    return float(np.mean(rates)) if rates else np.nan


def _regional(effects: pd.DataFrame) -> pd.Series:
    """Rows that name a region below the country."""
    if "nuts" not in effects:
        return pd.Series(False, index=effects.index)
    code = effects["nuts"].astype("string").str.strip().fillna("")
    return (code.str.len() > 2).astype(bool)
