"""Any answer about regions on a map: one year or several, with classes that can be said aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from almpo_kit.regions.mapping.map_classes import Classing, Scale, classing
from almpo_kit.regions.mapping.map_limits import Method
from almpo_kit.regions.mapping.map_rows import Rows, map_rows
from almpo_kit.regions.mapping.map_words import checks_of, label_of, question_of, sentence_of
from almpo_kit.vocabulary.errors import DesignError, PlaceError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.indicators import INDICATORS, Indicator
from almpo_kit.vocabulary.places import member_state, normalise
from almpo_kit.vocabulary.provenance import Provenance, data_versions, provenance

if TYPE_CHECKING:
    import geopandas as gpd

#: What a region without a value is called in ``counts``.
NO_DATA = "no data"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Atlas(Finding):
    """Regions on a map.

    Parameters
    ----------
    column, label, unit, sign : str
        What is shown; `sign` follows a value.
    digits : int
        Decimals of values.
    scale : {"sequential", "diverging", "categories"}
    periods : tuple of str
        One map each; ``("",)`` where the table is not dated.
    limits : tuple of float
        Between the classes, the same in every map; empty for categories. A value on a limit belongs above it.
    classes : tuple of str
        Labels from low to high, or the categories in their order.
    letters : tuple of str
        For categories, the letters on the map; so colour is never alone.
    counts : DataFrame, shape (n_classes + 1, n_periods)
        Regions in each class; the last row is ``no data``.
    how : str
        How the limits came about, as part of a sentence.
    favourable : {-1, 0, 1}
        Which side of a diverging scale is the better one.
    highlight : tuple of str
        Codes of the regions outlined.
    zoom : str
        The one country that is shown; empty for the EU.
    nuts_version : str
        Vintage of the codes and shapes on the map.
    given : DataFrame
        The table that was put on the map, as it came.
    locations, boundaries : DataFrame or None
    """

    column: str
    label: str
    unit: str
    sign: str
    digits: int
    scale: Scale
    periods: tuple[str, ...]
    limits: tuple[float, ...]
    classes: tuple[str, ...]
    letters: tuple[str, ...]
    counts: pd.DataFrame
    how: str
    favourable: int
    highlight: tuple[str, ...]
    highlight_label: str
    zoom: str
    nuts_version: str
    given: pd.DataFrame
    locations: pd.DataFrame | None
    boundaries: gpd.GeoDataFrame | None

    @property
    def missing(self) -> Mapping[str, int]:
        """Regions without a value, by period."""
        return dict(zip(self.periods, self.counts.loc[[NO_DATA]].to_numpy()[0].tolist(), strict=True))

    def metrics(self) -> Mapping[str, float]:
        """Regions with and without a value on the last map."""
        last = self.counts.iloc[:, -1]
        none = float(last[NO_DATA])
        return {"mapped": float(last.sum()) - none, "missing": none}


def atlas(
    finding: Finding | pd.DataFrame,
    column: str = "value",
    *,
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None = None,
    period: str | int | None = None,
    periods: Sequence[str | int] | Literal["all"] | None = None,
    highlight: str | Sequence[str] | None = None,
    zoom: str | None = None,
    scale: Scale | None = None,
    classes: Method | Sequence[float] | Sequence[str] | Mapping[str, str] | None = None,
    k: int = 5,
    zero: float = 0.0,
    label: str | None = None,
    unit: str | None = None,
) -> Atlas:
    """Put one column of an answer on a map of NUTS regions.

    Parameters
    ----------
    finding : Finding or DataFrame
        With a column ``geo`` (and ``period`` where dated): any regional Finding, or an ``indicators`` frame.
    column : str
        The column to show; in an ``indicators`` frame, the name of an indicator.
    locations : DataFrame or None
        A ``locations`` frame (``geo, lon, lat``): where tiles stand when there are no boundaries.
    boundaries : GeoDataFrame, optional
        Polygons of the table's NUTS level. Without them the map is one of tiles, and says so.
    period : str or int, optional
        One year. Left out: the latest that has at least 90% of the regions of the best-covered year.
    periods : sequence, or "all", optional
        Small multiples: one map for each, at most nine, on one scale.
    highlight : str or sequence of str, optional
        A region, a country or several codes, outlined.
    zoom : str, optional
        Show one member state, its neighbours in grey and named. Done by itself where the table holds one only.
    scale : {"sequential", "diverging", "categories"}, optional
        Words are categories; numbers are sequential, except columns of changes, gaps and distances.
    classes : optional
        ``"fixed"`` (an indicator's own limits; the default where it has some), ``"fisher_jenks"`` (the default
        elsewhere), ``"quantiles"`` or ``"pretty"``, all rounded to numbers that can be said; or the limits
        themselves. For categories: their order, or a mapping from category to the letters it gets.
    k : int
        Classes wanted, 2 to 7.
    zero : float
        Where a diverging scale turns, e.g. 100 for an index.
    label, unit : str, optional
        In words; looked up where the column is an indicator.

    Returns
    -------
    Atlas
        Question, sentence, checks and provenance of the Finding given, or those of the table, and ``table`` with
        ``geo, name, period, value, class``: every region of the map, those without a value too.

    Raises
    ------
    FrameError
        No column ``geo``, or two rows for one region and period.
    PlaceError
        Codes that are not on the map (of another vintage, say); they are listed.
    DesignError
        Unknown column or period, mixed levels or indicators, no value at all, more than nine maps, more
        classes than can be told apart, or no geometry of this level.
    """
    table = finding if isinstance(finding, pd.DataFrame) else finding.table
    if period is not None and periods is not None:
        raise DesignError("give `period` for one map or `periods` for several, not both.")
    if boundaries is not None and not len(boundaries):
        boundaries = None
    country = _country(table, zoom)
    rows = map_rows(
        table,
        column,
        locations=locations,
        boundaries=boundaries,
        periods=period if periods is None else periods,
        zoom=country,
    )
    meaning = _meaning(finding, column, rows)
    classed = classing(rows, column, meaning, scale=scale, classes=classes, k=k, zero=zero)
    named = label or label_of(column, meaning)
    outlined, called = _highlight(highlight, rows)
    out = _table(rows, classed)
    told = finding if isinstance(finding, Finding) else None
    return Atlas(
        question=told.question if told else question_of(named, rows, country),
        sentence=told.sentence if told else sentence_of(named, rows, classed, out, country, meaning),
        table=out,
        checks=(*(told.checks if told else ()), *checks_of(rows, classed, boundaries is None)),
        provenance=_trace(finding, column, rows, locations, boundaries, classed),
        figure="atlas",
        certainty=told.certainty if told else None,
        headline=told.headline if told else None,
        rests_on=told.rests_on if told and told.rests_on else _rests_on(rows, table),
        column=column,
        label=named,
        unit=_unit(finding, unit, meaning, column),
        sign=meaning.sign if meaning else "",
        digits=classed.digits,
        scale=classed.scale,
        periods=tuple(map(str, rows.values.columns)),
        limits=classed.limits,
        classes=classed.classes,
        letters=classed.letters,
        counts=_counts(out, classed, rows),
        how=classed.how,
        favourable=meaning.favourable if meaning else 0,
        highlight=outlined,
        highlight_label=called,
        zoom=country,
        nuts_version=rows.nuts_version,
        given=table,
        locations=locations,
        boundaries=boundaries,
    )


def _country(table: pd.DataFrame, zoom: str | None) -> str:
    """The one country to show: the one asked for, or the only one that the table holds."""
    if zoom is not None:
        return member_state(zoom)
    if "geo" not in table.columns:
        return ""
    codes = {normalise(str(g)) for g in table["geo"].dropna()}
    held = {c[:2] for c in codes if len(c) > 2 and not c.startswith(("EU", "EA"))}
    try:
        return member_state(held.pop()) if len(held) == 1 else ""
    except PlaceError:  # the one country is no member state: said by the check of the codes
        return ""


def _meaning(finding: Finding | pd.DataFrame, column: str, rows: Rows) -> Indicator | None:
    """The indicator whose values are shown; None for anything derived from it."""
    key = rows.indicator or (str(getattr(finding, "indicator", "")) if column == "value" else column)
    return INDICATORS.get(key)


def _unit(finding: Finding | pd.DataFrame, unit: str | None, meaning: Indicator | None, column: str) -> str:
    if unit is not None:
        return unit
    if meaning:
        return meaning.unit
    return str(getattr(finding, "unit", "")) if column == "value" else ""


def _highlight(wanted: str | Sequence[str] | None, rows: Rows) -> tuple[tuple[str, ...], str]:
    """Codes to outline, and what they are called together."""
    if wanted is None or len(wanted) == 0:
        return (), ""
    codes = [normalise(c) for c in ([wanted] if isinstance(wanted, str) else wanted)]
    shown = rows.values.index
    found = tuple(g for g in shown if any(g == c or (len(c) < len(g) and g.startswith(c)) for c in codes))
    lost = [c for c in codes if not any(g.startswith(c) for g in found)]
    if lost:
        raise PlaceError(
            f"cannot outline {', '.join(lost)}: not on this map; give a code of it, such as {shown[0]!r}."
        )
    return found, rows.names[found[0]] if len(found) == 1 else ", ".join(codes)


def _table(rows: Rows, classed: Classing) -> pd.DataFrame:
    """Long: one row for each region and map."""
    frames = []
    for period in rows.values.columns:
        values = rows.values[period]
        frames.append(
            pd.DataFrame(
                {
                    "geo": rows.values.index,
                    "name": rows.names.to_numpy(),
                    "period": period,
                    "value": values.to_numpy(),
                    "class": [classed.called(v) or NO_DATA for v in values],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _counts(table: pd.DataFrame, classed: Classing, rows: Rows) -> pd.DataFrame:
    made = table.groupby(["class", "period"], observed=True).size().unstack(fill_value=0)
    out = made.reindex(index=[*classed.classes, NO_DATA], columns=list(rows.values.columns), fill_value=0)
    return out.astype(int)


def _rests_on(rows: Rows, table: pd.DataFrame) -> str:
    last = rows.values.columns[-1]
    n, when = int(rows.values[last].notna().sum()), f", {last}" if last else ""
    source = ""
    if "source" in table.columns:
        named = sorted(table["source"].dropna().astype(str).unique())
        source = f"; {named[0]}" if len(named) == 1 else f"; {len(named)} sources" if named else ""
    return f"{n} of {len(rows.values)} regions{when}{source}"


def _trace(
    finding: Finding | pd.DataFrame,
    column: str,
    rows: Rows,
    locations: pd.DataFrame | None,
    boundaries: gpd.GeoDataFrame | None,
    classed: Classing,
) -> Provenance:
    """The provenance given, and the geometry that was drawn on."""
    ground = boundaries if boundaries is not None else locations
    options = {
        "column": column,
        "periods": list(rows.values.columns),
        "scale": classed.scale,
        "limits": list(classed.limits),
    }
    if isinstance(finding, pd.DataFrame):
        return provenance(finding, ground, method="regions.atlas", options=options)
    own = finding.provenance
    data = tuple(sorted({*own.data, *data_versions(ground)}))
    return Provenance(
        data=data,
        method=f"{own.method}, shown by regions.atlas" if own.method else "regions.atlas",
        options={**own.options, "atlas": options},
        seed=own.seed,
        synthetic=own.synthetic or provenance(finding.table, ground, method="").synthetic,
    )
