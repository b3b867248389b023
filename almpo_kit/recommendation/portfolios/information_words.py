"""What is said of what it would be worth to know more."""

from __future__ import annotations

import math

import pandas as pd

from almpo_kit.recommendation.portfolios.portfolio_result import Portfolio
from almpo_kit.recommendation.portfolios.telling import euro
from almpo_kit.recommendation.portfolios.trials import Trial
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.rendering import number


def value_of(table: pd.DataFrame, kind: str) -> float:
    """A year, of the unknowns of one kind."""
    return float(table.loc[table["kind"] == kind, "value_a_year"].sum())


def _amount(value: float, unit: str) -> str:
    return f"{number(value, 0 if value >= 20 else 1)} {unit}"


def sentence(
    table: pd.DataFrame,
    trials: pd.DataFrame,
    mix: Portfolio,
    first: str,
    noticed: bool,
    trial: Trial,
    years: int,
) -> str:
    """What all, one unknown and the best trial are worth."""
    like = "" if len(mix.weights) == 1 else "as much as "
    if not noticed:
        return (
            "Knowing more would hardly change this mix: even to know everything would be worth no more than "
            f"{_amount(float(table['value_a_year'].iloc[0]), mix.unit)} a year."
        )
    most = table[table["kind"].isin(["effect", "displacement", "cost"])].iloc[0]
    out = (
        f"To know everything before choosing would be worth {like}{_amount(float(table['value_a_year'].iloc[0]), mix.unit)} a "
        f"year. "
    )
    out += (
        f"The single unknown that matters most is the {most['unknown']}"
        if most["kind"] != "displacement"
        else "The single unknown that matters most is displacement"
    )
    out += f" ({_amount(float(most['value_a_year']), mix.unit)} a year). "
    return out + _trial_words(trials.iloc[0], first, trial, years, mix)


def _cost(trial: Trial, cost: float) -> str:
    if trial.overhead > 0:
        return f"{euro(cost)} that it costs"
    places = f"{euro(cost)} for places that the mix does not fund" if cost > 0 else "no further places"
    return f"{places}; what it costs to run the study is not counted"


def _trial_words(top: pd.Series, first: str, trial: Trial, years: int, mix: Portfolio) -> str:
    size = f"{number(trial.per_arm, 0)} people in each arm"
    if not math.isfinite(trial.price):
        return "What a trial is worth in euro cannot be said: the mix has no price for an additional job; give value_of_one."
    if not first:
        return f"No trial with {size} is expected to be worth what it costs over {trial.budgets(years)}."
    unit = "additional job" if mix.base == "job" else "additional month in work"
    words = (
        f"The trial worth running first is one of {first} with {size}: over {trial.budgets(years)} its result is expected to "
        f"be worth {_amount(float(top['value_over_years']), mix.unit)}, or {euro(float(top['value_eur']))} at "
        f"{euro(trial.price)} for an {unit}, against {_cost(trial, float(top['trial_cost_eur']))}."
    )
    return words + (f" This rests on {top['basis']}." if top["of_which_opens"] > 0 else "")


def checks(
    mix: Portfolio,
    trial: Trial,
    trials: pd.DataFrame,
    overhead: float,
    price: float | None,
    spread: float | None,
    chance: float,
    displacement_matters: bool,
) -> tuple[Check, ...]:
    """What the values rest on."""
    found = []
    if not displacement_matters:
        words = (
            "Displacement changes how much the mix brings, and hardly which programmes are best: it moves together for all of "
            "them. Give displacement for each programme where you expect it to differ."
        )
        found.append(Check("role of displacement", "informational", words))
    if len(thin := trials.loc[trials["basis"].str.startswith("a number too thin"), "programme"]):
        words = (
            f"Valued on a number too thin to advise on: {', '.join(thin)}. Their rows say what a trial would be worth if that "
            "number were the best guess."
        )
        found.append(Check("thin numbers", "failed", words))
    if overhead <= 0:
        words = "What it costs to run a study is not counted, only places that the mix does not fund (without what they bring); give trial_overhead."
        found.append(Check("cost of a study", "failed", words))
    if price is None and math.isfinite(trial.price):
        words = f"Nobody said what one of the {mix.unit} is worth; {euro(trial.price)} is what the mix itself pays for one on average."
        found.append(Check("value of a job", "informational", words))
    measured = (
        f"a chance of {number(100 * chance, 0)}% of being in work without a programme"
        if mix.base == "job"
        else f"a standard deviation of {number(trial.spread, 1)} months between people"
        + (" (a third of the horizon; nobody said)" if spread is None else "")
    )
    found.append(
        Check(
            "precision", "informational", f"What a trial can tell assumes {measured} and nobody lost to it."
        )
    )
    words = "A trial among people does not show displacement; that takes trials among regions or markets."
    found.append(Check("displacement", "informational", words))
    same = "The next budgets are taken to be of the same size, with the same people, costs and limits."
    return (*found, Check("same choice", "informational", same))
