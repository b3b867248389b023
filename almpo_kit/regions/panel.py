"""One indicator for every NUTS-2 region of the EU-27, with the gaps left in.

The list of regions comes from the taxonomy and not from the figures: a region without a value is a row
without a value. Extra-regio (``ZZ``) codes hold what belongs to no region and are never regions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from almpo_kit.regions.cells import infinite, spelled, usable, vintages
from almpo_kit.regions.frame_checks import age_band, once, one_unit, require, unique_cells
from almpo_kit.vocabulary.errors import DesignError, PlaceError
from almpo_kit.vocabulary.indicators import INDICATORS, Indicator
from almpo_kit.vocabulary.places import EU27, NutsVersion, is_extra_regio

#: The vintage in which regions are listed and compared.
VINTAGE: NutsVersion = "2024"
#: A year counts as complete when it has this share of the regions that the best-covered year has.
COVERAGE = 0.9

_INDICATOR_COLUMNS = ("geo", "nuts_version", "indicator", "unit", "period", "value", "flag", "source")


@dataclass(frozen=True, eq=False)
class Panel:
    """One indicator, wide: rows are the NUTS-2 regions of the EU-27, columns are years.

    Parameters
    ----------
    regions : DataFrame, shape (n_regions, 2)
        ``name``, ``country``; index ``geo``, sorted.
    values, flags : DataFrame, shape (n_regions, n_years)
    versions : DataFrame of str, shape (n_regions, n_years)
        NUTS vintage of each value.
    left_out : DataFrame
        Rows whose code is not in the list (of an earlier vintage).
    rows : DataFrame
        The rows used, for provenance and sources.
    infinite : tuple of str
        Cells (``EL30 2021``) with an infinite value, which count as missing.
    respelled : tuple of str
        Codes that were not in Eurostat's spelling (``GR30``) and are read in it.
    """

    indicator: Indicator
    age: str
    regions: pd.DataFrame
    values: pd.DataFrame
    flags: pd.DataFrame
    versions: pd.DataFrame
    left_out: pd.DataFrame
    rows: pd.DataFrame
    infinite: tuple[str, ...] = ()
    respelled: tuple[str, ...] = ()

    @property
    def comparable(self) -> pd.DataFrame:
        """Values measured on today's territories; the others are missing. Changes use only these."""
        return self.values.where(self.versions == VINTAGE)

    @property
    def names(self) -> pd.Series:
        """Name of each region, by code."""
        return self.regions["name"]

    def median(self, period: str) -> tuple[float, str]:
        """The median region in a year, and what it may be called.

        It is the EU's median region only where nearly all regions have a value.
        """
        values = self.values[period]
        n = int(values.notna().sum())
        called = "the median region of the EU"
        if n < COVERAGE * len(values):
            called = f"the median of the {n} EU regions with a value"
        return float(values.median()), called

    def codes(self, country: str) -> list[str]:
        """NUTS-2 codes of a country, sorted."""
        codes = self.regions.index[self.regions["country"] == country].tolist()
        if not codes:
            raise PlaceError(
                f"`places` lists no NUTS-2 region (vintage {VINTAGE}) of {EU27[country]} ({country}); "
                f"give the taxonomy of sources.nuts(version={VINTAGE!r})."
            )
        return codes


