"""Stretches of years over which regions can be followed: one territory, one set of regions, one survey."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import crosses
from almpo_kit.regions.comparison.measures import LOGGED
from almpo_kit.regions.panel import COVERAGE, Panel, choose_period, select
from almpo_kit.vocabulary.errors import DesignError

#: Fewer regions than this have no dispersion worth following.
MINIMUM = 30


@dataclass(frozen=True, eq=False)
class Followed:
    """Regions that have a value on their present territory in every year.

    Parameters
    ----------
    natural : DataFrame, shape (n_regions, n_years)
    scaled : DataFrame, shape (n_regions, n_years)
        In logarithms for amounts, in points for rates.
    weights : array, shape (n_regions,)
        Shares; None where all count the same.
    weighted_by : str
        Indicator and year of the weights; empty without.
    stretches : tuple of list of str
        Years between which changes may be looked at.
    left_out : list of str
        Regions of the EU without a value in one of the years.
    """

    panel: Panel
    natural: pd.DataFrame
    scaled: pd.DataFrame
    weights: np.ndarray | None
    weighted_by: str
    stretches: tuple[list[str], ...]
    left_out: list[str]
    weight_rows: pd.DataFrame | None

    @property
    def logged(self) -> bool:
        """In logarithms."""
        return self.panel.indicator.key in LOGGED

    @property
    def years(self) -> list[str]:
        """Every year followed."""
        return [str(y) for y in self.scaled.columns]

    @property
    def countries(self) -> np.ndarray:
        """Number of each region's country, shape (n_regions,)."""
        return np.unique(self.panel.regions.loc[self.scaled.index, "country"], return_inverse=True)[1]


def follow(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    indicator: str,
    first: str | int | None,
    last: str | int | None,
    *,
    across_break: bool,
    weights: pd.DataFrame | None = None,
    weight_by: str = "population",
) -> Followed:
    """One set of regions through a span of years.

    Raises
    ------
    DesignError
        Unknown years, a span of one year, or too few regions with a value in every year.
    """
    panel = select(indicators, places, indicator)
    years = span_of(panel, first, last, across_break=across_break)
    held = panel.comparable[years]
    there = held.notna().all(axis=1)
    if panel.indicator.key in LOGGED:
        there &= (held > 0).all(axis=1)
    share, by, rows = None, "", None
    if weights is not None:
        share, by, rows = _weights(weights, places, weight_by, years[0])
        there &= share.notna() & (share > 0)
    kept = held[there]
    if len(kept) < MINIMUM:
        counts = ", ".join(f"{y}: {int(n)}" for y, n in held.notna().sum().items())
        raise DesignError(
            f"only {len(kept)} regions have {panel.indicator.subject} in every year from {years[0]} to {years[-1]} "
            f"({counts}); {MINIMUM} are needed. Choose other years."
        )
    flat = [y for y in years if kept[y].nunique() < 2]
    if flat:
        raise DesignError(
            f"{panel.indicator.subject} does not differ between regions in {', '.join(flat)}, so there is nothing to "
            "draw together; choose other years."
        )
    return Followed(
        panel=panel,
        natural=kept,
        scaled=pd.DataFrame(np.log(kept)) if panel.indicator.key in LOGGED else kept,
        weights=None if share is None else _shares(share[there]),
        weighted_by=by,
        stretches=split_at_break(panel, years, across_break=across_break),
        left_out=[str(g) for g in held.index[~there]],
        weight_rows=rows,
    )


def span_of(
    panel: Panel, first: str | int | None, last: str | int | None, *, across_break: bool
) -> list[str]:
    """The years from first to last; by default the longest well-covered run up to the latest year.

    The default does not reach over the survey's break of 2021.
    """
    end = choose_period(panel, last)
    held = [str(y) for y in panel.values.columns if str(y) <= end]
    if first is not None:
        start = choose_period(panel, first)
    else:
        filled = panel.comparable.notna().sum()
        start = end
        for before, after in reversed(list(pairwise(held))):
            over = panel.indicator.survey and crosses(before, end) and not across_break
            if int(after) - int(before) != 1 or filled[before] < COVERAGE * filled.max() or over:
                break
            start = before
    years = [y for y in held if y >= start]
    if len(years) < 2:
        raise DesignError(
            f"{panel.indicator.key!r} from {start} to {end} is a span of fewer than two years; it has regional "
            f"values for {', '.join(panel.values.columns)}."
        )
    return years


def split_at_break(panel: Panel, years: list[str], *, across_break: bool) -> tuple[list[str], ...]:
    """The years before and from 2021 on, for survey rates; otherwise all of them."""
    if across_break or not panel.indicator.survey or not crosses(years[0], years[-1]):
        return (years,)
    early = [y for y in years if crosses(y, years[-1])]
    return early, [y for y in years if y not in early]


def _weights(
    weights: pd.DataFrame, places: pd.DataFrame, by: str, year: str
) -> tuple[pd.Series, str, pd.DataFrame]:
    panel = select(weights, places, by)
    if year not in panel.values.columns:
        raise DesignError(
            f"the weights {by!r} have no values for {year}, the first year; they have "
            f"{', '.join(panel.values.columns)}."
        )
    return panel.comparable[year], f"{panel.indicator.label.lower()} {year}", panel.rows


def _shares(values: pd.Series) -> np.ndarray:
    w = values.to_numpy(dtype=float)
    return np.asarray(w / w.sum())
