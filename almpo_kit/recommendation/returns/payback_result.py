"""What a payback holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from almpo_kit.vocabulary.finding import Finding


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Payback(Finding):
    """The public purse over the years, per participant.

    Parameters
    ----------
    table : DataFrame
        One row a year, 0 (entry) to the horizon: ``year, months, months_low, months_high`` (additional months in work in that
        year, participants)``, assumed`` (True where nothing was estimated)``, net_cost, low, high`` (euro, cumulative,
        discounted, net of substitution and displacement; negative once more came back than was paid)``, paid_back`` (chance).
    programme : str
    cost_eur : float
    net_cost, net_cost_low, net_cost_high : float
        At the horizon.
    break_even, break_even_low, break_even_high : float
        Years; infinite where not within the horizon.
    paid_back : float
        Chance that the net cost is at zero or below at the horizon.
    mvpf, mvpf_low, mvpf_high : float
        Marginal value of public funds; infinite where people gain at no net cost; NaN where not asked or not defined.
    mvpf_undefined : float
        Share of draws in which it is not defined.
    cost_per_month, cost_per_month_low, cost_per_month_high : float
        Euro per additional month in work over all years, undiscounted, net; ``high`` infinite without an upper limit.
    split : DataFrame
        ``step, months, share``: of the months in work of participants, what is deadweight, additional, substituted,
        displaced and net; without the first two where ``gross_months`` was not given.
    assumptions : DataFrame
        ``assumption, low, value, high, unit``.
    years, level : horizon and level of the intervals
    displacement, substitution : float
        Middle of what was assumed.
    """

    programme: str
    cost_eur: float
    net_cost: float
    net_cost_low: float
    net_cost_high: float
    break_even: float
    break_even_low: float
    break_even_high: float
    paid_back: float
    mvpf: float
    mvpf_low: float
    mvpf_high: float
    mvpf_undefined: float
    cost_per_month: float
    cost_per_month_low: float
    cost_per_month_high: float
    split: pd.DataFrame
    assumptions: pd.DataFrame
    years: int
    level: float
    displacement: float
    substitution: float

    def metrics(self) -> Mapping[str, float]:
        """Net cost, chance of payback, break-even and MVPF, where they are numbers."""
        names = (
            "net_cost",
            "net_cost_low",
            "net_cost_high",
            "paid_back",
            "break_even",
            "mvpf",
            "cost_per_month",
        )
        found = {n: float(getattr(self, n)) for n in names}
        return {n: v for n, v in found.items() if abs(v) < float("inf")}
