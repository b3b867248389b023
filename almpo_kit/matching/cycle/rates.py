"""Unemployment and vacancy rates of one place, read from an ``indicators`` frame: what is usable, and what is not."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from almpo_kit.matching.cycle import timeline
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.places import PLACE_NAMES, member_state, normalise

Array = NDArray[np.float64]

UNEMPLOYMENT, VACANCIES = "unemployment_rate", "job_vacancy_rate"
COLUMNS = ("geo", "indicator", "unit", "period", "value", "source")
#: Values in a row below which a series is not forecast, by periods in a year.
LEAST = {1: 10, 4: 16, 12: 48}
#: Unit of a rate that is per hundred of the labour force.
PER_LABOUR_FORCE = "PC_ACT"
_ADJUSTED = re.compile(r"seasonally adjusted|\bSA\b", re.IGNORECASE)
_UNADJUSTED = re.compile(r"\bNSA\b|not seasonally|unadjusted", re.IGNORECASE)


@dataclass(frozen=True)
class Rate:
    """The latest stretch without a gap that is long enough to forecast.

    Parameters
    ----------
    first : int
        Position of the first value (:func:`almpo_kit.matching.cycle.timeline.position`).
    values : array, shape (n,)
        Per cent, above 0 and below 100.
    seasonal : bool
        True where seasons must be reckoned with.
    stated : bool
        True where the source says whether it is seasonally adjusted.
    averaged : bool
        Quarters that are means of three months, or years of four quarters.
    dropped : dict of str to tuple of int
        Positions left out, by reason: ``earlier``, ``later`` (beyond a gap), ``zero``, ``future``, ``forecast``.
    rows : DataFrame
        The rows used.
    """

    indicator: str
    frequency: int
    first: int
    values: Array
    unit: str
    seasonal: bool
    stated: bool
    averaged: bool
    dropped: dict[str, tuple[int, ...]]
    rows: pd.DataFrame

    @property
    def last(self) -> int:
        """Position of the last value."""
        return self.first + len(self.values) - 1

    @property
    def names(self) -> list[str]:
        """The periods in words."""
        return [timeline.name(self.first + i, self.frequency) for i in range(len(self.values))]


def place_code(country: str) -> str:
    """Code of a country, a group of countries, or a NUTS region of a member state.

    Raises
    ------
    PlaceError
        None of them.
    """
    code = normalise(country)
    known = code in PLACE_NAMES or (re.fullmatch(r"[A-Z]{2}[0-9A-Z]{1,3}", code) and code[:2] in PLACE_NAMES)
    return code if known else member_state(country)


def place_rows(indicators: pd.DataFrame, place: str) -> pd.DataFrame:
    """Rows of the two rates of a place, with numbers as values and periods as text; missing values left out.

    Raises
    ------
    FrameError
        A column is missing, or a value or period cannot be read.
    """
    missing = [c for c in COLUMNS if c not in indicators]
    if missing:
        raise FrameError(
            f"`indicators` has no column {', '.join(missing)}; it needs {', '.join(COLUMNS)}, as `sources.indicators()` gives."
        )
    wanted = indicators["indicator"].isin([UNEMPLOYMENT, VACANCIES]) & (
        indicators["geo"].map(normalise) == place
    )
    rows = indicators[wanted]
    values = pd.to_numeric(rows["value"], errors="coerce").astype(float)
    bad = rows.loc[(values.isna() & rows["value"].notna()) | np.isinf(values), "value"]
    if len(bad):
        raise FrameError(
            f"`indicators` has the value {bad.iloc[0]!r}, which is no finite number; correct or drop it."
        )
    periods = rows["period"].astype(str).str.strip()
    odd = [p for p in periods if timeline.frequency_of(p) is None]
    if odd:
        raise FrameError(f"`indicators` has the period {odd[0]!r}; write '2024', '2024-Q1' or '2024-01'.")
    flags = (
        rows["flag"].astype("object") if "flag" in rows else pd.Series(None, index=rows.index, dtype=object)
    )
    named = [timeline.name(timeline.position(p), timeline.frequency_of(p) or 1) for p in periods]
    kept = rows.assign(value=values, period=named, flag=flags)
    return kept[values.notna()]


def rate(
    rows: pd.DataFrame, indicator: str, frequency: int, *, until: int | None, today: datetime.date
) -> Rate | str | None:
    """One series at one frequency.

    Parameters
    ----------
    rows : DataFrame
        From :func:`place_rows`.
    until : int, optional
        Position of the last period to use.
    today : date
        Values of periods that had not begun by then are not observed.

    Returns
    -------
    Rate, str or None
        A sentence where there are values but too few in a row; None where there is none.
    """
    own = rows[rows["indicator"] == indicator]
    used = own[[timeline.frequency_of(p) == frequency for p in own["period"]]]
    averaged = used.empty and frequency in (1, 4)
    if averaged:
        finer = {4: 12, 1: 4}[frequency]
        used = own[[timeline.frequency_of(p) == finer for p in own["period"]]]
    if used.empty:
        return None
    _one_series(used, indicator)
    series = _means(used, frequency) if averaged else _series(used)
    series, dropped = _observed(series, used, frequency, until, today, averaged=averaged)
    return _stretch(series, used, dropped, indicator, frequency, averaged=averaged)


def _one_series(rows: pd.DataFrame, indicator: str) -> None:
    """Raise where rows are of more than one series, or cannot be rates."""
    twice = rows.loc[rows["period"].duplicated(keep=False), "period"]
    for column, word in (("unit", "units"), ("age", "age bands")):
        kinds = sorted(rows[column].dropna().astype(str).unique()) if column in rows else []
        if len(kinds) > 1:
            raise DesignError(
                f"{indicator!r} comes in {len(kinds)} {word} ({', '.join(kinds)}); keep one, e.g. "
                f"indicators[indicators[{column!r}] == {kinds[0]!r}]."
            )
    if len(twice):
        raise FrameError(
            f"{indicator!r} has more than one value for {', '.join(sorted(set(twice))[:5])}; keep one of each."
        )
    wrong = rows[(rows["value"] < 0) | (rows["value"] >= 100)]
    if len(wrong):
        cells = [f"{p} ({v:g})" for p, v in zip(wrong["period"], wrong["value"], strict=True)]
        raise FrameError(
            f"{indicator!r} has values that are no rate in per cent: {', '.join(cells[:5])}; correct them."
        )


def _series(rows: pd.DataFrame) -> pd.Series:
    at = [timeline.position(p) for p in rows["period"]]
    return pd.Series(rows["value"].to_numpy(float), index=pd.Index(at, dtype=int)).sort_index()


def _means(rows: pd.DataFrame, frequency: int) -> pd.Series:
    """Means of whole quarters of months, or of whole years of quarters."""
    fine = _series(rows)
    each = 3 if frequency == 4 else 4
    groups = fine.groupby(fine.index // each)
    return groups.mean()[groups.size() == each]


def _observed(
    series: pd.Series,
    rows: pd.DataFrame,
    frequency: int,
    until: int | None,
    today: datetime.date,
    *,
    averaged: bool,
) -> tuple[pd.Series, dict[str, tuple[int, ...]]]:
    """What was measured: no periods that had not begun, no values marked as forecasts, no zeros, none after ``until``."""
    if until is not None:
        series = series[series.index <= until]
    flags = rows["flag"].fillna("").astype(str)
    marked = (
        set() if averaged else {timeline.position(p) for p in rows.loc[flags.str.strip() == "f", "period"]}
    )
    at = series.index.to_numpy()
    why = {
        "future": at > timeline.current(today, frequency),
        "forecast": np.array([p in marked for p in at], dtype=bool),
        "zero": series.to_numpy() <= 0,
    }
    dropped = {k: tuple(int(p) for p in at[out]) for k, out in why.items() if out.any()}
    keep = ~np.any(list(why.values()), axis=0)
    return series[keep], dropped


def _stretch(
    series: pd.Series,
    rows: pd.DataFrame,
    dropped: dict[str, tuple[int, ...]],
    indicator: str,
    frequency: int,
    *,
    averaged: bool,
) -> Rate | str | None:
    if series.empty:
        return None
    at = series.index.to_numpy()
    cuts = [0, *(np.flatnonzero(np.diff(at) != 1) + 1).tolist(), len(at)]
    lengths = np.diff(cuts)
    long = np.flatnonzero(lengths >= LEAST[frequency])
    if not len(long):
        return f"{int(lengths.max())} values in a row; at least {LEAST[frequency]} are needed"
    k = int(long[-1])
    a, b = cuts[k], cuts[k + 1]
    beyond = {"earlier": at[:a], "later": at[b:]}
    values = series.to_numpy(float)[a:b]
    if np.ptp(values) == 0:
        return f"all {len(values)} values are {values[0]:g}: nothing moves, so there is nothing to learn from"
    dropped = dropped | {k: tuple(int(p) for p in v) for k, v in beyond.items() if len(v)}
    seasonal, stated = _seasonal(rows, indicator, frequency)
    unit = str(rows["unit"].iloc[0])
    return Rate(indicator, frequency, int(at[a]), values, unit, seasonal, stated, averaged, dropped, rows)


def _seasonal(rows: pd.DataFrame, indicator: str, frequency: int) -> tuple[bool, bool]:
    """Whether seasons must be reckoned with, and whether the source says so. Vacancies are unadjusted unless stated."""
    if frequency == 1:
        return False, True
    said = (rows["source"].fillna("").astype(str) + " " + rows["flag"].fillna("").astype(str)).unique()
    if any(_UNADJUSTED.search(s) for s in said):
        return True, True
    if all(_ADJUSTED.search(s) for s in said):
        return False, True
    return indicator == VACANCIES, False
