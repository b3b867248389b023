"""One indicator for every NUTS-2 region of the EU-27, with the gaps left in.

The list of regions comes from the taxonomy and not from the figures: a region without a value is a row
without a value. Extra-regio (``ZZ``) codes hold what belongs to no region and are never regions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.cells import infinite, usable
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError
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
    listed = places[(places["level"] == 2) & (places["version"].astype("str") == VINTAGE)]
    listed = listed[listed["code"].str[:2].isin(list(EU27))]
    listed = listed[~listed["code"].map(is_extra_regio).astype(bool)]
    once(listed["code"], "places", "code")
    frame = pd.DataFrame(
        {"name": listed["label"].to_numpy(), "country": listed["code"].str[:2].to_numpy()},
        index=pd.Index(listed["code"].to_numpy(), name="geo", dtype="str"),
    ).sort_index()
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
    listed = regions(places)
    meaning = _known(indicators, indicator)
    every = indicators[indicators["indicator"] == indicator]
    rows = usable(every, "indicators")
    rows = rows[~rows["period"].str.contains("-", regex=False)]
    inside = rows["geo"].isin(listed.index)
    left_out = _of_another_edition(rows[~inside])
    rows = rows[inside]
    if rows.empty:
        raise DesignError(f"no NUTS-2 region of the EU has a value of {indicator!r}; {_choices(indicators)}")
    unique_cells(rows, "indicators")
    one_unit(rows, indicator)
    return Panel(
        indicator=meaning,
        age=age_band(rows),
        regions=listed,
        values=_wide(rows, listed, "value").astype(float),
        flags=_wide(rows, listed, "flag"),
        versions=_wide(rows, listed, "nuts_version"),
        left_out=left_out,
        rows=rows,
        infinite=tuple(infinite(every[every["geo"].isin(listed.index)], "indicators")),
    )


def _wide(rows: pd.DataFrame, listed: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column, regions by years. Filled by position: a pivot costs five times as much and drops no gap."""
    years = sorted(rows["period"].unique())
    at_region = listed.index.get_indexer(pd.Index(rows["geo"]))
    at_year = pd.Index(years).get_indexer(pd.Index(rows["period"]))
    cells = np.full((len(listed), len(years)), None, dtype=object)
    cells[at_region, at_year] = rows[column].astype("object").where(rows[column].notna(), None)
    return pd.DataFrame(cells, index=listed.index, columns=pd.Index(years, name="period", dtype="str"))


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
    filled = panel.values.notna().sum()
    return str(filled.index[filled >= COVERAGE * filled.max()].max())


def require(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    """Raise FrameError naming the columns that a frame lacks."""
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise FrameError(
            f"`{name}` lacks the column(s) {', '.join(missing)}; load it with almpo_kit.sources."
        )


def once(codes: pd.Series, name: str, column: str) -> None:
    """Raise FrameError when a frame of places lists one of them twice."""
    twice = sorted(codes[codes.duplicated()].unique())
    if twice:
        raise FrameError(
            f"`{name}` lists {', '.join(twice[:10])} more than once; keep one row for each place, e.g. "
            f"{name}.drop_duplicates({column!r})."
        )


def unique_cells(rows: pd.DataFrame, name: str) -> None:
    """Raise FrameError when a place has two values of one indicator for one period."""
    twice = rows[rows.duplicated(["geo", "period"], keep=False)]
    if len(twice):
        cells = ", ".join(
            sorted({f"{g} {p}" for g, p in zip(twice["geo"], twice["period"], strict=True)})[:10]
        )
        raise FrameError(
            f"`{name}` has more than one value for {cells}; keep one row for each place and period."
        )


def one_unit(rows: pd.DataFrame, indicator: str) -> None:
    """Raise DesignError when values of one indicator come in several units."""
    units = sorted(rows["unit"].dropna().unique())
    if len(units) > 1:
        raise DesignError(
            f"{indicator!r} comes in {len(units)} units ({', '.join(units)}); keep one of them."
        )


def age_band(rows: pd.DataFrame) -> str:
    """The age band of the rows; empty where the frame does not say. Several bands are several questions."""
    if "age" not in rows:
        return ""
    bands = sorted(rows["age"].dropna().astype(str).unique())
    if len(bands) > 1:
        raise DesignError(f"the rows mix {len(bands)} age bands ({', '.join(bands)}); keep one of them.")
    return bands[0] if bands else ""


def _of_another_edition(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of EU NUTS-2 codes that are not in the list; countries and extra-regio codes are something else."""
    region = (rows["geo"].str.len() == 4) & rows["geo"].str[:2].isin(list(EU27))
    return rows[region & ~rows["geo"].map(is_extra_regio).astype(bool)]


def _known(indicators: pd.DataFrame, indicator: str) -> Indicator:
    if indicator not in INDICATORS or not (indicators["indicator"] == indicator).any():
        raise DesignError(f"there is no regional indicator {indicator!r} here; {_choices(indicators)}")
    return INDICATORS[indicator]


def _choices(indicators: pd.DataFrame) -> str:
    held = [key for key in INDICATORS if (indicators["indicator"] == key).any()]
    if not held:
        return "`indicators` holds none at all; load it with sources.indicators(level=2)."
    return f"choose from {', '.join(held)}."
