"""Which trial next, for a mix of programmes: the mix's own worth and limits, and the trials that somebody proposes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from almpo_kit.experiments import Decision, ProposedTrial, TrialValues, value
from almpo_kit.experiments.valuing.telling import euro
from almpo_kit.recommendation import Portfolio
from almpo_kit.recommendation.portfolios.knapsack import best_mix
from almpo_kit.recommendation.portfolios.problem import Problem
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Check
from almpo_kit.vocabulary.plain_values import real_number
from almpo_kit.vocabulary.provenance import Provenance
from almpo_kit.vocabulary.trial_outcomes import TrialOutcome
from almpo_kit.workbench.trial_pays_from import pays_from
from almpo_kit.workbench.trial_problems import TrialProblem, trial_problem

Array = np.ndarray[Any, np.dtype[Any]]
_ASKED = "Which mix of programmes should the budget buy?"


def trial_values(
    mix: Portfolio,
    proposals: Iterable[ProposedTrial],
    *,
    value_of_one: float | None = None,
    prior_sd: float | Mapping[str, float] | None = None,
    base_chance: float = 0.4,
    months_spread: float | None = None,
    budget_years: float = 1.0,
    discount: float = 0.03,
    sizes: Sequence[float] = (0.25, 0.5, 1.0, 2.0, 4.0),
    states: int = 4000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> TrialValues:
    """Rank proposed trials by what their results would add to the next mixes, less what they cost.

    Parameters
    ----------
    mix : Portfolio
        One in which nothing can be funded too: effects are then assumed to lie about zero, as in
        :func:`almpo_kit.recommendation.first_trial`.
    proposals : iterable of ProposedTrial
        Of programmes of the mix. A trial that does not say what a person costs is charged the places that the mix does not
        fund anyway; one that does not say what it measures measures being in work (months where the mix counts months).
    value_of_one : float, optional
        Euro that one more job (or month) is worth; the mix's own cost of one where nobody says. Needed where nothing is funded.
    prior_sd : float or mapping of str to float, optional
        Standard deviation about zero, in points (or months), of effects of which nothing is known. Needed where nothing can be
        funded; without it such programmes cannot be valued elsewhere.
    base_chance, months_spread, budget_years
        As in :func:`almpo_kit.recommendation.value_of_information`.
    discount, sizes, states, seed, progress
        As in :func:`almpo_kit.experiments.value`.

    Returns
    -------
    TrialValues
        Its table has a column more, ``pays_from_eur``: the least worth of one more job (or month) at which the trial is worth
        its cost. Trials that cannot be valued come last, with the reason in ``note``.

    Raises
    ------
    DesignError
        None of the trials can be valued.
    ParameterError

    Notes
    -----
    Programmes of which too little is known to fund them today can be funded after a trial of them; what they then add counts
    as value of the trial. What is displaced and what places cost are averaged out, as in ``value_of_information``.
    """
    if not isinstance(mix, Portfolio):
        raise ParameterError(
            f"trial_values() takes a mix, not {type(mix).__name__}; write trial_values(portfolio(…), [...])."
        )
    proposed: list[ProposedTrial] = [proposals] if isinstance(proposals, ProposedTrial) else list(proposals)
    if not proposed or not all(isinstance(t, ProposedTrial) for t in proposed):
        raise ParameterError("trial_values() takes trials made with ProposedTrial(…), at least one.")
    real_number("budget_years", budget_years, 0.05, 50)
    price = _price(mix, value_of_one)
    asked = tuple(dict.fromkeys(p for t in proposed for p in t.programmes))
    held = trial_problem(mix, asked, prior_sd, price)
    reasons = {t.name: _reason(t, held) for t in proposed}
    kept = [_completed(t, mix, held, base_chance, months_spread) for t in proposed if not reasons[t.name]]
    if not kept:
        raise DesignError(
            "no trial can be valued: " + "; ".join(f"{n}: {r}" for n, r in reasons.items()) + "."
        )
    means, covariance = _beliefs(mix, held.problem)
    found = value(
        kept,
        worth=_decision(mix, held, price, float(budget_years)),
        means=means,
        covariance=covariance,
        discount=discount,
        sizes=sizes,
        states=states,
        seed=seed,
        progress=progress,
        question=mix.question.replace(
            _ASKED, "Which of the trials proposed would most improve the next mixes?"
        ),
        rests_on=mix.rests_on
        if mix.problem is not None
        else "an assumption about effects, costs and places; no evidence",
        data=mix.provenance.data,
        synthetic=mix.provenance.synthetic,
    )

    def at(one: float) -> Decision:
        return _decision(mix, held.at_price(one), one, float(budget_years))

    if held.funded:
        least = _straight(found, price)
    else:
        least = pays_from(kept, at, means, covariance, discount=discount, states=min(states, 1000), seed=seed)
        least = [dict(zip([t.name for t in kept], least, strict=True))[str(n)] for n in found.table["trial"]]
    found = replace(found, table=found.table.assign(pays_from_eur=least))
    return _told(found, mix, proposed, reasons, held, value_of_one, prior_sd, base_chance)


def _straight(found: TrialValues, price: float) -> list[float]:
    """Where money not spent has no price, worth in euro grows with the price as a straight line."""
    euro_of = found.table[["value_eur", "cost_eur"]].to_numpy(dtype=float)
    return [cost * price / value if value > 0 else math.inf for value, cost in euro_of]


def _price(mix: Portfolio, given: float | None) -> float:
    if given is not None:
        real_number("value_of_one", given, 0, 1e9, open_low=True)
        return float(given)
    own = (mix.cost_per_job if mix.base == "job" else mix.cost_per_month).value
    if not math.isfinite(own) or own <= 0:
        raise ParameterError(
            "the mix has no price for one more job; say what it is worth, e.g. value_of_one=20000."
        )
    return float(own)


def _reason(trial: ProposedTrial, held: TrialProblem) -> str:
    return "; ".join(f"{p}: {held.reasons[p]}" for p in trial.programmes if p in held.reasons)


def _completed(
    trial: ProposedTrial, mix: Portfolio, held: TrialProblem, base_chance: float, months_spread: float | None
) -> ProposedTrial:
    """With the outcome and the places of the mix where the proposal is silent."""
    jobs = mix.base == "job"
    if trial.outcome is None and trial.error_sd is None:
        spread = mix.horizon_months / 3 if months_spread is None else months_spread
        outcome = (
            TrialOutcome("in work", "binary", base_chance)
            if jobs
            else TrialOutcome("months in work", "continuous", 0.0, sd=spread)
        )
        trial = replace(trial, outcome=outcome)
    wanted = "binary" if jobs else "continuous"
    if trial.outcome is not None and trial.error_sd is None and trial.outcome.kind != wanted:
        raise ParameterError(
            f"trial {trial.name!r} measures a {trial.outcome.kind} outcome, and the mix counts {mix.unit}; measure a {wanted} one, or "
            "give error_sd."
        )
    if isinstance(trial.cost_per_person, Mapping) or trial.cost_per_person > 0:
        return trial
    cost = dict(zip(held.problem.names, held.problem.unknowns.cost, strict=True))
    places = mix.table.set_index("programme")["places"].fillna(0.0)
    return replace(
        trial,
        cost_per_person={p: float(cost[p]) for p in trial.programmes},
        paid_anyway={p: float(places.get(p, 0.0)) for p in trial.programmes},
    )


def _beliefs(mix: Portfolio, problem: Problem) -> tuple[dict[str, float], Array]:
    """Effects of all programmes on both outcomes; a trial measures the one in which programmes are compared."""
    base = 0 if mix.base == "job" else 1
    other = "months" if base == 0 else "job"
    names = [n if a == base else f"{n} ({other})" for n in problem.names for a in (0, 1)]
    size = len(names)
    means = dict(zip(names, map(float, problem.unknowns.mean.ravel()), strict=True))
    return means, problem.unknowns.covariance().reshape(size, size)


def _decision(mix: Portfolio, held: TrialProblem, price: float, budget_years: float) -> Decision:
    problem = held.problem
    u, names = problem.unknowns, np.array(problem.names)

    def expected(means: Array, sd: Array) -> Array:
        shape = (len(means), len(names), 2)
        place = problem.place(means.reshape(shape), sd.reshape(shape[1:]), 1 - u.mean_net_share())
        return problem.of_euro(place * u.mean_places()) / budget_years

    def choose(worth: Array, tried: tuple[str, ...]) -> Array:
        return best_mix(worth, held.room(tried))

    def changed(then: Array, now: Array) -> Array:
        moved = np.abs(problem.by_programme(then) - problem.by_programme(now)) / u.cost
        found: Array = moved.max(axis=1) >= 1
        return found

    def worth(effects: Array) -> Array:
        return expected(effects, np.zeros(effects.shape[1]))

    return Decision(worth, choose=choose, expected=expected, changed=changed, unit=mix.unit, price=price)


def _told(
    found: TrialValues,
    mix: Portfolio,
    proposed: list[ProposedTrial],
    reasons: Mapping[str, str],
    held: TrialProblem,
    value_of_one: float | None,
    prior_sd: Any,
    base_chance: float,
) -> TrialValues:
    """With trials that cannot be valued, and what was assumed."""
    table, checks = found.table, found.checks
    left = [(t, reasons[t.name]) for t in proposed if reasons[t.name]]
    if left:
        more = [
            {"trial": t.name, "programmes": ", ".join(t.programmes), "per_arm": t.size, "note": why}
            for t, why in left
        ]
        table = pd.concat([table, pd.DataFrame(more)], ignore_index=True)
        whole = {"rank": "Int64", "per_arm": "Int64", "best_per_arm": "Int64"}
        table = table.astype(whole).assign(worth_running=table["worth_running"].eq(True))
        words = "Cannot be valued: " + "; ".join(f"{t.name} ({why})" for t, why in left) + "."
        checks = (Check("not valued", "failed", words), *checks)
    for name, sentence in held.assumed(prior_sd).items():
        checks = (*checks, Check(name, "failed", sentence))
    if value_of_one is None:
        words = f"Nobody said what one of the {mix.unit} is worth; {euro(found.price)} is what the mix itself pays on average."
        checks = (*checks, Check("value of a job", "informational", words))
    p = found.provenance
    options = {
        **p.options,
        "mix": dict(mix.provenance.options),
        "prior_sd": prior_sd,
        "base_chance": base_chance,
    }
    made = Provenance(data=p.data, method=p.method, options=options, seed=p.seed, synthetic=p.synthetic)
    return replace(
        found, table=table, checks=checks, provenance=made, sentence=found.sentence + _from_price(found, mix)
    )


def _from_price(found: TrialValues, mix: Portfolio) -> str:
    """Where none pays: at which worth of one more the first would."""
    if found.first:
        return ""
    one = "job" if mix.base == "job" else "month in work"
    top = found.table.nsmallest(1, "pays_from_eur").iloc[0]
    if not math.isfinite(top["pays_from_eur"]):
        return f" That holds whatever an additional {one} is worth."
    return f" At {euro(found.price)} for an additional {one}, that is: {top['trial']} would be worth its cost from about {euro(top['pays_from_eur'])} on."
