"""What policies would be worth, beside what is done now, a lot, highest risk first, and one programme for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd

from almpo_kit.recommendation.caseloads.caseload import Caseload
from almpo_kit.recommendation.policies.highest_risk_first import HighestRiskFirst
from almpo_kit.recommendation.policies.limits import Limits
from almpo_kit.recommendation.policies.one_for_all import OneForAll
from almpo_kit.recommendation.policies.policy import Policy, PolicyLearner
from almpo_kit.recommendation.policies.priced import priced
from almpo_kit.recommendation.policies.randomly import Randomly
from almpo_kit.recommendation.policies.status_quo import StatusQuo
from almpo_kit.recommendation.policy_values.fold_of_people import fold_of_people
from almpo_kit.recommendation.policy_values.out_of_fold import Offers, as_it_is, out_of_fold
from almpo_kit.recommendation.policy_values.value_checks import value_checks
from almpo_kit.recommendation.policy_values.value_differences import Judged
from almpo_kit.recommendation.policy_values.value_tables import ESTIMATORS, value_tables
from almpo_kit.recommendation.policy_values.value_words import value_words
from almpo_kit.vocabulary.errors import DesignError, ParameterError
from almpo_kit.vocabulary.finding import Finding
from almpo_kit.vocabulary.provenance import Provenance

#: Rules that every policy is compared with; the first and the last always.
AGAINST = ("status_quo", "random", "highest_risk_first", "one_for_all")
_FEWEST_PEOPLE = 100


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PolicyValue(Finding):
    """What policies are worth.

    ``table`` has one row a policy: ``policy, kind`` ("policy" or "to compare"), ``value, se, low, high`` (mean outcome a
    person), ``difference, difference_low, difference_high`` (against what is done now; at once for all policies),
    ``offered`` (share of people who are offered a programme), ``left_to_caseworker, cost_eur`` (a person; all three
    empty where they would tell of fewer than ten people), ``effective_n, words, beats_one_for_all``.

    Parameters
    ----------
    differences : DataFrame
        ``policy, against, difference, low, high`` (hold for all policies at once), ``low_alone, high_alone, says``;
        ``against`` is a rule of the table, or "… for everybody".
    shares : DataFrame
        ``policy, programme, programme_type, share``.
    estimates : DataFrame
        ``policy, estimator, value, low, high, effective_n, threshold, bias_at_most, misses``.
    best : str
        The policy with the highest value of those asked about; being highest is no evidence of being better.
    same_for_all : bool
        True where no policy is shown to do better than one programme for all, whichever it is.
    unit, target_words : str
    level : float
    fold_policies : mapping of str to tuple of Policy
        What was learned without each fold; for looking at, never for logging.
    """

    differences: pd.DataFrame
    shares: pd.DataFrame
    estimates: pd.DataFrame
    best: str
    same_for_all: bool
    unit: str
    target_words: str
    level: float
    fold_policies: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict)

    def metrics(self) -> Mapping[str, float]:
        """Value and difference of the best policy, and whether it is the same for all."""
        row = self.table[self.table["policy"] == self.best].iloc[0]
        told = {"value": "value", "low": "low", "high": "high", "difference": "difference_to_status_quo"}
        out = {name: float(row[column]) for column, name in told.items() if np.isfinite(row[column])}
        return out | {"same_for_all": float(self.same_for_all)}


def policy_value(
    people: Caseload,
    policies: Sequence[Policy | PolicyLearner],
    *,
    against: Sequence[str] = AGAINST,
    folds: int = 5,
    estimators: Sequence[str] = ESTIMATORS,
    limits: Limits | None = None,
    prices: Mapping[str, float] | None = None,
    learned_elsewhere: Sequence[str] = (),
    level: float = 0.95,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> PolicyValue:
    """Off-policy value of policies, each learned without the people whom it is judged on.

    Parameters
    ----------
    people : Caseload
    policies : sequence of Policy or PolicyLearner
        What to judge, with different names. Learners are learned again without each fold.
    against : sequence of str
        Of ``AGAINST``: rules to compare with. What is done now and one for all are always there.
    folds : int
        2 to 20.
    estimators : sequence of str
        Of "doubly_robust" (always), "snips", "switch".
    limits : Limits, optional
        What may be offered: kept by the rules to compare with, checked for every policy. Learners have limits of their
        own.
    prices : mapping of str to float, optional
        Programme -> what a place is worth elsewhere, in ``people.unit``; values are then net of it. Learners have prices
        of their own: give them the same.
    learned_elsewhere : sequence of str
        Names of ready-made policies that were written by hand or learned from other people.
    level : float
        Of the intervals.
    seed : int
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    PolicyValue

    Raises
    ------
    ParameterError
        No policies, names that stand twice, unknown rules or estimators, folds or level out of range.
    DesignError
        Fewer than 100 people, or fewer clusters than folds.

    Notes
    -----
    Doubly robust values are means of the caseload's scores of what is offered; errors are cluster-robust; intervals of
    differences hold for all policies at once (max-t), so that picking the best is paid for. Where a rule learned from
    outcomes does about as well as one arm for all, it could as well have chosen otherwise, and its folds go together:
    intervals then hold for every arm in contention at once (:mod:`.near_ties`).

    In invented worlds of three arms (nothing works; lines; a tree) with nuisances learned out of fold, 95% intervals of
    values held the truth in 92 to 98 of 100 with 500 people and in 94 to 99 with 1,000, 2,000 and 4,000 (plain intervals:
    86 to 96, and no better with true nuisances or more people); those of differences in 90 to 97 and 91 to 99.
    """
    limits = limits or Limits()
    _asked_well(people, policies, against, folds, estimators, level)
    net = priced(people, prices)
    fold = fold_of_people(people.scores, people.cluster, folds, seed)
    compared = _rules(against, limits, prices)
    total = folds * (len(compared) + len(policies))
    done = _Counter(total, progress)
    judged = {}
    for kind, several in (("policy", policies), ("to compare", compared)):
        for one in several:
            offers = _offers(one, people, fold, seed, done)
            judged[one.name] = Judged(one.name, kind, offers, isinstance(one, Policy))
    tables = value_tables(
        net, list(judged.values()), limits=limits, estimators=estimators, level=level, seed=seed
    )
    words = value_words(net, tables, limits, level)
    checks = value_checks(net, judged, tables, limits, folds, learned_elsewhere, bool(prices))
    failed = any(c.status == "failed" for c in checks)
    certainty = (
        "too little to say"
        if words.headline is None
        else "low"
        if failed or not people.credible
        else "moderate"
    )
    options = {
        "policies": [p.name for p in policies],
        "against": list(against),
        "folds": folds,
        "estimators": list(estimators),
        "limits": limits.words(),
        "prices": dict(prices or {}),
        "level": level,
    }
    return PolicyValue(
        question=f"Which policy would do most for {people.target_words}?",
        sentence=words.sentence,
        table=tables.policies,
        checks=checks,
        provenance=Provenance(
            data=people.provenance.data,
            method="recommendation.policy_value",
            options=options,
            seed=seed,
            synthetic=people.synthetic,
        ),
        figure="policy_value",
        certainty=cast(Any, certainty),
        headline=words.headline,
        rests_on=words.rests_on,
        differences=tables.differences,
        shares=tables.shares,
        estimates=tables.estimates,
        best=tables.best,
        same_for_all=tables.same_for_all,
        unit=people.unit,
        target_words=people.target_words,
        level=level,
        fold_policies={name: j.offers.policies for name, j in judged.items()},
    )


class _Counter:
    """Tells progress."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def __call__(self, steps: int = 1) -> None:
        self.done += steps
        if self.progress is not None:
            self.progress(self.done, self.total)


