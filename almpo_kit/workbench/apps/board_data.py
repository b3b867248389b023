"""What the region board draws: values, references, classes and shapes, as plain data for the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from almpo_kit.figures.scales import classes
from almpo_kit.figures.wording import measure_of
from almpo_kit.regions.breaks import LFS_BREAK, crosses
from almpo_kit.regions.changes import common_start
from almpo_kit.regions.panel import Panel, select
from almpo_kit.regions.reference_values import EU, national_rows, reference_series
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.places import EU27
from almpo_kit.vocabulary.provenance import is_synthetic

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.figures.shapes import RegionShapes

#: Rates and levels that mean something on a map; counts (population, labour force) only weigh others.
SHOWN = (
    *("unemployment_rate", "employment_rate", "gdp_per_head_pps", "skilled_jobs_share"),
    *("long_term_unemployment_rate", "youth_unemployment_rate", "neet_rate", "tertiary_attainment"),
)


def board_data(
    indicators: pd.DataFrame, national: pd.DataFrame, places: pd.DataFrame, shapes: RegionShapes
) -> dict[str, Any]:
    """Everything the board draws, ready for JSON.

    Parameters
    ----------
    indicators : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of NUTS-2 regions.
    national : DataFrame, shape (n_rows, ...)
        An ``indicators`` frame of countries and the EU.
    places : DataFrame, shape (n_places, ...)
        A ``taxonomy`` frame with the NUTS-2 regions of 2024.
    shapes : RegionShapes
        Outline of each region in pixels.

    Raises
    ------
    DesignError
        No indicator of the list has a regional value.
    """
    panels = [p for p in (_panel(indicators, places, key) for key in SHOWN) if p is not None]
    if not panels:
        raise DesignError("no regional indicator is held; load them with sources.indicators(level=2).")
    listed = panels[0].regions
    countries = {c: EU27[c] for c in sorted(set(listed["country"]), key=EU27.__getitem__)}
    return {
        "regions": {
            str(geo): {"name": str(name), "country": str(country)}
            for geo, name, country in listed.sort_values("name").itertuples()
        },
        "countries": countries,
        "indicators": [_meaning(p, national, list(countries)) for p in panels],
        "shapes": _shapes(shapes),
        "geometry": _GEOMETRY[shapes.kind],
        "synthetic": is_synthetic(indicators, national),
    }


_GEOMETRY = {
    "polygons": "Boundaries: © EuroGeographics (GISCO), NUTS 2024.",
    "tiles": "Each square is one region, near its true position; size means nothing. "
    "Label points: © EuroGeographics (GISCO), NUTS 2024.",
}


def _panel(indicators: pd.DataFrame, places: pd.DataFrame, key: str) -> Panel | None:
    return select(indicators, places, key) if (indicators["indicator"] == key).any() else None


def _meaning(panel: Panel, national: pd.DataFrame, countries: list[str]) -> dict[str, Any]:
    """One indicator: its words, its classes, and a row of values a region, a nation and the EU."""
    measure, years = measure_of(panel.indicator), [str(y) for y in panel.values.columns]
    values = panel.comparable / measure.divisor
    cut = classes(panel.indicator.key, values.to_numpy().ravel())
    rows = national_rows(national, panel.indicator, None)
    own = dict(iter(rows.groupby("geo")))
    series = {
        c: reference_series(own.get(c, rows.iloc[:0]), panel.indicator, c, years) for c in (*countries, EU)
    }
    broken = panel.indicator.survey and crosses(years[0], years[-1])
    return {
        "key": panel.indicator.key,
        "label": panel.indicator.label,
        "unit": measure.unit,
        "sign": measure.sign,
        "digits": measure.digits,
        "limits": list(cut.limits),
        "colours": list(cut.colours),
        "labels": list(cut.labels),
        "years": years,
        "break_year": LFS_BREAK if broken else None,
        "change_from": _change_from(panel, years, broken=broken),
        "values": {
            g: _numbers(row, measure.digits)
            for g, row in zip(values.index.astype(str), values.to_numpy(dtype=float), strict=True)
        },
        "flags": _flags(panel),
        "nations": {c: _reference(series[c], measure.divisor, measure.digits) for c in countries},
        "eu": _reference(series[EU], measure.divisor, measure.digits) | {"label": "EU-27"},
        "source": "; ".join(sorted(panel.rows["source"].dropna().astype(str).unique())) or "not stated",
    }


def _flags(panel: Panel) -> dict[str, list[str]]:
    """Flags of the regions that have any, a year each."""
    words = panel.flags.fillna("").astype(str)
    flagged = words[(words != "").any(axis=1)]
    return dict(zip(flagged.index.astype(str), flagged.to_numpy().tolist(), strict=True))


def _change_from(panel: Panel, years: list[str], *, broken: bool) -> str | None:
    """The year that changes are counted from: never before the break of the survey."""
    start = LFS_BREAK if broken else common_start(panel.comparable, years[-1])
    return start if start in years and start < years[-1] else None


def _reference(series: pd.DataFrame, divisor: float, digits: int) -> dict[str, Any]:
    return {"values": _numbers(series["value"] / divisor, digits), "parts": series["part"].tolist()}


def _numbers(values: Iterable[float], digits: int) -> list[float | None]:
    """Numbers as published; missing ones as None, which JSON can say."""
    return [None if v != v else round(float(v), digits) for v in values]


def _shapes(shapes: RegionShapes) -> dict[str, Any]:
    return {
        "width": shapes.width,
        "height": shapes.height,
        "paths": shapes.paths,
        "centres": {geo: list(at) for geo, at in shapes.centres.items()},
        "outlines": shapes.country_outlines,
        "ground": shapes.ground,
        "insets": [[box.x, box.y, box.width, box.height] for box in shapes.insets],
        "labels": [vars(label) for label in shapes.labels],
        "far": sorted(geo for box in shapes.insets for geo in box.geos),
        "small": list(shapes.small),
    }
