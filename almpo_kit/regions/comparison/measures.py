"""Several indicators side by side: one row a region, one column an aspect of it, gaps left in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from almpo_kit.regions.breaks import crosses
from almpo_kit.regions.panel import COVERAGE, Panel, choose_period, select
from almpo_kit.vocabulary.errors import DesignError
from almpo_kit.vocabulary.indicators import Indicator
from almpo_kit.vocabulary.rendering import number

#: What regions are compared on unless the caller says otherwise: how many look for work, how many have it,
#: and what the region produces. All three are published for nearly every region.
ON = ("unemployment_rate", "employment_rate", "gdp_per_head_pps")
#: Amounts, whose differences people read as ratios: compared in logarithms.
LOGGED = frozenset({"gdp_per_head_pps", "gdp_per_head_pps_index", "population", "labour_force"})
#: Standard error, in points, of a regional rate. The survey's precision rule for regions (8% relative
#: standard error where 5% of the working-age population are unemployed) allows about 0.6 points of the
#: labour force. Source: Council Regulation (EC) No 577/98, Article 3(2). A convention: small regions are
#: less precise.
SAMPLING_ERROR = 0.6

_SHORT = {
    "unemployment_rate": "unemployment",
    "employment_rate": "employment",
    "gdp_per_head_pps": "GDP per head",
    "gdp_per_head_pps_index": "GDP per head",
    "tertiary_attainment": "tertiary attainment",
    "neet_rate": "young people without work or education",
    "youth_unemployment_rate": "youth unemployment",
    "long_term_unemployment_rate": "long-term unemployment",
    "job_vacancy_rate": "job vacancies",
    "skilled_jobs_share": "skilled jobs",
    "labour_force": "labour force",
}


def short(indicator: Indicator) -> str:
    """The indicator in two or three words for lists: ``unemployment``, ``GDP per head``."""
    return _SHORT.get(indicator.key, indicator.label[:1].lower() + indicator.label[1:])


@dataclass(frozen=True)
class Aspect:
    """One column: the level of an indicator (mean of ``first``…``last``) or its change from first to last."""

    indicator: Indicator
    first: str
    last: str
    change: bool = False

    @property
    def key(self) -> str:
        """Column name."""
        return f"{self.indicator.key}_change" if self.change else self.indicator.key

    @property
    def logged(self) -> bool:
        """Compared in logarithms."""
        return self.indicator.key in LOGGED

    @property
    def label(self) -> str:
        """``unemployment``, ``change in unemployment``."""
        return f"change in {short(self.indicator)}" if self.change else short(self.indicator)

    @property
    def years(self) -> str:
        """``2024`` or ``2022–2024``."""
        return self.last if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def crosses_break(self) -> bool:
        """Mixes survey rates from before and after the break of 2021."""
        return self.indicator.survey and self.first != self.last and crosses(self.first, self.last)

    def natural(self, value: float) -> str:
        """A value in the unit that people use: ``5.9%``, ``39 900 PPS``, ``+1.2 points``, ``+4%``."""
        if not self.change:
            return f"{number(value, self.indicator.digits)}{self.indicator.sign}"
        sign = "+" if value > 0 else ""
        unit = "%" if self.logged else " points"
        return f"{sign}{number(value, self.indicator.digits)}{unit}"

    def gap(self, value: float, other: float) -> str:
        """How ``value`` lies against ``other``: ``0.4 points higher``, ``3% lower``, ``the same``."""
        ratio = self.logged and not self.change
        difference = 100 * (value / other - 1) if ratio else value - other
        digits = 0 if ratio else self.indicator.digits
        if round(difference, digits) == 0:
            return "the same"
        unit = "%" if ratio else " points"
        side = "higher" if difference > 0 else "lower"
        return f"{number(abs(difference), digits)}{unit} {side}"

    def error(self, points: float) -> float:
        """Standard error from sampling, in the column's own unit; 0 where there is no survey.

        A mean of several years gets the error of one: the survey asks many of the same households again.
        """
        if not self.indicator.survey or self.logged:
            return 0.0
        return points * (np.sqrt(2.0) if self.change else 1.0)


@dataclass(frozen=True, eq=False)
class Measures:
    """Regions by aspects.

    Parameters
    ----------
    regions : DataFrame, shape (n_regions, 2)
        ``name, country``; index ``geo``, sorted.
    natural : DataFrame, shape (n_regions, n_aspects)
        In the units that people use; a change of an amount is in per cent.
    scaled : DataFrame, shape (n_regions, n_aspects)
        The same with amounts in logarithms, which is what is compared.
    panels : dict of str to Panel
        By indicator key, for flags and provenance.
    """

    aspects: tuple[Aspect, ...]
    regions: pd.DataFrame
    natural: pd.DataFrame
    scaled: pd.DataFrame
    panels: dict[str, Panel]
    period: str

    @property
    def complete(self) -> pd.Series:
        """True for regions with a value on every aspect."""
        return self.scaled.notna().all(axis=1)

    def without(self, keys: Sequence[str]) -> Measures:
        """The same regions without some aspects."""
        left = tuple(a for a in self.aspects if a.key not in keys)
        columns = [a.key for a in left]
        return Measures(
            left, self.regions, self.natural[columns], self.scaled[columns], self.panels, self.period
        )

    def standardised(self) -> pd.DataFrame:
        """Complete regions, each column with mean 0 and standard deviation 1 (divided by n) over them.

        Raises
        ------
        DesignError
            A column is the same everywhere, or two columns say the same.
        """
        x = self.scaled[self.complete]
        flat = [a.label for a in self.aspects if not x[a.key].std(ddof=0) > 1e-12]
        if flat:
            raise DesignError(f"{', '.join(flat)} does not differ between regions; leave it out of `on`.")
        z = (x - x.mean()) / x.std(ddof=0)
        r = np.triu(np.abs(np.corrcoef(z.to_numpy().T)) if z.shape[1] > 1 else np.zeros((1, 1)), 1)
        if (r > 0.999).any():
            i, j = np.argwhere(r > 0.999)[0]
            raise DesignError(
                f"{self.aspects[i].key!r} and {self.aspects[j].key!r} say the same (correlation above 0.999); "
                "keep one of them."
            )
        return z


def assemble(
    indicators: pd.DataFrame,
    places: pd.DataFrame,
    *,
    on: Sequence[str],
    period: str | int | None,
    years: int = 1,
    change: int | None = None,
) -> Measures:
    """Lay indicators side by side for every NUTS-2 region of the EU-27.

    Only regional values on NUTS 2024 territories are used; a national value never stands in.

    Parameters
    ----------
    on : sequence of str
        Indicator keys.
    period : str or int, optional
        The (last) year; by default the latest year that is well covered in every indicator.
    years : int
        The level is the mean of this many years up to `period`; a region that lacks one of them has none.
    change : int, optional
        Adds each indicator's change over this many years up to `period`.

    Raises
    ------
    DesignError
        No indicator or one twice; no common year; years that are not held.
    """
    on = [on] if isinstance(on, str) else list(on)
    if not on or len(set(on)) < len(on):
        raise DesignError(f"on={on!r}: name one or more indicators, each once, e.g. on={list(ON)!r}.")
    whole_number(years, "years")
    if change is not None:
        whole_number(change, "change")
    panels = {key: select(indicators, places, key) for key in on}
    year = _common_year(panels, period)
    aspects, natural, scaled = [], {}, {}
    for panel in panels.values():
        for aspect in _aspects(panel, year, years, change):
            values = _values(panel, aspect)
            aspects.append(aspect)
            natural[aspect.key] = values
            scaled[aspect.key] = _scaled(values, aspect)
    regions = panels[on[0]].regions
    return Measures(tuple(aspects), regions, pd.DataFrame(natural), pd.DataFrame(scaled), panels, year)


def whole_number(value: object, name: str, least: int = 1) -> int:
    """The value as an int, or DesignError where it is no whole number of at least ``least``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise DesignError(f"{name}={value!r}: give a whole number, {least} or more.")
    return int(value)


