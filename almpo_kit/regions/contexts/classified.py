"""Both axes classed for every region of the EU and every year of the panel."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.cells import usable
from almpo_kit.regions.contexts.axis import Axis, Rule, axis
from almpo_kit.regions.contexts.context_table import context_table
from almpo_kit.regions.contexts.sureness import SMALL
from almpo_kit.regions.contexts.thresholds import thresholds
from almpo_kit.regions.cycle import annual_phases, given_phases
from almpo_kit.regions.panel import NoValueError, Panel, select
from almpo_kit.regions.reference_values import national_rows

INDICATOR, SKILL_INDICATOR = "unemployment_rate", "skilled_jobs_share"


@dataclass(frozen=True)
class Measured:
    """One indicator, and its axis.

    Parameters
    ----------
    rows : DataFrame
        The values of the EU and of the nations in focus.
    """

    panel: Panel
    rows: pd.DataFrame
    axis: Axis


@dataclass(frozen=True)
class Classified:
    """Regions, classed.

    Parameters
    ----------
    focus : DataFrame, shape (n_regions, 2)
        ``name, country``; index ``geo``: the rows of both axes.
    years : list of str
        Columns of both axes: the years of the unemployment panel.
    skill : Measured or None
        None where no region has a share of skilled jobs in any year.
    population : DataFrame
        The rows that said which regions are small.
    """

    focus: pd.DataFrame
    years: list[str]
    unemployment: Measured
    skill: Measured | None
    population: pd.DataFrame

    def table(self, shown: Sequence[str], cycle: pd.DataFrame | None) -> pd.DataFrame:
        """One row for each region in focus and year shown."""
        return context_table(
            self.focus,
            self.years,
            self.unemployment.axis,
            self.skill.axis if self.skill else None,
            given_phases(cycle) if cycle is not None else annual_phases(self.unemployment.rows),
            np.array([self.years.index(y) for y in shown], dtype=int),
        )

    def thresholds(self) -> pd.DataFrame:
        """Every threshold that was looked up, by axis."""
        parts = {"unemployment": self.unemployment, "skilled jobs": self.skill}
        tables = [m.axis.limits.table.assign(axis=name) for name, m in parts.items() if m]
        return pd.concat(tables, ignore_index=True)[["axis", "against", "geo", "period", "value", "how"]]


def classified(
    panels: Mapping[str, Panel],
    indicators: pd.DataFrame,
    national: pd.DataFrame,
    rule: Rule,
    skill_rule: Rule,
    country: str = "",
) -> Classified:
    """Class the regions of a country, or of the whole EU, in every year of the panel.

    Parameters
    ----------
    panels : mapping of str to Panel
        ``unemployment_rate``, and ``skilled_jobs_share`` where it is held (:func:`context_panels`).
    """
    panel = panels[INDICATOR]
    focus = panel.regions.loc[panel.codes(country)] if country else panel.regions
    years = [str(y) for y in panel.values.columns]
    population = _population(indicators, focus.index)
    small = (population.set_index("geo")["value"].reindex(focus.index) < SMALL).to_numpy()
    measured = {}
    for key, used in ((INDICATOR, rule), (SKILL_INDICATOR, skill_rule)):
        if own := panels.get(key):
            rows = national_rows(national, own.indicator, country or None)
            limits = thresholds(own, focus, rows, years)
            measured[key] = Measured(own, rows, axis(own, focus, years, limits, used, small))
    return Classified(focus, years, measured[INDICATOR], measured.get(SKILL_INDICATOR), population)


def context_panels(indicators: pd.DataFrame, places: pd.DataFrame) -> dict[str, Panel]:
    """The panels of both axes; that of skilled jobs only where a region has a value."""
    panels = {INDICATOR: select(indicators, places, INDICATOR)}
    if (indicators["indicator"] == SKILL_INDICATOR).any():
        # No value for any region of the EU is the same as not held.
        with contextlib.suppress(NoValueError):
            panels[SKILL_INDICATOR] = select(indicators, places, SKILL_INDICATOR)
    return panels


def _population(indicators: pd.DataFrame, listed: pd.Index) -> pd.DataFrame:
    """The latest number of inhabitants of each region, where it is held."""
    rows = indicators[indicators["indicator"] == "population"]
    if rows.empty:
        return rows
    rows = rows[rows["geo"].isin(listed)]
    latest = usable(rows, "indicators").sort_values("period")
    return latest.drop_duplicates("geo", keep="last")
