"""From any table with a column ``geo`` to one value for each region of a map and each period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.regions.mapping.map_places import (
    all_known,
    drawable,
    level_of,
    names_of,
    other_vintages,
    places_of,
    some,
    version_of,
)
from almpo_kit.regions.panel import COVERAGE
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError

if TYPE_CHECKING:
    import geopandas as gpd

#: Words that stand for a value that is not there.
NO_VALUE = frozenset({"", "unknown", "no value", "no data", "missing", "nan", "none", "<na>"})
#: More maps on one page cannot be read.
MOST_MAPS = 9


@dataclass(frozen=True, eq=False)
class Rows:
    """What is drawn.

    Parameters
    ----------
    values : DataFrame, shape (n_regions, n_periods)
        Float, or str for categories; every region of the map, those without a value too. Index ``geo``.
    names : Series
        By region; the code where no name is known.
    categorical : bool
    order : tuple of str
        The categories' own order, where the column has one.
    abroad : tuple of str
        Regions of countries that are not in the EU, left out.
    vintages : tuple of str
        Regions whose value was measured on another NUTS vintage.
    infinite : tuple of str
    indicator : str
        The one indicator of the rows, where the table says which.
    nuts_version : str
        Of the map.
    """

    values: pd.DataFrame
    names: pd.Series
    categorical: bool
    order: tuple[str, ...]
    abroad: tuple[str, ...]
    vintages: tuple[str, ...]
    infinite: tuple[str, ...]
    indicator: str
    nuts_version: str


def map_rows(
    table: pd.DataFrame,
    column: str,
    *,
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None,
    periods: str | int | Sequence[str | int] | None,
    zoom: str,
) -> Rows:
    """Read and check; see :func:`almpo_kit.regions.atlas` for the arguments and errors."""
    if "geo" not in table.columns:
        raise FrameError(
            "the table has no column `geo`; a map needs NUTS codes, e.g. table.rename(columns={'nuts': 'geo'})."
        )
    rows, column, indicator = _chosen(table, column)
    for key in ("geo", "period"):
        if key in rows.columns and rows[key].isna().any():
            n = int(rows[key].isna().sum())
            raise FrameError(
                f"{n} of {len(rows)} rows have no `{key}`, so their values belong nowhere; drop them knowingly, e.g. "
                f"table.dropna(subset=[{key!r}])."
            )
    rows, abroad = places_of(rows)
    level = level_of(rows)
    known = drawable(level, locations, boundaries)
    rows, periods = _periods(rows, column, periods)
    # A row of another vintage that says nothing loses nothing.
    rows = rows[rows["geo"].isin(known) | rows[column].notna()]
    version = version_of(boundaries)
    all_known(rows, known, version)
    rows = rows.assign(value_=rows[column])
    categorical = not _is_number(rows["value_"])
    order = tuple(map(str, rows["value_"].cat.categories)) if hasattr(rows["value_"], "cat") else ()
    rows, infinite = _clean(rows, categorical)
    _once(rows, len(periods) > 1 or "period" in table.columns)
    shown = sorted(g for g in known if not zoom or g[:2] == zoom)
    if not shown:
        raise PlaceError(f"there is no region of {zoom} on this map.")
    values = rows.pivot(index="geo", columns="period_", values="value_").reindex(
        index=shown, columns=list(periods)
    )
    values.columns = pd.Index(periods, name="period", dtype="str")
    values.index.name = "geo"
    if values.isna().all(axis=None):
        where = f" in {listed([p for p in periods if p])}" if periods[0] else ""
        raise DesignError(
            f"no region has a value of {column!r}{where}; an empty map would say nothing. Choose another period "
            "or column."
        )
    return Rows(
        values=values,
        names=names_of(table, locations, boundaries, shown),
        categorical=categorical,
        order=order,
        abroad=tuple(sorted(set(abroad))),
        vintages=other_vintages(rows, version),
        infinite=infinite,
        indicator=indicator,
        nuts_version=version,
    )


def _chosen(table: pd.DataFrame, column: str) -> tuple[pd.DataFrame, str, str]:
    """The rows and column meant; an indicator of an ``indicators`` frame may be named instead of a column."""
    held = sorted(table["indicator"].dropna().astype(str).unique()) if "indicator" in table.columns else []
    if column in table.columns and len(held) < 2:
        return table, column, held[0] if held and column == "value" else ""
    if column in held:
        return table[table["indicator"] == column], "value", column
    if column in table.columns:
        raise DesignError(
            f"the table holds {len(held)} indicators; name one of them as the column: {', '.join(held)}."
        )
    offered = [c for c in table.columns if c not in ("geo", "name", "period", "nuts_version", "source")]
    raise DesignError(
        f"there is no column {column!r} to map; choose from {', '.join(map(str, [*offered, *held]))}."
    )


def _periods(
    rows: pd.DataFrame, column: str, wanted: str | int | Sequence[str | int] | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    if "period" not in rows.columns:
        if wanted is not None and wanted != "all":
            raise DesignError("the table has no column `period`, so no period can be chosen; leave it out.")
        return rows.assign(period_=""), ("",)
    rows = rows.assign(period_=rows["period"].map(_year))
    filled = rows[rows[column].notna()].groupby("period_")["geo"].nunique()
    if filled.empty:
        filled = rows.groupby("period_")["geo"].nunique()
    if wanted is None:
        chosen: tuple[str, ...] = (str(filled.index[filled >= COVERAGE * filled.max()].max()),)
    elif isinstance(wanted, str) and wanted == "all":
        chosen = tuple(sorted(map(str, filled.index)))
    elif isinstance(wanted, str | int | np.integer | float):
        chosen = (_year(wanted),)
    else:
        chosen = tuple(dict.fromkeys(_year(p) for p in wanted))
    absent = [p for p in chosen if p not in set(rows["period_"])]
    if absent or not chosen:
        held = ", ".join(sorted(rows["period_"].unique()))
        raise DesignError(
            f"there is no row for {listed(absent) if absent else 'no period at all'}; choose from {held}."
        )
    if len(chosen) > MOST_MAPS:
        raise DesignError(
            f"{len(chosen)} maps on one page cannot be read; choose at most {MOST_MAPS} periods, e.g. every other year."
        )
    return rows[rows["period_"].isin(chosen)], chosen


def _year(value: str | int | float | np.integer) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_number(values: pd.Series) -> bool:
    if pd.api.types.is_bool_dtype(values) or isinstance(values.dtype, pd.CategoricalDtype):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return True
    return bool(values.notna().any()) and bool(
        values.dropna().map(lambda v: isinstance(v, int | float)).all()
    )


def _clean(rows: pd.DataFrame, categorical: bool) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Values as floats or words; infinite ones, and words for *unknown*, count as missing."""
    if categorical:
        words = rows["value_"].map(_word).astype("object")
        return rows.assign(value_=words.where(words.notna(), None)), ()
    numbers = pd.to_numeric(rows["value_"], errors="coerce").astype(float)
    endless = np.isinf(numbers.to_numpy())
    cells = [f"{g} {p}".strip() for g, p in zip(rows["geo"][endless], rows["period_"][endless], strict=True)]
    return rows.assign(value_=numbers.mask(endless)), tuple(cells)


def _word(value: Any) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    text = " ".join(str(value).split())
    return None if text.lower() in NO_VALUE else text


def _once(rows: pd.DataFrame, dated: bool) -> None:
    twice = rows[rows.duplicated(["geo", "period_"])]
    if twice.empty:
        return
    cells = sorted({f"{g} {p}".strip() for g, p in zip(twice["geo"], twice["period_"], strict=True)})
    way = (
        "keep one row for each place and period"
        if dated
        else "keep one row for each place, or add a column `period`"
    )
    raise FrameError(f"the table has more than one row for {some(cells)}; {way}.")