def regions(places: pd.DataFrame) -> pd.DataFrame:
    """The NUTS-2 regions of the EU-27 in vintage 2024.

    Parameters
    ----------
    places : DataFrame
        A ``taxonomy`` frame: ``code, label, parent, level, version``.

    Returns
    -------
    DataFrame, shape (244, 2) on the official list
        ``name``, ``country``; index ``geo``, sorted.
    """
    require(places, ("code", "label", "level", "version"), "places")
    # As plain arrays: the list is read by every verb, and a screen waits for it.
    second = np.asarray(places["level"] == 2)
    codes = places["code"].to_numpy(dtype=object)[second]
    current = places["version"].astype("str").to_numpy(dtype=object)[second] == VINTAGE
    ours = [str(c)[:2] in EU27 and not is_extra_regio(c) for c in codes]
    kept = current & np.array(ours, dtype=bool)
    once(pd.Series(codes[kept]), "places", "code")
    frame = pd.DataFrame(
        {
            "name": places["label"].to_numpy(dtype=object)[second][kept],
            "country": pd.Series([c[:2] for c in codes[kept]], dtype="str").to_numpy(),
        },
        index=pd.Index(codes[kept], name="geo", dtype="str"),
    ).sort_index()
    frame["name"] = frame["name"].astype("str")
    if frame.empty:
        raise PlaceError(
            f"`places` lists no NUTS-2 region of vintage {VINTAGE}; give the taxonomy of "
            f"sources.nuts(version={VINTAGE!r})."
        )
    return frame


def select(indicators: pd.DataFrame, places: pd.DataFrame, indicator: str) -> Panel:
    """Select one indicator, complete against the list of regions.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame with NUTS-2 rows; annual periods. Rows of other places are ignored.
    places : DataFrame
        A ``taxonomy`` frame.
    indicator : str
        A key of :data:`almpo_kit.vocabulary.indicators.INDICATORS` that the frame holds.

    Raises
    ------
    DesignError
        Unknown or absent indicator, or several units or age bands.
    FrameError
        A column is missing, a place has two values for one year, a period is no year or a value no number,
        or `places` lists a region twice.
    """
    require(indicators, _INDICATOR_COLUMNS, "indicators")
    meaning = _known(indicators, indicator)
    return _Reading(indicators[indicators["indicator"] == indicator], regions(places)).panel(meaning)


def select_every(indicators: pd.DataFrame, places: pd.DataFrame) -> dict[str, Panel]:
    """Every indicator that the frame holds for a NUTS-2 region of the EU, each as :func:`select` gives it.

    An indicator without a value for any of these regions is left out.
    """
    require(indicators, _INDICATOR_COLUMNS, "indicators")
    known = indicators[indicators["indicator"].isin(list(INDICATORS))]
    reading = _Reading(known, regions(places))
    return {key: reading.panel(meaning) for key, meaning in INDICATORS.items() if reading.holds(key)}


class NoValueError(DesignError):
    """An indicator has no value for any NUTS-2 region of the EU."""


class _Reading:
    """Rows of one or more indicators, looked up against the list of regions once."""

    def __init__(self, every: pd.DataFrame, listed: pd.DataFrame):
        geos, self.respelled = spelled(every["geo"])
        every = every.assign(geo=geos) if self.respelled else every
        self.every, self.listed, self.none = every, listed, every.iloc[:0]
        self.rows = usable(every, "indicators")
        self.period = self.rows["period"].to_numpy(dtype=object)
        self.region = listed.index.get_indexer(pd.Index(self.rows["geo"]))
        yearly = np.array(["-" not in p for p in self.period], dtype=bool)
        key, names = pd.factorize(self.rows["indicator"].to_numpy(dtype=object))
        self.groups = {str(n): np.flatnonzero(yearly & (key == k)) for k, n in enumerate(names)}
        self.values = self.rows["value"].to_numpy(dtype=float)
        self.flags, self.versions = _objects(self.rows["flag"]), vintages(self.rows["nuts_version"])

    def holds(self, indicator: str) -> bool:
        """True when a region of the list has a value."""
        return bool((self.region[self.groups.get(indicator, [])] >= 0).any())

    def panel(self, meaning: Indicator) -> Panel:
        """The panel of one indicator."""
        if not self.holds(meaning.key):
            raise NoValueError(
                f"no NUTS-2 region of the EU has a value of {meaning.key!r}; {_choices(self.every)}"
            )
        every = self.groups[meaning.key]
        inside = self.region[every] >= 0
        at = every[inside]
        rows = self.rows.iloc[at]
        years = pd.Index(sorted(set(self.period[at])), name="period", dtype="str")
        cell = (self.region[at], years.get_indexer(pd.Index(self.period[at])))
        # A cell that is taken twice would lose a value in silence.
        if len(np.unique(cell[0] * len(years) + cell[1])) < len(at):
            unique_cells(rows, "indicators")
        one_unit(rows, meaning.key)
        shape = (self.listed.index, years)
        return Panel(
            indicator=meaning,
            age=age_band(rows),
            regions=self.listed,
            values=_wide(self.values[at], cell, shape, np.nan),
            flags=_wide(self.flags[at], cell, shape, None),
            versions=_wide(self.versions[at], cell, shape, None),
            left_out=self._left_out(every[~inside]),
            rows=rows,
            infinite=self._infinite(meaning.key),
            respelled=self.respelled,
        )

    def _left_out(self, outside: npt.NDArray[np.intp]) -> pd.DataFrame:
        """Rows of EU NUTS-2 codes that are not in the list; countries and extra-regio codes are something else."""
        codes = self.rows["geo"].to_numpy(dtype=object)[outside]
        ours = [len(g) == 4 and g[:2] in EU27 and not is_extra_regio(g) for g in codes]
        return self.rows.iloc[outside[ours]] if any(ours) else self.none

    def _infinite(self, indicator: str) -> tuple[str, ...]:
        # `usable` keeps every row with a finite value: where none is gone, none was infinite.
        if len(self.rows) == len(self.every):
            return ()
        every = self.every[self.every["indicator"] == indicator]
        return tuple(infinite(every[every["geo"].isin(self.listed.index)], "indicators"))


