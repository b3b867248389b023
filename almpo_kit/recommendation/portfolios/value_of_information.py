"""Which unknown most changes the choice of a mix, and which trial is worth running first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from almpo_kit.recommendation.portfolios import asking, information
from almpo_kit.recommendation.portfolios.information_words import checks, sentence, value_of
from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.trials import Trial, checked_budget_years, counted_years, trial_table
from almpo_kit.recommendation.portfolios.unknowns import draw
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance

#: Below this share of the mix's own worth, knowing more changes nothing that anybody would notice.
_NOTICED = 0.005


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ValueOfInformation(Finding):
    """``table``: ``unknown, kind, programme, value_a_year, share_of_all, value_over_years, value_eur``.

    ``kind`` is "everything", "all effects", "effect", "displacement" or "cost".

    Parameters
    ----------
    trials : DataFrame
        ``programme, per_arm, chance_of_change, value_a_year, of_which_opens, value_over_years, value_eur,
        trial_cost_eur, net_eur, worth_running, basis``, the most worthwhile first.
    everything : float
        Value of knowing everything (EVPI), a year, in ``unit``.
    first : str
        Programme whose trial is worth running first; "" where none is.
    unit : str
    price : float
        Euro for one of ``unit``; NaN where nobody said and the mix has no price.
    years, delay_years : float
    """

    trials: pd.DataFrame
    everything: float
    first: str
    unit: str
    price: float
    years: float
    delay_years: float

    def metrics(self) -> Mapping[str, float]:
        """Value of knowing everything, and of the best trial."""
        found = {"value_of_everything": self.everything}
        if len(self.trials) and math.isfinite(self.trials["net_eur"].iloc[0]):
            found["best_trial_net_eur"] = float(self.trials["net_eur"].iloc[0])
        return found


def value_of_information(
    mix: Portfolio,
    *,
    per_arm: int = 500,
    years: int = 5,
    delay_years: float = 2.0,
    discount: float = 0.03,
    base_chance: float = 0.4,
    months_spread: float | None = None,
    trial_overhead: float = 0.0,
    value_of_one: float | None = None,
    budget_years: float = 1.0,
) -> ValueOfInformation:
    """What it would be worth to know more before the mix is chosen again.

    Parameters
    ----------
    mix : Portfolio
    per_arm : int
        People in each of the two arms of a trial.
    years : int
        Yearly budgets of the same size that are still to be decided once the result is there.
    delay_years : float
        Until a trial's result is there.
    discount : float
        A year.
    base_chance : float
        Of being in work at the horizon without a programme; what a trial can tell depends on it.
    months_spread : float, optional
        Standard deviation of months in work between people; a third of the horizon where nobody says.
    trial_overhead : float
        Euro for running a study, beside the places in it that the mix does not fund anyway.
    value_of_one : float, optional
        Euro that one more job (or month) is worth; the mix's own cost of one where nobody says.
    budget_years : float
        Years that the budget, the people and the places of the mix are for: a budget of €9 million over 3 years is 3, and
        what knowing more is worth a year is a third.

    Returns
    -------
    ValueOfInformation

    Raises
    ------
    DesignError
        No programme can be funded.
    ParameterError

    Notes
    -----
    All unknowns but one averaged out exactly, one unknown by 2,001 equally likely points (501 where gains fall with places),
    everything together by the mix's draws. Displacement takes from gains and nothing from losses, in every state, so what a
    mix is worth is not linear in an effect; what is expected of the gains alone is known in closed form for a normal.

    References
    ----------
    Raiffa and Schlaifer (1961) Applied Statistical Decision Theory; Claxton (1999) J. Health Econ. 18, 341-364.
    """
    if not isinstance(mix, Portfolio):
        raise ParameterError(
            f"value_of_information() takes a mix, not {type(mix).__name__}; write e.g. value_of_information(portfolio(…))."
        )
    if mix.problem is None:
        raise DesignError(
            "no programme can be funded in this mix, so nothing can be chosen better; see its checks. Which trial to run first "
            "can be asked on an assumption about effects: first_trial(mix, prior_sd=5)."
        )
    trial = _trial(
        mix,
        *(per_arm, years, delay_years, discount, base_chance, months_spread, trial_overhead, value_of_one),
        budget_years,
    )
    table = _table(mix, trial)
    trials = trial_table(mix, trial)
    worth = information.with_all(mix.problem) / trial.budget_years
    noticed = float(table["value_a_year"].iloc[0]) > _NOTICED * max(worth, 1e-12)
    first = str(trials["programme"].iloc[0]) if bool(trials["worth_running"].iloc[0]) else ""
    options: dict[str, Any] = {
        "per_arm": per_arm,
        "years": years,
        "delay_years": delay_years,
        "discount": discount,
    }
    options |= {"base_chance": base_chance, "trial_overhead": trial_overhead, "value_of_one": value_of_one}
    options["budget_years"] = budget_years
    p = mix.provenance
    return ValueOfInformation(
        question=mix.question.replace(
            "Which mix of programmes should the budget buy?",
            "What is worth finding out before choosing the mix?",
        ),
        sentence=sentence(table, trials, mix, first, noticed, trial, years),
        table=table,
        checks=checks(
            mix,
            trial,
            trials,
            trial_overhead,
            value_of_one,
            months_spread,
            base_chance,
            value_of(table, "displacement") > _NOTICED * float(table["value_a_year"].iloc[0]),
        ),
        provenance=Provenance(
            data=p.data,
            method="recommendation.value_of_information",
            options={"mix": dict(p.options), **options},
            seed=mix.seed,
            synthetic=p.synthetic,
        ),
        figure="value_of_information",
        rests_on=mix.rests_on,
        trials=trials,
        everything=float(table["value_a_year"].iloc[0]),
        first=first,
        unit=mix.unit,
        price=trial.price,
        years=float(years),
        delay_years=float(delay_years),
    )


def _trial(mix: Portfolio, per_arm: Any, years: Any, delay: Any, discount: Any, *more: Any) -> Trial:
    chance, spread, overhead, price, budget_years = more
    counted = counted_years(per_arm, years, delay, discount, chance, overhead)
    spread = (
        mix.horizon_months / 3 if spread is None else asking.number("months_spread", spread, 0.1, 600, "8")
    )
    own = mix.cost_per_job if mix.base == "job" else mix.cost_per_month
    price = own.value if price is None else asking.number("value_of_one", price, 0, 1e9, "20000")
    return Trial(
        per_arm,
        float(chance),
        float(spread),
        float(overhead),
        counted,
        float(price),
        checked_budget_years(budget_years),
    )


def _table(mix: Portfolio, trial: Trial) -> pd.DataFrame:
    problem = mix.problem
    assert problem is not None
    states = draw(problem.unknowns, mix.draws, mix.seed)
    rows = [("everything", "everything", "", information.of_everything(problem, states))]
    rows.append(("effects of all programmes", "all effects", "", information.of_all_effects(problem, states)))
    one = [("displacement", "displacement", "", information.of_displacement(problem))]
    for j, name in enumerate(problem.names):
        one.append((f"effect of {name}", "effect", name, information.of_effect(problem, j)))
        if problem.unknowns.cost_sd[j] > 0:
            one.append((f"cost of {name}", "cost", name, information.of_cost(problem, j)))
    rows += sorted(one, key=lambda r: -r[3])
    table = pd.DataFrame(rows, columns=["unknown", "kind", "programme", "value_a_year"])
    table["value_a_year"] /= trial.budget_years
    every = float(table["value_a_year"].iloc[0])
    # What is left of rounding is nothing.
    table["value_a_year"] = table["value_a_year"].where(table["value_a_year"] > 1e-9 * max(every, 1.0), 0.0)
    table["share_of_all"] = table["value_a_year"] / every if every > 0 else 0.0
    table["value_over_years"] = table["value_a_year"] * trial.years
    return table.assign(value_eur=table["value_over_years"] * trial.price)
