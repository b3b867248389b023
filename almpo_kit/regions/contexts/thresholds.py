"""What regions are held against: the EU's value, their nation's, or a number; year by year, each labelled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.contexts.trigger import Floats
from almpo_kit.regions.panel import Panel
from almpo_kit.regions.reference_values import EU, Reference, references


@dataclass(frozen=True)
class Thresholds:
    """Thresholds of one axis.

    Parameters
    ----------
    eu : float array, shape (n_years,)
        The EU value, or the labelled median region where that is missing.
    eu_called : tuple of str
        What each of them is, e.g. ``"the EU value"``.
    nation : float array, shape (n_regions, n_years)
        The value of each region's country; NaN where missing.
    table : DataFrame
        ``against, geo, period, value, how``: every threshold and how it came about.
    """

    eu: Floats
    eu_called: tuple[str, ...]
    nation: Floats
    table: pd.DataFrame


def thresholds(panel: Panel, focus: pd.DataFrame, rows: pd.DataFrame, years: list[str]) -> Thresholds:
    """Look up the EU's value and those of the nations in focus for the given years.

    Parameters
    ----------
    focus : DataFrame, shape (n_regions, 2)
        The regions to be classed, of :attr:`Panel.regions`; a median is that of the whole panel all the same.
    rows : DataFrame
        From :func:`almpo_kit.regions.reference_values.national_rows`.
    """
    countries = sorted(set(focus["country"]))
    held = references(rows, panel.indicator, [EU, *countries], years)
    eu, called = _eu(panel, held[EU], years)
    table = np.array([[r.value for r in held[c]] for c in countries], dtype=float)
    where = np.searchsorted(countries, focus["country"].to_numpy(dtype=str))
    listed = [_rows("eu", EU, years, eu, _how(held[EU], called))]
    listed += [_rows("nation", c, years, table[i], [r.how for r in held[c]]) for i, c in enumerate(countries)]
    columns = ["against", "geo", "period", "value", "how"]
    return Thresholds(
        eu, tuple(called), table[where], pd.DataFrame([r for part in listed for r in part], columns=columns)
    )


def _eu(panel: Panel, held: list[Reference], years: list[str]) -> tuple[Floats, list[str]]:
    """The EU value, or the labelled median; a year without any regional value has neither."""
    values, called = [], []
    for found, year in zip(held, years, strict=True):
        median = panel.median(year) if found.missing and year in panel.values else (float("nan"), "")
        values.append(median[0] if found.missing else found.value)
        called.append(median[1] if found.missing else "the EU value")
    return np.array(values, dtype=float), called


def _how(held: list[Reference], called: list[str]) -> list[str]:
    return [name if r.missing and name else r.how for r, name in zip(held, called, strict=True)]


def _rows(
    against: str, geo: str, years: list[str], values: Floats, how: list[str]
) -> list[tuple[str, str, str, float, str]]:
    return [(against, geo, y, float(v), h) for y, v, h in zip(years, values, how, strict=True)]
