"""The answer of :func:`value`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrialValues(Finding):
    """What proposed trials would add to the next decisions, the most worthwhile first.

    ``table``, one row a trial: ``rank, trial, programmes, per_arm, chance_of_change`` (that its result changes the decision),
    ``value_a_year`` (EVSI, in ``unit``), ``share_of_all`` (of knowing everything), ``value_eur`` (over the years it serves,
    discounted) with ``value_se`` of the simulation (0: none was needed), ``cost_eur, net_eur, worth_running, best_per_arm,
    best_net_eur`` (best of the sizes looked at; 0 people where none is worth its cost), ``note``.

    Parameters
    ----------
    everything : float
        Value a year of knowing all effects (EVPI), in ``unit``.
    everything_se : float
    sizes : DataFrame
        ``trial, per_arm, times, value_eur, cost_eur, net_eur``.
    together : DataFrame
        Two trials side by side: ``first, second, value_eur, value_se, net_eur, adds_eur`` (net, more than the better of the two
        alone), ``overlap_eur`` (value of both less the sum of their values: below 0 where they tell much the same).
    first : str
        Trial to run first; "" where none is worth its cost.
    unit : str
    price : float
        Euro for one of ``unit``.
    """

    everything: float
    everything_se: float
    sizes: pd.DataFrame
    together: pd.DataFrame
    first: str
    unit: str
    price: float

    def metrics(self) -> Mapping[str, float]:
        """Value of knowing everything, and the best trial's value less its cost."""
        found = {"value_of_everything": self.everything}
        known = self.table["net_eur"].dropna()
        return found | ({"best_trial_net_eur": float(known.iloc[0])} if len(known) else {})