def _offers(one: Policy | PolicyLearner, people: Caseload, fold: Any, seed: int, done: _Counter) -> Offers:
    if isinstance(one, Policy):
        offers = as_it_is(one, people)
        done(int(fold.max()) + 1)
        return offers
    return out_of_fold(one, people, fold, seed=seed, step=done)


def _rules(
    against: Sequence[str], limits: Limits, prices: Mapping[str, float] | None = None
) -> list[PolicyLearner]:
    rules: dict[str, PolicyLearner] = {
        "status_quo": StatusQuo(),
        "random": Randomly(limits=limits),
        "highest_risk_first": HighestRiskFirst(limits=limits),
        "one_for_all": OneForAll(limits=limits, prices=prices),
    }
    return [rule for key, rule in rules.items() if key in (*against, AGAINST[0], AGAINST[-1])]


def _asked_well(
    people: Caseload,
    policies: Sequence[Policy | PolicyLearner],
    against: Sequence[str],
    folds: int,
    estimators: Sequence[str],
    level: float,
) -> None:
    if not policies:
        raise ParameterError("there is no policy to judge; give one, e.g. policy_value(people, [PlugIn()]).")
    names = [*(p.name for p in policies), *(r.name for r in _rules(AGAINST, Limits()))]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise ParameterError(
            f"several policies have the name {', '.join(twice)}; rules to compare with are there by themselves, and others "
            "need names of their own."
        )
    for told, known in ((against, AGAINST), (estimators, ESTIMATORS)):
        if unknown := [a for a in told if a not in known]:
            raise ParameterError(f"unknown: {', '.join(unknown)}; choose from {', '.join(known)}.")
    if not 2 <= folds <= 20:
        raise ParameterError(f"folds={folds}; give 2 to 20, e.g. folds=5.")
    if not 0.5 <= level < 1:
        raise ParameterError(f"level={level!r}; give the level of intervals from 0.5 to below 1, e.g. 0.95.")
    if len(people) < _FEWEST_PEOPLE:
        raise DesignError(
            f"a policy cannot be judged on fewer than {_FEWEST_PEOPLE} people; add years or regions, or take advice from "
            "published evidence: gain_model(None, evidence=...)."
        )
    if len(np.unique(people.cluster)) < 2 * folds:
        raise DesignError(
            f"there are {len(np.unique(people.cluster))} clusters for {folds} folds, and clusters stay together; use fewer "
            "folds, e.g. folds=2, or smaller clusters."
        )