def _objects(column: pd.Series) -> npt.NDArray[np.object_]:
    """Text as objects, None where it is missing."""
    cells = column.to_numpy(dtype=object).copy()
    cells[pd.isna(cells)] = None
    return cells


def _wide(
    values: npt.NDArray[Any],
    cell: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    shape: tuple[pd.Index, pd.Index],
    gap: float | None,
) -> pd.DataFrame:
    """One column, regions by years. Filled by position: a pivot costs five times as much and drops no gap."""
    cells = np.full((len(shape[0]), len(shape[1])), gap, dtype=values.dtype)
    cells[cell] = values
    # Text stays plain objects: pandas would turn it into its text type, which takes longer than all the rest.
    return pd.DataFrame(cells, index=shape[0], columns=shape[1], dtype=cells.dtype)


def choose_period(panel: Panel, period: str | int | None) -> str:
    """The year asked for, or the default year.

    The default is the latest year in which at least 90% as many EU regions have a value as in the
    indicator's best-covered year. It looks at the whole EU and never at one country, so that briefs of
    different countries speak about the same year and can be laid side by side; a country's own gaps in
    that year are listed, not avoided.
    """
    years = panel.values.columns
    if period is not None:
        # 2021, 2021.0 and numpy's 2021 are the same year.
        year = str(int(period)) if isinstance(period, float) and period.is_integer() else str(period)
        if year not in years:
            raise DesignError(
                f"{panel.indicator.key!r} has no regional values for {period!r}; choose from {', '.join(years)}."
            )
        return year
    filled = (~np.isnan(panel.values.to_numpy(dtype=float))).sum(axis=0)
    # Years are sorted, so the last that is full enough is the latest.
    return str(years[int(np.flatnonzero(filled >= COVERAGE * filled.max())[-1])])


def _known(indicators: pd.DataFrame, indicator: str) -> Indicator:
    if indicator not in INDICATORS or not (indicators["indicator"] == indicator).any():
        raise DesignError(f"there is no regional indicator {indicator!r} here; {_choices(indicators)}")
    return INDICATORS[indicator]


def _choices(indicators: pd.DataFrame) -> str:
    held = [key for key in INDICATORS if (indicators["indicator"] == key).any()]
    if not held:
        return "`indicators` holds none at all; load it with sources.indicators(level=2)."
    return f"choose from {', '.join(held)}."
