"""EU and national values to compare regions with, each labelled with how it came about.

An annual and a quarterly series are never mixed silently. Where the annual value is missing and all four
quarters of that year are there, their mean is used and called "mean of four quarters"; with fewer quarters
the value is missing. A missing EU value is never replaced by something that is then called the EU value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.breaks import LFS_BREAK
from almpo_kit.regions.cells import spelled, usable
from almpo_kit.regions.panel import age_band, one_unit, require, unique_cells
from almpo_kit.regions.wording import FLAG_WORDS, country_name, listed
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.rendering import number

EU = "EU27_2020"
How = Literal["published", "mean of four quarters", "by definition", "missing"]


@dataclass(frozen=True)
class Reference:
    """One value to compare with; ``value`` is NaN and ``how`` is ``"missing"`` where there is none."""

    value: float
    how: How
    flag: str = ""
    source: str = ""

    @property
    def missing(self) -> bool:
        """True when there is no value."""
        return self.how == "missing"

    @property
    def remark(self) -> str:
        """What must be said behind the number, or nothing."""
        return " (mean of four quarters, seasonally adjusted)" if self.how == "mean of four quarters" else ""


def national_rows(national: pd.DataFrame, indicator: Indicator, country: str | None) -> pd.DataFrame:
    """Rows of one indicator for a country and the EU-27, checked.

    Parameters
    ----------
    national : DataFrame
        An ``indicators`` frame with country rows; may be empty.
    country : str or None
        None for all 27 member states.
    """
    require(national, ("geo", "indicator", "unit", "period", "value", "flag", "source"), "national")
    return _checked(_of_places(national, country, {indicator.key}), indicator.key)


def references_of_each(
    national: pd.DataFrame, country: str, years: Mapping[Indicator, str]
) -> dict[str, tuple[Reference, Reference]]:
    """The EU's and a country's value of several indicators, each in its own year, read in one pass.

    Returns
    -------
    dict of str to (Reference, Reference)
        EU and country, by indicator.
    """
    require(national, ("geo", "indicator", "unit", "period", "value", "flag", "source"), "national")
    rows = _of_places(national, country, {i.key for i in years})
    key = rows["indicator"].to_numpy(dtype=object)
    cells = set(zip(key, *(rows[c].to_numpy(dtype=object) for c in ("geo", "period")), strict=True))
    units = set(zip(key, rows["unit"].to_numpy(dtype=object), strict=True))
    if len(cells) < len(rows) or len(units) > len(set(key)):
        for k in set(key):
            _checked(rows.iloc[np.flatnonzero(key == k)], k)
    held = _by_place(rows, key)
    return {
        i.key: tuple(  # type: ignore[misc]
            Reference(i.eu_value, "by definition")
            if g == EU and i.eu_value is not None
            else _found(held.get((i.key, g), {}), i, year)
            for g in (EU, country)
        )
        for i, year in years.items()
    }


def _of_places(national: pd.DataFrame, country: str | None, keys: set[str]) -> pd.DataFrame:
    """Usable rows of some indicators, of a country (None: of all member states) and of the EU-27."""
    wanted = {*EU27, EU} if country is None else {country, EU}
    # Plain objects: this is asked for every indicator on a screen, and pandas takes many times as long.
    geos, respelled = spelled(national["geo"])
    indicator, geo = (c.to_numpy(dtype=object) for c in (national["indicator"], geos))
    own = [i in keys and g in wanted for i, g in zip(indicator, geo, strict=True)]
    rows = national.assign(geo=geos) if respelled else national
    return usable(rows.iloc[np.flatnonzero(own)], "national")


def _checked(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Rows of one indicator with one value for each place and period, in one unit."""
    cells = set(zip(rows["geo"].to_numpy(dtype=object), rows["period"].to_numpy(dtype=object), strict=True))
    if len(cells) < len(rows):
        unique_cells(rows, "national")
    one_unit(rows, key)
    return rows


