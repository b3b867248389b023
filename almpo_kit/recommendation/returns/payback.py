"""Does a programme pay back to the public purse, when, and what does a euro of net cost do for people?"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.returns.asked import Asked, asked_of, refuse
from almpo_kit.recommendation.returns.assumed import Assumed
from almpo_kit.recommendation.returns.cost_per_job import CostPerJob, cost_per_job
from almpo_kit.recommendation.returns.fiscal import FiscalReturn, fiscal_return
from almpo_kit.recommendation.returns.payback_result import Payback
from almpo_kit.recommendation.returns.payback_tables import (
    assumptions_table,
    options_of,
    split_table,
    yearly_table,
)
from almpo_kit.recommendation.returns.payback_words import checks, sentence
from almpo_kit.recommendation.returns.yearly_gains import YearlyGains, drawn_gains, sum_se, yearly_gains
from almpo_kit.vocabulary.finding import Headline
from almpo_kit.vocabulary.provenance import Provenance, provenance

Array = np.ndarray[Any, np.dtype[Any]]
#: Scale of the bar, euro a participant.
_SCALE = (-30000.0, 30000.0)


def payback(
    gains: pd.DataFrame,
    *,
    programme: str,
    cost_eur: Assumed,
    public_gain_eur: Assumed,
    displacement: Assumed,
    substitution: Assumed = 0.0,
    income_gain_eur: Assumed | None = None,
    transfer_eur: float = 0.0,
    gross_months: float | None = None,
    years: int = 10,
    fade: float = 0.0,
    discount: float = 0.03,
    correlation: float = 1.0,
    draws: int = 4000,
    level: float = 0.95,
    seed: int = 0,
    of: Provenance | None = None,
    place: str = "",
) -> Payback:
    """Net cost to the public purse over the years, break-even year and marginal value of public funds, per participant.

    Parameters
    ----------
    gains : DataFrame
        One row a year after entry: ``year, months`` (additional months in work in that year against no programme) and ``se``,
        or ``low`` and ``high``.
    programme : str
    cost_eur : float or (float, float)
        Euro a participant, or a range of it.
    public_gain_eur : float or (float, float)
        What a month in work brings the purse: taxes and contributions paid, benefits not paid.
    displacement : float or (float, float)
        Share of the gain that others lose. There is no default.
    substitution : float or (float, float)
        Share that the same employers would have hired from others, e.g. with a wage subsidy.
    income_gain_eur : float or (float, float), optional
        What a month in work adds to disposable income; without it there is no MVPF.
    transfer_eur : float
        Part of the cost that participants would pay for themselves, e.g. a stipend.
    gross_months : float, optional
        Months in work of participants over the estimated years, with what they would have had anyway; shows deadweight.
    years : int
        Horizon.
    fade : float
        Share of the last year's gain that is left in each next year; 0 ends gains with the last estimate.
    discount : float
        A year.
    correlation : float
        Between estimates of different years; 1 gives the widest intervals.
    draws, seed : int
    level : float
    of : Provenance, optional
        What gains come from; a table with versions carries it.
    place : str
        For the question.

    Returns
    -------
    Payback

    Raises
    ------
    ParameterError, FrameError
        What is wrong, with the way out.

    References
    ----------
    Hendren and Sprung-Keyser (2020) Quarterly Journal of Economics 135, 1209-1318. Fieller (1954) for the cost per month.
    """
    yearly = yearly_gains(gains, years, fade)
    asked = asked_of(
        cost_eur, public_gain_eur, displacement, substitution, income_gain_eur, discount, transfer_eur
    )
    refuse(programme, correlation, draws, level, gross_months, yearly)
    rng = np.random.default_rng(np.random.SeedSequence(seed))
    drawn, months = _draws(asked, yearly, draws, correlation, rng)
    point = _middle(asked, yearly)
    found = _numbers(point, drawn, _per_month(asked, yearly, correlation, level), level)
    table = yearly_table(yearly, months, point, drawn, level)
    split = split_table(yearly, asked, gross_months)
    source = of or provenance(gains, method="")
    said = {
        "programme": programme,
        "years": int(years),
        "level": level,
        "asked": asked,
        "split": split,
    } | found
    return Payback(
        question=f"Does {programme} pay back, and when{f', {place}' if place else ''}?",
        sentence=sentence(said),
        table=table,
        checks=tuple(checks(said, yearly, fade, gross_months)),
        provenance=Provenance(
            data=source.data,
            method="recommendation.payback",
            options=options_of(asked, fade, correlation, draws, level, years, gross_months),
            seed=seed,
            synthetic=source.synthetic,
        ),
        figure="returns",
        headline=Headline(
            found["net_cost"], found["net_cost_low"], found["net_cost_high"], "euro net cost", _SCALE, level
        ),
        rests_on=f"gains in {yearly.seen} year{'s' if yearly.seen > 1 else ''} after entry, a price, and assumptions on displacement",
        programme=programme,
        cost_eur=asked.cost.middle,
        split=split,
        assumptions=assumptions_table(asked, fade, correlation),
        years=int(years),
        level=level,
        displacement=asked.displacement.middle,
        substitution=asked.substitution.middle,
        **found,
    )


def _returned(asked: Asked, months: Array, values: dict[str, Any]) -> FiscalReturn:
    return fiscal_return(months, transfer=asked.transfer, discount=asked.discount, **values)


def _middle(asked: Asked, yearly: YearlyGains) -> FiscalReturn:
    values = {
        "cost": asked.cost.middle,
        "public_gain": asked.public.middle,
        "income_gain": None if asked.income is None else asked.income.middle,
        "displacement": asked.displacement.middle,
        "substitution": asked.substitution.middle,
    }
    return _returned(asked, yearly.mean, values)


def _draws(
    asked: Asked, yearly: YearlyGains, draws: int, correlation: float, rng: np.random.Generator
) -> tuple[FiscalReturn, Array]:
    # Every assumption has a stream of its own: giving one of them a range does not move the others.
    streams = rng.spawn(6)
    months = drawn_gains(yearly, draws, correlation, streams[0])
    values = {
        "cost": asked.cost.draws(draws, streams[1]),
        "public_gain": asked.public.draws(draws, streams[2]),
        "displacement": asked.displacement.draws(draws, streams[3]),
        "substitution": asked.substitution.draws(draws, streams[4]),
        "income_gain": None if asked.income is None else asked.income.draws(draws, streams[5]),
    }
    return _returned(asked, months, values), months


def _ends(values: Array, level: float) -> tuple[float, float]:
    """Limits that are draws themselves: between a number and infinity there is no middle."""
    held = values[~np.isnan(values)]
    if not len(held):
        return math.nan, math.nan
    low, high = np.quantile(held, [0.5 - level / 2, 0.5 + level / 2], method="inverted_cdf")
    return float(low), float(high)


def _numbers(point: FiscalReturn, drawn: FiscalReturn, month: CostPerJob, level: float) -> dict[str, Any]:
    last = drawn.net_cost[:, -1]
    found: dict[str, Any] = {
        "paid_back": float((last <= 0).mean()),
        "mvpf_undefined": float(np.isnan(drawn.mvpf).mean()),
    }
    for name, value, values in (
        ("net_cost", point.net_cost[0, -1], last),
        ("break_even", point.break_even[0], drawn.break_even),
        ("mvpf", point.mvpf[0], drawn.mvpf),
    ):
        found[name] = float(value)
        found[f"{name}_low"], found[f"{name}_high"] = _ends(values, level)
    for end, limit in (("", month.value), ("_low", month.low), ("_high", month.high)):
        found[f"cost_per_month{end}"] = float(limit)
    return found


def _per_month(asked: Asked, yearly: YearlyGains, correlation: float, level: float) -> CostPerJob:
    kept = (1 - asked.substitution.middle) * (1 - asked.displacement.middle)
    # Only gains are displaced, so years of loss keep their weight, in the sum and in its error.
    share = np.where(yearly.mean > 0, kept, 1.0)
    left = YearlyGains(yearly.mean * share, yearly.se * share, yearly.seen)
    return cost_per_job(
        left.mean.sum(),
        sum_se(left, correlation),
        asked.cost.middle,
        # An even range has the standard deviation of its width over the root of 12.
        cost_se=(asked.cost.high - asked.cost.low) / math.sqrt(12),
        critical=NormalDist().inv_cdf(0.5 + level / 2),
    )
