"""Both axes classed for every region of the EU and every year of the panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.contexts.axis import Axis, Rule, axis
from almpo_kit.regions.contexts.context_table import context_table
from almpo_kit.regions.contexts.sureness import SMALL
from almpo_kit.regions.contexts.thresholds import thresholds
from almpo_kit.regions.cycle import annual_phases, given_phases
from almpo_kit.regions.panel import Panel, regions, select
from almpo_kit.regions.reference_values import national_rows
from almpo_kit.vocabulary.indicators import INDICATORS

INDICATOR, SKILL_INDICATOR = "unemployment_rate", "skilled_jobs_share"


@dataclass(frozen=True)
class Measured:
    """One indicator, and its axis.

    Parameters
    ----------
    rows : DataFrame
        The values of the EU and of all nations.
    """

    panel: Panel
    rows: pd.DataFrame
    axis: Axis


@dataclass(frozen=True)
class Classified:
    """The whole panel, classed.

    Parameters
    ----------
    years : list of str
        Columns of both axes: the years of the unemployment panel.
    skill : Measured or None
        None where no region has a share of skilled jobs in any year.
    population : DataFrame
        The rows that said which regions are small.
    """

    years: list[str]
    unemployment: Measured
    skill: Measured | None
    population: pd.DataFrame

    def positions(self, country: str) -> np.ndarray:
        """Rows of a country's regions; of all regions for an empty country."""
        panel = self.unemployment.panel
        if not country:
            return np.arange(len(panel.regions))
        return panel.regions.index.get_indexer(pd.Index(panel.codes(country)))

    def table(self, at: np.ndarray, shown: Sequence[str], cycle: pd.DataFrame | None) -> pd.DataFrame:
        """Rows of the regions at the given positions, for the years shown."""
        return context_table(
            self.unemployment.panel,
            self.years,
            self.unemployment.axis,
            self.skill.axis if self.skill else None,
            given_phases(cycle) if cycle is not None else annual_phases(self.unemployment.rows),
            regions=at,
            shown=np.array([self.years.index(y) for y in shown], dtype=int),
        )

    def thresholds(self) -> pd.DataFrame:
        """Every threshold that was looked up, by axis."""
        parts = {"unemployment": self.unemployment, "skilled jobs": self.skill}
        tables = [m.axis.limits.table.assign(axis=name) for name, m in parts.items() if m]
        return pd.concat(tables, ignore_index=True)[["axis", "against", "geo", "period", "value", "how"]]


def classified(
    indicators: pd.DataFrame, places: pd.DataFrame, national: pd.DataFrame, rule: Rule, skill_rule: Rule
) -> Classified:
    """Class every region and year; see :func:`almpo_kit.regions.context.context` for frames and errors."""
    panel = select(indicators, places, INDICATOR)
    years = [str(y) for y in panel.values.columns]
    population = _population(indicators, panel.regions.index)
    small = (population.set_index("geo")["value"].reindex(panel.regions.index) < SMALL).to_numpy()
    skill = None
    if holds(indicators, places, SKILL_INDICATOR):
        skill = _measured(select(indicators, places, SKILL_INDICATOR), years, national, skill_rule, small)
    return Classified(years, _measured(panel, years, national, rule, small), skill, population)


def holds(indicators: pd.DataFrame, places: pd.DataFrame, indicator: str) -> bool:
    """True when a NUTS-2 region of the EU has a finite value of the indicator in some year."""
    rows = indicators[indicators["indicator"] == indicator]
    if indicator not in INDICATORS or rows.empty:
        return False
    rows = rows[rows["geo"].isin(regions(places).index) & ~rows["period"].astype(str).str.contains("-")]
    return bool(np.isfinite(pd.to_numeric(rows["value"], errors="coerce")).any())


def _measured(
    panel: Panel, years: list[str], national: pd.DataFrame, rule: Rule, small: np.ndarray
) -> Measured:
    rows = national_rows(national, panel.indicator, None)
    return Measured(panel, rows, axis(panel, years, thresholds(panel, rows, years), rule, small))


def _population(indicators: pd.DataFrame, listed: pd.Index) -> pd.DataFrame:
    """The latest number of inhabitants of each region, where it is held."""
    rows = indicators[(indicators["indicator"] == "population") & indicators["geo"].isin(listed)]
    return rows.sort_values("period").drop_duplicates("geo", keep="last")
