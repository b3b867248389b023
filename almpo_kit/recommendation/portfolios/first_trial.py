"""Which trial to run first where nothing is known well enough to fund any programme."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.recommendation.portfolios import asking
from almpo_kit.recommendation.portfolios.building import build
from almpo_kit.recommendation.portfolios.candidates import OUTCOMES
from almpo_kit.recommendation.portfolios.first_trial_words import checks, sentence
from almpo_kit.recommendation.portfolios.information import error_variance, of_trial
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.recommendation.portfolios.trials import Trial, checked_budget_years, counted_years
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance

_COLUMNS = [
    *("programme", "programme_type", "per_arm", "trial_cost_eur", "pays_from_eur", "chance_funded"),
    *("value_eur", "net_eur", "worth_running", "reason"),
]
#: Euro for an additional job (or month) between which the price is looked for at which a trial pays.
_LEAST, _MOST, _HALVINGS = 1.0, 1e9, 60


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FirstTrial(Finding):
    """``table``: one row a programme, the trial to run first on top.

    Columns ``programme, programme_type, per_arm, trial_cost_eur, pays_from_eur, chance_funded, value_eur, net_eur,
    worth_running, reason``: ``pays_from_eur`` is the least value of an additional job (or month) at which the trial is worth
    its cost, with what the programme would cost afterwards taken off; infinite where no value is enough. ``chance_funded`` (that
    the result lets the programme be funded), ``value_eur, net_eur, worth_running`` only where ``value_of_one`` is given.

    Parameters
    ----------
    first : str
        Programme whose trial comes first; "" where none is worth running.
    prior_sd : float
        Largest spread that was assumed.
    unit : str
        Of an additional one.
    """

    first: str
    prior_sd: float
    unit: str


def first_trial(
    mix: Portfolio,
    *,
    prior_sd: float | Mapping[str, float],
    per_arm: int = 500,
    years: int = 5,
    delay_years: float = 2.0,
    discount: float = 0.03,
    base_chance: float = 0.4,
    months_spread: float | None = None,
    trial_overhead: float = 0.0,
    value_of_one: float | None = None,
    budget_years: float = 1.0,
) -> FirstTrial:
    """Rank trials of programmes of which nothing is known well enough, on an assumption and on no evidence.

    Effects are assumed to be normal about zero: a sceptic's view, under which no programme is funded unless a trial speaks
    for it. A trial of one programme moves that view; where its result makes the programme worth its cost it is funded, with
    the budget and places there are, in the years that are left.

    Parameters
    ----------
    mix : Portfolio
        One in which no programme can be funded.
    prior_sd : float, or a mapping from programme to one
        Standard deviation of such effects in points (months where gains are in months), an assumption of yours: 5 says that
        two thirds of them lie within 5 points of zero. There is no default.
    per_arm, years, delay_years, discount, base_chance, months_spread, trial_overhead, budget_years
        As in :func:`value_of_information`.
    value_of_one : float, optional
        Euro that an additional job (or month) is worth. Where nobody says, trials are ranked by the least value at which
        they pay.

    Returns
    -------
    FirstTrial

    Raises
    ------
    DesignError
        A programme can be funded: value_of_information() answers then.
    ParameterError

    References
    ----------
    Raiffa and Schlaifer (1961) Applied Statistical Decision Theory, ch. 5. Spiegelhalter, Freedman and Parmar (1994) J. R. Stat.
    Soc. A 157, 357-416 (sceptical priors).
    """
    if not isinstance(mix, Portfolio):
        raise ParameterError(
            f"first_trial() takes a mix, not {type(mix).__name__}; write e.g. first_trial(portfolio(…))."
        )
    if mix.problem is not None:
        raise DesignError(
            "programmes can be funded in this mix; ask value_of_information() which trial is worth running."
        )
    names = [str(n) for n in mix.candidates["programme"]]
    spread = _spreads(prior_sd, names)
    trial = _trial(
        mix,
        per_arm,
        years,
        delay_years,
        discount,
        base_chance,
        months_spread,
        trial_overhead,
        value_of_one,
        budget_years,
    )
    rows = [_row(mix, trial, r, spread.get(str(r["programme"]))) for r in mix.candidates.to_dict("records")]
    table = pd.DataFrame(rows, columns=_COLUMNS)
    order = np.lexsort((np.arange(len(table)), table["pays_from_eur"].fillna(np.inf), table["reason"] != ""))
    table = table.iloc[order].reset_index(drop=True)
    top = table.iloc[0]
    runs = bool(top["worth_running"]) if math.isfinite(trial.price) else math.isfinite(top["pays_from_eur"])
    first = str(top["programme"]) if runs else ""
    one = "job" if mix.base == "job" else "month in work"
    p = mix.provenance
    options: dict[str, Any] = {"prior_sd": prior_sd if isinstance(prior_sd, int | float) else dict(prior_sd)}
    options |= {"per_arm": per_arm, "years": years, "delay_years": delay_years, "discount": discount}
    options |= {"base_chance": base_chance, "trial_overhead": trial_overhead, "value_of_one": value_of_one}
    options["budget_years"] = budget_years
    return FirstTrial(
        question=mix.question.replace(
            "Which mix of programmes should the budget buy?",
            "No programme can be funded on what is known: what should be tried first?",
        ),
        sentence=sentence(table, first, trial, spread, one, int(years)),
        table=table,
        checks=checks(trial, spread, one, months_spread),
        provenance=Provenance(
            data=p.data,
            method="recommendation.first_trial",
            options={"mix": dict(p.options), **options},
            synthetic=p.synthetic,
        ),
        certainty="too little to say",
        rests_on="an assumption about effects, costs and places; no evidence",
        first=first,
        prior_sd=max(spread.values()),
        unit=f"additional {one}",
    )


def _spreads(given: Any, names: list[str]) -> dict[str, float]:
    if not isinstance(given, Mapping):
        return dict.fromkeys(names, asking.number("prior_sd", given, 0.01, 100, "5"))
    if unknown := [n for n in given if n not in names]:
        raise ParameterError(f"prior_sd names unknown programme(s) {unknown}; there are {', '.join(names)}.")
    if not given:
        raise ParameterError("prior_sd is empty; give one number for all, e.g. prior_sd=5.")
    return {n: asking.number(f"prior_sd[{n!r}]", v, 0.01, 100, "5") for n, v in given.items()}


def _trial(mix: Portfolio, per_arm: Any, years: Any, delay: Any, discount: Any, *more: Any) -> Trial:
    chance, spread, overhead, price, budget_years = more
    counted = counted_years(per_arm, years, delay, discount, chance, overhead)
    spread = (
        mix.horizon_months / 3 if spread is None else asking.number("months_spread", spread, 0.1, 600, "8")
    )
    price = math.nan if price is None else asking.number("value_of_one", price, _LEAST, _MOST, "20000")
    return Trial(
        int(per_arm),
        float(chance),
        float(spread),
        float(overhead),
        counted,
        float(price),
        checked_budget_years(budget_years),
    )


def _row(mix: Portfolio, trial: Trial, candidate: dict[Any, Any], spread: float | None) -> dict[str, Any]:
    name = str(candidate["programme"])
    out: dict[str, Any] = dict.fromkeys(_COLUMNS, np.nan)
    out |= {"programme": name, "programme_type": candidate["programme_type"], "per_arm": trial.per_arm}
    out |= {"worth_running": False, "reason": ""}
    if spread is None:
        return out | {"reason": "nobody said how far its effect may lie from zero"}
    if not candidate["unit_cost_eur"] > 0:
        return out | {"reason": "nobody gave its cost for a participant"}
    if not candidate["capacity"] > 0:
        return out | {"reason": "it has no places"}
    try:
        problem = _alone(mix, name, spread)
    except ParameterError:
        return out | {"reason": "no displacement was given for it"}
    cost = trial.overhead + trial.per_arm * float(candidate["unit_cost_eur"])
    out |= {"trial_cost_eur": cost, "pays_from_eur": _pays_from(mix, problem, trial, cost)}
    if math.isfinite(trial.price):
        value, chance = _worth(mix, problem, trial, trial.price)
        out |= {"value_eur": value, "chance_funded": chance, "net_eur": value - cost}
        out |= {"worth_running": bool(value > cost)}
    return out


def _alone(mix: Portfolio, name: str, spread: float) -> Problem:
    """The choice between this programme and none, its effect assumed about zero."""
    mine = mix.candidates["programme"] == name
    table = mix.candidates.assign(job=np.nan, job_se=np.nan, months=np.nan, months_se=np.nan)
    table.loc[mine, mix.base] = 0.0
    table.loc[mine, f"{mix.base}_se"] = spread * OUTCOMES[mix.base]
    goal = {"jobs" if mix.base == "job" else "months": 1.0}
    setting = replace(mix.setting, preferences=goal, at_least={})
    problem, _ = build(table, mix.base, setting, also=name)
    assert problem is not None
    return problem


def _worth(mix: Portfolio, problem: Problem, trial: Trial, price: float) -> tuple[float, float]:
    """Euro over all years that come in time, what the programme then costs taken off; and the chance that it is funded."""
    outcome = 0 if mix.base == "job" else 1
    # A euro that is not spent is worth what it would buy at this price: money is not free where nothing else is funded.
    priced = replace(problem, objective=replace(problem.objective, unspent=1.0 / price))
    error = error_variance(problem.unknowns, 0, outcome, trial.per_arm, trial.chance, trial.spread)
    value, chance = of_trial(priced, 0, outcome, error)
    return value * price * trial.years / trial.budget_years, chance


def _pays_from(mix: Portfolio, problem: Problem, trial: Trial, cost: float) -> float:
    """Least value of an additional one at which the trial is worth its cost, by halving; infinite where there is none."""
    if _worth(mix, problem, trial, _MOST)[0] <= cost:
        return math.inf
    low, high = math.log(_LEAST), math.log(_MOST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        pays = _worth(mix, problem, trial, math.exp(middle))[0] > cost
        low, high = (low, middle) if pays else (middle, high)
        if high - low < 1e-6:
            break
    return math.exp(high)
