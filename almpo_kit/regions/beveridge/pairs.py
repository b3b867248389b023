"""Pairs of unemployment and vacancy rates of one place, on a line of time without holes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from almpo_kit.regions.beveridge import periods
from almpo_kit.regions.beveridge.hac import Array
from almpo_kit.regions.cells import usable
from almpo_kit.regions.panel import age_band, one_unit, require, unique_cells
from almpo_kit.vocabulary.errors import DesignError, FrameError
from almpo_kit.vocabulary.places import EU27, PLACE_NAMES, member_state, normalise

UNEMPLOYMENT, VACANCIES = "unemployment_rate", "job_vacancy_rate"
COLUMNS = ("geo", "indicator", "unit", "period", "value", "flag", "source")
#: Fewer pairs than this are no curve.
LEAST = 4
#: Unit of a vacancy rate that is per hundred of the labour force, as the unemployment rate is.
PER_LABOUR_FORCE = "PC_ACT"
#: Frequency -> the one that its means are made from.
FINER = {4: 12, 1: 4}


@dataclass(frozen=True)
class Series:
    """One statistic of one place, period by period.

    Parameters
    ----------
    first : int
        Position of the first period (:func:`periods.number`).
    values : array, shape (n_periods,)
        NaN where missing; a rate of zero is missing too, as it only means "below the published decimal".
    table : DataFrame
        ``period, value, flag, source``, one row a period.
    rows : DataFrame
        The rows used.
    zeros : tuple of str
        Periods published as zero.
    averaged : bool
        Quarters that are means of three months, or years that are means of four quarters.
    """

    place: str
    indicator: str
    frequency: int
    first: int
    values: Array
    table: pd.DataFrame
    rows: pd.DataFrame
    unit: str
    zeros: tuple[str, ...] = ()
    averaged: bool = False

    @property
    def names(self) -> list[str]:
        """The periods in words."""
        return [periods.name(self.first + i, self.frequency) for i in range(len(self.values))]

    def cut(self, first: int, last: int) -> Series:
        """The periods from ``first`` to ``last`` (positions), missing ones outside the series included."""
        at = pd.RangeIndex(first, last + 1)
        table = self.table.set_index(pd.RangeIndex(self.first, self.first + len(self.table))).reindex(at)
        table["period"] = [periods.name(i, self.frequency) for i in at]
        values = pd.Series(self.values, index=range(self.first, self.first + len(self.values))).reindex(at)
        f = FINER[self.frequency] if self.averaged else self.frequency
        own = pd.Series(
            [periods.number(p, f) or 0 for p in self.rows["period"]], index=self.rows.index, dtype=int
        )
        kept = self.rows[(own // (f // self.frequency)).between(first, last)]
        return replace(
            self,
            first=first,
            values=np.asarray(values, dtype=float),
            table=table.reset_index(drop=True),
            rows=kept,
            zeros=tuple(z for z in self.zeros if z in set(table["period"])),
        )


@dataclass(frozen=True)
class Pairs:
    """Unemployment and vacancies over the same periods, from the first pair to the last."""

    unemployment: Series
    vacancies: Series

    @property
    def place(self) -> str:
        """Code of the place."""
        return self.unemployment.place

    @property
    def frequency(self) -> int:
        """4 for quarters, 12 for months, 1 for years."""
        return self.unemployment.frequency

    @property
    def first(self) -> int:
        """Position of the first period."""
        return self.unemployment.first

    @property
    def names(self) -> list[str]:
        """The periods in words."""
        return self.unemployment.names

    def cut(self, first: int, last: int) -> Pairs:
        """The pairs from one position to another, counted from the first pair."""
        ends = self.first + first, self.first + last
        return Pairs(self.unemployment.cut(*ends), self.vacancies.cut(*ends))

    @property
    def both(self) -> np.ndarray:
        """True where both rates are there."""
        return np.isfinite(self.unemployment.values) & np.isfinite(self.vacancies.values)


def place_code(country: str) -> str:
    """Code of a country, a group of countries or a NUTS-2 region.

    Raises
    ------
    PlaceError
        None of them.
    """
    code = normalise(country)
    return code if code in PLACE_NAMES or is_region(code) else member_state(country)


def is_region(code: str) -> bool:
    """True for what is shaped like a NUTS-2 code of a member state."""
    return len(code) == 4 and code[:2] in EU27


def series(indicators: pd.DataFrame, place: str, indicator: str, frequency: int) -> Series | None:
    """One statistic of a place by quarter, month or year.

    Where only months are held, quarters are their means; where only quarters are, years are.

    Returns
    -------
    Series or None
        From the first value to the last; None where there is none.

    Raises
    ------
    FrameError, DesignError
        Columns missing, a period twice, several units or age bands.
    """
    require(indicators, COLUMNS, "indicators")
    named = [g for g in indicators["geo"].unique() if normalise(g) == place]
    rows = indicators[indicators["geo"].isin(named) & (indicators["indicator"] == indicator)]
    rows = usable(rows, "indicators")
    own = used = rows[[periods.number(p, frequency) is not None for p in rows["period"]]]
    averaged = own.empty and frequency in FINER
    if averaged:
        used = rows[[periods.number(p, FINER[frequency]) is not None for p in rows["period"]]]
        own = _means(used, frequency)
    if own.empty:
        return None
    unique_cells(used.assign(geo=place), "indicators")
    _shares(used)
    one_unit(used, indicator)
    age_band(used)
    return _on_line(own, used, place, indicator, frequency, averaged)


def _shares(rows: pd.DataFrame) -> None:
    """Raise FrameError for what cannot be a rate; passed on, it would turn up as a tightness below zero."""
    wrong = rows[(rows["value"] < 0) | (rows["value"] >= 100)]
    if len(wrong):
        cells = [f"{p} ({v:g})" for p, v in zip(wrong["period"], wrong["value"], strict=True)]
        raise FrameError(
            f"{rows['indicator'].iloc[0]!r} has values that are no rate in per cent: {', '.join(cells[:5])}; correct them."
        )


def _on_line(
    own: pd.DataFrame, rows: pd.DataFrame, place: str, indicator: str, frequency: int, averaged: bool
) -> Series:
    at = pd.Index([periods.number(p, frequency) for p in own["period"]], dtype=int)
    line = own.set_index(at)[["value", "flag", "source"]].reindex(pd.RangeIndex(at.min(), at.max() + 1))
    names = [periods.name(int(i), frequency) for i in line.index]
    line.insert(0, "period", names)
    values = line["value"].to_numpy(float)
    nothing = values <= 0
    zeros = tuple(n for n, none in zip(names, nothing, strict=True) if none)
    unit = str(own["unit"].iloc[0])
    return Series(
        *(place, indicator, frequency, int(at.min()), np.where(nothing, np.nan, values)),
        *(line.reset_index(drop=True), rows, unit, zeros, averaged),
    )


def _means(rows: pd.DataFrame, frequency: int) -> pd.DataFrame:
    """Means over whole quarters of three months, or whole years of four quarters."""
    if rows.empty:
        return rows
    finer = FINER[frequency]
    each = finer // frequency
    by = pd.Series(
        [periods.name((periods.number(p, finer) or 0) // each, frequency) for p in rows["period"]],
        index=rows.index,
    )
    grouped = rows.groupby(by)
    whole = grouped.size() == each
    first = grouped[["geo", "indicator", "unit", "source", *(["age"] if "age" in rows else [])]].first()
    flags = grouped["flag"].agg(lambda f: " ".join(sorted(set(f.dropna().astype(str)))))
    flags = flags.where(flags != "", None)
    out = first.assign(value=grouped["value"].mean(), flag=flags)[whole]
    return out.rename_axis("period").reset_index()


def pairs(indicators: pd.DataFrame, country: str, frequency: int | None = None) -> Pairs:
    """The pairs of a place.

    Parameters
    ----------
    frequency : {4, 12, 1}, optional
        Quarters, months or years; the first of these with enough pairs when left out.

    Raises
    ------
    PlaceError
        No such place.
    DesignError
        Fewer than four pairs; the message says which places have enough.
    """
    place = place_code(country)
    for f in (frequency,) if frequency else (4, 12, 1):
        both = [series(indicators, place, i, f) for i in (UNEMPLOYMENT, VACANCIES)]
        u, v = both
        if u is None or v is None:
            continue
        joined = _join(u, v)
        if joined is not None and int(joined.both.sum()) >= LEAST:
            return joined
    raise DesignError(_none(indicators, place))


def _join(u: Series, v: Series) -> Pairs | None:
    first, last = max(u.first, v.first), min(u.first + len(u.values), v.first + len(v.values)) - 1
    if first > last:
        return None
    u, v = u.cut(first, last), v.cut(first, last)
    there = np.flatnonzero(np.isfinite(u.values) & np.isfinite(v.values))
    if not len(there):
        return None
    ends = first + int(there[0]), first + int(there[-1])
    return Pairs(u.cut(*ends), v.cut(*ends))


def _none(indicators: pd.DataFrame, place: str) -> str:
    counts = {
        i: set(zip(g["geo"].map(normalise), g["period"], strict=True))
        for i, g in indicators.groupby("indicator")
    }
    shared = counts.get(UNEMPLOYMENT, set()) & counts.get(VACANCIES, set())
    held = sum(geo == place for geo, _ in shared)
    per = pd.Series([geo for geo, _ in shared], dtype="str").value_counts()
    enough = sorted(str(g) for g in per.index[per >= LEAST])
    choose = f"Choose from {', '.join(enough)}." if enough else "No place here has them."
    when = "period" if held == 1 else "periods"
    why = f"{place} has both an unemployment and a vacancy rate for {held} {when}; a curve takes at least {LEAST}."
    if is_region(place):
        why += (
            " Vacancies by NUTS-2 region are not in the tables that come with the workbench; where a statistical office "
            "publishes them, add them to the frame as rows with that region's code (years, as regional unemployment is)."
        )
    return f"{why} {choose}"