def reference(rows: pd.DataFrame, indicator: Indicator, geo: str, period: str) -> Reference:
    """The value of a country or of the EU-27 in one year.

    Parameters
    ----------
    rows : DataFrame
        From :func:`national_rows`.
    geo : str
        A country, or :data:`EU`.
    period : str
        A year.
    """
    if geo == EU and indicator.eu_value is not None:
        return Reference(indicator.eu_value, "by definition")
    return _found(_by_period(rows, geo), indicator, period)


def references(
    rows: pd.DataFrame, indicator: Indicator, geos: Sequence[str], periods: Sequence[str]
) -> dict[str, list[Reference]]:
    """The values of several places over several years, read in one pass.

    Returns
    -------
    dict of str to list of Reference, length n_periods
        By place, in the order of ``periods``; what is not held is missing.
    """
    held = _by_place(rows)
    fixed = [Reference(indicator.eu_value, "by definition")] if indicator.eu_value is not None else []
    return {
        g: fixed * len(periods)
        if g == EU and fixed
        else [_found(held.get(("", g), {}), indicator, p) for p in periods]
        for g in geos
    }


def reference_series(rows: pd.DataFrame, indicator: Indicator, geo: str, periods: list[str]) -> pd.DataFrame:
    """The series of a country or of the EU-27 over the given years.

    Returns
    -------
    DataFrame, shape (n_periods, 5)
        ``period, value, how, source, part``; years without a value are rows with NaN. Only values of one
        ``part`` may be joined by a line or subtracted: they come from one table (:func:`table_of`).
    """
    if geo == EU and indicator.eu_value is not None:
        found = [reference(rows, indicator, geo, p) for p in periods]
    else:
        own = _by_period(rows, geo)
        found = [_found(own, indicator, p) for p in periods]
    return pd.DataFrame(
        {
            "period": pd.Series(periods, dtype="str"),
            "value": pd.Series([r.value for r in found], dtype=float),
            "how": pd.Series([r.how for r in found], dtype="str"),
            "source": pd.Series([r.source or None for r in found], dtype="str"),
            "part": _parts(found),
        }
    )


def table_of(source: str) -> str:
    """The table and edition that a source names, without the route by which it came to us.

    >>> table_of("Eurostat une_rt_a, via EIGE") == table_of("Eurostat une_rt_a")
    True
    >>> table_of("Eurostat lfsi_emp_a (t2020_10), via EIGE") == table_of("Eurostat lfsi_emp_a, secondary site")
    False
    """
    return source.partition(", via ")[0]


def _parts(found: list[Reference]) -> list[int]:
    """A number that grows wherever the table changes; a missing year belongs to what came before it."""
    parts, part, table = [], 0, None
    for r in found:
        if not r.missing:
            part += table is not None and table_of(r.source) != table
            table = table_of(r.source)
        parts.append(part)
    return parts


def edition_check(
    check: str, rows: pd.DataFrame, indicator: Indicator, geo: str, period: str
) -> tuple[Check, ...]:
    """Say that a value from before 2021 comes from another table or edition than the later ones.

    Survey series were revised with the break of 2021, so that an older edition and today's regional values
    are not of one piece. Nothing is said where all values come from one table.
    """
    found = reference(rows, indicator, geo, period)
    if not indicator.survey or found.how != "published" or period >= LFS_BREAK:
        return ()
    own = rows[(rows["geo"] == geo) & (rows["period"].str.len() == 4) & (rows["period"] >= LFS_BREAK)]
    later = own.sort_values("period")["source"].astype(str)
    if later.empty or table_of(found.source) in set(later.map(table_of)):
        return ()
    text = (
        f"The {value_name(geo)} for {period} comes from another table or edition ({found.source}) than the "
        f"values since {LFS_BREAK} ({later.iloc[-1]}), perhaps from before a revision: a distance between it "
        "and the regions' values is not exact."
    )
    return (Check(f"{check}_edition", "failed", text),)


