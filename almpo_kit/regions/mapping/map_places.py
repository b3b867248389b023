"""Which regions a map holds, of which vintage, and whether the codes of a table are among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from almpo_kit.regions.panel import VINTAGE
from almpo_kit.regions.wording import listed
from almpo_kit.vocabulary.errors import DesignError, PlaceError
from almpo_kit.vocabulary.places import EU27, NUTS_VERSIONS, is_extra_regio, normalise, nuts_level
from almpo_kit.vocabulary.provenance import data_versions

if TYPE_CHECKING:
    import geopandas as gpd


def some(codes: Sequence[str]) -> str:
    """The first twelve, and how many more."""
    return ", ".join(codes[:12]) + (f" and {len(codes) - 12} more" if len(codes) > 12 else "")


def places_of(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows of regions of the EU; what belongs to no region or no member state is left out."""
    codes = rows["geo"].astype(str).map(normalise)
    rows = rows.assign(geo=codes)
    wrong = sorted(
        set(codes[~codes.str.fullmatch(r"[A-Z]{2}[0-9A-Z]{0,3}")])
        - {"EU27_2020", "EU28", "EA19", "EA20", "EA21"}
    )
    if wrong:
        raise PlaceError(
            f"not shaped like NUTS codes: {some(wrong)}; e.g. 'EL' (country) or 'EL42' (NUTS 2)."
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


def level_of(rows: pd.DataFrame) -> int:
    """The one NUTS level of the rows."""
    found = rows["geo"].str.len().value_counts()
    if len(found) > 1:
        said = listed(
            [f"{n} rows of level {int(str(length)) - 2}" for length, n in found.sort_index().items()]
        )
        raise DesignError(
            f"the table mixes NUTS levels ({said}); keep one, e.g. table[table['geo'].str.len() == 4] for level 2."
        )
    return nuts_level(rows["geo"].iloc[0])


def drawable(level: int, locations: pd.DataFrame | None, boundaries: gpd.GeoDataFrame | None) -> set[str]:
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


def all_known(rows: pd.DataFrame, known: set[str], version: str) -> None:
    """Raise PlaceError listing the regions that are not on the map."""
    unknown = sorted(set(rows["geo"]) - known)
    if not unknown:
        return
    said = ""
    if "nuts_version" in rows.columns:
        other = sorted(set(rows.loc[rows["geo"].isin(unknown), "nuts_version"].dropna().astype(str)))
        said = f" (the table says NUTS {listed(other)})" if other else ""
    raise PlaceError(
        f"{len(unknown)} of {rows['geo'].nunique()} regions are not on the map of NUTS {version}: {some(unknown)}{said}; "
        "convert them first with regions.convert, or leave them out knowingly, e.g. "
        f"table[~table['geo'].isin({unknown[:12]!r})]."
    )


def version_of(boundaries: gpd.GeoDataFrame | None) -> str:
    """The vintage of the map, from the data version that boundaries carry; label points are of 2024."""
    for held in data_versions(boundaries):
        found = re.search("|".join(NUTS_VERSIONS), f"{held.dataset} {held.version}")
        if found:
            return found[0]
    return VINTAGE


def other_vintages(rows: pd.DataFrame, version: str) -> tuple[str, ...]:
    """Cells measured on another vintage than the map's; a table that is wholly of another one is refused."""
    if "nuts_version" not in rows.columns:
        return ()
    other = (
        rows["nuts_version"].notna() & (rows["nuts_version"].astype(str) != version) & rows["value_"].notna()
    )
    if other.any() and other.sum() == rows["value_"].notna().sum():
        said = listed(sorted(set(rows["nuts_version"][other].astype(str))))
        raise PlaceError(
            f"the table is of NUTS {said}, the map of NUTS {version}: the same code can name another territory. "
            "Convert it first with regions.convert, or give the boundaries of its own vintage."
        )
    cells = zip(rows["geo"][other], rows["period_"][other], rows["nuts_version"][other], strict=True)
    return tuple(sorted(f"{g} {p} (NUTS {v})".replace("  ", " ") for g, p, v in cells))


def names_of(
    table: pd.DataFrame, locations: pd.DataFrame | None, boundaries: Any, shown: Sequence[str]
) -> pd.Series:
    """Names by code: the table\'s own, else those of the points or polygons, else the code."""
    names = pd.Series(list(shown), index=pd.Index(shown, name="geo"), name="name", dtype="object")
    for frame in (boundaries, locations, table):
        if frame is not None and "name" in frame.columns:
            told = pd.Series(frame["name"].to_numpy(), index=frame["geo"].astype(str)).dropna()
            names.update(told[~told.index.duplicated()].astype(str))
    return names