def _common_year(panels: dict[str, Panel], period: str | int | None) -> str:
    if period is not None:
        return {choose_period(panel, period) for panel in panels.values()}.pop()
    covered = []
    for panel in panels.values():
        filled = panel.comparable.notna().sum()
        covered.append(set(filled.index[filled >= COVERAGE * filled.max()]))
    both = set.intersection(*covered)
    if not both:
        held = "; ".join(f"{k}: {', '.join(p.values.columns)}" for k, p in panels.items())
        raise DesignError(f"no year is well covered in all of these indicators ({held}); compare on fewer.")
    return max(both)


def _aspects(panel: Panel, year: str, years: int, change: int | None) -> list[Aspect]:
    spans = [(str(int(year) - years + 1), False)]
    spans += [(str(int(year) - change), True)] if change else []
    held = panel.values.columns
    for first, _ in spans:
        gone = [str(y) for y in range(int(first), int(year) + 1) if str(y) not in held]
        if gone:
            raise DesignError(
                f"{panel.indicator.key!r} has no regional values for {', '.join(gone)}; it has {', '.join(held)}. "
                "Ask for fewer years, or a shorter change."
            )
    return [Aspect(panel.indicator, first, year, is_change) for first, is_change in spans]


def _values(panel: Panel, aspect: Aspect) -> pd.Series:
    held = panel.comparable
    if not aspect.change:
        span = held[[str(y) for y in range(int(aspect.first), int(aspect.last) + 1)]]
        return span.mean(axis=1, skipna=False)
    first, last = held[aspect.first], held[aspect.last]
    if aspect.logged:
        return 100 * (last / first.where(first > 0) - 1)
    return last - first


def _scaled(values: pd.Series, aspect: Aspect) -> pd.Series:
    """Amounts and their growth in logarithms; rates and their changes as they are."""
    if not aspect.logged:
        return values
    ratio = 1 + values / 100 if aspect.change else values
    return pd.Series(np.log(ratio.where(ratio > 0)), index=values.index)