def _by_period(rows: pd.DataFrame, geo: str) -> dict[str, Reference]:
    return _by_place(rows).get(("", geo), {})


def _by_place(
    rows: pd.DataFrame, key: npt.NDArray[np.object_] | None = None
) -> dict[tuple[str, str], dict[str, Reference]]:
    """Values by (indicator, place), then by period; the indicator is empty where the rows are of one."""
    # Plain objects: reading a text column cell by cell through pandas takes twenty times as long.
    geo, period, flag, source = (rows[c].to_numpy(dtype=object) for c in ("geo", "period", "flag", "source"))
    key = np.full(len(rows), "", dtype=object) if key is None else key
    held: dict[tuple[str, str], dict[str, Reference]] = {}
    for k, g, p, v, f, s in zip(key, geo, period, rows["value"].to_numpy(), flag, source, strict=True):
        found = Reference(float(v), "published", f if isinstance(f, str) else "", str(s))
        held.setdefault((k, g), {})[p] = found
    return held


def _found(own: dict[str, Reference], indicator: Indicator, period: str) -> Reference:
    if period in own:
        return own[period]
    quarters = [own[q] for q in (f"{period}-Q{n}" for n in (1, 2, 3, 4)) if q in own]
    if len(quarters) < 4:
        return Reference(float("nan"), "missing")
    # Published annual rates have these decimals; more would claim a precision that nobody has.
    mean = round(sum(q.value for q in quarters) / 4, indicator.digits)
    return Reference(mean, "mean of four quarters", "", quarters[-1].source)


def value_name(geo: str, country: str = "") -> str:
    """``EU value``, or ``national value of Greece``."""
    return "EU value" if geo == EU else f"national value of {country_name(country or geo)}"


def reference_checks(
    check: str, rows: pd.DataFrame, indicator: Indicator, geo: str, period: str
) -> tuple[Check, ...]:
    """Say whether a value to compare with is there, how it came about, and its flag.

    Parameters
    ----------
    check : str
        Name of the check, e.g. ``"eu_value"``.
    rows : DataFrame
        From :func:`national_rows`.
    geo : str
        A country, or :data:`EU`.
    """
    found, name = reference(rows, indicator, geo, period), value_name(geo)
    if found.missing:
        text = (
            f"No {name} for {period} is held, so what needs it is left empty{_latest(rows, indicator, geo)}."
        )
        return (Check(check, "failed", text),)
    at = f"{number(found.value, indicator.digits)}{indicator.sign}"
    if found.how == "mean of four quarters":
        text = (
            f"The {name} for {period}, {at}, is the mean of four seasonally adjusted quarters, because the "
            "annual value is missing; the two usually differ by no more than 0.1 points."
        )
        return (Check(check, "informational", text),)
    if found.flag:
        words = (
            listed(FLAG_WORDS.get(f, f) for f in found.flag.split()) if ":" not in found.flag else found.flag
        )
        return (Check(check, "informational", f"The {name} for {period}, {at}, is marked: {words}."),)
    return (Check(check, "passed", f"The {name} for {period}, {at}, is {found.how}."),)


def _latest(rows: pd.DataFrame, indicator: Indicator, geo: str) -> str:
    annual = rows[(rows["geo"] == geo) & (rows["period"].str.len() == 4)]
    if annual.empty:
        return ""
    last = annual.sort_values("period").iloc[-1].to_dict()
    return (
        f"; the latest held is {number(last['value'], indicator.digits)}{indicator.sign} for {last['period']}"
    )


def age_check(panel_age: str, rows: pd.DataFrame) -> tuple[Check, ...]:
    """Regional and national values must speak about the same age band."""
    if rows.empty:
        return ()
    national_age = age_band(rows)
    if not panel_age or not national_age or panel_age == national_age:
        return ()
    text = (
        f"Regional values are for ages {panel_age}, national ones for {national_age}: their gap is not exact."
    )
    return (Check("age_band", "failed", text),)
