"""The answer of :func:`portfolio`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from almpo_kit.vocabulary.finding import Finding

if TYPE_CHECKING:
    import pandas as pd

    from almpo_kit.recommendation.portfolios.building import Setting
    from almpo_kit.recommendation.portfolios.outcomes import Span
    from almpo_kit.recommendation.portfolios.problem import Problem


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Portfolio(Finding):
    """A programme mix; ``table`` has one row a programme.

    ``table``: ``programme, programme_type, status, places, euro, share, jobs, jobs_low,
    jobs_high, months, months_low, months_high, cost_per_job, cost_per_job_low, cost_per_job_high, chance_in_best_mix,
    unit_cost_eur, cost_source, weight_evidence, weight_local, certainty, reason, price``. ``status`` is
    "funded", "not funded" or "excluded"; ``price`` is the cost per additional job in words; ``cost_per_job_high`` is infinite
    where the interval of the jobs includes none.

    Parameters
    ----------
    jobs, months : Span
        Additional jobs at the horizon and additional months in work, net of displacement; NaN where not known.
    cost_per_job, cost_per_month : Span
        Euro; ``high`` is infinite where there is no upper bound, all NaN where nothing is gained on average.
    chance_of_gain : float
        Share of the states in which the mix adds jobs (months where jobs are not known).
    spent, budget : float
        Euro.
    places : float
    people : float
        Eligible people.
    horizon_months : float
    displacement : DataFrame
        ``programme, least, likeliest, largest``.
    options : DataFrame
        Mixes side by side; see ``options.py``.
    frontier, safety : DataFrame
        Budget and low end; see ``frontier.py``.
    weights : mapping
        Criterion -> weight as used.
    dropped : mapping
        Criterion -> why it does not count.
    unit : str
        Of ``worth`` in ``options``.
    draws : int
    seed : int
    level : float
    problem : Problem or None
        The choice as arrays, for :func:`value_of_information`; None where no programme can be funded.
    candidates : DataFrame
        Programmes with what was known of each, excluded ones too.
    setting : Setting
        Budget, people, assumptions and preferences.
    """

    jobs: Span
    months: Span
    cost_per_job: Span
    cost_per_month: Span
    chance_of_gain: float
    spent: float
    budget: float
    places: float
    people: float
    horizon_months: float
    displacement: pd.DataFrame
    options: pd.DataFrame
    frontier: pd.DataFrame
    safety: pd.DataFrame
    weights: Mapping[str, float]
    dropped: Mapping[str, str]
    unit: str
    base: str
    draws: int
    seed: int
    level: float
    problem: Problem | None
    candidates: pd.DataFrame
    setting: Setting

    def metrics(self) -> Mapping[str, float]:
        """What the mix brings and costs; what is not known or has no bound is left out."""
        import math

        found = {"spent": self.spent, "places": self.places, "chance_of_gain": self.chance_of_gain}
        for name in ("jobs", "months", "cost_per_job", "cost_per_month"):
            s = getattr(self, name)
            found |= {name: s.value, f"{name}_low": s.low, f"{name}_high": s.high}
        return {k: float(v) for k, v in found.items() if math.isfinite(v)}
