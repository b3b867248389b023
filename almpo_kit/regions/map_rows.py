"""From any table with a column ``geo`` to one value for each region of a map and each period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from almpo_kit.regions.panel import COVERAGE, VINTAGE
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError, FrameError, PlaceError
from almpo_kit.vocabulary.places import EU27, is_extra_regio, normalise, nuts_level

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
    """

    values: pd.DataFrame
    names: pd.Series
    categorical: bool
    order: tuple[str, ...]
    abroad: tuple[str, ...]
    vintages: tuple[str, ...]
    infinite: tuple[str, ...]
    indicator: str


def map_rows(
    table: pd.DataFrame,
    column: str,
    *,
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None,
    periods: str | int | Sequence[str | int] | None,
    zoom: str,
) -> Rows:
    """Read and check; see :func:`almpo_kit.regions.atlas.atlas` for the arguments and errors."""
    if "geo" not in table.columns:
        raise FrameError(
            "the table has no column `geo`; a map needs NUTS codes, e.g. table.rename(columns={'nuts': 'geo'})."
        )
    rows, column, indicator = _chosen(table, column)
    rows, abroad = _places(rows)
    level = _level(rows)
    known = _known(level, locations, boundaries)
    rows, periods = _periods(rows, column, periods)
    # A row of another vintage that says nothing loses nothing.
    rows = rows[rows["geo"].isin(known) | rows[column].notna()]
    _all_known(rows, known)
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
        names=_names(table, locations, boundaries, shown),
        categorical=categorical,
        order=order,
        abroad=tuple(sorted(set(abroad))),
        vintages=_other_vintages(rows),
        infinite=infinite,
        indicator=indicator,
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


def _places(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows of regions of the EU; what belongs to no region or no member state is left out."""
    codes = rows["geo"].astype(str).map(normalise)
    rows = rows.assign(geo=codes)
    wrong = sorted(
        set(codes[~codes.str.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}")])
        - {"EU27_2020", "EU28", "EA19", "EA20", "EA21"}
    )
    if wrong:
        raise PlaceError(
            f"not shaped like NUTS codes: {_some(wrong)}; e.g. 'EL' (country) or 'EL42' (NUTS 2)."
        )
    shaped = codes.str.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}") & (codes != "EU28")
    inside = shaped & codes.str[:2].isin(list(EU27))
    extra = inside & codes.map(lambda c: is_extra_regio(c) if len(c) < 6 else False).astype(bool)
    abroad = sorted(set(codes[shaped & ~codes.str[:2].isin(list(EU27)) & (codes.str.len() > 2)]))
    kept = rows[inside & ~extra]
    if kept.empty:
        raise PlaceError(
            "the table names no region of the EU in `geo`; a map needs NUTS codes such as 'EL42'."
        )
    return kept, abroad


def _level(rows: pd.DataFrame) -> int:
    found = rows["geo"].str.len().value_counts()
    if len(found) > 1:
        said = listed(
            [f"{n} rows of level {int(str(length)) - 2}" for length, n in found.sort_index().items()]
        )
        raise DesignError(
            f"the table mixes NUTS levels ({said}); keep one, e.g. table[table['geo'].str.len() == 4] for level 2."
        )
    return nuts_level(rows["geo"].iloc[0])


def _known(level: int, locations: pd.DataFrame | None, boundaries: gpd.GeoDataFrame | None) -> set[str]:
    """The EU's regions of one level that can be drawn."""
    frame, name = (
        (boundaries, "boundaries") if boundaries is not None and len(boundaries) else (locations, "locations")
    )
    if frame is None or "geo" not in frame.columns:
        raise DesignError(
            "a map needs `locations` (sources.locations()) or `boundaries` (sources.boundaries())."
        )
    codes = {str(g) for g in frame["geo"]}
    own = {g for g in codes if len(g) == level + 2 and g[:2] in EU27 and not is_extra_regio(g)}
    if not own:
        there = sorted({len(g) - 2 for g in codes})
        raise DesignError(
            f"the table is of NUTS level {level}, `{name}` of level {listed(map(str, there))}; give "
            f"sources.boundaries(level={level}), which `almpo data pull` or `almpo data add` brings."
        )
    return own


def _all_known(rows: pd.DataFrame, known: set[str]) -> None:
    unknown = sorted(set(rows["geo"]) - known)
    if not unknown:
        return
    said = ""
    if "nuts_version" in rows.columns:
        other = sorted(set(rows.loc[rows["geo"].isin(unknown), "nuts_version"].dropna().astype(str)))
        said = f" (the table says NUTS {listed(other)})" if other else ""
    raise PlaceError(
        f"{len(unknown)} of {rows['geo'].nunique()} regions are not on the map of NUTS {VINTAGE}: {_some(unknown)}{said}; "
        "convert them first with regions.convert, or leave them out knowingly, e.g. "
        f"table[~table['geo'].isin({unknown[:12]!r})]."
    )


def _some(codes: Sequence[str]) -> str:
    return ", ".join(codes[:12]) + (f" and {len(codes) - 12} more" if len(codes) > 12 else "")


def _periods(
    rows: pd.DataFrame, column: str, wanted: str | int | Sequence[str | int] | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    if "period" not in rows.columns:
        if wanted is not None and wanted != "all":
            raise DesignError("the table has no column `period`, so no period can be chosen; leave it out.")
        return rows.assign(period_=""), ("",)
    rows = rows.assign(period_=rows["period"].astype(str))
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
        raise DesignError(f"there is no row for {listed(absent) if absent else 'no period at all'}; choose from {held}.")
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
    raise FrameError(f"the table has more than one row for {_some(cells)}; {way}.")


def _other_vintages(rows: pd.DataFrame) -> tuple[str, ...]:
    if "nuts_version" not in rows.columns:
        return ()
    other = (
        rows["nuts_version"].notna() & (rows["nuts_version"].astype(str) != VINTAGE) & rows["value_"].notna()
    )
    cells = zip(rows["geo"][other], rows["period_"][other], rows["nuts_version"][other], strict=True)
    return tuple(sorted(f"{g} {p} (NUTS {v})".replace("  ", " ") for g, p, v in cells))


def _names(
    table: pd.DataFrame, locations: pd.DataFrame | None, boundaries: Any, shown: Sequence[str]
) -> pd.Series:
    names = pd.Series(list(shown), index=pd.Index(shown, name="geo"), name="name", dtype="object")
    for frame in (boundaries, locations, table):
        if frame is not None and "name" in frame.columns:
            told = pd.Series(frame["name"].to_numpy(), index=frame["geo"].astype(str)).dropna()
            names.update(told[~told.index.duplicated()].astype(str))
    return names
