"""The answer to how much mismatch there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Mismatch(Finding):
    """How many hires, and how much unemployment, mismatch accounts for.

    All figures are of the latest period unless they say otherwise; shares are between 0 and 1.

    Parameters
    ----------
    by : tuple of str
        What cells are.
    period : str
        Empty where the table has no periods.
    elasticity : float
        Exponent of vacancies; that of the unemployed is 1 less it.
    index : float
        The index as published, of the counts as they stand.
    corrected, low, high : float
        Without the upward bias of thin cells, and its interval; the index itself and NaN with ``interval=None``.
    lowest, highest : float
        Plain index over all that suppressed counts may be; both ``index`` where nothing is suppressed.
    unemployment_share, share_low, share_high : float
        Share of unemployment that mismatch accounts for, with the interval of the index.
    counterfactual : {"path", "steady state", "limit"}
        How it was had: along given flows, where flows balance at the unemployment rate, or there at a rate of zero, which
        is the most it can be.
    confidence : float
    heterogeneous : bool
        True where efficiency or worth of matches differs between cells.
    full : DataFrame
        One row a cell: ``*by, name, unemployed, vacancies, unemployed_share, planner_share, planner_unemployed, surplus,
        contribution, contribution_share, direction, small, suppressed``. ``surplus`` is how many more unemployed there are
        than the planner would have; contributions add up to ``index``. For computing only; it must not be shown.
    cells : DataFrame
        ``full`` for people: where ``suppressed``, what tells the number of people is empty: cells below ``minimum``, and
        those from which they could be subtracted.
    groups : DataFrame
        One row a region and one an occupation: ``dimension, code, unemployed, vacancies, surplus, between, within_index,
        within``; ``between`` and ``within`` of one dimension add up to ``index``. Empty where worth of matches differs; empty
        numbers where a total would give away a suppressed cell or group.
    split : DataFrame
        ``dimension, between, within, between_share``.
    measures : DataFrame
        ``measure, value, corrected, low, high, note``: this index and the older ones.
    by_elasticity : DataFrame
        ``elasticity, index, corrected, low, high, unemployment_share``.
    """

    by: tuple[str, ...]
    period: str
    elasticity: float
    index: float
    corrected: float
    low: float
    high: float
    lowest: float
    highest: float
    unemployment_share: float
    share_low: float
    share_high: float
    counterfactual: str
    confidence: float
    heterogeneous: bool
    full: pd.DataFrame
    cells: pd.DataFrame
    groups: pd.DataFrame
    split: pd.DataFrame
    measures: pd.DataFrame
    by_elasticity: pd.DataFrame

    def metrics(self) -> dict[str, float]:
        """The index, its correction and the share of unemployment."""
        names = ("index", "corrected", "low", "high", "unemployment_share")
        return {n: float(getattr(self, n)) for n in names}
